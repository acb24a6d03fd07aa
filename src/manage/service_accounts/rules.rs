//! What becomes of a service account when somebody says something of it.

use super::{NewServiceAccount, ServiceAccountPatch};
use crate::db::{Conn, DbError};
use crate::manage::principals::{not_above, vanished};
use crate::manage::text::{description, display_name};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::service_accounts::{self, ServiceAccount, ServiceAccountId, ServiceAccountStatus};
use crate::teams::{self, Member, MemberKind, Team, TeamId};
use crate::tenants::{self, TenantId};
use crate::web::Problem;

/// The service account that a request describes, without a team.
pub fn new(call: &Call, random: &Random, wanted: &NewServiceAccount) -> Result<ServiceAccount, Problem> {
    Ok(ServiceAccount {
        id: random.id(call.now),
        tenant_id: call.tenant,
        team_id: None,
        slug: wanted.slug.parse()?,
        display_name: display_name(&wanted.display_name)?,
        description: description(&wanted.description)?,
        status: ServiceAccountStatus::Active,
        created_by: call.actor.reference(),
        deleted_at: None,
        created_at: call.now,
        updated_at: call.now,
    })
}

/// The service account after a change. `team` is who owns it from now on.
pub fn patched(
    call: &Call,
    account: &ServiceAccount,
    patch: &ServiceAccountPatch,
    team: Option<TeamId>,
) -> Result<ServiceAccount, Problem> {
    let mut changed = ServiceAccount { team_id: team, ..account.clone() };
    if let Some(name) = &patch.display_name {
        changed.display_name = display_name(name)?;
    }
    if let Some(text) = &patch.description {
        changed.description = description(text)?;
    }
    if let Some(text) = &patch.status {
        changed.status = status(text)?;
    }
    if changed != *account {
        changed.updated_at = call.next_version(account.updated_at);
    }
    Ok(changed)
}

fn status(text: &str) -> Result<ServiceAccountStatus, Problem> {
    match text.parse() {
        Ok(status @ (ServiceAccountStatus::Active | ServiceAccountStatus::Disabled)) => Ok(status),
        _ => Err(Problem::invalid("invalid_status", "status can be set to active or disabled.")
            .fix("DELETE puts it into the recycle bin, and restore brings it back.")),
    }
}

/// A service account that is not in the recycle bin, kept as it is until the transaction ends.
pub fn living(conn: &mut Conn<'_>, tenant: TenantId, id: ServiceAccountId) -> Result<ServiceAccount, Stop> {
    let found = service_accounts::store::hold(conn, tenant, id)?;
    Ok(found.filter(|account| account.deleted_at.is_none()).ok_or_else(Problem::not_found)?)
}

/// The slug of the team that owns a service account.
pub fn team_slug(conn: &mut Conn<'_>, account: &ServiceAccount) -> Result<Option<String>, DbError> {
    let Some(team) = account.team_id else { return Ok(None) };
    Ok(teams::store::find(conn, account.tenant_id, team)?.map(|team| team.slug.to_string()))
}

/// The team of this slug, kept as it is until the transaction ends, for a caller that holds all that the team holds:
/// what joins it gets that.
pub fn team_to_join(conn: &mut Conn<'_>, call: &Call, slug: &str) -> Result<Team, Stop> {
    let unknown = || {
        let shown: String = slug.chars().take(80).collect();
        Problem::invalid("unknown_team", format!("There is no team {shown:?} in this organisation."))
    };
    if slug.parse::<crate::tenants::Slug>().is_err() {
        return Err(unknown().into());
    }
    let found = teams::store::find_by_slug(conn, call.tenant, slug)?.ok_or_else(unknown)?;
    let team = teams::store::hold(conn, call.tenant, found.id)?.ok_or_else(unknown)?;
    not_above(conn, call, team.id)?;
    Ok(team)
}

/// Makes a service account a member of the team that owns it, and of the one before no more.
pub fn move_between(
    conn: &mut Conn<'_>,
    call: &Call,
    id: ServiceAccountId,
    (from, to): (Option<TeamId>, Option<TeamId>),
) -> Result<(), DbError> {
    if let Some(team) = from {
        teams::store::remove_member(conn, call.tenant, team, id.uuid())?;
    }
    if let Some(team) = to {
        let member = Member { kind: MemberKind::ServiceAccount, id: id.uuid(), since: call.now };
        teams::store::add_member(conn, call.tenant, team, member).map_err(vanished)?;
    }
    Ok(())
}

/// Whether the organisation may have one more.
///
/// # Errors
/// 409 when it has as many as it may.
pub fn room_for_one(conn: &mut Conn<'_>, tenant: TenantId) -> Result<(), Stop> {
    let limit =
        tenants::store::find(conn, tenant)?.and_then(|tenant| tenant.settings.limits.service_accounts);
    let Some(limit) = limit else { return Ok(()) };
    // One at a time: two that count at once would both find room.
    tenants::store::hold(conn, tenant)?;
    if service_accounts::store::count_living(conn, tenant)? < i64::from(limit) {
        return Ok(());
    }
    let detail = format!("The organisation may have {limit} service accounts and has them.");
    Err(Problem::conflict("limit_reached", detail)
        .fix("Delete one, or ask whoever sets the organisation's limits.")
        .into())
}
