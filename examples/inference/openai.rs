//! `/v1/models` and `/v1/chat/completions`, as programs for OpenAI call them.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answers::{self, Door, identifier, now};
use crate::model::{Next, Speech};
use crate::{State, USE};

const DOOR: Door = Door::OpenAi;
/// What seeing which models there are needs, and changing it.
const LISTING: &str = "models:read";
const LOADING: &str = "models:write";
const MODELS: [&str; 3] = ["sample-small", "sample-large", "Text-Prime"];

#[derive(Deserialize)]
struct Chat {
    model: String,
    messages: Vec<Message>,
    #[serde(default)]
    stream: bool,
    max_tokens: Option<usize>,
    max_completion_tokens: Option<usize>,
}

/// What somebody says, in either shape.
#[derive(Deserialize)]
pub struct Message {
    content: Content,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    text: String,
}

impl Message {
    /// The last thing that was said.
    pub fn last(messages: &[Self]) -> String {
        match messages.last().map(|message| &message.content) {
            None => String::new(),
            Some(Content::Text(text)) => text.clone(),
            Some(Content::Parts(parts)) => {
                parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// The models.
pub async fn models(request: HttpRequest, state: Data<State>) -> HttpResponse {
    let admitted = match state.gate.admit(&request, b"", LISTING).await {
        Ok(admitted) => admitted,
        Err(refusal) => return answers::refused(&refusal, state.shape, DOOR),
    };
    let data: Vec<_> = MODELS
        .iter()
        .map(|id| json!({"id": id, "object": "model", "created": 1_700_000_000, "owned_by": "example", "root": id}))
        .collect();
    answers::good(&admitted.caller).json(json!({"object": "list", "data": data}))
}

/// Loads a model, which changes something.
pub async fn load(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    match state.gate.admit(&request, &body, LOADING).await {
        Ok(admitted) => {
            let wanted: Value = serde_json::from_slice(&body).unwrap_or_default();
            answers::good(&admitted.caller).json(
                json!({"status": "success", "model": wanted.get("model_name"), "message": "It is loaded."}),
            )
        }
        Err(refusal) => answers::refused(&refusal, state.shape, DOOR),
    }
}

/// An answer, whole or word by word.
pub async fn chat(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let admitted = match state.gate.admit(&request, &body, USE).await {
        Ok(admitted) => admitted,
        Err(refusal) => return answers::refused(&refusal, state.shape, DOOR),
    };
    let Ok(chat) = serde_json::from_slice::<Chat>(&body) else {
        return answers::invalid("This is not a chat completion request.", state.shape, DOOR);
    };
    let most = chat.max_completion_tokens.or(chat.max_tokens);
    let mut speech = state.model.answer(&Message::last(&chat.messages), most, admitted.watch);
    let id = identifier("chatcmpl-");
    if chat.stream {
        let chunks = Chunks { speech, id, model: chat.model, stage: Stage::Begins };
        return answers::good(&admitted.caller)
            .insert_header(("content-type", "text/event-stream"))
            .insert_header(("cache-control", "no-store"))
            .streaming(stream::unfold(chunks, Chunks::next));
    }
    match speech.whole().await {
        Ok(text) => answers::good(&admitted.caller).json(json!({
            "id": id, "object": "chat.completion", "created": now(), "model": chat.model,
            "choices": [{
                "index": 0, "finish_reason": finish(&speech), "logprobs": null,
                "message": {"role": "assistant", "content": text, "refusal": null},
            }],
            "usage": {
                "prompt_tokens": speech.asked, "completion_tokens": speech.said,
                "total_tokens": speech.asked + speech.said,
            },
        })),
        Err(refusal) => answers::refused(&refusal, state.shape, DOOR),
    }
}

const fn finish(speech: &Speech) -> &'static str {
    if speech.is_cut { "length" } else { "stop" }
}

enum Stage {
    Begins,
    Speaks,
    Over,
}

struct Chunks {
    speech: Speech,
    id: String,
    model: String,
    stage: Stage,
}

impl Chunks {
    async fn next(mut self) -> Option<(Result<Bytes, actix_web::Error>, Self)> {
        let text = match self.stage {
            Stage::Over => return None,
            Stage::Begins => {
                self.stage = Stage::Speaks;
                self.chunk(&json!({"role": "assistant", "content": ""}), None)
            }
            Stage::Speaks => match self.speech.next().await {
                Next::Word(word) => self.chunk(&json!({"content": word}), None),
                Next::Over => {
                    self.stage = Stage::Over;
                    self.chunk(&json!({}), Some(finish(&self.speech))) + "data: [DONE]\n\n"
                }
                Next::Ended(refusal) => {
                    self.stage = Stage::Over;
                    format!("data: {}\n\n", answers::cut(&refusal, DOOR))
                }
            },
        };
        Some((Ok(Bytes::from(text)), self))
    }

    fn chunk(&self, delta: &Value, finish_reason: Option<&str>) -> String {
        let chunk = json!({
            "id": self.id, "object": "chat.completion.chunk", "created": now(), "model": self.model,
            "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason}],
        });
        format!("data: {chunk}\n\n")
    }
}
