//! Queries on `idempotency_keys`.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::schema::idempotency_keys;
use crate::db::{Conn, DbError, on};
use crate::secret::Digest;
use crate::tenants::TenantId;

/// What the call under this key was, and its sealed answer.
pub fn find_answer(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<(Digest, Vec<u8>)>, DbError> {
    Ok(on!(conn, |c| {
        idempotency_keys::table
            .find(digest)
            .filter(idempotency_keys::tenant_id.eq(tenant).and(idempotency_keys::expires_at.gt(now)))
            .select((idempotency_keys::request_digest, idempotency_keys::sealed))
            .first(c)
            .optional()
    })?)
}

/// Takes a key for the call that is about to run; its answer follows in the same transaction. When the same call is under
/// way elsewhere this waits for its end, and the transaction has to run again and will find its answer.
pub fn claim_key(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (digest, request): (&Digest, &Digest),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::delete(idempotency_keys::table.find(digest))
            .filter(idempotency_keys::expires_at.le(now))
            .execute(c)
    })?;
    let added = on!(conn, |c| {
        diesel::insert_into(idempotency_keys::table)
            .values((
                idempotency_keys::digest.eq(digest),
                idempotency_keys::tenant_id.eq(tenant),
                idempotency_keys::request_digest.eq(request),
                idempotency_keys::status.eq(201_i64),
                idempotency_keys::sealed.eq(Vec::<u8>::new()),
                idempotency_keys::created_at.eq(now),
                idempotency_keys::expires_at.eq(expires_at),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    if added == 1 { Ok(()) } else { Err(DbError::Retry) }
}

/// Keeps the answer under the key that its call took.
pub fn keep_answer(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    digest: &Digest,
    sealed: &[u8],
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(idempotency_keys::table.find(digest))
            .filter(idempotency_keys::tenant_id.eq(tenant))
            .set(idempotency_keys::sealed.eq(sealed))
            .execute(c)
    })?;
    Ok(())
}

/// Deletes answers that are past their time.
pub fn sweep(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(idempotency_keys::table.filter(idempotency_keys::expires_at.lt(now))).execute(c)
    })?)
}
