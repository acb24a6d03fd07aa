//! What was done: a line of the report and an event of the audit log for each object that changed.

use uuid::Uuid;

use super::super::describe::Described;
use super::super::report::{Action, Change, ObjectKind};
use super::Work;
use crate::api_keys;
use crate::audit::{self, Changes, Event, Outcome, Target};
use crate::credentials::KeyOwner;
use crate::db::DbError;
use crate::id::Id;
use crate::request_keys;
use crate::tenants::TenantId;

/// The object that something was done to.
#[derive(Clone, Debug)]
pub struct Object {
    tenant: TenantId,
    pub(super) kind: ObjectKind,
    pub(super) id: Uuid,
    pub(super) name: String,
}

impl Object {
    /// An object, as the report calls it.
    pub fn new<T>(tenant: TenantId, kind: ObjectKind, id: Id<T>, name: impl Into<String>) -> Self {
        Self { tenant, kind, id: id.uuid(), name: name.into() }
    }
}

impl Work<'_, '_> {
    /// It is new.
    pub(super) fn created(&mut self, object: Object, after: &Described) -> Result<(), DbError> {
        self.keep_within(&object, None, Some(after));
        let changes = Changes::created(&after.without_secrets());
        self.note(&object, Action::Created, changes.clone())?;
        self.report.changes.push(Change::created(object.kind, object.name).with_values(changes));
        Ok(())
    }

    /// It was there; without changed fields it is unchanged.
    pub(super) fn existing(
        &mut self,
        object: Object,
        fields: Vec<String>,
        (before, after): (&Described, &Described),
    ) -> Result<(), DbError> {
        let mut values = Changes::none();
        if !fields.is_empty() {
            self.keep_within(&object, Some(before), Some(after));
            let changes = Changes::between(&before.without_secrets(), &after.without_secrets());
            // Of a secret the log says that it changed and no more.
            let changes = fields
                .iter()
                .filter(|field| is_secret(field))
                .fold(changes, |changes, field| changes.field(field, &"(hidden)", &"(another one)"));
            values = changes.clone();
            self.note(&object, Action::Updated, changes)?;
        }
        self.report.changes.push(Change::existing(object.kind, object.name, fields).with_values(values));
        Ok(())
    }

    /// It is gone, or in the recycle bin.
    pub(super) fn deleted(&mut self, object: Object, before: &Described) -> Result<(), DbError> {
        self.keep_within(&object, Some(before), None);
        let changes = Changes::between(&before.without_secrets(), &serde_json::json!({}));
        self.note(&object, Action::Deleted, changes)?;
        self.report.changes.push(Change::deleted(object.kind, object.name));
        Ok(())
    }

    /// The same for an owner of keys, which go with it.
    pub(super) fn deleted_owner(
        &mut self,
        object: Object,
        before: &Described,
        owner: KeyOwner,
    ) -> Result<(), DbError> {
        self.keep_within(&object, Some(before), None);
        let changes = Changes::between(&before.without_secrets(), &serde_json::json!({}));
        let reason = ("owner_deleted", self.now);
        let keys = api_keys::store::revoke_all_of(self.conn, object.tenant, &[owner], reason)?;
        let signing = request_keys::store::revoke_all_of(self.conn, object.tenant, &[owner], reason)?;
        let changes = changes.field("revoked_api_keys", &0, &keys.len());
        let changes = changes.field("revoked_signing_keys", &0, &signing.len());
        self.note(&object, Action::Deleted, changes)?;
        self.report.changes.push(Change::deleted(object.kind, object.name));
        Ok(())
    }

    fn note(&mut self, object: &Object, action: Action, changes: Changes) -> Result<(), DbError> {
        let (noun, action) = words(object.kind, action);
        let event = Event {
            id: self.random.id(self.now),
            tenant_id: object.tenant,
            at: self.now,
            action,
            outcome: Outcome::Success,
            reason: String::new(),
            actor: self.author.name.clone(),
            target: Target::new(noun, object.id, object.name.as_str()),
            changes,
            origin: self.author.origin.clone(),
        };
        audit::store::insert(self.conn, object.tenant, &event)
    }
}

fn is_secret(field: &str) -> bool {
    ["password", "password_hash", "secrets", "secret"].contains(&field)
}

/// The noun and the action, as the audit log has them.
const fn words(kind: ObjectKind, action: Action) -> (&'static str, &'static str) {
    use Action::{Created, Deleted};
    match (kind, action) {
        (ObjectKind::Tenant, Created) => ("tenant", "tenant.create"),
        (ObjectKind::Tenant, Deleted) => ("tenant", "tenant.delete"),
        (ObjectKind::Tenant, _) => ("tenant", "tenant.update"),
        (ObjectKind::Role, Created) => ("role", "role.create"),
        (ObjectKind::Role, Deleted) => ("role", "role.delete"),
        (ObjectKind::Role, _) => ("role", "role.update"),
        (ObjectKind::Team, Created) => ("team", "team.create"),
        (ObjectKind::Team, Deleted) => ("team", "team.delete"),
        (ObjectKind::Team, _) => ("team", "team.update"),
        (ObjectKind::User, Created) => ("user", "user.create"),
        (ObjectKind::User, Deleted) => ("user", "user.delete"),
        (ObjectKind::User, _) => ("user", "user.update"),
        (ObjectKind::ServiceAccount, Created) => ("service_account", "service_account.create"),
        (ObjectKind::ServiceAccount, Deleted) => ("service_account", "service_account.delete"),
        (ObjectKind::ServiceAccount, _) => ("service_account", "service_account.update"),
        (ObjectKind::ResourceServer, Created) => ("resource_server", "resource_server.create"),
        (ObjectKind::ResourceServer, Deleted) => ("resource_server", "resource_server.delete"),
        (ObjectKind::ResourceServer, _) => ("resource_server", "resource_server.update"),
        (ObjectKind::Client, Created) => ("application", "application.create"),
        (ObjectKind::Client, Deleted) => ("application", "application.delete"),
        (ObjectKind::Client, _) => ("application", "application.update"),
        (ObjectKind::Webhook, Created) => ("webhook", "webhook.create"),
        (ObjectKind::Webhook, Deleted) => ("webhook", "webhook.delete"),
        (ObjectKind::Webhook, _) => ("webhook", "webhook.update"),
    }
}
