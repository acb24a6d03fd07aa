//! Roles and teams that somebody is given with a name.

use std::collections::BTreeSet;

use crate::db::Conn;
use crate::manage::{Call, Stop};
use crate::roles::{self, Permission, PrincipalKind, Role, RoleId};
use crate::teams::{self, Member, MemberKind, Team, TeamId};
use crate::users::UserId;
use crate::web::Problem;

/// Roles or teams of one call at most.
const MOST: usize = 100;

/// What a role's holders may do.
pub fn permissions(role: &Role) -> Vec<Permission> {
    role.permissions.iter().filter_map(|text| text.parse().ok()).collect()
}

fn slugs(list: &[String]) -> Result<BTreeSet<&str>, Problem> {
    if list.len() > MOST {
        return Err(Problem::invalid("too_many", format!("At most {MOST} roles and teams in one call.")));
    }
    Ok(list.iter().map(String::as_str).collect())
}

fn unknown(code: &'static str, what: &str, slug: &str) -> Problem {
    let slug: String = slug.chars().take(80).collect();
    Problem::invalid(code, format!("There is no {what} {slug:?} in this organisation."))
}

/// A role by slug or identifier.
pub fn named_role(conn: &mut Conn<'_>, call: &Call, slug: &str) -> Result<Role, Stop> {
    let missing = || unknown("unknown_role", "role", slug);
    // A text with a zero cannot be asked for on every database, and no slug has one.
    if slug.contains('\0') {
        return Err(missing().into());
    }
    if let Some(role) = roles::store::find_by_slug(conn, call.tenant, slug)? {
        return Ok(role);
    }
    let id = slug.parse::<RoleId>().map_err(|_| missing())?;
    Ok(roles::store::find(conn, call.tenant, id)?.ok_or_else(missing)?)
}

/// Roles by slug or identifier, each once.
///
/// # Errors
/// 422 for a role that is not there.
pub fn named_roles(conn: &mut Conn<'_>, call: &Call, list: &[String]) -> Result<Vec<Role>, Stop> {
    let mut found: Vec<Role> = Vec::new();
    for slug in slugs(list)? {
        let role = named_role(conn, call, slug)?;
        if !found.iter().any(|other| other.id == role.id) {
            found.push(role);
        }
    }
    Ok(found)
}

/// Teams by slug or identifier, each once.
///
/// # Errors
/// 422 for a team that is not there.
pub fn named_teams(conn: &mut Conn<'_>, call: &Call, list: &[String]) -> Result<Vec<Team>, Stop> {
    let mut found = Vec::new();
    for slug in slugs(list)? {
        let missing = || unknown("unknown_team", "team", slug);
        if slug.contains('\0') {
            return Err(missing().into());
        }
        let team = match teams::store::find_by_slug(conn, call.tenant, slug)? {
            Some(team) => team,
            None => {
                let id = slug.parse::<TeamId>().map_err(|_| missing())?;
                teams::store::find(conn, call.tenant, id)?.ok_or_else(missing)?
            }
        };
        if !found.iter().any(|other: &Team| other.id == team.id) {
            found.push(team);
        }
    }
    Ok(found)
}

/// Gives a person roles and makes them a member of teams, as far as the caller may hand out what that gives.
///
/// # Errors
/// 403 for a role or the role of a team with a permission that the caller does not hold.
pub fn join(
    conn: &mut Conn<'_>,
    call: &Call,
    user: UserId,
    (roles, teams): (&[Role], &[Team]),
) -> Result<(), Stop> {
    for role in roles {
        call.may_grant(&permissions(role))?;
        roles::store::assign(conn, call.tenant, role.id, (PrincipalKind::User, user), call.now)?;
    }
    for team in teams {
        for role in roles::store::assigned_to(conn, call.tenant, team.id)? {
            call.may_grant(&permissions(&role))?;
        }
        let member = Member { kind: MemberKind::User, id: user.uuid(), since: call.now };
        teams::store::add_member(conn, call.tenant, team.id, member)?;
    }
    Ok(())
}
