//! The verdict: one engine for every door of the edge and every kind of credential.

use std::net::IpAddr;
use std::sync::Arc;

use super::carrier::API_KEY;
use super::signed::with_body;
use super::{Carrier, Header, Presented, Unreadable};
use crate::api_keys::PresentedKey;
use crate::app::{App, CallerError, Credential, Denied, Identity, KeyFault, Limits, Seen, UsedKey};
use crate::audit::Origin;
use crate::clock::Timestamp;
use crate::credentials::store::RATE_LIMITED;
use crate::db::DbError;
use crate::request_keys::SignatureError;
use crate::roles::Permission;
use crate::tenants::CredentialHeader;
use crate::web::RequestId;

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
    /// The request does not count as signed: 401, or 400 where no other signature would help.
    Signature(SignatureError),
    /// The request was made before, and is good only once. 409.
    Replayed,
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
            Self::Signature(error) => error.reason(),
            Self::Replayed => KeyFault::Replayed.reason(),
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

impl From<SignatureError> for Refusal {
    fn from(error: SignatureError) -> Self {
        match error {
            SignatureError::NotSigned => Unreadable::Missing.into(),
            error => Self::Signature(error),
        }
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        let reason = denied.reason();
        match denied {
            Denied::Token(CallerError::Database(error)) => Self::Unavailable(error),
            Denied::AddressNotAllowed(_) | Denied::SigningKey(KeyFault::AddressNotAllowed, _) => {
                Self::Forbidden(reason)
            }
            Denied::UnknownProfile(_) => Self::Forbidden(reason),
            Denied::SigningKey(KeyFault::Replayed, _) => Self::Replayed,
            Denied::Signature(error) => error.into(),
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
    key: Option<UsedKey>,
}

impl From<Unreadable> for NotTaken {
    fn from(unreadable: Unreadable) -> Self {
        Self { refusal: unreadable.into(), key: None }
    }
}

impl From<SignatureError> for NotTaken {
    fn from(error: SignatureError) -> Self {
        Self { refusal: error.into(), key: None }
    }
}

impl From<Denied> for NotTaken {
    fn from(denied: Denied) -> Self {
        let key = denied.used_key();
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
        Err(not_taken) => {
            note_signature(app, carrier, &not_taken, (address, now)).await;
            return turn_away(app, carrier, not_taken, (address, now)).await;
        }
    };
    let limits = app.spend(&identity, now).await;
    let refusal = match limits.filter(|limits| !limits.allowed) {
        Some(limits) => Some(Refusal::RateLimited(limits)),
        None => lacks(&identity, wanted),
    };
    app.note_use(&identity, refusal.as_ref().map(Refusal::reason), seen(carrier, (address, now)));
    Decided { outcome: refusal.map_or(Ok(identity), Err), limits }
}

fn user_agent(carrier: &impl Carrier) -> &str {
    if let Header::One(agent) = carrier.header("user-agent") { agent } else { "" }
}

fn seen<'a>(carrier: &'a impl Carrier, (address, now): (IpAddr, Timestamp)) -> Seen<'a> {
    Seen { address, user_agent: user_agent(carrier), door: carrier.door(), now }
}

/// Has it written down when the request was refused for its signature, or for the key that it is signed by.
async fn note_signature(
    app: &App,
    carrier: &impl Carrier,
    not_taken: &NotTaken,
    (address, now): (IpAddr, Timestamp),
) {
    let key = match (&not_taken.key, &not_taken.refusal) {
        (Some(UsedKey::Signing(key)), _) => Some(Arc::clone(key)),
        (None, Refusal::Signature(_)) => match carrier.signed() {
            Some(request) => app.named_key(&request).await,
            None => None,
        },
        _ => None,
    };
    if let Some(key) = key {
        let origin = Origin {
            request_id: RequestId::current().as_str().to_owned(),
            address: if address.is_unspecified() { String::new() } else { address.to_string() },
            user_agent: user_agent(carrier).to_owned(),
            ..Origin::default()
        };
        app.note_refused_signature(&key, not_taken.refusal.reason(), (origin, now)).await;
    }
}

/// Refuses a request without a credential that stands, or has its sender wait when there were too many of them.
async fn turn_away(
    app: &App,
    carrier: &impl Carrier,
    not_taken: NotTaken,
    (address, now): (IpAddr, Timestamp),
) -> Decided {
    let NotTaken { refusal, key } = not_taken;
    if let Refusal::Unavailable(_) = refusal {
        return Decided { outcome: Err(refusal), limits: None };
    }
    if let Some(key) = key {
        app.note_refused(&key, refusal.reason(), seen(carrier, (address, now)));
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

/// Whether a request says that it is signed for us, well or badly. Most are not, and that is seen by the names of headers.
pub fn is_signed(app: &App, carrier: &impl Carrier) -> bool {
    app.may_be_signed(|name| carrier.header(name) != Header::Absent)
        && carrier.signed().is_some_and(|request| app.is_signed(&request))
}

async fn identify(
    app: &App,
    carrier: &impl Carrier,
    wanted: &Wanted,
    (address, now): (IpAddr, Timestamp),
) -> Result<Identity, NotTaken> {
    let tenant = wanted.tenant.as_deref();
    let identity = match Presented::read(carrier, is_signed(app, carrier)) {
        Ok(Presented::Key(key)) => app.identify_key(&key, address, now).await?,
        Ok(Presented::Token(token)) => app.identify_token(&token, wanted.audience.as_deref(), now).await?,
        Ok(Presented::Signature) => {
            let request = carrier.signed().ok_or(Unreadable::Missing)?;
            let request = with_body(request, carrier.content())?;
            app.identify_signature(&request, tenant, (address, now)).await?
        }
        // Signatures for others, or halves of one: what is wrong with them is found before anything is believed.
        Err(Unreadable::Missing) => {
            let request = carrier.signed().ok_or(Unreadable::Missing)?;
            app.identify_signature(&request, tenant, (address, now)).await?
        }
        Err(unreadable) => return Err(unreadable.into()),
    };
    if let Some(refusal) = wrong_header(app, carrier, &identity) {
        return Err(NotTaken { refusal, key: identity.credential.used_key() });
    }
    // Whose key it is is nobody's business in another organisation: there it is simply none.
    if tenant.is_some_and(|wanted| wanted != identity.principal.tenant.slug.as_str()) {
        let key = identity.credential.used_key();
        return Err(NotTaken { refusal: Refusal::Unauthenticated("wrong_tenant"), key });
    }
    Ok(identity)
}

/// Why a credential does not count in the header that it came in, at that host and path: its organisation's interface says.
fn wrong_header(app: &App, carrier: &impl Carrier, identity: &Identity) -> Option<Refusal> {
    let header = match identity.credential {
        Credential::SignedRequest { .. } => return None,
        _ if carrier.header(API_KEY) == Header::Absent => CredentialHeader::Bearer,
        _ => CredentialHeader::ApiKey,
    };
    let request = carrier.signed();
    let at = request.as_ref().map_or(("", ""), |request| (request.authority, request.target));
    match app.profile_of(&identity.principal.tenant) {
        Ok(profile) if profile.accepts(header, at) => None,
        Ok(_) => Some(Refusal::Unauthenticated("wrong_header")),
        Err(_) => Some(Refusal::Forbidden("unknown_profile")),
    }
}

/// What somebody who is known does not bring.
fn lacks(identity: &Identity, wanted: &Wanted) -> Option<Refusal> {
    let permission = wanted.permission.as_ref()?;
    (!identity.permissions.cover(permission)).then_some(Refusal::Forbidden("permission_denied"))
}
