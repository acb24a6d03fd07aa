//! The upkeep of the audit log: sealing what was written, and deleting what is past its time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::app::App;
use crate::audit::{self, ChainKey, SealError};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::telemetry::ROWS_SWEPT;
use crate::tenants::{self, TenantId};

/// Logs that are looked at for old rows at once: the next run goes on behind them.
const LOGS: i64 = 200;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Numbers and chains what was written since the last time.
pub async fn seal(app: Arc<App>) -> Result<(), SealError> {
    let rows = audit::seal_pending(&app.db, &ChainKey::of(&app.master), app.now()).await?;
    if rows > 0 {
        tracing::trace!(rows, "audit events sealed");
    }
    Ok(())
}

/// Where the walk along the logs is. Each node has its own: two that meet do no harm.
#[derive(Clone, Default)]
pub struct Place(Arc<Mutex<Option<TenantId>>>);

impl Place {
    fn get(&self) -> Option<TenantId> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, place: Option<TenantId>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
}

/// Deletes rows that are past their time in the next few logs.
pub async fn expire(app: Arc<App>, place: Place) -> Result<(), SealError> {
    let (key, now) = (ChainKey::of(&app.master), app.now());
    let logs = audit::chains(&app.db, place.get(), LOGS).await?;
    let round_is_over = logs.len() < usize::try_from(LOGS).unwrap_or(usize::MAX);
    place.set(logs.last().copied().filter(|_| !round_is_over));
    let (mut gone, mut failed) = (0, None);
    for log in logs {
        let before = cutoff(&app, log, now).await?;
        match audit::expire(&app.db, &key, log, (before, now)).await {
            Ok(rows) => gone += rows,
            Err(why) => failed = failed.or(Some(why)),
        }
    }
    if gone > 0 {
        metrics::counter!(ROWS_SWEPT, "table" => "audit_events").increment(gone as u64);
        tracing::debug!(table = "audit_events", rows = gone, "rows swept");
    }
    failed.map_or(Ok(()), Err)
}

/// What happened before this moment is past its time: the organisation's own wish, within the configuration's.
async fn cutoff(app: &App, log: TenantId, now: Timestamp) -> Result<Timestamp, DbError> {
    let tenant = app.db.read_short(move |conn| tenants::store::find(conn, log)).await?;
    let own = tenant.and_then(|tenant| tenant.settings.audit_retention_days).map(|days| DAY * days);
    let most = app.config.audit.retention;
    Ok(now - own.unwrap_or(most).min(most))
}
