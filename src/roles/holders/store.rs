//! The query behind the numbers of holders in a list of roles.

use diesel::prelude::*;

use crate::db::schema::role_assignments;
use crate::db::{Conn, DbError, on};
use crate::roles::{PrincipalKind, RoleId};
use crate::tenants::TenantId;

/// How many of each kind hold each of these roles themselves, in one query.
pub fn count_holders_of(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    roles: &[RoleId],
) -> Result<Vec<(RoleId, PrincipalKind, i64)>, DbError> {
    Ok(on!(conn, |c| {
        role_assignments::table
            .filter(role_assignments::role_id.eq_any(roles).and(role_assignments::tenant_id.eq(tenant)))
            .group_by((role_assignments::role_id, role_assignments::principal_kind))
            .select((role_assignments::role_id, role_assignments::principal_kind, diesel::dsl::count_star()))
            .load(c)
    })?)
}
