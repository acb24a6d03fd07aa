//! Writing down what was counted.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
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
    note_networks, note_previous_use, note_uses, trim_key_uses,
};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::random::Random;

/// Keys that are written in one transaction.
const BATCH: usize = 512;
/// Keys whose rows are made at a time.
const PART: usize = 256;
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

/// What was taken to be written, batch by batch.
struct Waiting {
    /// The last key first.
    all: Vec<(Uuid, Tally)>,
    /// Parts of a batch that could not be written as a whole.
    parts: Vec<Vec<(Uuid, Tally)>>,
}

impl Iterator for Waiting {
    type Item = Vec<(Uuid, Tally)>;

    /// The next keys in their order, the same on each node.
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(part) = self.parts.pop() {
            return Some(part);
        }
        let mut batch = self.all.split_off(self.all.len().saturating_sub(BATCH));
        batch.reverse();
        if self.all.len() < self.all.capacity() / 2 {
            self.all.shrink_to_fit();
        }
        (!batch.is_empty()).then_some(batch)
    }
}

impl Meter {
    async fn flush(&self, app: &App) -> Result<(), DbError> {
        let _one_at_a_time = self.writing.lock().await;
        let outcome = self.flush_all(app).await;
        self.all_done();
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
        let mut waiting = Waiting { all: self.take(), parts: Vec::new() };
        let mut failed = None;
        while let Some(batch) = waiting.next() {
            let batch = Arc::new(batch);
            match self.write(app, &batch).await {
                // What it took is free for others while the next is being written.
                Written::Yes => self.done(&batch),
                Written::Later(error) => {
                    self.put_back(owned(batch).into_iter().chain(waiting.flatten()));
                    return Err(error);
                }
                Written::No(error) => match owned(batch) {
                    // One of them cannot be written: it must not keep the others.
                    mut batch if batch.len() > 1 => {
                        waiting.parts.push(batch.split_off(batch.len() / 2));
                        waiting.parts.push(batch);
                    }
                    gone if matches!(error, DbError::Reference(_)) => {
                        self.done(&gone);
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
            for (network, _) in tally.networks() {
                let digest = self.digest(*id, &network);
                if let Some(mut shard) = self.shard(*id) {
                    shard.known().insert(digest, now);
                }
            }
        }
    }
}

fn owned(batch: Entries) -> Vec<(Uuid, Tally)> {
    Arc::try_unwrap(batch).unwrap_or_else(|shared| shared.to_vec())
}

/// A few statements, however many keys there are. The order of the tables is the same on each node, and so is that of the
/// keys: nobody waits for somebody who waits for them. Rows are made for a few keys at a time and let go again.
fn write_batch(conn: &mut Conn<'_>, random: &Random, batch: &[(Uuid, Tally)]) -> Result<(), DbError> {
    let parts = || batch.chunks(PART);
    parts().try_for_each(|part| note_uses(conn, &last_uses(part)))?;
    parts().try_for_each(|part| add_usage(conn, &usage(part)))?;
    let mut grown = Vec::new();
    for part in parts() {
        grown.extend(note_key_uses(conn, lines(part))?);
    }
    trim_key_uses(conn, &grown)?;
    write_previous(conn, random, batch)?;
    write_networks(conn, random, batch)
}

fn last_uses(part: &[(Uuid, Tally)]) -> Vec<LastUse> {
    let used = part.iter().filter_map(|(id, tally)| Some((id, tally.tenant, tally.last()?)));
    used.map(|(id, tenant_id, used)| LastUse {
        credential_id: Id::new(*id),
        tenant_id,
        last_used_at: used.at,
        address: used.address(),
        user_agent: used.agent().to_owned(),
        previous_used_at: None,
    })
    .collect()
}

/// Those of one key in an order that every node has them in.
fn usage(part: &[(Uuid, Tally)]) -> Vec<Usage> {
    let counts =
        part.iter().flat_map(|(id, tally)| tally.counts().map(move |count| (id, tally.tenant, count)));
    let mut all: Vec<Usage> = counts
        .map(|(id, tenant_id, count)| Usage {
            credential_id: Id::new(*id),
            tenant_id,
            hour: count.hour(),
            outcome: count.outcome.as_str().to_owned(),
            requests: count.requests,
        })
        .collect();
    all.sort_by(|one, other| {
        let place = |usage: &Usage| (usage.credential_id.uuid(), usage.hour);
        place(one).cmp(&place(other)).then_with(|| one.outcome.cmp(&other.outcome))
    });
    all
}

/// The newest uses, as they are written down.
fn lines(part: &[(Uuid, Tally)]) -> Vec<KeyUse> {
    let all = part.iter().flat_map(|(id, tally)| tally.lines().map(move |line| (*id, tally.tenant, line)));
    all.map(|(key, tenant, line)| {
        let used = line.last();
        let address = used.address();
        let (outcome, door) = (line.outcome.as_str(), line.door.as_str());
        let how = How { address: &address, user_agent: used.agent(), outcome, door };
        KeyUse::new((tenant, key), used.at, how, line.requests())
    })
    .collect()
}

fn write_previous(conn: &mut Conn<'_>, random: &Random, batch: &[(Uuid, Tally)]) -> Result<(), DbError> {
    for (id, tally) in batch {
        for used in tally.previous() {
            if note_previous_use(conn, tally.tenant, *id, (used.at.hour(), used.at))? {
                let event = event(conn, random, "api_key.old_secret_used", (*id, tally), used)?;
                audit::store::insert(conn, tally.tenant, &event)?;
            }
        }
    }
    Ok(())
}

fn networks(part: &[(Uuid, Tally)]) -> Vec<KeyNetwork> {
    let all = part.iter().flat_map(|(id, tally)| {
        tally.networks().into_iter().map(move |(network, first)| (*id, tally.tenant, network, first.at))
    });
    all.map(|(id, tenant_id, network, first_seen_at)| KeyNetwork {
        credential_id: Id::new(id),
        tenant_id,
        network: network.to_string(),
        first_seen_at,
    })
    .collect()
}

fn write_networks(conn: &mut Conn<'_>, random: &Random, batch: &[(Uuid, Tally)]) -> Result<(), DbError> {
    let mut fresh: HashMap<Uuid, Vec<String>> = HashMap::new();
    for part in batch.chunks(PART) {
        for (key, network) in note_networks(conn, &networks(part))? {
            fresh.entry(key).or_default().push(network);
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let keys: Vec<Uuid> = fresh.keys().copied().collect();
    let counts = count_networks(conn, &keys)?;
    for (id, tally) in batch {
        let (Some(fresh), Some(&count)) = (fresh.get(id), counts.get(id)) else { continue };
        let was_known = count > i64::try_from(fresh.len()).unwrap_or(i64::MAX);
        if !was_known && fresh.len() == 1 {
            continue;
        }
        let mut new: Vec<_> = tally
            .networks()
            .into_iter()
            .map(|(network, first)| (network.to_string(), first))
            .filter(|(network, _)| fresh.contains(network))
            .collect();
        new.sort_by_key(|(_, first)| first.at);
        // The first network of all is not new to anybody.
        for (network, first) in new.into_iter().skip(usize::from(!was_known)) {
            let changes = Changes::none().field("network", &None::<String>, &Some(network));
            let event =
                event(conn, random, tally.kind.new_network(), (*id, tally), &first)?.changing(changes);
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
