//! `/v1/messages`, as programs for Anthropic call it.

use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answers::{self, Door, identifier};
use crate::model::{Next, Speech};
use crate::openai::Message;
use crate::{State, USE};

const DOOR: Door = Door::Anthropic;

#[derive(Deserialize)]
struct Messages {
    model: String,
    messages: Vec<Message>,
    max_tokens: usize,
    #[serde(default)]
    stream: bool,
}

/// An answer, whole or word by word.
pub async fn messages(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let admitted = match state.gate.admit(&request, &body, USE).await {
        Ok(admitted) => admitted,
        Err(refusal) => return answers::refused(&refusal, state.shape, DOOR),
    };
    let Ok(asked) = serde_json::from_slice::<Messages>(&body) else {
        return answers::invalid("This is not a messages request.", state.shape, DOOR);
    };
    let last = Message::last(&asked.messages);
    let mut speech = state.model.answer(&last, Some(asked.max_tokens), admitted.watch);
    let id = identifier("msg_");
    if asked.stream {
        let events = Events { speech, id, model: asked.model, stage: Stage::Begins };
        return answers::good(&admitted.caller)
            .insert_header(("content-type", "text/event-stream"))
            .insert_header(("cache-control", "no-store"))
            .streaming(stream::unfold(events, Events::next));
    }
    match speech.whole().await {
        Ok(text) => {
            let content = json!([{"type": "text", "text": text}]);
            answers::good(&admitted.caller).json(message(
                &id,
                &asked.model,
                &content,
                Some(stop(&speech)),
                &speech,
            ))
        }
        Err(refusal) => answers::refused(&refusal, state.shape, DOOR),
    }
}

const fn stop(speech: &Speech) -> &'static str {
    if speech.is_cut { "max_tokens" } else { "end_turn" }
}

fn message(id: &str, model: &str, content: &Value, stop: Option<&str>, speech: &Speech) -> Value {
    json!({
        "id": id, "type": "message", "role": "assistant", "model": model, "content": content,
        "stop_reason": stop, "stop_sequence": null,
        "usage": {"input_tokens": speech.asked, "output_tokens": speech.said},
    })
}

enum Stage {
    Begins,
    Speaks,
    Over,
}

struct Events {
    speech: Speech,
    id: String,
    model: String,
    stage: Stage,
}

impl Events {
    async fn next(mut self) -> Option<(Result<Bytes, actix_web::Error>, Self)> {
        let text = match self.stage {
            Stage::Over => return None,
            Stage::Begins => {
                self.stage = Stage::Speaks;
                let begun = message(&self.id, &self.model, &json!([]), None, &self.speech);
                event("message_start", &json!({"message": begun}))
                    + &event(
                        "content_block_start",
                        &json!({"index": 0, "content_block": {"type": "text", "text": ""}}),
                    )
            }
            Stage::Speaks => match self.speech.next().await {
                Next::Word(word) => event(
                    "content_block_delta",
                    &json!({"index": 0, "delta": {"type": "text_delta", "text": word}}),
                ),
                Next::Over => {
                    self.stage = Stage::Over;
                    let delta = json!({"stop_reason": stop(&self.speech), "stop_sequence": null});
                    let usage = json!({"output_tokens": self.speech.said});
                    event("content_block_stop", &json!({"index": 0}))
                        + &event("message_delta", &json!({"delta": delta, "usage": usage}))
                        + &event("message_stop", &json!({}))
                }
                Next::Ended(refusal) => {
                    self.stage = Stage::Over;
                    event("error", &answers::cut(&refusal, DOOR))
                }
            },
        };
        Some((Ok(Bytes::from(text)), self))
    }
}

/// An event, whose data say by `type` which one it is.
fn event(name: &str, data: &Value) -> String {
    let mut data = data.clone();
    if let Some(members) = data.as_object_mut() {
        members.entry("type").or_insert_with(|| json!(name));
    }
    format!("event: {name}\ndata: {data}\n\n")
}
