//! How a change to a webhook is written: with its event.

use serde::Serialize;

use super::rules::Ground;
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::{Conn, DbError};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::web::Problem;
use crate::webhooks::{Webhook, WebhookId, WebhookStatus, store};

/// What the audit log tells of a webhook.
#[derive(Serialize)]
struct Noted<'a> {
    url: &'a str,
    description: &'a str,
    events: &'a [String],
    status: WebhookStatus,
    status_reason: &'a str,
}

impl<'a> From<&'a Webhook> for Noted<'a> {
    fn from(webhook: &'a Webhook) -> Self {
        Self {
            url: &webhook.url,
            description: &webhook.description,
            events: &webhook.events,
            status: webhook.status,
            status_reason: &webhook.status_reason,
        }
    }
}

/// Lets the call go on if the caller may do this with webhooks and may read the log that they are told of: who makes or
/// turns one hears everything that it hears.
///
/// # Errors
/// 403 otherwise.
pub async fn need(call: &Call, app: &App, permission: &str) -> Result<(), Problem> {
    call.need(app, permission).await?;
    call.need(app, "audit:read").await
}

/// What the rules ask about.
///
/// # Errors
/// Those of the database.
pub async fn ground(call: &Call, app: &App) -> Result<Ground, Problem> {
    Ok(Ground { wall: app.webhook_wall(), form: &app.profile(call.tenant).await?.webhooks })
}

/// As events name a webhook: by its host, because the rest of an address may be nobody's business.
pub fn target(webhook: &Webhook) -> Target {
    let host = url::Url::parse(&webhook.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    Target::new("webhook", webhook.id, host.unwrap_or_default())
}

/// A webhook that is there.
///
/// # Errors
/// 404 when it is not.
pub fn find(conn: &mut Conn<'_>, call: &Call, id: WebhookId) -> Result<Webhook, Stop> {
    Ok(store::find(conn, call.tenant, id)?.ok_or_else(Problem::not_found)?)
}

/// What is told of a new webhook.
pub fn created(webhook: &Webhook) -> Changes {
    Changes::created(&Noted::from(webhook))
}

/// Writes what changed with its event. What did not change is neither written nor told. Whoever is told again after a
/// pause begins with what happens from now on.
///
/// # Errors
/// Another try when somebody was faster.
pub fn write(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    action: &'static str,
    (seen, webhook): (&Webhook, &Webhook),
) -> Result<(), Stop> {
    if seen == webhook {
        return Ok(());
    }
    if !store::update(conn, call.tenant, webhook, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    if seen.status == WebhookStatus::Paused && webhook.status == WebhookStatus::Active {
        let position = audit::head(conn, call.tenant)?;
        store::begin_at(conn, call.tenant, webhook.id, position)?;
    }
    let mut changes = Changes::between(&Noted::from(seen), &Noted::from(webhook));
    if seen.sealed_secret != webhook.sealed_secret {
        changes = changes.field("secret", &"(hidden)", &"(hidden, another)");
    }
    note(conn, (call, random), action, webhook, changes)
}

/// Writes an event about a webhook.
///
/// # Errors
/// Those of the database.
pub fn note(
    conn: &mut Conn<'_>,
    (call, random): (&Call, &Random),
    action: &'static str,
    webhook: &Webhook,
    changes: Changes,
) -> Result<(), Stop> {
    Ok(audit::store::insert(conn, call.tenant, &call.event(random, action, target(webhook), changes))?)
}

/// 409 for a webhook that is told nothing right now.
///
/// # Errors
/// That one.
pub fn is_active(webhook: &Webhook) -> Result<(), Problem> {
    if webhook.status == WebhookStatus::Active {
        return Ok(());
    }
    Err(Problem::conflict("webhook_paused", "The webhook is paused, so that nothing is sent to it.")
        .fix("Set its status to active first."))
}
