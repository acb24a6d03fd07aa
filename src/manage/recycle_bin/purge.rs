//! The end of what is in the recycle bin.

use std::time::Duration;

use uuid::Uuid;

use super::entry::find;
use super::{BinEntry, BinKind, KEPT};
use crate::api_keys;
use crate::audit::{self, ActorRef, Changes, Event, Origin, Outcome, Target};
use crate::clients;
use crate::clock::Timestamp;
use crate::credentials::{self, KeyOwner};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::random::Random;
use crate::request_keys;
use crate::roles;
use crate::service_accounts::{self, ServiceAccountId};
use crate::teams;
use crate::tenants::{self, TenantId};
use crate::users::directory;

/// Things of each kind that one run of the job ends: few enough that no writer has to wait for it long.
const BATCH: i64 = 50;

/// Deletes a thing in the recycle bin for good, with everything that hangs on it. `false` when it is not there.
pub fn purge(conn: &mut Conn<'_>, tenant: TenantId, (kind, id): (BinKind, Uuid)) -> Result<bool, DbError> {
    match kind {
        BinKind::User => {
            let keys = keys_of(conn, tenant, KeyOwner::User(Id::new(id)))?;
            let gone = directory::store::purge(conn, tenant, Id::new(id))?;
            forget_uses(conn, tenant, keys.into_iter().filter(|_| gone))?;
            Ok(gone)
        }
        BinKind::Application => clients::store::purge(conn, tenant, Id::new(id)),
        BinKind::ServiceAccount => {
            let account: ServiceAccountId = Id::new(id);
            let keys = keys_of(conn, tenant, KeyOwner::ServiceAccount(account))?;
            let gone = service_accounts::store::purge(conn, tenant, account)?;
            forget_uses(conn, tenant, keys.into_iter().filter(|_| gone))?;
            if gone {
                clients::store::purge_credentials(conn, tenant, account)?;
                roles::store::withdraw_all(conn, tenant, account)?;
                teams::store::leave_all(conn, tenant, account)?;
            }
            Ok(gone)
        }
        BinKind::Tenant => {
            let wanted: TenantId = Id::new(id);
            if tenants::store::find(conn, wanted)?.is_none_or(|tenant| tenant.deleted_at.is_none()) {
                return Ok(false);
            }
            service_accounts::store::purge_all(conn, wanted)?;
            tenants::store::purge(conn, wanted)
        }
    }
}

/// Every key of an owner, of either kind.
fn keys_of(conn: &mut Conn<'_>, tenant: TenantId, owner: KeyOwner) -> Result<Vec<Uuid>, DbError> {
    let sent = api_keys::store::ids_of(conn, tenant, owner)?.into_iter().map(Id::uuid);
    let signing = request_keys::store::ids_of(conn, tenant, owner)?.into_iter().map(Id::uuid);
    Ok(sent.chain(signing).collect())
}

/// Forgets how keys were used that went with their owner.
fn forget_uses(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: impl Iterator<Item = Uuid>,
) -> Result<(), DbError> {
    for key in keys {
        credentials::store::forget(conn, tenant, key)?;
    }
    Ok(())
}

/// As events name it.
pub fn target(entry: &BinEntry) -> Target {
    Target::new(entry.kind.as_str(), entry.id, entry.name.clone())
}

/// Deletes for good what has been in the recycle bin for its time, some of it, each thing with its event.
pub fn purge_old(conn: &mut Conn<'_>, random: &Random, now: Timestamp) -> Result<usize, DbError> {
    // At the end of its seventh day, and not a moment before it.
    let before = now - KEPT + Duration::from_micros(1);
    let mut old: Vec<(TenantId, BinKind, Uuid)> = Vec::new();
    for (tenant, id) in directory::store::deleted_before(conn, before, BATCH)? {
        old.push((tenant, BinKind::User, id.uuid()));
    }
    for (tenant, id) in clients::store::deleted_before(conn, before, BATCH)? {
        old.push((tenant, BinKind::Application, id.uuid()));
    }
    for (tenant, id) in service_accounts::store::deleted_before(conn, before, BATCH)? {
        old.push((tenant, BinKind::ServiceAccount, id.uuid()));
    }
    for id in tenants::store::deleted_before(conn, before, 1)? {
        // Nobody will be there to read its log: the end of an organisation stands in the instance's.
        old.push((Event::instance(), BinKind::Tenant, id.uuid()));
    }
    let mut gone = 0;
    for (tenant, kind, id) in old {
        let Some(entry) = find(conn, tenant, (kind, id), now)? else { continue };
        if purge(conn, tenant, (kind, id))? {
            audit::store::insert(conn, tenant, &event(random, tenant, &entry, now))?;
            gone += 1;
        }
    }
    Ok(gone)
}

fn event(random: &Random, tenant: TenantId, entry: &BinEntry, now: Timestamp) -> Event {
    Event {
        id: random.id(now),
        tenant_id: tenant,
        at: now,
        action: entry.kind.action(),
        outcome: Outcome::Success,
        reason: String::new(),
        actor: ActorRef::system("recycle_bin"),
        target: target(entry),
        changes: Changes::none(),
        origin: Origin::default(),
    }
}
