//! The verdict: one engine for every door of the edge and every kind of credential.

use std::net::IpAddr;

use super::{Carrier, Presented, Unreadable};
use crate::api_keys::PresentedKey;
use crate::app::{App, CallerError, Denied, Identity};
use crate::clock::Timestamp;
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
}

impl Refusal {
    /// A stable word.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Unauthenticated(reason) | Self::Forbidden(reason) => reason,
            Self::Unavailable(_) => "unavailable",
            Self::Exposed(_) => "key_in_query",
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
    let identity = match Presented::read(carrier)? {
        Presented::Key(key) => app.identify_key(&key, address, now).await?,
        Presented::Token(token) => app.identify_token(&token, wanted.audience.as_deref(), now).await?,
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
