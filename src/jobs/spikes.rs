//! Keys whose use suddenly grows: often the first sign that somebody else has got one.

use std::sync::Arc;

use uuid::Uuid;

use crate::api_keys::{self, ApiKey, ApiKeyId};
use crate::app::App;
use crate::audit::{self, ActorRef, Changes, Event, Target};
use crate::clock::Timestamp;
use crate::credentials::{self, KeyStatus, Spike};
use crate::db::{Conn, DbError};
use crate::manage::api_keys::{News, tell};
use crate::random::Random;
use crate::tenants::{self, TenantId};

/// Keys that are looked up at once.
const PAGE: i64 = 500;
/// Hours and outcomes of one key that are looked at: 168 hours with some outcomes each.
const ROWS: i64 = 5_000;
/// Why a key is disabled.
const REASON: &str = "spike";

/// Looks at every key that was used a lot in this hour. Each is told about once in an hour, whichever node sees it.
///
/// # Errors
/// Those of the database.
pub async fn find_spikes(app: Arc<App>) -> Result<(), DbError> {
    let now = app.now();
    let mut after: Option<Uuid> = None;
    loop {
        let page = app.db.read(move |conn| {
            credentials::store::busy_in(conn, (now.hour(), Spike::CANDIDATE), (after, PAGE))
        });
        let keys = page.await?;
        let Some((_, last)) = keys.last() else { return Ok(()) };
        after = Some(*last);
        for (tenant, key) in keys {
            look_at(&app, (tenant, ApiKeyId::new(key)), now).await?;
        }
    }
}

async fn look_at(app: &App, (tenant, id): (TenantId, ApiKeyId), now: Timestamp) -> Result<(), DbError> {
    let from = now.hour() - Spike::LOOK_BACK;
    let counted =
        app.db.read(move |conn| credentials::store::usage_of(conn, tenant, id.uuid(), (from, ROWS))).await?;
    let Some(spike) = credentials::spike(&counted, now.hour()) else { return Ok(()) };
    let random = app.random.clone();
    let disabled = app.db.write(move |conn| note(conn, &random, (tenant, id), (spike, now))).await?;
    if disabled {
        app.forget();
        tell(app, tenant, id, (News::Spiked, now)).await;
    }
    Ok(())
}

/// Writes it down, and disables the key where its organisation wishes so. Whether it did.
fn note(
    conn: &mut Conn<'_>,
    random: &Random,
    (tenant, id): (TenantId, ApiKeyId),
    (spike, now): (Spike, Timestamp),
) -> Result<bool, DbError> {
    let (Some(key), Some(organisation)) =
        (api_keys::store::find(conn, tenant, id)?, tenants::store::find(conn, tenant)?)
    else {
        return Ok(false);
    };
    let is_first = key.status == KeyStatus::Active
        && credentials::store::note_spike(conn, tenant, (id.uuid(), now.hour()))?;
    if !is_first {
        return Ok(false);
    }
    let event = |action, changes| {
        Event::new(random, (tenant, now), action)
            .by(ActorRef::system("usage"))
            .on(Target::new("api_key", id, key.name.clone()))
            .changing(changes)
    };
    let figures = Changes::none().field("requests_in_hour", &spike.median, &spike.requests).field(
        "ninety_fifth_percentile",
        &None::<i64>,
        &Some(spike.ninety_fifth),
    );
    audit::store::insert(conn, tenant, &event("api_key.spike", figures))?;
    if !organisation.settings.api_keys.disable_on_spike {
        return Ok(false);
    }
    let seen = key.updated_at;
    let disabled = ApiKey {
        status: KeyStatus::Disabled,
        status_reason: REASON.into(),
        updated_at: now.max(Timestamp::from_micros(seen.micros() + 1)),
        ..key.clone()
    };
    if !api_keys::store::update(conn, tenant, &disabled, seen)? {
        return Err(DbError::Retry);
    }
    let changes = Changes::none().field("status", &key.status.as_str(), &disabled.status.as_str()).field(
        "status_reason",
        &key.status_reason,
        &disabled.status_reason,
    );
    audit::store::insert(conn, tenant, &event("api_key.disable", changes))?;
    Ok(true)
}
