//! Writing down what was counted.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use uuid::Uuid;

use super::Meter;
use super::tally::{Tally, Use};
use crate::app::App;
use crate::audit::{self, ActorRef, Changes, Event, Origin, Target};
use crate::clock::Timestamp;
use crate::credentials::MOST_NETWORKS;
use crate::credentials::store::{
    How, KeyNetwork, KeyUse, LastUse, Usage, add_usage, count_networks, forget_networks, note_key_uses,
    note_networks, note_previous_use, note_uses,
};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::random::Random;

/// Keys that are written in one transaction.
const BATCH: usize = 500;
/// How long counts wait at most.
const LONGEST: Duration = Duration::from_secs(2);

/// Writes everything down that was counted until now.
///
/// # Errors
/// Those of the database; what was not written is kept.
pub async fn flush_usage(app: Arc<App>) -> Result<(), DbError> {
    // In a task of its own: whoever waits may be gone before the database answers, and what was taken out of memory has
    // to be written or put back all the same.
    let work = tokio::spawn(async move { app.meter.flush(&app).await });
    work.await.unwrap_or(Err(DbError::Panicked))
}

/// The same when two seconds are over, or so many keys are in use that it should not wait.
///
/// # Errors
/// Those of the database; what was not written is kept.
pub async fn flush_usage_when_due(app: Arc<App>) -> Result<(), DbError> {
    if app.meter.failing.load(Ordering::Relaxed) {
        tokio::time::sleep(LONGEST).await;
    } else {
        // What is left of a call before the last write only brings this one forward.
        let _ = tokio::time::timeout(LONGEST, app.meter.many.notified()).await;
    }
    flush_usage(app).await
}

type Entries = Arc<Vec<(Uuid, Tally)>>;

/// What became of a batch.
enum Written {
    Yes,
    /// Not yet: nothing else will be written either.
    Later(DbError),
    /// Something in it cannot be written.
    No(DbError),
}

impl Meter {
    async fn flush(&self, app: &App) -> Result<(), DbError> {
        let _one_at_a_time = self.writing.lock().await;
        let outcome = self.flush_all(app).await;
        self.done();
        self.failing.store(outcome.is_err(), Ordering::Relaxed);
        outcome
    }

