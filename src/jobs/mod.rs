//! Work that no request waits for: rows whose time is over, the seals of the audit log, the rotation of the signing
//! keys, the upkeep of metrics.
//!
//! Every job is idempotent and safe on several nodes at once, so no node has to be elected: each does its own, with
//! jitter that keeps nodes apart. Never does anything that an answer depends on.

mod audit;
mod key_notices;
mod runner;
mod spikes;
mod sweep;
pub mod webhooks;

use std::sync::Arc;
use std::time::Duration;

pub use runner::Jobs;
pub use spikes::find_spikes;

use crate::app::{App, flush_usage_when_due};
use crate::db::DbError;
use crate::keyring;
use crate::manage::recycle_bin;
use crate::server::tell_about_keys;
use crate::telemetry::Metrics;

/// How often rows are swept. Often, because a sweep holds the one writer of SQLite: what gathers in a few seconds is
/// gone in milliseconds.
const SWEEP_EVERY: Duration = Duration::from_secs(15);
/// How often the recycle bin is looked into.
const BIN_EVERY: Duration = Duration::from_secs(60);
/// How often it is looked which API keys end soon.
const NOTICES_EVERY: Duration = Duration::from_secs(5 * 60);
/// How often the keys are looked at at least.
const KEYS_EVERY: Duration = Duration::from_secs(60);
/// How often the keys are looked at at most.
const KEYS_AT_MOST_EVERY: Duration = Duration::from_millis(250);
/// How often measurements are folded together.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// How long it takes at least until it is written down again how keys were used. It waits for its time by itself.
const USAGE_AT_MOST_EVERY: Duration = Duration::from_millis(50);
/// How often it is looked whose use grew suddenly.
const SPIKES_EVERY: Duration = Duration::from_secs(5 * 60);
/// How often the audit log is sealed: what is not sealed yet could still be changed unseen.
const SEAL_EVERY: Duration = Duration::from_secs(1);

/// How often webhooks are told what happened, and how often it is looked what is due to be sent.
const WEBHOOKS_EVERY: Duration = Duration::from_secs(1);

/// Starts every job on the runtime that it is called in. They end with [`Jobs::stop`].
pub fn start(app: &Arc<App>) -> Jobs {
    let mut jobs = Jobs::new(app.random.clone());
    for (name, sweep) in sweep::SWEEPS {
        let app = Arc::clone(app);
        jobs.every(SWEEP_EVERY, name, move || sweep::run(Arc::clone(&app), name, *sweep));
    }
    let bin = Arc::clone(app);
    jobs.every(BIN_EVERY, "recycle_bin", move || empty_bin(Arc::clone(&bin)));
    let sealing = Arc::clone(app);
    jobs.every(SEAL_EVERY, "audit_seal", move || audit::seal(Arc::clone(&sealing)));
    let (expiring, place) = (Arc::clone(app), audit::Place::default());
    jobs.every(SWEEP_EVERY, "audit_retention", move || audit::expire(Arc::clone(&expiring), place.clone()));
    let counting = Arc::clone(app);
    jobs.every(USAGE_AT_MOST_EVERY, "key_usage", move || flush_usage_when_due(Arc::clone(&counting)));
    let looking = Arc::clone(app);
    jobs.every(SPIKES_EVERY, "key_spikes", move || find_spikes(Arc::clone(&looking)));
    let (telling, seen) = (Arc::clone(app), key_notices::Seen::default());
    jobs.every(NOTICES_EVERY, "api_key_notices", move || {
        key_notices::send(Arc::clone(&telling), seen.clone())
    });
    let telling = Arc::clone(app);
    jobs.every(WEBHOOKS_EVERY, "webhook_events", move || webhooks::tell(Arc::clone(&telling)));
    let (sending, dispatcher) = (Arc::clone(app), webhooks::Dispatcher::new(app));
    jobs.every(WEBHOOKS_EVERY, "webhook_deliveries", move || {
        webhooks::dispatch(Arc::clone(&sending), dispatcher.clone())
    });
    let (sweeping, kept) = (Arc::clone(app), app.config.webhooks.retention);
    jobs.every(SWEEP_EVERY, "webhook_retention", move || webhooks::sweep(Arc::clone(&sweeping), kept));
    let policy = app.keyring.policy();
    let app = Arc::clone(app);
    jobs.every(keys_interval(policy.publish_ahead), "signing_keys", move || rotate(Arc::clone(&app)));
    let metrics = Metrics::of_process();
    jobs.every(UPKEEP_EVERY, "metrics", move || {
        metrics.upkeep();
        std::future::ready(Ok::<(), std::convert::Infallible>(()))
    });
    jobs
}

/// Deletes for good what has been in the recycle bin for its time.
async fn empty_bin(app: Arc<App>) -> Result<(), DbError> {
    let (random, now) = (app.random.clone(), app.now());
    let gone = app.db.write(move |conn| recycle_bin::purge_old(conn, &random, now)).await?;
    if gone > 0 {
        app.forget();
        tracing::info!(gone, "the recycle bin was emptied of what had been in it for its time");
    }
    Ok(())
}

/// A node must hear of a key before the key signs, so it looks several times while the key is published ahead.
fn keys_interval(publish_ahead: Duration) -> Duration {
    (publish_ahead / 4).clamp(KEYS_AT_MOST_EVERY, KEYS_EVERY)
}

/// Makes, retires and forgets keys as the policy asks, and takes over what other nodes did.
async fn rotate(app: Arc<App>) -> Result<(), keyring::KeyringError> {
    let now = app.now();
    let done = keyring::rotate_async(&app.db, &app.master, &app.random, now, app.keyring.policy()).await?;
    tell_about_keys(&done);
    app.keyring.refresh(&app.db, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_looked_at_several_times_while_one_is_published_ahead() {
        let seconds = |n| Duration::from_secs(n);
        assert_eq!(keys_interval(seconds(24 * 60 * 60)), seconds(60));
        assert_eq!(keys_interval(seconds(60)), seconds(15));
        assert_eq!(keys_interval(seconds(1)), Duration::from_millis(250));
    }
}
