//! Writing down what was counted.

use std::sync::Arc;

use uuid::Uuid;

use super::{Meter, Noted, Use};
use crate::app::App;
use crate::audit::{self, ActorRef, Changes, Event, Origin, Target};
use crate::credentials::store::{
    LastUse, Usage, add_usage, networks, note_network, note_previous_use, note_use,
};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::random::Random;

/// Keys that are written in one transaction.
const BATCH: usize = 100;

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

type Entries = Arc<Vec<(Uuid, Noted)>>;

impl Meter {
    async fn flush(&self, app: &App) -> Result<(), DbError> {
        let _one_at_a_time = self.writing.lock().await;
        let (mut rest, mut failed) = (self.take(), None);
        while !rest.is_empty() {
            let after = rest.split_off(rest.len().min(BATCH));
            let batch = Arc::new(std::mem::replace(&mut rest, after));
            match write(app, &batch).await {
                Ok(()) => self.remember(&batch),
                Err(DbError::CommitUnknown) => {
                    tracing::warn!("a commit's fate is unknown: its counts are taken for written");
                }
                Err(error) if error.is_temporary() => {
                    self.put_back(batch.iter().cloned().chain(rest));
                    return Err(error);
                }
                Err(_) => failed = self.one_by_one(app, &batch).await.or(failed),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// One of them cannot be written: it must not keep the others. Nothing is left of an organisation that is gone.
    async fn one_by_one(&self, app: &App, batch: &Entries) -> Option<DbError> {
        let mut failed = None;
        for (id, noted) in batch.iter() {
            let alone = Arc::new(vec![(*id, noted.clone())]);
            match write(app, &alone).await {
                Ok(()) => self.remember(&alone),
                Err(DbError::CommitUnknown) => {
                    tracing::warn!("a commit's fate is unknown: its counts are taken for written");
                }
                Err(DbError::Reference(_)) => {
                    tracing::debug!(key = %id, "a key's organisation is gone, and its counts with it");
                }
                Err(error) => {
                    self.put_back([(*id, noted.clone())]);
                    failed = Some(error);
                }
            }
        }
        failed
    }

    fn remember(&self, written: &Entries) {
        for (id, noted) in written.iter() {
            for network in noted.networks.keys() {
                self.known_networks.insert((*id, network.clone()), ());
            }
        }
    }
}

async fn write(app: &App, batch: &Entries) -> Result<(), DbError> {
    let (batch, random) = (Arc::clone(batch), app.random.clone());
    app.db
        .write(move |conn| batch.iter().try_for_each(|(id, noted)| write_one(conn, &random, *id, noted)))
        .await
}

fn write_one(conn: &mut Conn<'_>, random: &Random, key: Uuid, noted: &Noted) -> Result<(), DbError> {
    let tenant = noted.tenant;
    for (&(hour, outcome), &requests) in &noted.counts {
        let outcome = outcome.to_owned();
        let usage = Usage { credential_id: Id::new(key), tenant_id: tenant, hour, outcome, requests };
        add_usage(conn, tenant, &usage)?;
    }
    if let Some(used) = &noted.last {
        let last = LastUse {
            credential_id: Id::new(key),
            tenant_id: tenant,
            last_used_at: used.at,
            address: used.address.clone(),
            user_agent: used.user_agent.clone(),
            previous_used_at: None,
        };
        note_use(conn, tenant, &last)?;
    }
    for (&hour, used) in &noted.previous {
        if note_previous_use(conn, tenant, key, (hour, used.at))? {
            let event = event(random, "api_key.old_secret_used", (key, noted), used);
            audit::store::insert(conn, tenant, &event)?;
        }
    }
    for (network, used) in &noted.networks {
        let is_new = note_network(conn, tenant, (key, network), used.at)?;
        if is_new && networks(conn, tenant, key, 2)?.len() > 1 {
            let changes = Changes::none().field("network", &None::<String>, &Some(network.clone()));
            let event = event(random, noted.words.1, (key, noted), used).changing(changes);
            audit::store::insert(conn, tenant, &event)?;
        }
    }
    Ok(())
}

/// What Gridkey noticed about the use of a key.
fn event(random: &Random, action: &'static str, (key, noted): (Uuid, &Noted), used: &Use) -> Event {
    let origin =
        Origin { address: used.address.clone(), user_agent: used.user_agent.clone(), ..Origin::default() };
    Event::new(random, (noted.tenant, used.at), action)
        .by(ActorRef::system("usage"))
        .on(Target::new(noted.words.0, key, noted.name.clone()))
        .at(origin)
}
