//! `GET /v1/events/revocations`: server-sent events (HTML, 9.2).
//!
//! Each event has an identifier. A reader that was cut off sends the last one it got in `Last-Event-ID` and goes on a
//! little before it, because deeds are announced in the order in which they were committed and identified by when they
//! began: it may hear something twice and never misses anything. A comment every half second shows that the stream lives;
//! a reader that hears nothing for the published bound must stop believing what it remembers.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Serialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use utoipa::ToSchema;

use crate::app::{self, App, Denied, Door, Identity, Seen, bearer_token};
use crate::clock::Timestamp;
use crate::edge::Presented;
use crate::revocations::{self, Revocation, RevocationId};
use crate::tenants::TenantId;
use crate::web::{ClientIp, Problem, Sender};

/// What a reader has to hold.
const PERMISSION: &str = "credentials:verify";
/// How often a comment is sent when nothing ends.
const BEAT: Duration = Duration::from_millis(500);
/// How far before the last event that it got a reader is taken up again.
const OVERLAP: Duration = Duration::from_secs(15);
/// How many events are told again at most: who missed more has to forget everything.
const MOST: i64 = 10_000;
/// How often a reader is asked again whether it may still listen.
const CHECK: Duration = Duration::from_secs(1);

/// Something that may make a remembered verdict wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevocationView {
    /// Identifier.
    pub id: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// The organisation.
    pub tenant_id: String,
    /// What was done.
    #[schema(example = "api_key.revoke")]
    pub action: String,
    /// To what: `api_key`, `user`.
    pub subject_type: String,
    /// Its identifier.
    pub subject_id: String,
}

impl From<&Revocation> for RevocationView {
    fn from(revocation: &Revocation) -> Self {
        Self {
            id: revocation.id.to_string(),
            at: revocation.at.to_rfc3339_micros(),
            tenant_id: revocation.tenant_id.to_string(),
            action: revocation.action.clone(),
            subject_type: revocation.subject_kind.clone(),
            subject_id: revocation.subject_id.clone(),
        }
    }
}

/// The stream of what ends in the reader's organisation.
#[utoipa::path(
    get, path = "/v1/events/revocations", tag = "edge", operation_id = "revocation_events",
    params(("Last-Event-ID" = Option<String>, Header, description = "The last event that the reader got")),
    responses(
        (status = 200, description = "`text/event-stream`: `revocation` events, `reset` when too much was missed to tell it again, and a comment every half second", body = RevocationView),
        (status = 400, description = "`invalid_last_event_id`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `credentials:verify`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let now = app.now();
    let reader = Reader::of(&request)?;
    let identity = reader.identify(&app, now).await?;
    let sender = Sender::of(&request);
    // A stream is one use of a key, however long it is read.
    let (address, user_agent) = (reader.address, sender.user_agent.as_str());
    app.note_use(&identity, None, Seen { address, user_agent, door: Door::Revocations, now });
    let tenant = identity.principal.tenant.id;
    // Listening begins before what was missed is looked up: nothing falls between the two.
    let news = app.feed().listen();
    let missed = match last_event(&request)? {
        None => VecDeque::new(),
        Some(last) => missed(&app, tenant, last).await?,
    };
    let open = Stream { app: app.into_inner(), reader, tenant, news, waiting: missed, checked_at: now };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        // nginx would keep the events until a buffer is full.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(stream::unfold(open, Stream::next)))
}

fn last_event(request: &HttpRequest) -> Result<Option<RevocationId>, Problem> {
    let Some(header) = request.headers().get("last-event-id") else { return Ok(None) };
    let id = header.to_str().ok().and_then(|text| text.parse().ok());
    id.map(Some).ok_or_else(|| {
        Problem::bad_request("invalid_last_event_id", "Last-Event-ID is not an identifier of an event.")
            .fix("Send the id of the last event that you got, or leave the header out.")
    })
}

async fn missed(app: &App, tenant: TenantId, last: RevocationId) -> Result<VecDeque<Bytes>, Problem> {
    let (seconds, nanos) = last.uuid().get_timestamp().map_or((0, 0), |time| time.to_unix());
    let micros = i64::try_from(seconds).unwrap_or_default() * 1_000_000 + i64::from(nanos / 1_000);
    let from = app::floor(Timestamp::from_micros(micros) - OVERLAP);
    let rows = app.db.read(move |conn| revocations::store::after_in(conn, tenant, from, MOST)).await?;
    if rows.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
        return Ok(VecDeque::from([reset()]));
    }
    Ok(rows.iter().map(event).collect())
}

/// What tells a reader to forget everything that it remembers.
fn reset() -> Bytes {
    Bytes::from_static(b"event: reset\ndata: {}\n\n")
}

fn event(revocation: &Revocation) -> Bytes {
    let view = RevocationView::from(revocation);
    let data = serde_json::to_string(&view).unwrap_or_default();
    Bytes::from(format!("id: {}\nevent: revocation\ndata: {data}\n\n", view.id))
}

/// Who listens.
struct Reader {
    credential: Presented,
    address: std::net::IpAddr,
}

impl Reader {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let headers = request.headers().get_all(AUTHORIZATION).map(|value| value.to_str().ok());
        let credential = Presented::of_text(bearer_token(headers)?).ok_or(Denied::Unknown)?;
        Ok(Self { credential, address: ClientIp::of(request) })
    }

    async fn identify(&self, app: &App, now: Timestamp) -> Result<Identity, Problem> {
        let identity = match &self.credential {
            Presented::Key(key) => app.identify_key(key, self.address, now).await?,
            Presented::Token(token) => app.identify_token(token, None, now).await?,
            Presented::Signature => return Err(Denied::Unknown.into()),
        };
        if identity.permissions.allows(PERMISSION) {
            return Ok(identity);
        }
        Err(Problem::forbidden(format!("You do not have the permission {PERMISSION}."))
            .fix("Ask an administrator of the organisation for a role that has it."))
    }
}

struct Stream {
    app: Arc<App>,
    reader: Reader,
    tenant: TenantId,
    news: Receiver<Arc<Revocation>>,
    waiting: VecDeque<Bytes>,
    checked_at: Timestamp,
}

impl Stream {
    /// The next piece. The stream ends when its reader may not listen any more, and when this node itself does not hear
    /// what ends: a beat then would be a lie.
    async fn next(mut self) -> Option<(Result<Bytes, Error>, Self)> {
        loop {
            if let Some(bytes) = self.waiting.pop_front() {
                return Some((Ok(bytes), self));
            }
            let now = self.app.now();
            if now.since(self.checked_at) >= CHECK {
                self.reader.identify(&self.app, now).await.ok()?;
                self.checked_at = now;
            }
            match tokio::time::timeout(BEAT, self.news.recv()).await {
                Ok(Ok(news)) if self.concerns(&news) => return Some((Ok(event(&news)), self)),
                Ok(Ok(_)) => {}
                Ok(Err(RecvError::Lagged(_))) => return Some((Ok(reset()), self)),
                Ok(Err(RecvError::Closed)) => return None,
                Err(_) if self.app.feed().is_current() => {
                    return Some((Ok(Bytes::from_static(b":\n\n")), self));
                }
                Err(_) => return None,
            }
        }
    }

    fn concerns(&self, news: &Revocation) -> bool {
        news.tenant_id == self.tenant || news.tenant_id.uuid().is_nil()
    }
}
