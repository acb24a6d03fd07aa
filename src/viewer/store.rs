//! What is read of whoever looks at a page.

use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::roles::{self, Permissions};
use crate::secret::Digest;
use crate::sessions::{self, Limits, Session, SessionId};
use crate::tenants::{self, Slug, Tenant, TenantId};
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

/// Who is meant, and where they look.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The browser's cookie.
    pub browser: Digest,
    /// Which of its sessions.
    pub session: SessionId,
    /// The organisation that the address names.
    pub tenant: Option<String>,
    /// The server's limits.
    pub limits: Limits,
    /// The present.
    pub now: Timestamp,
}

/// What became of a look.
#[derive(Clone, Debug)]
pub enum Found {
    /// Signed in.
    Yes(Box<SignedIn>),
    /// Not, or not any more.
    Nobody,
    /// Signed in, and not for this organisation.
    NotThere,
}

/// Finds the session, the person and the organisation; a session that nobody has seen for a while is touched by the
/// caller.
pub fn find(conn: &mut Conn<'_>, wanted: &Wanted) -> Result<Found, DbError> {
    let sessions = sessions::store::of_browser(conn, &wanted.browser)?;
    let Some(session) = sessions.into_iter().find(|session| session.id == wanted.session) else {
        return Ok(Found::Nobody);
    };
    let (own, now) = (session.tenant_id, wanted.now);
    let user = users::store::find(conn, own, session.user_id)?.filter(User::is_active);
    let home = tenants::store::find(conn, own)?.filter(Tenant::is_active);
    let (Some(user), Some(home)) = (user, home) else { return Ok(Found::Nobody) };
    if !session.is_live(wanted.limits, now)
        || !session.is_live(wanted.limits.within(home.settings.sessions), now)
    {
        return Ok(Found::Nobody);
    }
    let permissions = roles::store::permissions_of(conn, own, user.id)?;
    let tenant = match &wanted.tenant {
        None => home.clone(),
        Some(named) => match named_tenant(conn, named)? {
            Some(tenant) if tenant.id == own || permissions.allows("tenants:enter") => tenant,
            _ => return Ok(Found::NotThere),
        },
    };
    Ok(Found::Yes(Box::new(SignedIn { session, user, home, tenant, permissions })))
}

fn named_tenant(conn: &mut Conn<'_>, named: &str) -> Result<Option<Tenant>, DbError> {
    match named.parse::<TenantId>() {
        Ok(id) => tenants::store::find(conn, id),
        Err(_) if named.parse::<Slug>().is_err() => Ok(None),
        Err(_) => tenants::store::find_by_slug(conn, named),
    }
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
