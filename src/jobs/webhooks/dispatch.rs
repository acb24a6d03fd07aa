//! Takes deliveries that are due and sends them, several at once and no more than a few to one webhook.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::JoinSet;

use super::sender::{Sender, failed};
use crate::app::App;
use crate::audit::{self, ActorRef, Changes, Event, Target};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::jobs::runner::fraction;
use crate::random::Random;
use crate::tenants::TenantId;
use crate::webhooks::{
    Attempt, Delivery, DeliveryStatus, FAILING, GONE, LEASE, Sealing, Webhook, WebhookId, WebhookStatus,
    delay, deliveries, headers, store,
};

/// Deliveries to one webhook that are under way at once.
const EACH: usize = 4;
/// Deliveries that are under way at once.
const ALL: usize = 64;

/// What is under way on this node.
#[derive(Clone)]
pub struct Dispatcher {
    sender: Arc<Sender>,
    busy: Busy,
    tasks: Arc<Mutex<JoinSet<()>>>,
    /// Behind which webhook it goes on, so that each has its turn when there is too much to do.
    place: Arc<Mutex<Option<WebhookId>>>,
}

#[derive(Clone, Default)]
struct Busy(Arc<Mutex<HashMap<WebhookId, usize>>>);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One delivery that is under way, until it is dropped.
struct Underway(Busy, WebhookId);

impl Drop for Underway {
    fn drop(&mut self) {
        let mut busy = locked(&self.0.0);
        if let Some(count) = busy.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                busy.remove(&self.1);
            }
        }
    }
}

impl Busy {
    /// How many more may be sent to a webhook.
    fn free(&self, id: WebhookId) -> usize {
        let busy = locked(&self.0);
        let all: usize = busy.values().sum();
        EACH.saturating_sub(busy.get(&id).copied().unwrap_or_default()).min(ALL.saturating_sub(all))
    }

    fn begin(&self, id: WebhookId) -> Underway {
        *locked(&self.0).entry(id).or_default() += 1;
        Underway(self.clone(), id)
    }

    fn is_full(&self) -> bool {
        locked(&self.0).values().sum::<usize>() >= ALL
    }
}

impl Dispatcher {
    /// Nothing is under way yet.
    pub fn new(app: &App) -> Self {
        let sender = Sender::new(app.webhook_wall(), app.config.webhooks.timeout);
        Self { sender: Arc::new(sender), busy: Busy::default(), tasks: Arc::default(), place: Arc::default() }
    }
}

/// Takes what is due and begins to send it. Does not wait for any answer.
///
/// # Errors
/// Those of the database.
pub async fn dispatch(app: Arc<App>, dispatcher: Dispatcher) -> Result<(), DbError> {
    while locked(&dispatcher.tasks).try_join_next().is_some() {}
    let mut after = locked(&dispatcher.place).take();
    while let Some((tenant, id, due)) =
        app.db.read_short(move |conn| deliveries::store::first_waiting(conn, after)).await?
    {
        if dispatcher.busy.is_full() {
            *locked(&dispatcher.place) = after;
            break;
        }
        after = Some(id);
        let free = dispatcher.busy.free(id);
        if due > app.now() || free == 0 {
            continue;
        }
        let Some((webhook, taken)) = take(&app, (tenant, id), free).await? else { continue };
        for delivery in taken {
            let (app, sender) = (Arc::clone(&app), Arc::clone(&dispatcher.sender));
            let (webhook, underway) = (webhook.clone(), dispatcher.busy.begin(id));
            locked(&dispatcher.tasks).spawn(async move {
                let _underway = underway;
                if let Err(why) = attempt(&app, &sender, &webhook, &delivery).await {
                    // It is tried again when its time is over.
                    tracing::warn!(error = %why, delivery = %delivery.id, "it was not noted what came of a delivery");
                }
            });
        }
    }
    Ok(())
}

