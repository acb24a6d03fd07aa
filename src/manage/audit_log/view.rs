//! How an event is shown.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::audit::{Entry, Event, Outcome, Sealed};
use crate::tenants::Slug;
use crate::text::text_enum;

text_enum! {
    /// How it ended, in the words of the interface.
    pub enum Status {
        /// It was done.
        Success = "SUCCESS",
        /// It was refused.
        Failure = "FAILURE",
    }
}

impl Status {
    /// The word under which it is stored.
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Success => Outcome::Success,
            Self::Failure => Outcome::Failure,
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// Identifier. Sorts by time.
    pub id: Uuid,
    /// When.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// `noun.verb`.
    #[schema(example = "user.update")]
    pub action: String,
    /// Who: a person's, a service account's or a key's identifier; empty when unknown.
    pub actor_id: String,
    /// The mail address of a person, or the one that somebody typed who did not get in.
    pub actor_email: Option<String>,
    /// What they are called: a mail address, a slug.
    pub actor_name: String,
    /// `user`, `service`, `key`, `system` or `anonymous`.
    #[schema(example = "user")]
    pub actor_type: String,
    /// The organisation in whose log it stands; absent in the instance's own.
    pub tenant_id: Option<Uuid>,
    /// The partner of that organisation, as it is now; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    /// What kind of thing it was done to.
    #[schema(example = "user")]
    pub resource_type: String,
    /// Which one.
    pub resource_id: String,
    /// What people call it.
    pub resource_name: String,
    /// From which network address.
    pub ip_address: String,
    /// With which program. What a sender claims, with control characters spelt out.
    pub user_agent: String,
    /// In which request.
    pub request_id: String,
    /// By way of which application.
    pub client_id: String,
    /// In which browser session.
    pub session_id: String,
    /// The fields that changed, each with `before` and `after`. Secrets are never among them.
    #[schema(value_type = Object)]
    pub changes: Value,
    /// `SUCCESS` or `FAILURE`.
    #[schema(example = "SUCCESS")]
    pub status: String,
    /// Why it was refused: a stable word.
    pub reason: String,
    /// Its number in the chain; absent for a second or so until it is sealed.
    pub sequence: Option<i64>,
}

impl EventView {
    /// The same with the partner of its organisation.
    #[must_use]
    pub fn of(row: Sealed, partner: Option<&Slug>) -> Self {
        Self { partner_id: partner.map(Slug::to_string), ..Self::from(row) }
    }
}

impl From<Sealed> for EventView {
    fn from(row: Sealed) -> Self {
        let Sealed { entry, sequence, .. } = row;
        let Entry { changes, outcome, .. } = &entry;
        let changes = serde_json::from_str(changes).unwrap_or_else(|_| Value::String(changes.clone()));
        let status = outcome.to_uppercase();
        let has_email = matches!(entry.actor_kind.as_str(), "user" | "anonymous");
        Self {
            id: entry.id.uuid(),
            timestamp: entry.occurred_at.to_rfc3339_micros(),
            action: entry.action,
            actor_id: entry.actor_id,
            actor_email: Some(&entry.actor_name).filter(|name| has_email && name.contains('@')).cloned(),
            actor_name: entry.actor_name,
            actor_type: entry.actor_kind,
            tenant_id: Some(entry.tenant_id).filter(|id| *id != Event::instance()).map(|id| id.uuid()),
            partner_id: None,
            resource_type: entry.target_kind,
            resource_id: entry.target_id,
            resource_name: entry.target_name,
            ip_address: entry.address,
            user_agent: entry.user_agent,
            request_id: entry.request_id,
            client_id: entry.client_id,
            session_id: entry.session_id,
            changes,
            status,
            reason: entry.reason,
            sequence,
        }
    }
}
