//! The end of a key that somebody found.

use crate::api_keys::{ApiKey, ApiKeyId, PresentedKey, SecretAge, store};
use crate::audit::{self, ActorRef, Changes, Event, Origin};
use crate::clock::Timestamp;
use crate::credentials::KeyStatus;
use crate::db::{Conn, DbError};
use crate::manage::api_keys::rules::EXPOSED;
use crate::manage::api_keys::{ApiKeyView, writing::target};
use crate::random::Random;
use crate::tenants::{self, TenantId};

/// One key that was found, and where.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The text that was found.
    pub text: String,
    /// What kind of place.
    pub source: String,
    /// Where.
    pub url: String,
}

/// What a text turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// No key of this server.
    Unknown,
    /// A key that had ended before.
    Known,
    /// A key that was ended now.
    Ended(TenantId, ApiKeyId),
}

/// Ends a key that was found, or disables it where its organisation wishes so. The present secret ends the key; the one before ends by itself, because whoever replaced it
/// may have done so for this very reason.
///
/// # Errors
/// Another try when somebody was faster.
pub fn expose(
    conn: &mut Conn<'_>,
    (random, origin, now): (&Random, &Origin, Timestamp),
    sighting: &Sighting,
) -> Result<Finding, DbError> {
    let Some(presented) = PresentedKey::parse(&sighting.text) else { return Ok(Finding::Unknown) };
    let Some(seen) = store::find_by_digest(conn, &presented.digest)? else { return Ok(Finding::Unknown) };
    if seen.status == KeyStatus::Revoked {
        return Ok(Finding::Known);
    }
    let organisation = tenants::store::find(conn, seen.tenant_id)?;
    let disables = organisation.is_some_and(|tenant| tenant.settings.api_keys.disable_on_leak);
    let status = if disables { KeyStatus::Disabled } else { KeyStatus::Revoked };
    if disables && seen.status == status && seen.status_reason == EXPOSED {
        return Ok(Finding::Known);
    }
    let updated_at = now.max(Timestamp::from_micros(seen.updated_at.micros() + 1));
    let exposed = ApiKey { exposed_at: Some(now), updated_at, ..seen.clone() };
    let key = match seen.accepts(&presented.digest, now) {
        Some(SecretAge::Present) => ApiKey { status, status_reason: EXPOSED.to_owned(), ..exposed },
        Some(SecretAge::Previous) => ApiKey { previous: None, ..exposed },
        None => return Ok(Finding::Known),
    };
    if !store::update(conn, key.tenant_id, &key, seen.updated_at)? {
        return Err(DbError::Retry);
    }
    let changes = Changes::between(&ApiKeyView::new(&seen, now), &ApiKeyView::new(&key, now))
        .field("source", &None, &text(&sighting.source))
        .field("url", &None, &text(&sighting.url));
    let event = Event::new(random, (key.tenant_id, now), "api_key.expose")
        .by(ActorRef::anonymous("leak report"))
        .on(target(&key))
        .at(origin.clone())
        .changing(changes);
    audit::store::insert(conn, key.tenant_id, &event)?;
    Ok(Finding::Ended(key.tenant_id, key.id))
}

/// What a stranger says, on one line and not too long; the secret itself is not repeated.
fn text(said: &str) -> Option<String> {
    let line: String = said.chars().filter(|c| !c.is_control()).take(500).collect();
    (!line.is_empty()).then_some(line)
}
