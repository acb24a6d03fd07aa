//! The management API without a socket: pages show and change nothing that the API could not, with its checks, its audit
//! events and its words for what is wrong.

use std::cell::OnceCell;
use std::pin::Pin;
use std::rc::Rc;

use futures_util::{Stream, StreamExt as _};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answers::Refusal;
use super::query::{Address, Page};
use super::view::Viewer;
use crate::app::acting::ActingPerson;

/// A call, as whoever runs the routes takes it.
#[derive(Clone, Debug)]
pub struct ApiCall {
    /// `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Path and query.
    pub address: String,
    /// What is sent, unless there is nothing to send.
    pub body: Option<Vec<u8>>,
    /// What kind of document that is.
    pub media_type: &'static str,
    /// `If-Match`.
    pub version: Option<String>,
    /// `Idempotency-Key`.
    pub once: Option<String>,
    /// Who calls.
    pub person: ActingPerson,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct ApiAnswer {
    /// The status.
    pub status: u16,
    /// The version of the object that is shown.
    pub etag: Option<String>,
    /// Whether it is the answer to an earlier call with the same `Idempotency-Key`.
    pub repeated: bool,
    /// Seconds after which it makes sense to ask again.
    pub retry_after: Option<u32>,
    /// The document.
    pub body: Vec<u8>,
}

/// What came back, before anybody has read it.
pub struct ApiReply {
    /// The status.
    pub status: u16,
    /// The version of the object that is shown.
    pub etag: Option<String>,
    /// Whether it is the answer to an earlier call with the same `Idempotency-Key`.
    pub repeated: bool,
    /// Seconds after which it makes sense to ask again.
    pub retry_after: Option<u32>,
    /// What kind of document it is.
    pub media_type: String,
    /// Under which name it is to be kept, if it is a file.
    pub disposition: Option<String>,
    /// The document, piece by piece.
    pub pieces: Pieces,
}

/// A document on its way.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Vec<u8>, String>>>>;
/// Something that is still to come, on this thread.
pub type Local<T> = Pin<Box<dyn Future<Output = T>>>;
/// Runs a call through the routes.
pub type Service = Rc<dyn Fn(ApiCall) -> Local<Result<ApiReply, String>>>;
/// Assembles the routes.
pub type Start = Box<dyn Fn() -> Local<Result<Service, String>>>;

/// The API of one worker, assembled when a page first needs it.
pub struct LocalApi {
    start: Start,
    service: OnceCell<Service>,
}

impl LocalApi {
    /// One that is assembled by `start`.
    pub const fn new(start: Start) -> Self {
        Self { start, service: OnceCell::new() }
    }

    async fn ask(&self, call: ApiCall) -> Result<ApiReply, Refusal> {
        let service = match self.service.get() {
            Some(service) => Rc::clone(service),
            None => {
                let started = (self.start)().await.map_err(Refusal::broken)?;
                Rc::clone(self.service.get_or_init(|| started))
            }
        };
        service(call).await.map_err(Refusal::broken)
    }

    async fn run(&self, call: ApiCall) -> Result<ApiAnswer, Refusal> {
        let answer = self.ask(call).await?.whole().await?;
        if (200..300).contains(&answer.status) { Ok(answer) } else { Err(Refusal::of(&answer)) }
    }
}

impl ApiReply {
    async fn whole(mut self) -> Result<ApiAnswer, Refusal> {
        let mut body = Vec::new();
        while let Some(piece) = self.pieces.next().await {
            body.extend(piece.map_err(Refusal::broken)?);
        }
        let Self { status, etag, repeated, retry_after, .. } = self;
        Ok(ApiAnswer { status, etag, repeated, retry_after, body })
    }
}

impl ApiAnswer {
    /// The document.
    ///
    /// # Errors
    /// When it is not what the page expects.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(&self.body).map_err(Refusal::broken)
    }
}

impl Viewer {
    fn call(&self, method: &'static str, address: &Address) -> ApiCall {
        let (address, person) = (address.text(), self.acting());
        let media_type = "application/json";
        ApiCall { method, address, body: None, media_type, version: None, once: None, person }
    }

    /// Reads something.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn get<T: DeserializeOwned>(&self, api: &LocalApi, address: &Address) -> Result<T, Refusal> {
        api.run(self.call("GET", address)).await?.read()
    }

    /// Reads something with its version, for a form.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn get_versioned<T: DeserializeOwned>(
        &self,
        api: &LocalApi,
        address: &Address,
    ) -> Result<(T, String), Refusal> {
        let answer = api.run(self.call("GET", address)).await?;
        Ok((answer.read()?, answer.etag.unwrap_or_default()))
    }

    /// Reads a page of a list, unless the viewer may not: then there is nothing to see.
    ///
    /// # Errors
    /// What the API refuses for another reason.
    pub async fn peek<T: DeserializeOwned>(
        &self,
        api: &LocalApi,
        (permission, address): (&str, &Address),
    ) -> Result<Page<T>, Refusal> {
        if !self.may(permission) {
            return Ok(Page::empty());
        }
        self.get(api, address).await
    }

    /// Reads a file, which may be longer than fits into memory: nothing of it is read yet.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn file(&self, api: &LocalApi, address: &Address) -> Result<ApiReply, Refusal> {
        let reply = api.ask(self.call("GET", address)).await?;
        if (200..300).contains(&reply.status) { Ok(reply) } else { Err(Refusal::of(&reply.whole().await?)) }
    }

    /// Creates something, once for each form: `once` is the form's own name, so that one that is sent again makes
    /// nothing new.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn create(
        &self,
        api: &LocalApi,
        address: &Address,
        (body, once): (&impl Serialize, &str),
    ) -> Result<ApiAnswer, Refusal> {
        let body = serde_json::to_vec(body).map_err(Refusal::broken)?;
        let once = (!once.is_empty()).then(|| once.to_owned());
        api.run(ApiCall { body: Some(body), once, ..self.call("POST", address) }).await
    }

    /// Does something that has a body or none, and shows nothing of the answer.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn send(
        &self,
        api: &LocalApi,
        (method, address): (&'static str, &Address),
        body: Option<Value>,
        version: Option<String>,
    ) -> Result<ApiAnswer, Refusal> {
        let body = match body {
            Some(body) => Some(serde_json::to_vec(&body).map_err(Refusal::broken)?),
            None => None,
        };
        let version = version.filter(|version| !version.is_empty());
        api.run(ApiCall { body, version, ..self.call(method, address) }).await
    }
    /// Sends a file as it is.
    ///
    /// # Errors
    /// What the API refuses.
    pub async fn send_file(
        &self,
        api: &LocalApi,
        (method, address): (&'static str, &Address),
        (media_type, content): (&'static str, Vec<u8>),
        version: Option<String>,
    ) -> Result<ApiAnswer, Refusal> {
        let version = version.filter(|version| !version.is_empty());
        api.run(ApiCall { body: Some(content), media_type, version, ..self.call(method, address) }).await
    }
}
