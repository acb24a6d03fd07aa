//! The query behind the last hours of several keys.

use std::collections::HashMap;

use diesel::prelude::*;
use uuid::Uuid;

use super::Activity;
use crate::clock::Timestamp;
use crate::credentials::usage::store::{SPIKE, Usage};
use crate::db::schema::credential_usage;
use crate::db::{Conn, DbError, on};
use crate::id::Id;
use crate::tenants::TenantId;

/// The last hours of each of these keys, in one query however many they are. Keys that were not used are not in it.
pub fn activity_of(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    keys: &[Uuid],
    now: Timestamp,
) -> Result<HashMap<Uuid, Activity>, DbError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let keys: Vec<Id<()>> = keys.iter().map(|&id| Id::new(id)).collect();
    let rows: Vec<Usage> = on!(conn, |c| {
        credential_usage::table
            .filter(credential_usage::credential_id.eq_any(&keys).and(credential_usage::tenant_id.eq(tenant)))
            .filter(credential_usage::hour.ge(Activity::since(now)))
            .filter(credential_usage::outcome.ne(SPIKE))
            .select(Usage::as_select())
            .load(c)
    })?;
    let mut by_key: HashMap<Uuid, Vec<&Usage>> = HashMap::new();
    for row in &rows {
        by_key.entry(row.credential_id.uuid()).or_default().push(row);
    }
    Ok(by_key.into_iter().map(|(key, rows)| (key, Activity::of(rows, now))).collect())
}
