//! Who is signed in in a browser.

use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::secret::Digest;
use crate::sessions::{self, Limits, Session, SessionId};
use crate::tenants::{self, Tenant};
use crate::users::{self, User};

/// A live session with the person and the organisation behind it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// The organisation.
    pub tenant: Tenant,
}

/// The browser's live sessions, by the server's limits and their organisation's, of people and organisations that take part, last used first.
pub fn of_browser(
    conn: &mut Conn<'_>,
    browser: &Digest,
    limits: Limits,
    now: Timestamp,
) -> Result<Vec<Account>, DbError> {
    let mut accounts = Vec::new();
    for session in sessions::store::of_browser(conn, browser)? {
        if !session.is_live(limits, now) {
            continue;
        }
        let user = users::store::find(conn, session.tenant_id, session.user_id)?.filter(User::is_active);
        let tenant = tenants::store::find(conn, session.tenant_id)?.filter(Tenant::is_active);
        let tenant = tenant.filter(|tenant| session.is_live(limits.within(tenant.settings.sessions), now));
        if let (Some(user), Some(tenant)) = (user, tenant) {
            accounts.push(Account { session, user, tenant });
        }
    }
    Ok(accounts)
}

/// The account of this session, if it is among them.
pub fn with_session(accounts: Vec<Account>, id: Option<SessionId>) -> Option<Account> {
    accounts.into_iter().find(|account| Some(account.session.id) == id)
}
