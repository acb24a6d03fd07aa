//! Queries on `users` for figures.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::db::schema::users;
use crate::db::{Conn, DbError, on};
use crate::tenants::TenantId;
use crate::users::UserStatus;

/// How many people are active, counted up to `limit`. An ordered walk through an index that ends there: a count would read
/// all of a large organisation.
pub fn count_active(conn: &mut Conn<'_>, tenant: TenantId, limit: i64) -> Result<usize, DbError> {
    let found: Vec<bool> = on!(conn, |c| {
        users::table
            .filter(users::tenant_id.eq(tenant).and(users::status.eq(UserStatus::Active)))
            .order(users::id)
            .limit(limit)
            .select(sql::<Bool>("true"))
            .load(c)
    })?;
    Ok(found.len())
}
