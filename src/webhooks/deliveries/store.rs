//! Queries on `webhook_deliveries`.

use diesel::prelude::*;

use super::{Attempt, Delivery, DeliveryId, DeliveryStatus};
use crate::clock::Timestamp;
use crate::db::schema::webhook_deliveries as deliveries;
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::tenants::TenantId;
use crate::webhooks::WebhookId;

stored_as_text!(DeliveryStatus);

/// Rows that one statement adds.
const BATCH: usize = 50;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
struct Row {
    id: DeliveryId,
    tenant_id: TenantId,
    webhook_id: WebhookId,
    event_id: Id<()>,
    event_type: String,
    body: String,
    status: DeliveryStatus,
    attempts: i64,
    attempts_before: i64,
    due_at: Option<Timestamp>,
    attempted_at: Option<Timestamp>,
    answer_status: Option<i64>,
    answer_body: String,
    error: String,
    duration_ms: Option<i64>,
    created_at: Timestamp,
}

impl From<&Delivery> for Row {
    fn from(delivery: &Delivery) -> Self {
        Self {
            id: delivery.id,
            tenant_id: delivery.tenant_id,
            webhook_id: delivery.webhook_id,
            event_id: Id::new(delivery.event_id),
            event_type: delivery.event_type.clone(),
            body: delivery.body.clone(),
            status: delivery.status,
            attempts: delivery.attempts,
            attempts_before: delivery.attempts_before,
            due_at: delivery.due_at,
            attempted_at: delivery.attempted_at,
            answer_status: delivery.answer_status,
            answer_body: delivery.answer_body.clone(),
            error: delivery.error.clone(),
            duration_ms: delivery.duration_ms,
            created_at: delivery.created_at,
        }
    }
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            webhook_id: row.webhook_id,
            event_id: row.event_id.uuid(),
            event_type: row.event_type,
            body: row.body,
            status: row.status,
            attempts: row.attempts,
            attempts_before: row.attempts_before,
            due_at: row.due_at,
            attempted_at: row.attempted_at,
            answer_status: row.answer_status,
            answer_body: row.answer_body,
            error: row.error,
            duration_ms: row.duration_ms,
            created_at: row.created_at,
        }
    }
}

/// Which deliveries somebody wants to see.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// What became of them.
    pub status: Option<DeliveryStatus>,
    /// Of which type the event is.
    pub event_type: Option<String>,
}

/// Adds deliveries.
pub fn insert(conn: &mut Conn<'_>, tenant: TenantId, all: &[Delivery]) -> Result<(), DbError> {
    debug_assert!(all.iter().all(|delivery| delivery.tenant_id == tenant));
    for some in all.chunks(BATCH) {
        let rows: Vec<Row> = some.iter().map(Row::from).collect();
        match conn {
            Conn::Pg(c) => {
                diesel::insert_into(deliveries::table).values(&rows).execute(*c)?;
            }
            // For several rows at once diesel begins a transaction, and there is one already.
            Conn::Lite(c) => {
                for row in &rows {
                    diesel::insert_into(deliveries::table).values(row).execute(*c)?;
                }
            }
        }
    }
    Ok(())
}