/// Takes deliveries of a webhook that is active, for as long as an attempt can take.
async fn take(
    app: &App,
    (tenant, id): (TenantId, WebhookId),
    free: usize,
) -> Result<Option<(Webhook, Vec<Delivery>)>, DbError> {
    let found = app.db.read_short(move |conn| store::find(conn, tenant, id)).await?;
    let Some(webhook) = found.filter(|webhook| webhook.status == WebhookStatus::Active) else {
        return Ok(None);
    };
    let (now, limit) = (app.now(), i64::try_from(free).unwrap_or_default());
    let taken =
        app.db.write(move |conn| deliveries::store::claim(conn, tenant, (id, limit), (now, now + LEASE)));
    Ok(Some((webhook, taken.await?)))
}

/// Sends a delivery and notes what came of it.
async fn attempt(app: &App, sender: &Sender, webhook: &Webhook, delivery: &Delivery) -> Result<(), DbError> {
    let form = &app.profile(webhook.tenant_id).await?.webhooks;
    let now = app.now();
    let sealing = Sealing(&app.master);
    let sealed = [Some(webhook.sealed_secret.as_slice()), webhook.previous_sealed(now)];
    let opened: Result<Vec<_>, _> =
        sealed.into_iter().flatten().map(|sealed| sealing.open(webhook.id, sealed)).collect();
    let came = match opened {
        Ok(secrets) => {
            let event = (delivery.event_id.to_string(), delivery.event_type.as_str());
            let headers = headers(form, &secrets, (&event.0, event.1), &delivery.body, now);
            sender.send(&webhook.url, &headers, delivery.body.clone()).await
        }
        Err(why) => {
            tracing::error!(error = %why, webhook = %webhook.id, "the secret of a webhook cannot be opened");
            failed("secret_unreadable")
        }
    };
    let (random, now, jitter) = (app.random.clone(), app.now(), fraction(&app.random));
    let delivery = delivery.clone();
    app.db.write(move |conn| note(conn, &random, &delivery, (&came, jitter), now)).await
}

/// Notes an attempt, and pauses a webhook that failed for long or is gone for good.
fn note(
    conn: &mut Conn<'_>,
    random: &Random,
    delivery: &Delivery,
    (came, jitter): (&Attempt, f64),
    now: Timestamp,
) -> Result<(), DbError> {
    let taken = came.error.is_empty();
    let next = delay(delivery.tries(), jitter).filter(|_| !taken).map(|wait| now + wait);
    let status = match next {
        _ if taken => DeliveryStatus::Delivered,
        Some(_) => DeliveryStatus::Pending,
        None => DeliveryStatus::Failed,
    };
    let (tenant, id) = (delivery.tenant_id, delivery.webhook_id);
    if !deliveries::store::finish(conn, tenant, delivery, (came, status, next))? {
        return Ok(());
    }
    store::note_attempt(conn, tenant, id, (taken, now))?;
    if taken {
        return Ok(());
    }
    let Some(seen) = store::find(conn, tenant, id)?.filter(|seen| seen.status == WebhookStatus::Active)
    else {
        return Ok(());
    };
    let reason = match came.answer_status {
        Some(410) => GONE,
        _ if seen.has_failed_for_long(now) => FAILING,
        _ => return Ok(()),
    };
    pause(conn, random, (&seen, reason), now)
}

fn pause(
    conn: &mut Conn<'_>,
    random: &Random,
    (seen, reason): (&Webhook, &str),
    now: Timestamp,
) -> Result<(), DbError> {
    let paused = Webhook {
        status: WebhookStatus::Paused,
        status_reason: reason.to_owned(),
        updated_at: now.max(Timestamp::from_micros(seen.updated_at.micros() + 1)),
        ..seen.clone()
    };
    if !store::update(conn, seen.tenant_id, &paused, seen.updated_at)? {
        return Err(DbError::Retry);
    }
    let changes = Changes::none().field("status", &seen.status, &paused.status).field(
        "status_reason",
        &seen.status_reason,
        &paused.status_reason,
    );
    let event = Event::new(random, (seen.tenant_id, now), "webhook.pause")
        .by(ActorRef::system("webhooks"))
        .on(Target::new("webhook", seen.id, seen.url.as_str()))
        .changing(changes);
    audit::store::insert(conn, seen.tenant_id, &event)
}
