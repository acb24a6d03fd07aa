//! Queries on `device_authorizations` that know of families.

use diesel::prelude::*;

use crate::db::schema::device_authorizations as devices;
use crate::db::{Conn, DbError, on};
use crate::device_authorizations::{DeviceAuthorizationId, DeviceState};
use crate::tenants::TenantId;
use crate::tokens::FamilyId;

/// Takes what somebody allowed for a family. Only one caller is ever told `true`.
pub fn take_device(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: DeviceAuthorizationId,
    family: FamilyId,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(devices::table.find(id))
            .filter(devices::tenant_id.eq(tenant).and(devices::state.eq(DeviceState::Approved)))
            .set((devices::state.eq(DeviceState::Redeemed), devices::family_id.eq(family)))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// What it became.
pub fn family_of_device(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: DeviceAuthorizationId,
) -> Result<Option<FamilyId>, DbError> {
    let found: Option<Option<FamilyId>> = on!(conn, |c| {
        devices::table
            .find(id)
            .filter(devices::tenant_id.eq(tenant))
            .select(devices::family_id)
            .first(c)
            .optional()
    })?;
    Ok(found.flatten())
}
