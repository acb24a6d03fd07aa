//! What an event says.

use serde::Serialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::clock::Timestamp;
use crate::id::Id;
use crate::random::Random;
use crate::tenants::TenantId;
use crate::text::text_enum;

/// The identifier of an [`Event`]. Sorts by time.
pub type AuditId = Id<Event>;

text_enum! {
    /// Who acts.
    pub enum ActorKind {
        /// A person.
        User = "user",
        /// A service account, or an application that speaks for itself.
        Service = "service",
        /// An API key.
        Key = "key",
        /// Gridkey itself, or whoever runs its command line.
        System = "system",
        /// Nobody who has proved who they are.
        Anonymous = "anonymous",
    }
}

text_enum! {
    /// How it ended.
    pub enum Outcome {
        /// It was done.
        Success = "success",
        /// It was refused or did not work; nothing but this event was written.
        Failure = "failure",
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorRef {
    /// What they are.
    pub kind: ActorKind,
    /// Their identifier; empty when unknown.
    pub id: String,
    /// What people call them: a mail address, a slug.
    pub name: String,
    /// Their own organisation.
    pub tenant_id: Option<TenantId>,
}

impl ActorRef {
    /// Gridkey itself, in the name of a job or a command.
    pub fn system(name: impl Into<String>) -> Self {
        Self { kind: ActorKind::System, id: String::new(), name: name.into(), tenant_id: None }
    }

    /// A person who has proved who they are.
    pub fn person(tenant: TenantId, id: impl ToString, email: impl Into<String>) -> Self {
        Self { kind: ActorKind::User, id: id.to_string(), name: email.into(), tenant_id: Some(tenant) }
    }

    /// An application that has proved itself and speaks for itself.
    pub fn program(tenant: TenantId, client_id: &str) -> Self {
        let id = client_id.to_owned();
        Self { kind: ActorKind::Service, name: id.clone(), id, tenant_id: Some(tenant) }
    }

    /// Somebody who says they are `name` and has not proved it.
    pub fn anonymous(name: impl Into<String>) -> Self {
        Self { kind: ActorKind::Anonymous, id: String::new(), name: name.into(), tenant_id: None }
    }
}

/// From where and by which request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The application.
    pub client_id: String,
    /// The browser session.
    pub session_id: String,
    /// The request.
    pub request_id: String,
    /// The network address.
    pub address: String,
    /// The program.
    pub user_agent: String,
}

impl Origin {
    /// The same, by way of this application.
    #[must_use]
    pub fn through(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = client_id.into();
        self
    }

    /// The same, in this browser session.
    #[must_use]
    pub fn in_session(mut self, session: impl ToString) -> Self {
        self.session_id = session.to_string();
        self
    }
}

/// What it was done to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// What it is: `user`, `team`.
    pub kind: String,
    /// Its identifier.
    pub id: String,
    /// What people call it.
    pub name: String,
}

impl Target {
    /// A target.
    pub fn new(kind: &str, id: impl ToString, name: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string(), name: name.into() }
    }
}

