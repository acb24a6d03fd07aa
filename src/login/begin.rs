//! The beginning of a session: the one way in which a browser becomes signed in.

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::interactions;
use crate::secret::{Digest, Secret};
use crate::sessions::{self, Session};
use crate::tenants::TenantId;
use crate::tokens;
use crate::users::{self, UserId};

use super::visit::Caller;

/// A session that is about to begin, and the cookie that the browser gets with it: a value that was known before the
/// sign-in, or planted, is worth nothing after it (OWASP ASVS 7.2.4).
#[derive(Clone)]
pub struct NewSession {
    /// The browser's new cookie.
    pub cookie: Secret,
    /// What is stored.
    pub session: Session,
}

impl NewSession {
    /// A session of somebody who has just shown their password.
    pub fn by_password(
        app: &App,
        (tenant, user): (TenantId, UserId),
        caller: &Caller,
        now: Timestamp,
    ) -> Self {
        let cookie = Secret::generate(&app.random);
        let session = Session {
            id: app.random.id(now),
            tenant_id: tenant,
            user_id: user,
            browser: cookie.digest(),
            authenticated_at: now,
            amr: vec!["pwd".into()],
            address: caller.address.to_string(),
            user_agent: caller.user_agent.clone(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + app.session_limits().absolute,
        };
        Self { cookie, session }
    }
}

/// Writes the session down. An older session of the same person in the same browser ends with all that hangs on it,
/// so that signing out later leaves nothing behind; everything else of the browser moves to its new cookie.
pub fn begin(
    conn: &mut Conn<'_>,
    session: &Session,
    old_browser: &Digest,
    now: Timestamp,
) -> Result<(), DbError> {
    for other in sessions::store::of_browser(conn, old_browser)? {
        if (other.tenant_id, other.user_id) == (session.tenant_id, session.user_id) {
            tokens::end_session(conn, other.tenant_id, other.id, now)?;
        }
    }
    sessions::store::rename_browser(conn, old_browser, &session.browser)?;
    interactions::store::rename_browser(conn, old_browser, &session.browser)?;
    sessions::store::insert(conn, session.tenant_id, session)?;
    users::store::note_sign_in(conn, session.tenant_id, session.user_id, now)
}
