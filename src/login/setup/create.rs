//! What a set-up link makes, in one transaction.

use crate::audit::{self, Event};
use crate::db::{Conn, Db, DbError};
use crate::login::begin::begin;
use crate::login::rollback::{Stopped, outcome};
use crate::login::store::use_setup_link;
use crate::random::Random;
use crate::roles::{self, BuiltInRole, PrincipalKind};
use crate::secret::Digest;
use crate::sessions::Session;
use crate::tenants::{self, Tenant};
use crate::users::{self, PasswordHash, User};

/// The first organisation, its administrator, and the administrator's session.
#[derive(Clone)]
pub struct Founding {
    /// The link that allows it.
    pub link: Digest,
    /// The organisation.
    pub tenant: Tenant,
    /// The administrator.
    pub user: User,
    /// The administrator's password.
    pub hash: PasswordHash,
    /// The administrator's session.
    pub session: Session,
    /// The cookie that the browser had.
    pub old_browser: Digest,
    /// What the audit log says of it.
    pub event: Event,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// Everything is there.
    Yes,
    /// The link was used or is too old.
    LinkEnded,
    /// Another organisation has this slug.
    SlugTaken,
}

/// Makes all of it, or nothing.
pub async fn found(db: &Db, random: &Random, of: Founding) -> Result<Created, DbError> {
    let random = random.clone();
    let written = db.write(move |conn| write(conn, &random, &of)).await;
    match outcome(written, Created::Yes) {
        Err(DbError::Conflict(conflict)) if conflict.table == "tenants" => Ok(Created::SlugTaken),
        other => other,
    }
}

/// Whatever stops it rolls it back, so that a link is not used up by what was not made.
fn write(conn: &mut Conn<'_>, random: &Random, of: &Founding) -> Result<(), Stopped<Created>> {
    let (tenant, user, now) = (of.tenant.id, of.user.id, of.session.created_at);
    if !use_setup_link(conn, &of.link, now)? {
        return Err(Stopped::With(Created::LinkEnded));
    }
    tenants::store::insert(conn, &of.tenant)?;
    roles::store::insert_built_in(conn, tenant, random, now)?;
    users::store::insert(conn, tenant, &of.user, Some(&of.hash))?;
    for role in [BuiltInRole::SuperAdmin, BuiltInRole::TenantAdmin] {
        let role = roles::store::find_by_slug(conn, tenant, role.as_str())?
            .ok_or_else(|| DbError::Damaged(format!("the role {role} was not made")))?;
        roles::store::assign(conn, tenant, role.id, (PrincipalKind::User, user), now)?;
    }
    begin(conn, &of.session, &of.old_browser, now)?;
    audit::store::insert(conn, tenant, &of.event)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::login::store::{create_setup_link, find_setup_link, needs_setup};
    use crate::login::tests::fixture::{Fixture, NOW, hash, tenant, user};

    async fn founding(fixture: &Fixture, link: &[u8], slug: &str) -> Founding {
        let tenant = tenant(&fixture.random, slug);
        let user = user(&fixture.random, &tenant, "root@example.com");
        let session =
            Session { tenant_id: tenant.id, user_id: user.id, ..fixture.session(&fixture.user, b"new") };
        let (link, old_browser) = (Digest::of(link), Digest::of(b"old"));
        let event = Event::new(&fixture.random, (tenant.id, NOW), "setup.complete");
        Founding { link, tenant, user, hash: hash(0), session, old_browser, event }
    }

    async fn print(fixture: &Fixture, link: &[u8]) {
        let link = Digest::of(link);
        fixture.write(move |conn| create_setup_link(conn, &link, NOW, Duration::from_secs(60))).await;
    }

    #[tokio::test]
    async fn one_link_makes_one_organisation_with_an_administrator_who_is_signed_in() {
        let fixture = Fixture::new().await;
        assert!(!fixture.write(needs_setup).await);
        print(&fixture, b"link").await;
        let (first, second) =
            (founding(&fixture, b"link", "first").await, founding(&fixture, b"link", "second").await);
        let (tenant, user) = (first.tenant.id, first.user.id);
        let both = tokio::join!(
            found(&fixture.db, &fixture.random, first),
            found(&fixture.db, &fixture.random, second)
        );
        assert_eq!((both.0.unwrap(), both.1.unwrap()), (Created::Yes, Created::LinkEnded));
        let held = fixture.write(move |conn| roles::store::held_by(conn, tenant, user)).await;
        assert_eq!(held, ["super_admin", "tenant_admin"]);
        assert_eq!(fixture.sessions(b"new").await.len(), 1);
        assert_eq!(fixture.write(tenants::store::count).await, 2);
    }

    #[tokio::test]
    async fn a_taken_slug_does_not_use_the_link_up() {
        let fixture = Fixture::new().await;
        print(&fixture, b"link").await;
        let taken = founding(&fixture, b"link", fixture.tenant.slug.as_str()).await;
        assert_eq!(found(&fixture.db, &fixture.random, taken).await.unwrap(), Created::SlugTaken);
        assert!(fixture.write(|conn| find_setup_link(conn, &Digest::of(b"link"), NOW)).await);
        let unknown = founding(&fixture, b"other", "other").await;
        assert_eq!(found(&fixture.db, &fixture.random, unknown).await.unwrap(), Created::LinkEnded);
        assert_eq!(fixture.write(tenants::store::count).await, 1);
    }
}
