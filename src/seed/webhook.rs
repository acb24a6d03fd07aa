//! `[[webhooks]]`

use super::entry::{Entry, description};
use super::error::{Place, Placed};
use crate::tenants::Slug;
use crate::webhooks::{MOST_PATTERNS, WebhookSecret, WebhookStatus};

/// What the file says of a webhook.
#[derive(Clone, Debug)]
pub(super) struct WebhookSpec {
    pub place: Place,
    pub tenant: Placed<Slug>,
    /// Where it is, as the file writes it.
    pub url: Placed<String>,
    pub events: Option<Vec<Placed<String>>>,
    pub description: Option<String>,
    pub status: Option<WebhookStatus>,
    pub secret: Option<WebhookSecret>,
}

impl WebhookSpec {
    pub fn read(mut entry: Entry<'_, '_>) -> Option<Self> {
        let tenant = entry.required_text("tenant", str::parse::<Slug>);
        let url = entry.required_text("url", |text| Ok::<_, String>(text.to_owned()));
        let events = entry.set("events", |text| Ok::<_, String>(text.to_owned()));
        let description = entry.text("description", description);
        let status = entry.choice("status").map(|status| status.value);
        let secret = entry.text("secret", WebhookSecret::parse);
        let place = entry.place();
        if events.as_ref().is_some_and(|list| !(1..=MOST_PATTERNS).contains(&list.len())) {
            let at = entry.places().get("events").copied().unwrap_or(place);
            entry.refuse("events", at, format_args!("expected a list of 1 to {MOST_PATTERNS}"));
        }
        entry.finish();
        Some(Self {
            place,
            tenant: tenant?,
            url: url?,
            events,
            description: description.map(|text| text.value),
            status,
            secret: secret.map(|secret| secret.value),
        })
    }
}