    async fn flush_all(&self, app: &App) -> Result<(), DbError> {
        match self.uncounted.swap(0, Ordering::Relaxed) {
            0 => {}
            requests => {
                tracing::warn!(requests, "too much could not be written down: requests were not counted")
            }
        }
        let mut all = self.take();
        let mut batches = Vec::with_capacity(all.len().div_ceil(BATCH));
        while !all.is_empty() {
            let rest = all.len().saturating_sub(BATCH);
            batches.push(all.split_off(rest));
        }
        // The last of this stack is written first: keys in their order, the same on each node.
        let mut failed = None;
        while let Some(batch) = batches.pop() {
            let batch = Arc::new(batch);
            match self.write(app, &batch).await {
                Written::Yes => {}
                Written::Later(error) => {
                    self.put_back(owned(batch).into_iter().chain(batches.into_iter().flatten()));
                    return Err(error);
                }
                Written::No(error) => match owned(batch) {
                    // One of them cannot be written: it must not keep the others.
                    mut batch if batch.len() > 1 => {
                        batches.push(batch.split_off(batch.len() / 2));
                        batches.push(batch);
                    }
                    _ if matches!(error, DbError::Reference(_)) => {
                        tracing::debug!("a key's organisation is gone, and its counts with it");
                    }
                    alone => {
                        self.put_back(alone);
                        failed = Some(error);
                    }
                },
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn write(&self, app: &App, batch: &Entries) -> Written {
        let (shared, random) = (Arc::clone(batch), app.random.clone());
        match app.db.write(move |conn| write_batch(conn, &random, &shared)).await {
            Ok(()) => {
                self.remember(batch, app.now());
                Written::Yes
            }
            Err(DbError::CommitUnknown) => {
                tracing::warn!("a commit's fate is unknown: its counts are taken for written");
                Written::Yes
            }
            Err(error) if error.is_temporary() => Written::Later(error),
            Err(error) => Written::No(error),
        }
    }

    fn remember(&self, written: &Entries, now: Timestamp) {
        for (id, tally) in written.iter() {
            let (Some(rare), Some(shard)) = (&tally.rare, self.shard(*id)) else { continue };
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for (network, _) in &rare.networks {
                shard.known.insert(self.digest(*id, network), now);
            }
        }
    }
}

fn owned(batch: Entries) -> Vec<(Uuid, Tally)> {
    Arc::try_unwrap(batch).unwrap_or_else(|shared| shared.to_vec())
}

/// A few statements, however many keys there are. The order of the tables is the same on each node, and so is that of the
/// keys: nobody waits for somebody who waits for them.
fn write_batch(conn: &mut Conn<'_>, random: &Random, batch: &[(Uuid, Tally)]) -> Result<(), DbError> {
    let uses: Vec<LastUse> = batch
        .iter()
        .filter_map(|(id, tally)| {
            let used = tally.last.as_ref()?;
            Some(LastUse {
                credential_id: Id::new(*id),
                tenant_id: tally.tenant,
                last_used_at: used.at,
                address: used.address(),
                user_agent: used.agent().to_owned(),
                previous_used_at: None,
            })
        })
        .collect();
    note_uses(conn, &uses)?;
    let usage: Vec<Usage> = batch
        .iter()
        .flat_map(|(id, tally)| {
            tally.counts.iter().map(|count| Usage {
                credential_id: Id::new(*id),
                tenant_id: tally.tenant,
                hour: count.hour,
                outcome: count.outcome.to_owned(),
                requests: count.requests,
            })
        })
        .collect();
    add_usage(conn, &usage)?;
    note_key_uses(conn, lines(batch))?;
    write_previous(conn, random, batch)?;
    write_networks(conn, random, batch)
}

/// The newest uses, as they are written down.
fn lines(batch: &[(Uuid, Tally)]) -> Vec<KeyUse> {
    let all =
        batch.iter().flat_map(|(id, tally)| tally.lines.iter().map(move |line| (*id, tally.tenant, line)));
    all.map(|(key, tenant, line)| {
        let address = line.last.address();
        let (user_agent, door) = (line.last.agent(), line.door.as_str());
        let how = How { address: &address, user_agent, outcome: line.outcome, door };
        KeyUse::new((tenant, key), line.last.at, how, line.requests)
    })
    .collect()
}

fn write_previous(conn: &mut Conn<'_>, random: &Random, batch: &[(Uuid, Tally)]) -> Result<(), DbError> {
    for (id, tally) in batch {
        for (&hour, used) in tally.rare.iter().flat_map(|rare| &rare.previous) {
            if note_previous_use(conn, tally.tenant, *id, (hour, used.at))? {
                let event = event(conn, random, "api_key.old_secret_used", (*id, tally), used)?;
                audit::store::insert(conn, tally.tenant, &event)?;
            }
        }
    }
    Ok(())
}

fn write_networks(conn: &mut Conn<'_>, random: &Random, batch: &[(Uuid, Tally)]) -> Result<(), DbError> {
    let networks: Vec<KeyNetwork> = batch
        .iter()
        .flat_map(|(id, tally)| {
            tally.rare.iter().flat_map(|rare| &rare.networks).map(|(network, used)| KeyNetwork {
                credential_id: Id::new(*id),
                tenant_id: tally.tenant,
                network: network.to_string(),
                first_seen_at: used.at,
            })
        })
        .collect();
    if networks.is_empty() {
        return Ok(());
    }
    let mut fresh: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (key, network) in note_networks(conn, &networks)? {
        fresh.entry(key).or_default().push(network);
    }
    let keys: Vec<Uuid> = fresh.keys().copied().collect();
    let counts = count_networks(conn, &keys)?;
    for (id, tally) in batch {
        let (Some(fresh), Some(&count)) = (fresh.get(id), counts.get(id)) else { continue };
        let seen = tally.rare.iter().flat_map(|rare| &rare.networks);
        let mut new: Vec<_> = seen
            .map(|(network, used)| (network.to_string(), used))
            .filter(|(network, _)| fresh.contains(network))
            .collect();
        new.sort_by_key(|(_, used)| used.at);
        let was_known = count > i64::try_from(fresh.len()).unwrap_or(i64::MAX);
        // The first network of all is not new to anybody.
        for (network, used) in new.into_iter().skip(usize::from(!was_known)) {
            let changes = Changes::none().field("network", &None::<String>, &Some(network));
            let event = event(conn, random, tally.kind.new_network(), (*id, tally), used)?.changing(changes);
            audit::store::insert(conn, tally.tenant, &event)?;
        }
        if count > MOST_NETWORKS {
            forget_networks(conn, tally.tenant, *id, MOST_NETWORKS)?;
        }
    }
    Ok(())
}

/// What Gridkey noticed about the use of a key.
fn event(
    conn: &mut Conn<'_>,
    random: &Random,
    action: &'static str,
    (key, tally): (Uuid, &Tally),
    used: &Use,
) -> Result<Event, DbError> {
    let origin = Origin { address: used.address(), user_agent: used.agent().to_owned(), ..Origin::default() };
    let name = tally.kind.name_of(conn, tally.tenant, key)?;
    Ok(Event::new(random, (tally.tenant, used.at), action)
        .by(ActorRef::system("usage"))
        .on(Target::new(tally.kind.as_str(), key, name))
        .at(origin))
}
