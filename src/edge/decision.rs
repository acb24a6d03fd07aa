//! The verdict: one engine for every door of the edge and every kind of credential.

use std::net::IpAddr;

use super::signed::with_body;
use super::{Carrier, Presented, Unreadable};
use crate::api_keys::PresentedKey;
use crate::app::{App, CallerError, Denied, Identity, KeyFault};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::request_keys::SignatureError;
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
    /// The request does not count as signed: 401, or 400 where no other signature would help.
    Signature(SignatureError),
    /// The request was made before, and is good only once. 409.
    Replayed,
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
            Denied::SigningKey(KeyFault::Replayed, _) => Self::Replayed,
            Denied::Signature(error) => error.into(),
            _ => Self::Unauthenticated(reason),
        }
    }
}

/// Who sends the request that `carrier` is, from `address`, if they bring what is wanted.
///
/// # Errors
/// Why they are refused.
pub async fn decide(
    app: &App,
    carrier: &impl Carrier,
    wanted: &Wanted,
    (address, now): (IpAddr, Timestamp),
) -> Result<Identity, Refusal> {
    let request = carrier.signed();
    let is_signed = request.as_ref().is_some_and(|request| app.is_signed(request));
    let tenant = wanted.tenant.as_deref();
    let identity = match (Presented::read(carrier, is_signed), request) {
        (Ok(Presented::Key(key)), _) => app.identify_key(&key, address, now).await?,
        (Ok(Presented::Token(token)), _) => {
            app.identify_token(&token, wanted.audience.as_deref(), now).await?
        }
        (Ok(Presented::Signature), Some(request)) => {
            let request = with_body(request, carrier.content())?;
            app.identify_signature(&request, tenant, (address, now)).await?
        }
        // Signatures for others, or halves of one: what is wrong with them is found before anything is believed.
        (Err(Unreadable::Missing), Some(request)) => {
            app.identify_signature(&request, tenant, (address, now)).await?
        }
        (Ok(Presented::Signature), None) => return Err(Unreadable::Missing.into()),
        (Err(unreadable), _) => return Err(unreadable.into()),
    };
    admit(&identity, wanted)?;
    Ok(identity)
}

/// Whether somebody who is known brings what is wanted.
fn admit(identity: &Identity, wanted: &Wanted) -> Result<(), Refusal> {
    let tenant = identity.principal.tenant.slug.as_str();
    // Whose key it is is nobody's business in another organisation: there it is simply none.
    if wanted.tenant.as_deref().is_some_and(|wanted| wanted != tenant) {
        return Err(Refusal::Unauthenticated("wrong_tenant"));
    }
    match &wanted.permission {
        Some(permission) if !identity.permissions.cover(permission) => {
            Err(Refusal::Forbidden("permission_denied"))
        }
        _ => Ok(()),
    }
}
