//! One change to some people, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::BulkAnswer;
use crate::audit::{self, Changes};
use crate::db::{Conn, DbError};
use crate::manage::strength::is_stronger;
use crate::manage::users::rules;
use crate::manage::users::writing::{changes, end, target};
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::roles::{self, Permissions, PrincipalKind, Role};
use crate::teams;
use crate::text::text_enum;
use crate::users::{User, UserId, UserStatus, directory, store};

text_enum! {
    /// What is done to people.
    pub enum BulkAction {
        /// They are shut out.
        Suspend = "suspend",
        /// They may sign in again.
        Resume = "resume",
        /// They go into the recycle bin.
        Delete = "delete",
        /// They get a role.
        AssignRole = "assign_role",
        /// A role is taken from them.
        WithdrawRole = "withdraw_role",
    }
}

/// What is done, by whom.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The call.
    pub call: Call,
    /// Where identifiers of events come from.
    pub random: Random,
    /// What is done.
    pub action: BulkAction,
    /// The role that is given or taken.
    pub role: Option<Role>,
    /// Whether it is only counted.
    pub preview: bool,
}

/// What somebody holds.
#[derive(Default)]
struct Held {
    /// Themselves.
    roles: BTreeSet<Uuid>,
    /// Itself or by a team.
    permissions: Vec<roles::Permission>,
}

/// What becomes of one of them.
enum Fate {
    Changed(Box<User>),
    Unchanged,
    Refused,
}

/// Changes these people, or counts who would be.
///
/// # Errors
/// Another try when somebody was faster with one of them.
pub fn change_some(conn: &mut Conn<'_>, plan: &Plan, ids: &[UserId]) -> Result<BulkAnswer, Stop> {
    let people = directory::store::find_many(conn, plan.call.tenant, ids)?;
    let people: Vec<User> = people.into_iter().filter(|user| user.deleted_at.is_none()).collect();
    let mut held = held(conn, plan, ids)?;
    let mut answer = BulkAnswer {
        matched: ids.len(),
        not_found: ids.len().saturating_sub(people.len()),
        ..BulkAnswer::default()
    };
    let mut changes = Vec::new();
    for seen in people {
        let of = held.remove(&seen.id.uuid()).unwrap_or_default();
        match fate(plan, &seen, of) {
            Fate::Changed(user) => changes.push((seen, *user)),
            Fate::Unchanged => answer.unchanged += 1,
            Fate::Refused => answer.refused += 1,
        }
    }
    answer.changed = changes.len();
    if !plan.preview {
        for (seen, user) in &changes {
            write_one(conn, plan, seen, user)?;
        }
        if plan.role.is_none() {
            end(conn, &plan.call, &changes)?;
        }
    }
    Ok(answer)
}

/// What each of these people holds, in three queries for all of them.
fn held(conn: &mut Conn<'_>, plan: &Plan, ids: &[UserId]) -> Result<BTreeMap<Uuid, Held>, DbError> {
    let tenant = plan.call.tenant;
    let people: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let mut held: BTreeMap<Uuid, Held> = BTreeMap::new();
    let permissions = |role: &Role| -> Vec<roles::Permission> {
        role.permissions.iter().filter_map(|text| text.parse().ok()).collect()
    };
    for (user, role) in roles::store::assignments_of(conn, tenant, &people)? {
        let of = held.entry(user).or_default();
        of.permissions.extend(permissions(&role));
        of.roles.insert(role.id.uuid());
    }
    let memberships = teams::store::memberships(conn, tenant, &people)?;
    let teams: BTreeSet<Uuid> = memberships.iter().map(|(_, team)| team.id.uuid()).collect();
    let teams: Vec<Uuid> = teams.into_iter().collect();
    let by_team = roles::store::assignments_of(conn, tenant, &teams)?;
    for (user, team) in memberships {
        let of = held.entry(user).or_default();
        let given = by_team.iter().filter(|(holder, _)| *holder == team.id.uuid());
        of.permissions.extend(given.flat_map(|(_, role)| permissions(role)));
    }
    Ok(held)
}

fn fate(plan: &Plan, seen: &User, held: Held) -> Fate {
    let call = &plan.call;
    if let Some(role) = &plan.role {
        let holds = held.roles.contains(&role.id.uuid());
        if holds == (plan.action == BulkAction::AssignRole) {
            return Fate::Unchanged;
        }
        return Fate::Changed(Box::new(User {
            updated_at: call.next_version(seen.updated_at),
            ..seen.clone()
        }));
    }
    let status = match plan.action {
        BulkAction::Suspend if seen.status != UserStatus::Suspended => UserStatus::Suspended,
        BulkAction::Resume if seen.status == UserStatus::Suspended => UserStatus::Active,
        BulkAction::Delete => UserStatus::Deleted,
        _ => return Fate::Unchanged,
    };
    let permissions: Permissions = held.permissions.into_iter().collect();
    if call.actor.is(seen.id) || is_stronger(call, &permissions) {
        return Fate::Refused;
    }
    Fate::Changed(Box::new(match status {
        UserStatus::Deleted => rules::deleted(call, seen),
        status => User { status, updated_at: call.next_version(seen.updated_at), ..seen.clone() },
    }))
}

fn write_one(conn: &mut Conn<'_>, plan: &Plan, seen: &User, user: &User) -> Result<(), Stop> {
    let (call, tenant) = (&plan.call, plan.call.tenant);
    if !store::update_seen(conn, tenant, user, seen.updated_at)? {
        return Err(DbError::Retry.into());
    }
    let nothing: Option<&str> = None;
    let (action, changes) = match (&plan.role, plan.action) {
        (Some(role), BulkAction::AssignRole) => {
            roles::store::assign(conn, tenant, role.id, (PrincipalKind::User, user.id), call.now)?;
            ("user.assign_role", Changes::none().field("role", &nothing, &Some(role.slug.as_str())))
        }
        (Some(role), _) => {
            roles::store::withdraw(conn, tenant, role.id, user.id)?;
            ("user.withdraw_role", Changes::none().field("role", &Some(role.slug.as_str()), &nothing))
        }
        (None, action) => {
            let name = if action == BulkAction::Delete { "user.delete" } else { "user.update" };
            (name, changes(conn, call, (seen, user))?)
        }
    };
    let event = call.event(&plan.random, action, target(user), changes);
    Ok(audit::store::insert(conn, tenant, &event)?)
}
