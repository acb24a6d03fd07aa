//! Somebody who looks at a page that is for everybody, and may be told more than everybody: by any session of the browser,
//! since such a page is nobody's own.

use super::store::Holder;
use crate::app::App;
use crate::db::DbError;
use crate::roles::{self, Permissions};
use crate::secret::Secret;
use crate::tenants::{self, TenantId};
use crate::{sessions, users};

/// Somebody of this browser who holds a permission.
#[derive(Clone, Debug)]
pub struct Onlooker {
    /// What they may do right now.
    pub permissions: Permissions,
    /// The slug of the organisation that they were asked about, when it is not their own.
    pub abroad: Option<String>,
}

/// The first person signed in in the browser of this cookie who may do this in this organisation, by the same rules as behind the
/// sign-in.
pub async fn onlooker(
    app: &App,
    browser: Option<Secret>,
    (tenant, permission): (TenantId, &'static str),
) -> Result<Option<Onlooker>, DbError> {
    let Some(browser) = browser else { return Ok(None) };
    let (browser, limits, now) = (browser.digest(), app.session_limits(), app.now());
    app.db
        .read(move |conn| {
            for session in sessions::store::of_browser(conn, &browser)? {
                let own = session.tenant_id;
                let user = users::store::find(conn, own, session.user_id)?;
                let (Some(user), Some(home)) = (user, tenants::store::find(conn, own)?) else { continue };
                let holder = Holder { session, user, home };
                if !holder.is_signed_in(limits, now) {
                    continue;
                }
                let permissions = roles::store::permissions_of(conn, own, holder.user.id)?;
                let enters = own == tenant || permissions.allows("tenants:enter");
                if !enters || !permissions.allows(permission) {
                    continue;
                }
                let abroad = if own == tenant { None } else { tenants::store::find(conn, tenant)? };
                let abroad = abroad.map(|tenant| tenant.slug.to_string());
                return Ok(Some(Onlooker { permissions, abroad }));
            }
            Ok(None)
        })
        .await
}
