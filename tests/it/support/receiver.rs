//! Somebody who is told things by webhooks: a real server that remembers what arrived and answers as it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gridkey::secret::hmac_sha256;
use serde_json::Value;

/// What arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Received {
    /// The body as a document.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The type of the event.
    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// How it answers.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    pub location: String,
}

impl Answer {
    pub fn of(status: u16) -> Self {
        Self { status, body: String::new(), location: String::new() }
    }
}

#[derive(Default)]
struct State {
    seen: Vec<Received>,
    /// The next answers; 200 when there is none.
    answers: VecDeque<Answer>,
    always: Option<Answer>,
}

/// The server. It ends when it is dropped.
pub struct Receiver {
    pub port: u16,
    state: Arc<Mutex<State>>,
    handle: actix_web::dev::ServerHandle,
}

async fn receive(request: HttpRequest, body: web::Bytes, state: web::Data<Mutex<State>>) -> HttpResponse {
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
    let mut state = state.lock().unwrap();
    state.seen.push(Received {
        method: request.method().to_string(),
        headers: headers.collect(),
        body: body.to_vec(),
    });
    let next = state.answers.pop_front().or(state.always.clone()).unwrap_or(Answer::of(200));
    let mut answer = HttpResponse::build(next.status.try_into().unwrap());
    if !next.location.is_empty() {
        answer.insert_header(("location", next.location));
    }
    answer.body(next.body)
}

impl Receiver {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = web::Data::from(Arc::clone(&state));
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = actix_web::HttpServer::new(move || {
                    actix_web::App::new().app_data(shared.clone()).default_service(web::to(receive))
                });
                let server = server.workers(1).listen(listener).unwrap().run();
                sender.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { port, state, handle: receiver.recv().unwrap() }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks", self.port)
    }

    /// Has the next requests answered so, in this order.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// Has everything answered so that nothing else was said about.
    pub fn always(&self, answer: Answer) {
        self.state.lock().unwrap().always = Some(answer);
    }

    /// What arrived so far.
    pub fn seen(&self) -> Vec<Received> {
        self.state.lock().unwrap().seen.clone()
    }

    /// Waits until so many requests arrived.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        for _ in 0..3_000 {
            let seen = self.seen();
            if seen.len() >= count {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let seen: Vec<String> = self.seen().iter().map(Received::kind).collect();
        panic!("{} of {count} arrived: {seen:?}", seen.len());
    }

    /// Waits until an event of this type arrived.
    pub async fn wait_for_type(&self, kind: &str) -> Received {
        for _ in 0..3_000 {
            if let Some(found) = self.seen().into_iter().find(|one| one.kind() == kind) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let seen: Vec<String> = self.seen().iter().map(Received::kind).collect();
        panic!("no {kind} arrived: {seen:?}");
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// What a receiver of Standard Webhooks checks, written down anew: whether one of the signatures is by this secret, and
/// the time is within five minutes.
pub fn is_standard(secret: &str, headers: &BTreeMap<String, String>, body: &[u8], now: i64) -> bool {
    let (Some(id), Some(time), Some(signatures)) =
        (headers.get("webhook-id"), headers.get("webhook-timestamp"), headers.get("webhook-signature"))
    else {
        return false;
    };
    let Ok(sent) = time.parse::<i64>() else { return false };
    if (now - sent).abs() > 300 {
        return false;
    }
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let message = [id.as_bytes(), b".", time.as_bytes(), b".", body].concat();
    let wanted = format!("v1,{}", STANDARD.encode(hmac_sha256(&key, &message)));
    signatures.split(' ').any(|one| one == wanted)
}

/// The same for `t=...,v1=...` in one header.
pub fn is_timestamped(secret: &str, header: &str, body: &[u8], now: i64) -> bool {
    let parts: Vec<(&str, &str)> = header.split(',').filter_map(|part| part.split_once('=')).collect();
    let Some((_, time)) = parts.iter().find(|(name, _)| *name == "t") else { return false };
    let Ok(sent) = time.parse::<i64>() else { return false };
    let message = [time.as_bytes(), b".", body].concat();
    let mac = hmac_sha256(secret.as_bytes(), &message);
    let wanted: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    (now - sent).abs() <= 300 && parts.iter().any(|(name, value)| *name == "v1" && *value == wanted)
}
