//! Closing one's own account: into the recycle bin, with the end of everything that hangs on it.

use uuid::Uuid;

use crate::api_keys;
use crate::audit::{self, Changes, Event};
use crate::clock::Timestamp;
use crate::credentials::KeyOwner;
use crate::db::{Conn, DbError};
use crate::invitations;
use crate::request_keys;
use crate::roles::{self, BuiltInRole, PrincipalKind, RoleId};
use crate::teams;
use crate::tenants::{self, TenantId};
use crate::tokens;
use crate::users::{self, User, UserId, UserStatus};

/// How many holders of a role, or members of a team, are looked at at once.
const STEP: i64 = 200;

/// Whose account is closed.
#[derive(Clone, Debug)]
pub struct Closing {
    /// The person as they were seen.
    pub user: User,
    /// Their version afterwards.
    pub version: Timestamp,
    /// What the log says of it.
    pub event: Event,
    /// The present.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It is closed.
    Yes,
    /// Nobody else could rule the organisation or the server any more.
    LastAdministrator,
}

/// Closes the account. Two administrators who go at the same time go one after the other.
pub fn close(conn: &mut Conn<'_>, of: &Closing) -> Result<Closed, DbError> {
    let (tenant, id) = (of.user.tenant_id, of.user.id);
    tenants::store::find_held(conn, tenant)?;
    if is_last(conn, tenant, id)? {
        return Ok(Closed::LastAdministrator);
    }
    let gone = User {
        status: UserStatus::Deleted,
        deleted_at: Some(of.now),
        updated_at: of.version,
        ..of.user.clone()
    };
    if !users::store::update_seen(conn, tenant, &gone, of.user.updated_at)? {
        return Err(DbError::Retry);
    }
    tokens::end_user_tokens(conn, tenant, id, None, of.now)?;
    users::store::end_resets(conn, tenant, &[id], of.now)?;
    invitations::store::revoke_of_users(conn, tenant, &[id], of.now)?;
    let (owner, why) = (KeyOwner::User(id), (api_keys::OWNER_DELETED, of.now));
    let keys = api_keys::store::revoke_all_of(conn, tenant, &[owner], why)?.len();
    let signing = request_keys::store::revoke_all_of(conn, tenant, &[owner], why)?.len();
    let changes = Changes::none()
        .field("status", &of.user.status.as_str(), &gone.status.as_str())
        .field("revoked_api_keys", &0, &keys)
        .field("revoked_signing_keys", &0, &signing);
    audit::store::insert(conn, tenant, &of.event.clone().changing(changes))?;
    Ok(Closed::Yes)
}

/// Whether the person is the only one left who holds one of the roles without which nobody could hand out roles.
fn is_last(conn: &mut Conn<'_>, tenant: TenantId, user: UserId) -> Result<bool, DbError> {
    let held = roles::store::held_by(conn, tenant, user)?;
    for role in [BuiltInRole::SuperAdmin, BuiltInRole::TenantAdmin] {
        if !held.iter().any(|slug| slug == role.as_str()) {
            continue;
        }
        let Some(role) = roles::store::find_by_slug(conn, tenant, role.as_str())? else { continue };
        if !is_held_by_another(conn, tenant, role.id, user)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_held_by_another(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    role: RoleId,
    user: UserId,
) -> Result<bool, DbError> {
    let mut after = None;
    loop {
        let holders = roles::store::holders(conn, tenant, role, (after, STEP))?;
        for holder in &holders {
            let other = match holder.kind {
                PrincipalKind::User => is_another(conn, tenant, &[holder.id], user)?,
                PrincipalKind::Team => has_another(conn, tenant, holder.id, user)?,
                PrincipalKind::ServiceAccount => false,
            };
            if other {
                return Ok(true);
            }
        }
        match holders.last() {
            Some(last) => after = Some(last.id),
            None => return Ok(false),
        }
    }
}

fn has_another(conn: &mut Conn<'_>, tenant: TenantId, team: Uuid, user: UserId) -> Result<bool, DbError> {
    let mut after = Uuid::nil();
    loop {
        let members = teams::store::members_after(conn, tenant, teams::TeamId::new(team), after, STEP)?;
        if is_another(conn, tenant, &members, user)? {
            return Ok(true);
        }
        match members.last() {
            Some(last) => after = *last,
            None => return Ok(false),
        }
    }
}

/// Whether one of these is a person who may sign in, and somebody else.
fn is_another(conn: &mut Conn<'_>, tenant: TenantId, ids: &[Uuid], user: UserId) -> Result<bool, DbError> {
    let ids: Vec<UserId> = ids.iter().copied().map(UserId::new).filter(|id| *id != user).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    Ok(users::store::of_ids(conn, tenant, &ids)?.iter().any(User::is_active))
}
