//! People, service accounts and teams as those who hold roles: how callers name them, how lists show them, and the one
//! rule over all of it: nobody gives, takes or steps into what they do not hold themselves.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Call, Stop};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::roles::{self, Permission, PrincipalKind, Role, is_role_slug};
use crate::service_accounts;
use crate::teams::{self, Member, MemberKind};
use crate::tenants::TenantId;
use crate::users;
use crate::web::{Params, Problem};

/// How many roles one call may name.
pub const MOST_ROLES: usize = 100;
/// How many members one call may name.
pub const MOST_MEMBERS: usize = 500;

/// One who holds a role or belongs to a team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PrincipalView {
    /// `user`, `service_account` or `team`.
    #[schema(example = "user")]
    pub kind: &'static str,
    /// Identifier.
    pub id: Uuid,
    /// A person's mail address, or the slug.
    #[schema(example = "ada@example.com")]
    pub name: String,
    /// Name for people.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// The state of the person or service account; absent for teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "active")]
    pub status: Option<&'static str>,
    /// Since when.
    #[schema(format = DateTime)]
    pub since: String,
}

/// The roles of a team.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RolesView {
    /// Slugs, in order.
    pub roles: Vec<String>,
}

/// The roles that somebody is to hold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesChange {
    /// Slugs of all of them: the others are taken away. At most 100.
    pub roles: Vec<String>,
}

/// One who is meant by a call.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberName {
    /// `user` or `service_account`.
    #[schema(value_type = String, example = "user")]
    pub kind: MemberKind,
    /// Identifier.
    pub id: Uuid,
}

impl MemberName {
    /// As the audit log writes members.
    pub fn reference(&self) -> String {
        format!("{}:{}", self.kind, self.id)
    }
}

impl From<Member> for MemberName {
    fn from(member: Member) -> Self {
        Self { kind: member.kind, id: member.id }
    }
}

/// What the slugs of a list are to begin with.
///
/// # Errors
/// 400 for what no slug can begin with.
pub fn begins_with(params: &Params) -> Result<Option<String>, Problem> {
    let fits = |text: &str| text.len() <= 63 && !text.contains('\0');
    match params.get("q") {
        Some(text) if !fits(text) => {
            Err(Problem::bad_request("invalid_filter", "q: a slug has at most 63 characters."))
        }
        found => Ok(found.map(str::to_owned)),
    }
}

/// The identifier at which a page of principals begins.
pub fn after(text: Option<&str>) -> Option<Uuid> {
    text.and_then(|text| text.parse().ok())
}

