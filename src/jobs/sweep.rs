//! Deletes rows whose time is over. Each sweep is a write of its own, so that none waits for another.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::telemetry::ROWS_SWEPT;
use crate::{
    api_keys, credentials, device_authorizations, interactions, invitations, limits, manage, request_keys,
    revocations, sessions, tokens, users,
};

/// How long codes, families and sessions are remembered after their end: who presents a code or a refresh token again
/// by then is recognised as a replay, not taken for a stranger.
const REPLAY_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long an invitation is shown after its time.
const INVITATION_MEMORY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long requests of keys are counted back, and their uses shown.
const USAGE_MEMORY: Duration = Duration::from_secs(100 * 24 * 60 * 60);

/// Deletes what is over at the given moment, and tells how many rows that were.
type Sweep = fn(&mut Conn<'_>, Timestamp) -> Result<usize, DbError>;

/// Every sweep by name.
pub const SWEEPS: &[(&str, Sweep)] = &[
    ("interactions", interactions::store::sweep),
    ("tokens", |conn, now| tokens::store::sweep(conn, now - REPLAY_MEMORY)),
    ("device_authorizations", |conn, now| device_authorizations::store::sweep(conn, now - REPLAY_MEMORY)),
    ("sessions", |conn, now| sessions::store::sweep(conn, now - REPLAY_MEMORY)),
    ("password_resets", users::store::sweep_resets),
    ("invitations", |conn, now| invitations::store::sweep(conn, now - INVITATION_MEMORY)),
    ("throttles", limits::store::sweep),
    ("idempotency_keys", manage::store::sweep),
    ("dismissed_notices", manage::me::dismissed::store::sweep),
    ("key_sessions", |conn, now| api_keys::store::sweep_sessions(conn, now - REPLAY_MEMORY)),
    ("request_replays", request_keys::store::sweep),
    ("revocations", |conn, now| revocations::store::sweep(conn, now - REPLAY_MEMORY)),
    ("credential_usage", |conn, now| credentials::store::sweep_usage(conn, now - USAGE_MEMORY)),
    ("key_uses", |conn, now| credentials::store::sweep_key_uses(conn, now - USAGE_MEMORY)),
];

/// Runs one sweep.
pub async fn run(app: Arc<App>, name: &'static str, sweep: Sweep) -> Result<(), DbError> {
    let now = app.now();
    let rows = app.db.write(move |conn| sweep(conn, now)).await?;
    if rows > 0 {
        metrics::counter!(ROWS_SWEPT, "table" => name).increment(rows as u64);
        tracing::debug!(table = name, rows, "rows swept");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, Options, Synchronous, migrations};
    use crate::limits::{Bucket, Rule, store::take};
    use crate::secret::HmacKey;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    #[test]
    fn every_sweep_fits_the_schema_and_takes_only_what_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            url: format!("sqlite:{}", folder.path().join("test.db").display()),
            connections: 1,
            wait: DAY,
            synchronous: Synchronous::Normal,
            statement_timeout: DAY,
            notify: true,
        };
        migrations::run(&options).unwrap();
        let db = Db::open(&options).unwrap();
        let bucket = Bucket::account(&HmacKey::new(&[7; 32]), None, "ada@example.com");
        db.write_blocking(move |conn| take(conn, bucket, Rule::new(1, DAY), NOW)).unwrap();
        let all = |now| {
            let swept = |(_, sweep): &(&str, Sweep)| {
                let sweep = *sweep;
                db.write_blocking(move |conn| sweep(conn, now)).unwrap()
            };
            SWEEPS.iter().map(swept).sum::<usize>()
        };
        assert_eq!(all(NOW), 0);
        assert_eq!(all(NOW + DAY * 3), 1);
    }
}