/// The fields that changed, each from what to what. Secrets never stand here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// Nothing changed.
    pub fn none() -> Self {
        Self::default()
    }

    /// Notes a field if it is not what it was.
    #[must_use]
    pub fn field<T: Serialize>(mut self, name: &str, before: &T, after: &T) -> Self {
        let (before, after) = (json!(before), json!(after));
        if before != after {
            self.0.insert(name.to_owned(), json!({ "before": before, "after": after }));
        }
        self
    }

    /// The differences between two views of one object, member by member. `updated_at` is no news.
    pub fn between(before: &impl Serialize, after: &impl Serialize) -> Self {
        let (Value::Object(before), Value::Object(after)) = (json!(before), json!(after)) else {
            return Self::none();
        };
        let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let null = Value::Null;
        names.into_iter().filter(|name| *name != "updated_at").fold(Self::none(), |changes, name| {
            changes.field(name, before.get(name).unwrap_or(&null), after.get(name).unwrap_or(&null))
        })
    }

    /// The members of a new object, as changes from nothing.
    pub fn created(after: &impl Serialize) -> Self {
        Self::between(&json!({}), after)
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As JSON, for the row.
    pub fn to_text(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Identifier.
    pub id: AuditId,
    /// The organisation in whose log it stands; nil for the instance's own.
    pub tenant_id: TenantId,
    /// When.
    pub at: Timestamp,
    /// `noun.verb`: `user.create`.
    pub action: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was refused: a stable word.
    pub reason: String,
    /// Who.
    pub actor: ActorRef,
    /// To what.
    pub target: Target,
    /// What changed.
    pub changes: Changes,
    /// From where.
    pub origin: Origin,
}

/// What takes nothing from anybody. Everything else is announced to whoever remembers verdicts: a new action too, until
/// somebody says here that it need not be.
const HARMLESS: &[&str] = &[
    "api_key.new_network",
    "api_key.old_secret_used",
    "api_key.spike",
    "signing_key.new_network",
    "api_key.import",
    "authorization.deny",
    "consent.grant",
    "device.approve",
    "device.deny",
    "invitation.create",
    "invitation.delete",
    "invitation.resend",
    "password.reset_request",
    "session.create",
    "setup.complete",
    "tenant.export",
    "user.export",
    "webhook.delete",
    "webhook.pause",
    "webhook.resend",
    "webhook.rotate_secret",
    "webhook.test",
    "webhook.update",
];

impl Event {
    /// Whether a verdict that was right before may be wrong after it. Making something new takes nothing away; and what
    /// was refused changed nothing, but for a replay, which ends a family.
    pub fn may_end_something(&self) -> bool {
        let makes = self.action.ends_with(".create") || HARMLESS.contains(&self.action);
        !makes && (self.outcome == Outcome::Success || self.action == "token.replay")
    }

    /// The log of what belongs to no organisation.
    pub fn instance() -> TenantId {
        TenantId::new(Uuid::nil())
    }

    /// Something that was done, in the log of `tenant`; by whom, to what and from where is added with the methods below.
    pub fn new(random: &Random, (tenant, now): (TenantId, Timestamp), action: &'static str) -> Self {
        Self::with_id(random.id(now), (tenant, now), action)
    }

    /// The same under an identifier that was drawn before.
    pub fn with_id(id: AuditId, (tenant, now): (TenantId, Timestamp), action: &'static str) -> Self {
        Self {
            id,
            tenant_id: tenant,
            at: now,
            action,
            outcome: Outcome::Success,
            reason: String::new(),
            actor: ActorRef::anonymous(""),
            target: Target::default(),
            changes: Changes::none(),
            origin: Origin::default(),
        }
    }

    /// Who did it.
    #[must_use]
    pub fn by(mut self, actor: ActorRef) -> Self {
        self.actor = actor;
        self
    }

    /// To what.
    #[must_use]
    pub fn on(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// From where.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// What changed.
    #[must_use]
    pub fn changing(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }

    /// It was refused, for a reason that is one stable word.
    #[must_use]
    pub fn refused(mut self, reason: &str) -> Self {
        self.outcome = Outcome::Failure;
        reason.clone_into(&mut self.reason);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_noted_and_times_of_change_are_no_news() {
        let before = json!({ "name": "a", "status": "active", "updated_at": 1 });
        let after = json!({ "name": "b", "status": "active", "updated_at": 2, "more": [1] });
        let changes = Changes::between(&before, &after);
        assert_eq!(
            serde_json::from_str::<Value>(&changes.to_text()).unwrap(),
            json!({
                "name": { "before": "a", "after": "b" },
                "more": { "before": null, "after": [1] },
            })
        );
        assert!(Changes::between(&before, &before).is_empty());
        assert_eq!(Changes::none().to_text(), "{}");
    }
}
