//! Sealing: rows that were written since the last time get their numbers and links.
//!
//! Links are computed on what was read before the transaction, which then only writes: it moves the chain's end from
//! where it was seen, by one conditional update, and whoever loses that does nothing. Writers of events never touch the
//! rows that are sealed here nor the chain's record, so none of them waits.

use super::AuditId;
use super::chain::{Chain, ChainKey, End, Mark, store};
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::tenants::TenantId;

/// Rows that are sealed in one transaction on PostgreSQL.
const BATCH: i64 = 500;
/// The same on SQLite, where others wait for the one writer meanwhile.
const SMALL_BATCH: i64 = 100;
/// Batches of one log before the next log has its turn.
const TURN: usize = 20;
/// Logs that are looked up at once.
const LOGS: usize = 100;

/// Why rows were not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The chain's record was changed: nothing is built on it.
    #[error("the audit chain of {0} was tampered with: `gridkey audit verify` says more")]
    Broken(TenantId),
}

/// Seals what waits in every log, and tells how many rows that were. A log that cannot be sealed does not keep the
/// others from it.
///
/// # Errors
/// The first of those that there were.
pub async fn seal_pending(db: &Db, key: &ChainKey, now: Timestamp) -> Result<usize, SealError> {
    let (mut sealed, mut after, mut failed) = (0, None, None);
    loop {
        let waiting = db.read(move |conn| store::waiting(conn, after, LOGS)).await?;
        let Some(last) = waiting.last() else { break };
        after = Some(*last);
        for tenant in waiting {
            match seal_log(db, key, tenant, now).await {
                Ok(rows) => sealed += rows,
                Err(why) => failed = failed.or(Some(why)),
            }
        }
    }
    failed.map_or(Ok(sealed), Err)
}

async fn seal_log(db: &Db, key: &ChainKey, tenant: TenantId, now: Timestamp) -> Result<usize, SealError> {
    let batch = if db.is_postgres() { BATCH } else { SMALL_BATCH };
    let mut sealed = 0;
    for _ in 0..TURN {
        // The end first: rows that somebody else seals in between are then behind the end that is expected below.
        let (chain, rows) = db
            .read(move |conn| {
                Ok::<_, DbError>((store::find_chain(conn, tenant)?, store::unsealed(conn, tenant, batch)?))
            })
            .await?;
        let read = rows.len();
        if read == 0 {
            break;
        }
        let mut at = head_of(key, tenant, chain.as_ref())?;
        let seen = chain.map(|chain| chain.sequence);
        let mut links: Vec<(AuditId, Mark)> = Vec::with_capacity(read);
        for row in rows {
            at = key.link(&at, &row);
            links.push((row.id, at));
        }
        let head = Chain {
            tenant_id: tenant,
            sequence: at.sequence,
            hash: key.stored(tenant, End::Head, &at),
            kept_sequence: Mark::GENESIS.sequence,
            kept_hash: key.stored(tenant, End::Anchor, &Mark::GENESIS),
        };
        let won = db.write(move |conn| store::seal(conn, tenant, (seen, &head), &links, now)).await?;
        if !won {
            break;
        }
        sealed += read;
        if read < usize::try_from(batch).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(sealed)
}

fn head_of(key: &ChainKey, tenant: TenantId, chain: Option<&Chain>) -> Result<Mark, SealError> {
    let Some(chain) = chain else { return Ok(Mark::GENESIS) };
    let (head, genuine) = key.read(tenant, End::Head, (chain.sequence, &chain.hash));
    if genuine { Ok(head) } else { Err(SealError::Broken(tenant)) }
}
