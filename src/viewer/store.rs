//! What is read of whoever looks at a page.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::schema::{roles, sessions as open, teams, tenants as organisations, users as people};
use crate::db::{Conn, DbError, on};
use crate::roles::Permissions;
use crate::secret::Digest;
use crate::sessions::{self, Limits, Session, SessionId};
use crate::tenants::{self, Tenant, TenantId};
use crate::tokens::{self, CodeToken};
use crate::users::{self, User};

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// Their own organisation.
    pub home: Tenant,
    /// The organisation that is looked at.
    pub tenant: Tenant,
    /// What they may do right now.
    pub permissions: Permissions,
}

/// Who a browser's session belongs to, whether they take part or not.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The session, which was not ended.
    pub session: Session,
    /// The person.
    pub user: User,
    /// Their own organisation.
    pub home: Tenant,
}

impl Holder {
    /// Whether the session stands for somebody right now.
    pub fn is_signed_in(&self, limits: Limits, now: Timestamp) -> bool {
        let of_home = limits.within(self.home.settings.sessions);
        self.user.is_active()
            && self.home.is_active()
            && self.session.is_live(limits, now)
            && self.session.is_live(of_home, now)
    }
}

/// Finds a session of this browser and who it belongs to. One look, because every page asks.
pub fn holder(conn: &mut Conn<'_>, browser: &Digest, session: SessionId) -> Result<Option<Holder>, DbError> {
    type Rows = (sessions::store::Row, users::store::Row, tenants::store::Row);
    let found: Option<Rows> = on!(conn, |c| {
        open::table
            .find(session)
            .inner_join(people::table)
            .inner_join(organisations::table)
            .filter(open::browser.eq(browser).and(open::ended_at.is_null()))
            .filter(people::tenant_id.eq(open::tenant_id))
            .select((
                sessions::store::Row::as_select(),
                users::store::Row::as_select(),
                tenants::store::Row::as_select(),
            ))
            .first(c)
            .optional()
    })?;
    let Some((session, user, home)) = found else { return Ok(None) };
    Ok(Some(Holder { session: session.into(), user: user.try_into()?, home: home.try_into()? }))
}

/// What is to be known of a code that the authorization endpoint gave us.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The code.
    pub code: CodeToken,
    /// Our half of the challenge.
    pub verifier: String,
    /// The browser's cookie.
    pub browser: Digest,
    /// Takes the code.
    pub family: tokens::FamilyId,
    /// The present.
    pub now: Timestamp,
}

/// The session that a code of ours stands for. The code is used up by it. One of another browser is none: nobody can be
/// made to look at somebody else's account by a link.
pub fn arrive(conn: &mut Conn<'_>, arrival: &Arrival) -> Result<Option<SessionId>, DbError> {
    let digest = arrival.code.digest();
    let Some(code) = tokens::store::find_code(conn, &digest)? else { return Ok(None) };
    let proved = tokens::verify(code.code_challenge.as_deref(), Some(&arrival.verifier)).is_ok();
    if !proved || arrival.now >= code.expires_at || !super::client::issued(conn, code.client_pk)? {
        return Ok(None);
    }
    let taken = tokens::store::take_code(conn, code.tenant_id, &digest, (arrival.family, arrival.now))?;
    let Some(id) = code.session_id.filter(|_| taken) else { return Ok(None) };
    let session = sessions::store::find(conn, code.tenant_id, id)?;
    Ok(session.filter(|session| session.browser == arrival.browser).map(|session| session.id))
}

/// Slug and name of things, by slug.
type Names = Vec<(String, String)>;

/// The first teams of an organisation.
pub fn teams(conn: &mut Conn<'_>, tenant: TenantId, limit: i64) -> Result<Names, DbError> {
    Ok(on!(conn, |c| {
        teams::table
            .filter(teams::tenant_id.eq(tenant))
            .order(teams::slug)
            .limit(limit)
            .select((teams::slug, teams::display_name))
            .load(c)
    })?)
}

/// The first roles of an organisation.
pub fn roles(conn: &mut Conn<'_>, tenant: TenantId, limit: i64) -> Result<Names, DbError> {
    Ok(on!(conn, |c| {
        roles::table
            .filter(roles::tenant_id.eq(tenant))
            .order(roles::slug)
            .limit(limit)
            .select((roles::slug, roles::display_name))
            .load(c)
    })?)
}