/// Shows principals in their order. One that is gone for good keeps its identifier and nothing else.
pub fn describe(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    principals: &[(PrincipalKind, Uuid, Timestamp)],
) -> Result<Vec<PrincipalView>, DbError> {
    type Known = HashMap<Uuid, (String, String, Option<&'static str>)>;
    let mut known = Known::new();
    let people = ids(principals, PrincipalKind::User);
    if !people.is_empty() {
        known.extend(users::store::of_ids(conn, tenant, &people)?.into_iter().map(|user| {
            let shown = (user.email.to_string(), user.display_name, Some(user.status.as_str()));
            (user.id.uuid(), shown)
        }));
    }
    let accounts = ids(principals, PrincipalKind::ServiceAccount);
    if !accounts.is_empty() {
        let found = service_accounts::store::of_ids(conn, tenant, &accounts)?;
        known.extend(found.into_iter().map(|account| {
            let shown = (account.slug.to_string(), account.display_name, Some(account.status.as_str()));
            (account.id.uuid(), shown)
        }));
    }
    let groups = ids(principals, PrincipalKind::Team);
    if !groups.is_empty() {
        known.extend(
            teams::store::of_ids(conn, tenant, &groups)?
                .into_iter()
                .map(|team| (team.id.uuid(), (team.slug.to_string(), team.display_name, None))),
        );
    }
    let view = |&(kind, id, since): &(PrincipalKind, Uuid, Timestamp)| {
        let (name, display_name, status) = known.remove(&id).unwrap_or_default();
        PrincipalView { kind: kind.as_str(), id, name, display_name, status, since: since.to_rfc3339() }
    };
    Ok(principals.iter().map(view).collect())
}

fn ids<T>(principals: &[(PrincipalKind, Uuid, Timestamp)], wanted: PrincipalKind) -> Vec<Id<T>> {
    principals.iter().filter(|(kind, _, _)| *kind == wanted).map(|(_, id, _)| Id::new(*id)).collect()
}

/// Each of them once.
///
/// # Errors
/// 422 when they are too many.
pub fn distinct(members: &[MemberName]) -> Result<BTreeSet<MemberName>, Problem> {
    if members.len() > MOST_MEMBERS {
        let detail = format!("One call names at most {MOST_MEMBERS} members.");
        return Err(Problem::invalid("too_many", detail).fix("Send several calls to members/add."));
    }
    Ok(members.iter().copied().collect())
}

/// Checks that all of them live in this organisation.
///
/// # Errors
/// 422 that names one who does not.
pub fn all_live(conn: &mut Conn<'_>, tenant: TenantId, members: &BTreeSet<MemberName>) -> Result<(), Stop> {
    fn of_kind<T>(members: &BTreeSet<MemberName>, kind: MemberKind) -> Vec<Id<T>> {
        members.iter().filter(|member| member.kind == kind).map(|member| Id::new(member.id)).collect()
    }
    let mut living = BTreeSet::new();
    let people = users::store::of_ids(conn, tenant, &of_kind(members, MemberKind::User))?;
    living.extend(
        people
            .into_iter()
            .filter(|user| user.deleted_at.is_none() && user.status != users::UserStatus::Deleted)
            .map(|user| MemberName { kind: MemberKind::User, id: user.id.uuid() }),
    );
    let accounts = of_kind(members, MemberKind::ServiceAccount);
    let accounts = service_accounts::store::of_ids(conn, tenant, &accounts)?;
    living.extend(
        accounts
            .into_iter()
            .filter(|account| account.deleted_at.is_none())
            .map(|account| MemberName { kind: MemberKind::ServiceAccount, id: account.id.uuid() }),
    );
    match members.difference(&living).next() {
        None => Ok(()),
        Some(stranger) => {
            let detail = format!("There is no {} {} in this organisation.", stranger.kind, stranger.id);
            Err(Problem::invalid("unknown_member", detail)
                .fix("Members are people and service accounts that are not in the recycle bin.")
                .into())
        }
    }
}

/// The roles of these names.
///
/// # Errors
/// 422 that names one that is not there.
pub fn named_roles(conn: &mut Conn<'_>, tenant: TenantId, slugs: &[String]) -> Result<Vec<Role>, Stop> {
    if slugs.len() > MOST_ROLES {
        let detail = format!("One call names at most {MOST_ROLES} roles.");
        return Err(Problem::invalid("too_many", detail).into());
    }
    let unknown = |slug: &str| {
        let shown: String = slug.chars().take(80).collect();
        Problem::invalid("unknown_role", format!("There is no role {shown:?} in this organisation."))
    };
    if let Some(strange) = slugs.iter().find(|slug| !is_role_slug(slug)) {
        return Err(unknown(strange).into());
    }
    let found = roles::store::of_slugs(conn, tenant, slugs)?;
    match slugs.iter().find(|slug| !found.iter().any(|role| role.slug == **slug)) {
        Some(missing) => Err(unknown(missing).into()),
        None => Ok(found),
    }
}

/// Every permission of these roles.
pub fn granted_by(roles: &[Role]) -> Vec<Permission> {
    roles.iter().flat_map(Role::granted).collect()
}

/// Lets the call act on a principal that may do no more than its caller. Whoever could change a stronger one, or make
/// credentials for it, would become it.
///
/// # Errors
/// 403 that names what the caller lacks.
pub fn not_above<P: 'static>(conn: &mut Conn<'_>, call: &Call, principal: Id<P>) -> Result<(), Stop> {
    let held = roles::store::permissions_of(conn, call.tenant, principal)?;
    let granted = &call.actor.permissions;
    match held.iter().find(|permission| !granted.may_grant(permission)) {
        None => Ok(()),
        Some(permission) => {
            let detail = format!("It holds {permission}, which you do not hold yourself.");
            Err(Problem::lacking(permission, detail).fix("Ask somebody who holds it.").into())
        }
    }
}

/// Makes these roles, and no others, those of a principal that the transaction holds. Answers with the slugs before and
/// after.
///
/// # Errors
/// 403 for a permission that the caller does not hold, whether it is given, taken or kept; 422 for an unknown role.
pub fn replace_roles<P: 'static>(
    conn: &mut Conn<'_>,
    call: &Call,
    (kind, principal): (PrincipalKind, Id<P>),
    slugs: &[String],
) -> Result<(Vec<String>, Vec<String>), Stop> {
    not_above(conn, call, principal)?;
    let before = roles::store::assigned_to(conn, call.tenant, principal)?;
    let after = named_roles(conn, call.tenant, slugs)?;
    call.may_grant(&granted_by(&after))?;
    for role in before.iter().filter(|role| !after.iter().any(|kept| kept.id == role.id)) {
        roles::store::withdraw(conn, call.tenant, role.id, principal)?;
    }
    for role in &after {
        roles::store::assign(conn, call.tenant, role.id, (kind, principal), call.now).map_err(vanished)?;
    }
    let slugs = |roles: Vec<Role>| roles.into_iter().map(|role| role.slug).collect();
    Ok((slugs(before), slugs(after)))
}

/// What was there a moment ago and is referred to was deleted meanwhile: the transaction has to look again.
pub fn vanished(error: DbError) -> DbError {
    if matches!(error, DbError::Reference(_)) { DbError::Retry } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: u128) -> MemberName {
        MemberName { kind: MemberKind::User, id: Uuid::from_u128(number) }
    }

    #[test]
    fn members_are_counted_once_and_bounded() {
        assert_eq!(distinct(&[user(1), user(2), user(1)]).unwrap().len(), 2);
        assert_eq!(distinct(&vec![user(1); MOST_MEMBERS + 1]).unwrap_err().code, "too_many");
    }

    #[test]
    fn a_filter_that_no_slug_begins_with_is_refused() {
        let read = |query: &str| begins_with(&Params::from_query(query).unwrap()).map_err(|why| why.code);
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("q=ops"), Ok(Some("ops".into())));
        assert_eq!(read("q=a%00"), Err("invalid_filter"));
        assert_eq!(read(&format!("q={}", "a".repeat(64))), Err("invalid_filter"));
    }

    #[test]
    fn only_a_broken_reference_asks_for_another_try() {
        assert!(matches!(vanished(DbError::Reference(String::new())), DbError::Retry));
        assert!(matches!(vanished(DbError::Busy), DbError::Busy));
    }
}
