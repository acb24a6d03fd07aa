//! Everything that is known of somebody, as one document.

use serde::Serialize;
use serde_json::{Value, json};

use crate::account::activity::own;
use crate::api_keys::{self, ApiKey};
use crate::audit::Sealed;
use crate::clients;
use crate::clock::Timestamp;
use crate::consents;
use crate::credentials::{KeyFilter, KeyOwner};
use crate::db::{Conn, DbError};
use crate::roles;
use crate::sessions::{self, Session, store::SessionFilter};
use crate::teams;
use crate::tenants::Tenant;
use crate::users::User;

/// The newest events that are in the document.
const EVENTS: usize = 10_000;
/// Sessions and keys that are.
const MOST: i64 = 10_000;

/// The document.
#[derive(Clone, Debug, Serialize)]
pub struct Everything {
    exported_at: String,
    organisation: Value,
    person: Value,
    roles: Vec<String>,
    teams: Vec<String>,
    sessions: Vec<Value>,
    connected_applications: Vec<Value>,
    api_keys: Vec<Value>,
    activity: Vec<Value>,
    /// Whether there are older events than those.
    activity_is_complete: bool,
}

/// Reads it. What is secret is not in it: no password, no key, no token, not even as a digest.
pub fn everything(
    conn: &mut Conn<'_>,
    (user, home): (&User, &Tenant),
    now: Timestamp,
) -> Result<Everything, DbError> {
    let (tenant, id) = (home.id, user.id);
    let ever = Timestamp::from_micros(0);
    let open = SessionFilter { user: Some(id), now, used_after: ever };
    let sessions = sessions::store::list(conn, tenant, &open, None, MOST)?;
    let keys = KeyFilter { owner: Some(KeyOwner::User(id)), ..KeyFilter::default() };
    let keys = api_keys::store::list(conn, tenant, &keys, (None, MOST), now)?;
    let activity = own(conn, (tenant, id), None, EVENTS)?;
    let teams = teams::store::memberships(conn, tenant, &[id.uuid()])?;
    Ok(Everything {
        exported_at: now.to_rfc3339(),
        organisation: json!({ "id": tenant.to_string(), "slug": home.slug.as_str(), "name": home.display_name }),
        person: person(user),
        roles: roles::store::held_by(conn, tenant, id)?,
        teams: teams.into_iter().map(|(_, team)| team.slug.to_string()).collect(),
        sessions: sessions.iter().map(session).collect(),
        connected_applications: applications(conn, user)?,
        api_keys: keys.iter().map(key).collect(),
        activity_is_complete: activity.next.is_none(),
        activity: activity.rows.iter().map(event).collect(),
    })
}

fn person(user: &User) -> Value {
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
    json!({
        "id": user.id.to_string(),
        "email": user.email.as_str(),
        "email_verified": user.email_verified,
        "name": user.display_name,
        "profile": user.profile,
        "status": user.status.as_str(),
        "password_changed_at": time(user.password_changed_at),
        "created_at": user.created_at.to_rfc3339(),
        "updated_at": user.updated_at.to_rfc3339(),
        "last_sign_in_at": time(user.last_sign_in_at),
    })
}

fn session(session: &Session) -> Value {
    json!({
        "id": session.id.to_string(),
        "authenticated_at": session.authenticated_at.to_rfc3339(),
        "methods": session.amr,
        "address": session.address,
        "user_agent": session.user_agent,
        "created_at": session.created_at.to_rfc3339(),
        "last_seen_at": session.last_seen_at.to_rfc3339(),
        "expires_at": session.expires_at.to_rfc3339(),
    })
}

fn applications(conn: &mut Conn<'_>, user: &User) -> Result<Vec<Value>, DbError> {
    let consents = consents::store::of_user(conn, user.tenant_id, user.id)?;
    let ids: Vec<_> = consents.iter().map(|consent| consent.client_pk).collect();
    let clients = clients::store::of_ids(conn, user.tenant_id, &ids)?;
    let name = |id| clients.iter().find(|client| client.id == id).map(|client| client.display_name.as_str());
    Ok(consents
        .iter()
        .map(|consent| {
            json!({
                "id": consent.client_pk.to_string(),
                "name": name(consent.client_pk),
                "scopes": consent.scopes,
                "granted_at": consent.granted_at.to_rfc3339(),
            })
        })
        .collect())
}

fn key(key: &ApiKey) -> Value {
    json!({
        "id": key.id.to_string(),
        "name": key.name,
        "hint": key.masked(),
        "created_at": key.created_at.to_rfc3339(),
        "updated_at": key.updated_at.to_rfc3339(),
    })
}

fn event(row: &Sealed) -> Value {
    let entry = &row.entry;
    json!({
        "at": entry.occurred_at.to_rfc3339(),
        "action": entry.action,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "actor": entry.actor_name,
        "target_kind": entry.target_kind,
        "target": entry.target_name,
        "changes": serde_json::from_str::<Value>(&entry.changes).unwrap_or(Value::Null),
        "application": entry.client_id,
        "address": entry.address,
        "user_agent": entry.user_agent,
    })
}
