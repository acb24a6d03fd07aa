//! Why a change is rolled back.

use actix_web::http::StatusCode;

use crate::app::{CallerError, Denied};
use crate::db::{DbError, Failure};
use crate::tenants::{InvalidSlug, UnknownProfile};
use crate::users::HasherError;
use crate::web::Problem;

/// What must be unique of one thing or another, as bodies call it.
const FIELDS: [&str; 4] = ["slug", "email", "client_id", "audience"];

/// Rolls a transaction back: the database failed, or the call is refused after all.
#[derive(Debug)]
pub enum Stop {
    /// The database failed.
    Database(DbError),
    /// The call is refused.
    Refused(Box<Problem>),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl Failure for Stop {
    fn database(&self) -> Option<&DbError> {
        if let Self::Database(error) = self { Some(error) } else { None }
    }
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Database(error) => error.into(),
            Stop::Refused(problem) => *problem,
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Conflict(conflict) => {
                let columns: Vec<_> = conflict
                    .columns
                    .iter()
                    .filter(|column| *column != "tenant_id")
                    .map(|column| column.trim_end_matches("_key"))
                    .collect();
                let detail = format!("Something with this {} is there already.", columns.join(" and "));
                let problem = Self::new(StatusCode::CONFLICT, "already_exists", "Already exists", detail).fix(
                    "Choose another one, or look whether the thing is what you want. It may be in the recycle bin.",
                );
                match FIELDS.iter().find(|field| columns.contains(field)) {
                    Some(field) => problem.field(field),
                    None => problem,
                }
            }
            error if error.is_temporary() => Self::unavailable(error),
            error => Self::internal(error),
        }
    }
}

impl From<CallerError> for Problem {
    fn from(error: CallerError) -> Self {
        match error {
            CallerError::Missing => {
                Self::unauthenticated("unauthenticated", "This address needs an access token.")
            }
            CallerError::Expired => Self::unauthenticated("token_expired", "The access token has expired."),
            CallerError::Invalid(why) => {
                let detail = "The access token does not stand here: it is unknown, for another service, or was revoked.";
                Self::unauthenticated("invalid_token", detail).cause(why)
            }
            CallerError::Database(error) => error.into(),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Token(error) => error.into(),
            Denied::Expired(_) => Self::unauthenticated("key_expired", "The API key has expired.")
                .fix("Make a new key, or rotate this one before its time is over."),
            Denied::AddressNotAllowed(_) => Self::forbidden("The API key may not be used from this address.")
                .fix("Use it from an address on its list, or have its list changed."),
            Denied::UnknownProfile(why) => Self::from(why),
            denied => {
                let detail = "The API key does not stand here: it is unknown, or was disabled or revoked.";
                Self::unauthenticated("invalid_key", detail)
                    .fix("Send a key that works: Authorization: Bearer KEY.")
                    .cause(denied)
            }
        }
    }
}

impl From<UnknownProfile> for Problem {
    fn from(why: UnknownProfile) -> Self {
        let detail = format!("The organisation's profile is not known to this server: {why}.");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unknown_profile", "Unknown profile", detail)
            .fix("Have the server's operator load it, or choose another one: settings.profile of the organisation.")
    }
}

impl From<InvalidSlug> for Problem {
    fn from(why: InvalidSlug) -> Self {
        Self::invalid("invalid_slug", format!("{why}."))
    }
}

impl From<HasherError> for Problem {
    fn from(error: HasherError) -> Self {
        if error.is_temporary() { Self::unavailable(error) } else { Self::internal(error) }
    }
}
