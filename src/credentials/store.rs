//! Queries on who stands behind a credential; those on the use of credentials are beside the use.

use std::sync::Arc;

use diesel::prelude::*;

use super::{KeyLevel, KeyOwner, KeyStatus, Narrowed, Principal};
use crate::db::schema::{team_members, teams};
use crate::db::types::stored_as_text;
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::roles::{self, Role};
use crate::tenants::{self, TenantId};
use crate::{service_accounts, users};

pub use super::activity::store::*;
pub use super::counted::store::{add_usage, note_networks, note_uses};
pub use super::latest::store::*;
pub use super::usage::store::*;

stored_as_text!(KeyStatus, KeyLevel);

/// Who stands behind a credential, active or not. `None` when there is nobody any more.
pub fn principal(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    owner: KeyOwner,
) -> Result<Option<Principal>, DbError> {
    let Some(organisation) = tenants::store::find(conn, tenant)? else { return Ok(None) };
    let found = match owner {
        KeyOwner::User(id) => users::store::find(conn, tenant, id)?.map(|user| {
            let active = user.is_active();
            (user.email.to_string(), user.display_name, active)
        }),
        KeyOwner::ServiceAccount(id) => service_accounts::store::find(conn, tenant, id)?.map(|account| {
            let active = account.is_active();
            (account.slug.to_string(), account.display_name, active)
        }),
    };
    let Some((name, display_name, is_active)) = found else { return Ok(None) };
    let id = Id::<()>::new(owner.uuid());
    let held: Vec<Role> = roles::store::in_effect(conn, tenant, id)?;
    Ok(Some(Principal {
        is_active: is_active && organisation.is_active(),
        tenant: Arc::new(organisation),
        kind: owner.principal_type(),
        id: owner.uuid().to_string(),
        name,
        display_name,
        teams: teams_of(conn, tenant, id)?,
        permissions: held
            .iter()
            .flat_map(|role| &role.permissions)
            .filter_map(|text| text.parse().ok())
            .collect(),
        roles: held.into_iter().map(|role| role.slug).collect(),
        narrowed: Narrowed::default(),
    }))
}

fn teams_of(conn: &mut Conn<'_>, tenant: TenantId, member: Id<()>) -> Result<Vec<String>, DbError> {
    Ok(on!(conn, |c| {
        team_members::table
            .inner_join(teams::table)
            .filter(team_members::member_id.eq(member).and(team_members::tenant_id.eq(tenant)))
            .order(teams::slug)
            .select(teams::slug)
            .load(c)
    })?)
}