/// A delivery to this webhook.
pub fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (webhook, id): (WebhookId, DeliveryId),
) -> Result<Option<Delivery>, DbError> {
    let row: Option<Row> = on!(conn, |c| {
        deliveries::table
            .find(id)
            .filter(deliveries::tenant_id.eq(tenant).and(deliveries::webhook_id.eq(webhook)))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    Ok(row.map(Delivery::from))
}

/// Deliveries to a webhook, newest first, before `before`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (webhook, filter): (WebhookId, &DeliveryFilter),
    (before, limit): (Option<DeliveryId>, i64),
) -> Result<Vec<Delivery>, DbError> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = deliveries::table
            .filter(deliveries::webhook_id.eq(webhook).and(deliveries::tenant_id.eq(tenant)))
            .order(deliveries::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        if let Some(status) = filter.status {
            query = query.filter(deliveries::status.eq(status));
        }
        if let Some(event_type) = &filter.event_type {
            query = query.filter(deliveries::event_type.eq(event_type));
        }
        if let Some(before) = before {
            query = query.filter(deliveries::id.lt(before));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// The first webhook after `after`, in whichever organisation, that has deliveries on their way, and when the next of
/// them is due. One look-up, however many there are.
pub fn first_waiting(
    conn: &mut Conn<'_>,
    after: Option<WebhookId>,
) -> Result<Option<(TenantId, WebhookId, Timestamp)>, DbError> {
    let after = after.unwrap_or(WebhookId::new(uuid::Uuid::nil()));
    Ok(on!(conn, |c| {
        deliveries::table
            .filter(deliveries::webhook_id.gt(after).and(deliveries::due_at.is_not_null()))
            .order((deliveries::webhook_id, deliveries::due_at))
            .select((deliveries::tenant_id, deliveries::webhook_id, deliveries::due_at.assume_not_null()))
            .first(c)
            .optional()
    })?)
}

/// Takes deliveries to a webhook that are due, at most `limit`, so that nobody else tries them until `until`. What
/// somebody else took first is left out.
pub fn claim(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (webhook, limit): (WebhookId, i64),
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<Delivery>, DbError> {
    let due: Vec<Row> = on!(conn, |c| {
        deliveries::table
            .filter(deliveries::webhook_id.eq(webhook).and(deliveries::due_at.le(now)))
            .filter(deliveries::tenant_id.eq(tenant))
            .order(deliveries::due_at)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })?;
    let mut taken = Vec::with_capacity(due.len());
    for row in due {
        let claimed = on!(conn, |c| {
            diesel::update(deliveries::table.find(row.id))
                .filter(deliveries::tenant_id.eq(tenant))
                .filter(deliveries::attempts.eq(row.attempts).and(deliveries::due_at.eq(row.due_at)))
                .set((
                    deliveries::attempts.eq(row.attempts + 1),
                    deliveries::due_at.eq(until),
                    deliveries::attempted_at.eq(now),
                ))
                .execute(c)
        })?;
        if claimed == 1 {
            let row = Row { attempts: row.attempts + 1, due_at: Some(until), attempted_at: Some(now), ..row };
            taken.push(row.into());
        }
    }
    Ok(taken)
}

/// Writes what came of the attempt of this number. `false` when somebody else has tried since.
pub fn finish(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    delivery: &Delivery,
    (attempt, status, due_at): (&Attempt, DeliveryStatus, Option<Timestamp>),
) -> Result<bool, DbError> {
    let written = on!(conn, |c| {
        diesel::update(deliveries::table.find(delivery.id))
            .filter(deliveries::tenant_id.eq(tenant).and(deliveries::attempts.eq(delivery.attempts)))
            .filter(deliveries::status.eq(DeliveryStatus::Pending))
            .set((
                deliveries::status.eq(status),
                deliveries::due_at.eq(due_at),
                deliveries::answer_status.eq(attempt.answer_status.map(i64::from)),
                deliveries::answer_body.eq(&attempt.answer_body),
                deliveries::error.eq(&attempt.error),
                deliveries::duration_ms.eq(attempt.duration_ms),
            ))
            .execute(c)
    })?;
    Ok(written == 1)
}

/// Lets a delivery that is over be tried anew. `false` when it is not over.
pub fn again(conn: &mut Conn<'_>, tenant: TenantId, id: DeliveryId, now: Timestamp) -> Result<bool, DbError> {
    let written = on!(conn, |c| {
        diesel::update(deliveries::table.find(id))
            .filter(deliveries::tenant_id.eq(tenant).and(deliveries::status.ne(DeliveryStatus::Pending)))
            .set((
                deliveries::status.eq(DeliveryStatus::Pending),
                deliveries::due_at.eq(now),
                deliveries::attempts_before.eq(deliveries::attempts),
            ))
            .execute(c)
    })?;
    Ok(written == 1)
}

/// Deletes deliveries that were made before `before`, at most some thousand at a time.
pub fn sweep(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    let old: Vec<DeliveryId> = on!(conn, |c| {
        deliveries::table
            .filter(deliveries::created_at.lt(before))
            .order(deliveries::created_at)
            .limit(1_000)
            .select(deliveries::id)
            .load(c)
    })?;
    if old.is_empty() {
        return Ok(0);
    }
    Ok(on!(conn, |c| diesel::delete(deliveries::table.filter(deliveries::id.eq_any(&old))).execute(c))?)
}
