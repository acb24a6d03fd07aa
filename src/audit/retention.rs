//! Retention: the oldest sealed rows go when their time is over, and the place where the chain begins moves with them in
//! the same transaction, so that what is kept can still be verified.

use super::SealError;
use super::chain::{ChainKey, End, Mark, store};
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::tenants::TenantId;

/// Rows that are deleted in one transaction.
const BATCH: i64 = 500;
/// Batches of one log before the next log has its turn.
const TURN: usize = 20;

/// The organisations with a chain, in the order of their identifiers, after `after`, at most `limit`.
pub async fn chains(db: &Db, after: Option<TenantId>, limit: i64) -> Result<Vec<TenantId>, DbError> {
    db.read(move |conn| store::chains(conn, after, limit)).await
}

/// Deletes the rows at the beginning of a log that happened before `before`, and tells how many. A younger row in
/// between stops it: a chain is cut at its beginning only.
///
/// # Errors
/// [`SealError::Broken`] when the beginning is not as it was left.
pub async fn expire(
    db: &Db,
    key: &ChainKey,
    tenant: TenantId,
    (before, now): (Timestamp, Timestamp),
) -> Result<usize, SealError> {
    let mut gone = 0;
    for _ in 0..TURN {
        let found = db
            .read(move |conn| {
                let Some(chain) = store::find_chain(conn, tenant)? else { return Ok(None) };
                let rows = store::oldest(conn, tenant, chain.kept_sequence, BATCH)?;
                Ok::<_, DbError>(Some((chain, rows)))
            })
            .await?;
        let Some((chain, rows)) = found else { break };
        let over: Vec<_> = rows.into_iter().take_while(|row| row.occurred_at < before).collect();
        let Some(last) = over.last() else { break };
        let (_, genuine) = key.read(tenant, End::Anchor, (chain.kept_sequence, &chain.kept_hash));
        let count = i64::try_from(over.len()).unwrap_or(i64::MAX);
        let hash = last.hash.as_deref().and_then(|hash| <[u8; 32]>::try_from(hash).ok());
        let whole = last.sequence == chain.kept_sequence.saturating_add(count);
        let Some(hash) = hash.filter(|_| genuine && whole) else { return Err(SealError::Broken(tenant)) };
        let anchor = Mark { sequence: last.sequence, hash };
        let stored = key.stored(tenant, End::Anchor, &anchor);
        let seen = chain.kept_sequence;
        let moved = db
            .write(move |conn| store::drop_oldest(conn, tenant, (seen, anchor.sequence), &stored, now))
            .await?;
        if !moved {
            break;
        }
        gone += over.len();
        if count < BATCH {
            break;
        }
    }
    Ok(gone)
}
