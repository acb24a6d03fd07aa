//! Makes deliveries out of the audit log.

use std::sync::Arc;

use crate::app::App;
use crate::audit::{self, Outcome, Sealed};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::random::Random;
use crate::tenants::WebhookForm;
use crate::webhooks::{Delivery, EventName, Pattern, Webhook, body, deliveries, store};

/// Webhooks that are looked up at once.
const PAGE: i64 = 100;
/// Rows of the log that are told in one transaction.
const BATCH: i64 = 100;
/// Batches of one webhook before the next has its turn.
const TURN: usize = 20;

/// Makes the deliveries of everything that was sealed since the last time, for every webhook.
///
/// # Errors
/// Those of the database.
pub async fn tell(app: Arc<App>) -> Result<(), DbError> {
    let mut after = None;
    loop {
        let page = app.db.read_short(move |conn| store::behind(conn, after, PAGE)).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for webhook in page {
            catch_up(&app, webhook).await?;
        }
    }
}

async fn catch_up(app: &App, webhook: Webhook) -> Result<(), DbError> {
    let form = &app.profile(webhook.tenant_id).await?.webhooks;
    let (tenant, id) = (webhook.tenant_id, webhook.id);
    let mut position = webhook.position;
    for _ in 0..TURN {
        let rows = app.db.read(move |conn| audit::sealed_after(conn, tenant, position, BATCH)).await?;
        let Some(last) = rows.last().and_then(|row| row.sequence) else { break };
        let is_last = rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        let made = deliveries_of(&webhook, &rows, form, (&app.random, app.now()));
        let won = app.db.write(move |conn| {
            let won = store::advance(conn, tenant, id, (position, last))?;
            if won {
                deliveries::store::insert(conn, tenant, &made)?;
            }
            Ok::<_, DbError>(won)
        });
        // Whoever moved it first goes on.
        if !won.await? || is_last {
            break;
        }
        position = last;
    }
    Ok(())
}

/// What a webhook is told of these rows. What was refused did not happen.
fn deliveries_of(
    webhook: &Webhook,
    rows: &[Sealed],
    form: &WebhookForm,
    (random, now): (&Random, Timestamp),
) -> Vec<Delivery> {
    let done = rows.iter().map(|row| &row.entry).filter(|entry| entry.outcome == Outcome::Success.as_str());
    let named = done.map(|entry| (entry, EventName::of_action(&entry.action, form)));
    let wanted = named.filter(|(_, name)| webhook.events.iter().any(|text| Pattern::stored(text).fits(name)));
    wanted
        .map(|(entry, name)| {
            let body = body(entry, &name, form);
            let whose = (webhook.tenant_id, webhook.id);
            Delivery::new(random.id(now), whose, (entry.id.uuid(), name.told), body, now)
        })
        .collect()
}
