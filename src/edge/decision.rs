//! The verdict: one engine for every door of the edge and every kind of credential.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Carrier, Header, Presented, Unreadable};
use crate::api_keys::{ApiKey, PresentedKey};
use crate::app::{App, CallerError, Denied, Identity, Limits, Seen};
use crate::clock::Timestamp;
use crate::credentials::store::RATE_LIMITED;
use crate::db::DbError;
use crate::roles::Permission;

/// What a request has to bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The slug of the organisation that the API belongs to. Without one the credentials of every organisation are
    /// taken, and the API has to look whose it is.
    pub tenant: Option<String>,
    /// What the request needs.
    pub permission: Option<Permission>,
    /// For which API a token must have been given. Without one, for Gridkey itself.
    pub audience: Option<String>,
}

/// Why a request is refused.
#[derive(Debug)]
pub enum Refusal {
    /// Nobody has proved who they are. 401.
    Unauthenticated(&'static str),
    /// They are known and may not. 403.
    Forbidden(&'static str),
    /// Nobody can tell now. 503.
    Unavailable(DbError),
    /// A key stood in the address. 401, and whoever owns it is told.
    Exposed(PresentedKey),
    /// It is one request too many for now. 429.
    RateLimited(Limits),
}

impl Refusal {
    /// A stable word.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Unauthenticated(reason) | Self::Forbidden(reason) => reason,
            Self::Unavailable(_) => "unavailable",
            Self::Exposed(_) => "key_in_query",
            Self::RateLimited(_) => RATE_LIMITED,
        }
    }
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Missing => Self::Unauthenticated("missing"),
            Unreadable::Ambiguous => Self::Unauthenticated("ambiguous"),
            Unreadable::Junk => Self::Unauthenticated("malformed"),
            Unreadable::KeyInQuery(key) => Self::Exposed(key),
        }
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        let reason = denied.reason();
        match denied {
            Denied::Token(CallerError::Database(error)) => Self::Unavailable(error),
            Denied::AddressNotAllowed(_) => Self::Forbidden(reason),
            _ => Self::Unauthenticated(reason),
        }
    }
}

/// What was decided about a request.
#[derive(Debug)]
pub struct Decided {
    /// Who sends it, or why it is refused.
    pub outcome: Result<Identity, Refusal>,
    /// How its sender stands with the limits that hold for it, where there are some.
    pub limits: Option<Limits>,
}

/// A credential that is not taken, and the key that it was, where it is known.
struct NotTaken {
    refusal: Refusal,
    key: Option<Arc<ApiKey>>,
}

impl From<Unreadable> for NotTaken {
    fn from(unreadable: Unreadable) -> Self {
        Self { refusal: unreadable.into(), key: None }
    }
}

impl From<Denied> for NotTaken {
    fn from(denied: Denied) -> Self {
        let key = denied.key().cloned();
        Self { refusal: denied.into(), key }
    }
}

/// Who sends the request that `carrier` is, from `address`, if they bring what is wanted. It is counted once, whatever
/// comes of it: against the limits of whoever sends it, and as a use of the key.
pub async fn decide(
    app: &App,
    carrier: &impl Carrier,
    wanted: &Wanted,
    (address, now): (IpAddr, Timestamp),
) -> Decided {
    let identity = match identify(app, carrier, wanted, (address, now)).await {
        Ok(identity) => identity,
        Err(not_taken) => return turn_away(app, not_taken, (address, now)).await,
    };
    let limits = app.spend(&identity, now).await;
    let refusal = match limits.filter(|limits| !limits.allowed) {
        Some(limits) => Some(Refusal::RateLimited(limits)),
        None => lacks(&identity, wanted),
    };
    let user_agent = if let Header::One(agent) = carrier.header("user-agent") { agent } else { "" };
    app.note_use(&identity, refusal.as_ref().map(Refusal::reason), Seen { address, user_agent, now });
    Decided { outcome: refusal.map_or(Ok(identity), Err), limits }
}

/// Refuses a request without a credential that stands, or has its sender wait when there were too many of them.
async fn turn_away(app: &App, not_taken: NotTaken, (address, now): (IpAddr, Timestamp)) -> Decided {
    let NotTaken { refusal, key } = not_taken;
    if let Refusal::Unavailable(_) = refusal {
        return Decided { outcome: Err(refusal), limits: None };
    }
    if let Some(key) = key {
        app.note_refused(&key, refusal.reason(), now);
    }
    let over = app.spend_as_stranger(address, now).await.filter(|limits| !limits.allowed);
    match (over, refusal) {
        // Its owner has to be told all the same.
        (_, refusal @ Refusal::Exposed(_)) | (None, refusal) => {
            Decided { outcome: Err(refusal), limits: None }
        }
        (Some(limits), _) => Decided { outcome: Err(Refusal::RateLimited(limits)), limits: Some(limits) },
    }
}

async fn identify(
    app: &App,
    carrier: &impl Carrier,
    wanted: &Wanted,
    (address, now): (IpAddr, Timestamp),
) -> Result<Identity, NotTaken> {
    let identity = match Presented::read(carrier)? {
        Presented::Key(key) => app.identify_key(&key, address, now).await?,
        Presented::Token(token) => app.identify_token(&token, wanted.audience.as_deref(), now).await?,
    };
    let tenant = identity.principal.tenant.slug.as_str();
    // Whose key it is is nobody's business in another organisation: there it is simply none.
    if wanted.tenant.as_deref().is_some_and(|wanted| wanted != tenant) {
        let key = identity.credential.key().cloned();
        return Err(NotTaken { refusal: Refusal::Unauthenticated("wrong_tenant"), key });
    }
    Ok(identity)
}

/// What somebody who is known does not bring.
fn lacks(identity: &Identity, wanted: &Wanted) -> Option<Refusal> {
    let permission = wanted.permission.as_ref()?;
    (!identity.permissions.cover(permission)).then_some(Refusal::Forbidden("permission_denied"))
}
