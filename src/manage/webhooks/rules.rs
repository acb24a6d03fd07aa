//! What becomes of a webhook when somebody says something of it.

use super::{NewWebhook, WebhookPatch};
use crate::manage::Call;
use crate::manage::text::description;
use crate::tenants::WebhookForm;
use crate::web::Problem;
use crate::webhooks::{MOST_PATTERNS, Pattern, Wall, Webhook, WebhookId, WebhookStatus};

/// What the rules ask about: where webhooks may be, and what events are called here.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Where webhooks may be.
    pub wall: Wall,
    /// What events are called.
    pub form: &'static WebhookForm,
}

/// The webhook that a request describes, to be told what happens after `position`.
pub fn new(
    call: &Call,
    ground: &Ground,
    wanted: &NewWebhook,
    (id, sealed_secret, position): (WebhookId, Vec<u8>, i64),
) -> Result<Webhook, Problem> {
    Ok(Webhook {
        id,
        tenant_id: call.tenant,
        url: url(ground, &wanted.url)?,
        description: description(&wanted.description)?,
        events: events(ground, &wanted.events)?,
        status: WebhookStatus::Active,
        status_reason: String::new(),
        sealed_secret,
        previous: None,
        position,
        successes: 0,
        failures: 0,
        failing_since: None,
        created_by: call.actor.reference(),
        created_at: call.now,
        updated_at: call.now,
    })
}

/// The webhook after a change.
pub fn patched(
    call: &Call,
    ground: &Ground,
    webhook: &Webhook,
    patch: &WebhookPatch,
) -> Result<Webhook, Problem> {
    let mut changed = webhook.clone();
    if let Some(text) = &patch.url {
        changed.url = url(ground, text)?;
    }
    if let Some(list) = &patch.events {
        changed.events = events(ground, list)?;
    }
    if let Some(text) = &patch.description {
        changed.description = description(text)?;
    }
    if let Some(text) = &patch.status {
        let status: WebhookStatus = text.parse().map_err(|_| {
            Problem::invalid("invalid_status", "status can be set to active or paused.").field("status")
        })?;
        if status != changed.status {
            changed.status = status;
            changed.status_reason.clear();
        }
    }
    if changed != *webhook {
        changed.updated_at = call.next_version(webhook.updated_at);
    }
    Ok(changed)
}

fn url(ground: &Ground, text: &str) -> Result<String, Problem> {
    ground.wall.url(text).map(String::from).map_err(|why| {
        Problem::invalid("invalid_url", format!("url: {why}."))
            .fix("Take an https address that the internet reaches. Private networks are opened by webhooks.allowed_networks of the server.")
            .field("url")
    })
}

fn events(ground: &Ground, list: &[String]) -> Result<Vec<String>, Problem> {
    let refuse = |detail: String| {
        Problem::invalid("invalid_events", detail)
            .fix("GET /v1/webhook-events lists every type; * stands for all of them, user.* for those of people.")
            .field("events")
    };
    if !(1..=MOST_PATTERNS).contains(&list.len()) {
        return Err(refuse(format!("events must be a list of 1 to {MOST_PATTERNS}.")));
    }
    let mut kept: Vec<String> = Vec::new();
    for text in list {
        if Pattern::parse(text, ground.form).is_none() {
            let shown: String = text.chars().take(80).collect();
            return Err(refuse(format!("No event is called {shown:?}.")));
        }
        if !kept.contains(text) {
            kept.push(text.clone());
        }
    }
    Ok(kept)
}
