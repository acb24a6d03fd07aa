//! Queries on `audit_events` and `audit_chains`.

use diesel::prelude::*;

use super::{ActorKind, AuditId, Event, Outcome};
use crate::clock::Timestamp;
use crate::db::schema::audit_events;
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

stored_as_text!(ActorKind, Outcome);

/// The longest text of a request that is written down; more says nothing about who it was.
const LONGEST: usize = 400;

#[derive(Insertable)]
#[diesel(table_name = audit_events)]
struct NewRow<'a> {
    id: AuditId,
    tenant_id: TenantId,
    occurred_at: Timestamp,
    action: &'a str,
    outcome: Outcome,
    reason: &'a str,
    actor_kind: ActorKind,
    actor_id: &'a str,
    actor_name: &'a str,
    actor_tenant_id: Option<TenantId>,
    target_kind: &'a str,
    target_id: &'a str,
    target_name: &'a str,
    changes: String,
    client_id: &'a str,
    session_id: &'a str,
    request_id: &'a str,
    address: &'a str,
    user_agent: &'a str,
}

/// Writes an event down, in the transaction of the deed.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, event: &Event) -> Result<(), DbError> {
    let row = NewRow {
        id: event.id,
        tenant_id: tenant,
        occurred_at: event.at,
        action: event.action,
        outcome: event.outcome,
        reason: &event.reason,
        actor_kind: event.actor.kind,
        actor_id: &event.actor.id,
        actor_name: bounded(&event.actor.name),
        actor_tenant_id: event.actor.tenant_id,
        target_kind: &event.target.kind,
        target_id: &event.target.id,
        target_name: bounded(&event.target.name),
        changes: event.changes.to_text(),
        client_id: bounded(&event.origin.client_id),
        session_id: &event.origin.session_id,
        request_id: bounded(&event.origin.request_id),
        address: &event.origin.address,
        user_agent: bounded(&event.origin.user_agent),
    };
    on!(conn, |c| diesel::insert_into(audit_events::table).values(&row).execute(c))?;
    Ok(())
}

/// The beginning of a text that a stranger may have chosen.
fn bounded(text: &str) -> &str {
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST).last().unwrap_or(0);
    if text.len() <= LONGEST { text } else { text.get(..end).unwrap_or_default() }
}
