//! What is told about an event: a document that is made once and sent as it is, each time to the byte.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::EventName;
use crate::audit::Entry;
use crate::clock::Timestamp;
use crate::tenants::{TenantId, WebhookForm};

/// Changes that are longer than this, in bytes, are left out: whoever needs them asks the API.
const LONGEST_CHANGES: usize = 64 * 1024;

/// What is told about a row of the audit log. From where it was done is nobody else's business.
pub fn body(entry: &Entry, name: &EventName, form: &WebhookForm) -> String {
    let actor = json!({ "kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor_name });
    let target = json!({
        "kind": form.noun(&entry.target_kind),
        "id": entry.target_id,
        "name": entry.target_name,
    });
    let changes = (entry.changes.len() <= LONGEST_CHANGES)
        .then(|| serde_json::from_str::<Map<String, Value>>(&entry.changes).ok())
        .flatten();
    let data = json!({ "target": target, "actor": actor, "changes": changes });
    document((entry.id.uuid(), &name.told), (entry.tenant_id, entry.occurred_at), data)
}

/// What is told when somebody asks for a test.
pub fn test_body(id: Uuid, (tenant, now): (TenantId, Timestamp), webhook: (&str, &str)) -> String {
    let data = json!({
        "target": { "kind": "webhook", "id": webhook.0, "name": webhook.1 },
        "actor": { "kind": "system", "id": "", "name": "webhooks" },
        "changes": {},
    });
    document((id, "webhook.test"), (tenant, now), data)
}

/// What an event of this type looks like.
pub fn sample(told: &str, tenant: TenantId, now: Timestamp) -> Value {
    let noun = told.split('.').next().unwrap_or_default();
    let changes = if told.ends_with("updated") {
        json!({ "display_name": { "before": "Ada", "after": "Ada Lovelace" } })
    } else {
        json!({})
    };
    json!({
        "id": "0199b2c4-8d1e-7a3b-9c55-2f6b1d0e4a77",
        "type": told,
        "created_at": now.to_rfc3339_micros(),
        "tenant_id": tenant,
        "data": {
            "target": { "kind": noun, "id": "0199b2c4-8d1e-7a3b-9c55-2f6b1d0e4a78", "name": "ada@example.com" },
            "actor": { "kind": "user", "id": "0199b2c4-8d1e-7a3b-9c55-2f6b1d0e4a79", "name": "root@example.com" },
            "changes": changes,
        },
    })
}

fn document((id, told): (Uuid, &str), (tenant, at): (TenantId, Timestamp), data: Value) -> String {
    let whole = json!({
        "id": id,
        "type": told,
        "created_at": at.to_rfc3339_micros(),
        "tenant_id": tenant,
        "data": data,
    });
    // PostgreSQL keeps no NUL in a text, and JSON writes it in six characters anyway.
    whole.to_string()
}
