//! Members of teams in the words of a file.

use super::store;
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::service_accounts::{self, ServiceAccountStatus};
use crate::teams::{MemberKind, TeamId};
use crate::tenants::TenantId;
use crate::users::{self, UserStatus};

/// `user:ada@acme.example`, `service_account:nightly-reports`: without those in the recycle bin.
pub(super) fn names(conn: &mut Conn<'_>, tenant: TenantId, team: TeamId) -> Result<Vec<String>, DbError> {
    let mut names = Vec::new();
    for (kind, id) in store::members(conn, tenant, team)? {
        let name = match kind {
            MemberKind::User => users::store::find(conn, tenant, Id::new(id.uuid()))?
                .filter(|user| user.status != UserStatus::Deleted)
                .map(|user| user.email.to_string()),
            MemberKind::ServiceAccount => service_accounts::store::find(conn, tenant, Id::new(id.uuid()))?
                .filter(|account| account.status != ServiceAccountStatus::Deleted)
                .map(|account| account.slug.to_string()),
        };
        names.extend(name.map(|name| format!("{kind}:{name}")));
    }
    names.sort_unstable();
    Ok(names)
}
