//! Queries on `webhooks`. Those on deliveries are beside the deliveries.

use diesel::prelude::*;

use super::{Webhook, WebhookHealth, WebhookId, WebhookStatus};
use crate::clock::Timestamp;
use crate::db::schema::{audit_chains, webhooks};
use crate::db::types::{Strings, stored_as_text};
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;

stored_as_text!(WebhookStatus);

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = webhooks, treat_none_as_default_value = false)]
struct Row {
    id: WebhookId,
    tenant_id: TenantId,
    url: String,
    description: String,
    events: Strings,
    status: WebhookStatus,
    status_reason: String,
    sealed_secret: Vec<u8>,
    previous_sealed_secret: Option<Vec<u8>>,
    previous_ends_at: Option<Timestamp>,
    position: i64,
    successes: i64,
    failures: i64,
    failing_since: Option<Timestamp>,
    created_by: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Webhook> for Row {
    fn from(webhook: &Webhook) -> Self {
        let previous = webhook.previous.clone();
        Self {
            id: webhook.id,
            tenant_id: webhook.tenant_id,
            url: webhook.url.clone(),
            description: webhook.description.clone(),
            events: Strings(webhook.events.clone()),
            status: webhook.status,
            status_reason: webhook.status_reason.clone(),
            sealed_secret: webhook.sealed_secret.clone(),
            previous_ends_at: previous.as_ref().map(|(_, ends)| *ends),
            previous_sealed_secret: previous.map(|(sealed, _)| sealed),
            position: webhook.position,
            successes: webhook.successes,
            failures: webhook.failures,
            failing_since: webhook.failing_since,
            created_by: webhook.created_by.clone(),
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
        }
    }
}

impl From<Row> for Webhook {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            url: row.url,
            description: row.description,
            events: row.events.0,
            status: row.status,
            status_reason: row.status_reason,
            sealed_secret: row.sealed_secret,
            previous: row.previous_sealed_secret.zip(row.previous_ends_at),
            position: row.position,
            successes: row.successes,
            failures: row.failures,
            failing_since: row.failing_since,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Adds a webhook.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, webhook: &Webhook) -> Result<(), DbError> {
    debug_assert_eq!(webhook.tenant_id, tenant);
    let row = Row::from(webhook);
    on!(conn, |c| diesel::insert_into(webhooks::table).values(&row).execute(c))?;
    Ok(())
}

/// A webhook of this organisation.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: WebhookId) -> Result<Option<Webhook>, DbError> {
    let row: Option<Row> = on!(conn, |c| {
        webhooks::table
            .find(id)
            .filter(webhooks::tenant_id.eq(tenant))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    Ok(row.map(Webhook::from))
}

/// Webhooks of an organisation, newest first, before `before`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (status, health): (Option<WebhookStatus>, Option<WebhookHealth>),
    (before, limit): (Option<WebhookId>, i64),
) -> Result<Vec<Webhook>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = webhooks::table
            .filter(webhooks::tenant_id.eq(tenant))
            .order(webhooks::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(status) = status {
            query = query.filter(webhooks::status.eq(status));
        }
        query = match health {
            Some(WebhookHealth::Failing) => {
                query.filter(webhooks::failing_since.is_not_null().or(webhooks::status_reason.ne("")))
            }
            Some(WebhookHealth::Operational) => {
                query.filter(webhooks::failing_since.is_null().and(webhooks::status_reason.eq("")))
            }
            None => query,
        };
        if let Some(before) = before {
            query = query.filter(webhooks::id.lt(before));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

/// How many webhooks an organisation has.
pub fn count(conn: &mut Conn<'_>, tenant: TenantId) -> Result<i64, DbError> {
    Ok(on!(conn, |c| webhooks::table.filter(webhooks::tenant_id.eq(tenant)).count().get_result(c))?)
}

/// Writes what people change, if the webhook is still as it was `seen`. What the jobs count stays.
pub fn update(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    webhook: &Webhook,
    seen: Timestamp,
) -> Result<bool, DbError> {
    let row = Row::from(webhook);
    let written = on!(conn, |c| {
        diesel::update(webhooks::table.find(row.id))
            .filter(webhooks::tenant_id.eq(tenant).and(webhooks::updated_at.eq(seen)))
            .set((
                webhooks::url.eq(&row.url),
                webhooks::description.eq(&row.description),
                webhooks::events.eq(&row.events),
                webhooks::status.eq(row.status),
                webhooks::status_reason.eq(&row.status_reason),
                webhooks::sealed_secret.eq(&row.sealed_secret),
                webhooks::previous_sealed_secret.eq(&row.previous_sealed_secret),
                webhooks::previous_ends_at.eq(row.previous_ends_at),
                webhooks::updated_at.eq(row.updated_at),
            ))
            .execute(c)
    })?;
    Ok(written == 1)
}

/// Lets a webhook begin anew after what happened so far, without a past of failures.
pub fn begin_at(conn: &mut Conn<'_>, tenant: TenantId, id: WebhookId, position: i64) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(webhooks::table.find(id))
            .filter(webhooks::tenant_id.eq(tenant))
            .set((webhooks::position.eq(position), webhooks::failing_since.eq(None::<Timestamp>)))
            .execute(c)
    })?;
    Ok(())
}

/// Deletes a webhook with its deliveries, if it is still as it was `seen`.
pub fn delete(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: WebhookId,
    seen: Timestamp,
) -> Result<bool, DbError> {
    let gone = on!(conn, |c| {
        diesel::delete(webhooks::table.find(id))
            .filter(webhooks::tenant_id.eq(tenant).and(webhooks::updated_at.eq(seen)))
            .execute(c)
    })?;
    Ok(gone == 1)
}

/// Active webhooks of every organisation whose log has grown since they were last told of it, by identifier after
/// `after`, at most `limit`.
pub fn behind(conn: &mut Conn<'_>, after: Option<WebhookId>, limit: i64) -> Result<Vec<Webhook>, DbError> {
    let after = after.unwrap_or(WebhookId::new(uuid::Uuid::nil()));
    let rows: Vec<Row> = on!(conn, |c| {
        webhooks::table
            .inner_join(audit_chains::table.on(audit_chains::tenant_id.eq(webhooks::tenant_id)))
            .filter(webhooks::status.eq(WebhookStatus::Active).and(webhooks::id.gt(after)))
            .filter(audit_chains::sequence.gt(webhooks::position))
            .order(webhooks::id)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

/// Moves the number up to which a webhook was told from where it was `seen`. `false` when somebody else moved it first,
/// or it is not told anything any more.
pub fn advance(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: WebhookId,
    (seen, position): (i64, i64),
) -> Result<bool, DbError> {
    let moved = on!(conn, |c| {
        diesel::update(webhooks::table.find(id))
            .filter(webhooks::tenant_id.eq(tenant).and(webhooks::position.eq(seen)))
            .filter(webhooks::status.eq(WebhookStatus::Active))
            .set(webhooks::position.eq(position))
            .execute(c)
    })?;
    Ok(moved == 1)
}

/// Counts an attempt.
pub fn note_attempt(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: WebhookId,
    (taken, now): (bool, Timestamp),
) -> Result<(), DbError> {
    let of_tenant = || webhooks::tenant_id.eq(tenant);
    if taken {
        on!(conn, |c| {
            diesel::update(webhooks::table.find(id))
                .filter(of_tenant())
                .set((
                    webhooks::successes.eq(webhooks::successes + 1),
                    webhooks::failing_since.eq(None::<Timestamp>),
                ))
                .execute(c)
        })?;
        return Ok(());
    }
    on!(conn, |c| {
        diesel::update(webhooks::table.find(id))
            .filter(of_tenant())
            .set(webhooks::failures.eq(webhooks::failures + 1))
            .execute(c)
    })?;
    on!(conn, |c| {
        diesel::update(webhooks::table.find(id))
            .filter(of_tenant().and(webhooks::failing_since.is_null()))
            .set(webhooks::failing_since.eq(now))
            .execute(c)
    })?;
    Ok(())
}
