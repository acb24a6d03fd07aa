//! The query that joins a family of tokens with all that it hangs on.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::HeldFamily;
use crate::clients::ClientStatus;
use crate::clock::Timestamp;
use crate::db::schema::{clients, sessions, tenants, token_families as families, users as people};
use crate::db::{Conn, DbError, on};
use crate::roles::store::held_roles;
use crate::tenants::TenantStatus;
use crate::tokens::FamilyId;
use crate::tokens::store::FamilyRow;
use crate::users::{self, User};

#[diesel::declare_sql_function]
extern "SQL" {
    /// The texts of all rows in one, or NULL when there are none.
    #[aggregate]
    fn string_agg(text: Text, separator: Text) -> Nullable<Text>;
}

/// Between two slugs, where one value carries several: no slug has it.
const BETWEEN: &str = " ";

/// Of all that the query reads.
type Found = (FamilyRow, users::store::Row, Surroundings, (Option<String>, Option<String>));
/// Of the organisation, the client and the session.
type Surroundings = (TenantStatus, ClientStatus, Option<Timestamp>, Option<Timestamp>);

/// The families of a condition with their surroundings. The person is found by their identifier alone, and that they belong
/// to the organisation is seen afterwards, for the reason that [`held_roles`] gives.
macro_rules! surrounded {
    ($condition:expr) => {{
        let (own_roles, roles_by_team) =
            held_roles!(people::id, people::tenant_id, string_agg(roles::slug, BETWEEN));
        families::table
            .filter($condition)
            .inner_join(tenants::table)
            .inner_join(clients::table)
            .inner_join(people::table)
            .left_join(sessions::table)
            .select((
                FamilyRow::as_select(),
                users::store::Row::as_select(),
                (
                    tenants::status,
                    clients::status,
                    sessions::ended_at.nullable(),
                    sessions::expires_at.nullable(),
                ),
                (own_roles.single_value(), roles_by_team.single_value()),
            ))
    }};
}

/// A family with its surroundings. One look, because every refresh asks.
pub fn find(conn: &mut Conn<'_>, id: FamilyId, now: Timestamp) -> Result<Option<HeldFamily>, DbError> {
    let found: Option<Found> = on!(conn, |c| surrounded!(families::id.eq(id)).first(c).optional())?;
    found.map_or(Ok(None), |found| held(found, now))
}

/// Several families with their surroundings, in no order.
pub fn find_all(conn: &mut Conn<'_>, ids: &[FamilyId], now: Timestamp) -> Result<Vec<HeldFamily>, DbError> {
    let found: Vec<Found> = on!(conn, |c| surrounded!(families::id.eq_any(ids)).load(c))?;
    found.into_iter().filter_map(|found| held(found, now).transpose()).collect()
}

fn held(found: Found, now: Timestamp) -> Result<Option<HeldFamily>, DbError> {
    let (family, user, (tenant, client, ended_at, expires_at), slugs) = found;
    let user = User::try_from(user)?;
    if user.tenant_id != family.tenant_id {
        return Ok(None);
    }
    let session_stands = family.session_id.is_none()
        || (ended_at.is_none() && expires_at.is_some_and(|expires_at| expires_at > now));
    Ok(Some(HeldFamily {
        stands: tenant == TenantStatus::Active && client == ClientStatus::Active && session_stands,
        family: family.into(),
        user,
        roles: each_once(slugs.into()),
    }))
}

/// The slugs in such values, each once, in order.
fn each_once(values: [Option<String>; 2]) -> Vec<String> {
    let mut slugs: Vec<String> =
        values.iter().flatten().flat_map(|value| value.split(BETWEEN)).map(str::to_owned).collect();
    slugs.sort_unstable();
    slugs.dedup();
    slugs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slug_is_told_once_in_order() {
        let told = |itself: Option<&str>, by_team: Option<&str>| {
            each_once([itself.map(str::to_owned), by_team.map(str::to_owned)]).join(",")
        };
        assert_eq!(told(None, None), "");
        assert_eq!(told(Some("editor"), None), "editor");
        assert_eq!(told(Some("viewer editor"), Some("editor admin viewer viewer")), "admin,editor,viewer");
    }
}
