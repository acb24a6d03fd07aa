//! What a secret is made of, and when another one may be made.

use chrono::DateTime;

use super::NewSecret;
use crate::clients::{Client, StoredSecret};
use crate::clock::Timestamp;
use crate::random::Random;
use crate::secret::{Secret, generate_prefixed};
use crate::web::Problem;

/// Says to whoever finds one where it should not be what it is.
const PREFIX: &str = "gkcs_";

/// A fresh secret of 256 random bits.
pub fn generate(random: &Random) -> Secret {
    generate_prefixed(PREFIX, random)
}

/// When a new secret stops working.
pub fn expiry(wanted: &NewSecret, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = &wanted.expires_at else { return Ok(None) };
    let refuse = || {
        Problem::invalid("invalid_expires_at", "expires_at must be a time to come, as RFC 3339 writes it.")
            .fix("For example 2027-01-01T00:00:00Z.")
    };
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| refuse())?;
    let at = Timestamp::from_micros(at.timestamp_micros());
    if at > now { Ok(Some(at)) } else { Err(refuse()) }
}

/// Whether another secret may be made beside these. It never pushes out one that is in use: that would break a program.
pub fn room(client: &Client, secrets: &[StoredSecret], now: Timestamp) -> Result<(), Problem> {
    if client.is_public() {
        let detail = "A public application keeps no secret.";
        return Err(Problem::invalid("public_application", detail)
            .fix("Change auth_method first, if the application runs where nobody can look inside."));
    }
    if secrets.iter().filter(|secret| secret.is_live(now)).count() >= StoredSecret::LIVE_AT_ONCE {
        let detail = "The application has two live secrets already.";
        return Err(
            Problem::conflict("limit_reached", detail).fix("Delete the one that is not in use any more.")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_ends_in_time_to_come_or_never() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let at = |text: &str| expiry(&NewSecret { expires_at: Some(text.into()) }, now);
        assert!(matches!(expiry(&NewSecret::default(), now), Ok(None)));
        assert_eq!(at("2027-01-15T08:00:01Z").unwrap(), Some(Timestamp::from_seconds(1_800_000_001)));
        for bad in ["2027-01-15T08:00:00Z", "1970-01-01T00:00:00Z", "tomorrow", "", "2027-01-15"] {
            assert_eq!(at(bad).unwrap_err().code, "invalid_expires_at", "{bad}");
        }
    }
}
