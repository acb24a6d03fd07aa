//! Whose link it is, and what using it changes.

use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::limits::{self, Bucket};
use crate::secret::Digest;
use crate::tenants::{self, Tenant};
use crate::tokens;
use crate::users::{self, PasswordHash, User};

/// Whom a live link belongs to.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The person.
    pub user: User,
    /// The organisation.
    pub tenant: Tenant,
}

/// The owner of a live link, if they may sign in. Looking does not use it up.
pub fn owner(conn: &mut Conn<'_>, link: &Digest, now: Timestamp) -> Result<Option<Owner>, DbError> {
    let Some((tenant, user)) = users::store::find_reset(conn, link, now)? else { return Ok(None) };
    let user = users::store::find(conn, tenant, user)?.filter(User::is_active);
    let tenant = tenants::store::find(conn, tenant)?.filter(Tenant::is_active);
    Ok(user.zip(tenant).map(|(user, tenant)| Owner { user, tenant }))
}

/// A new password for the owner of a link.
#[derive(Clone)]
pub struct Change {
    /// The link.
    pub link: Digest,
    /// The new password.
    pub hash: PasswordHash,
    /// Where guesses of the old password were counted: they say nothing about the new one.
    pub account: Bucket,
    /// What the audit log says of it.
    pub event: Event,
    /// The present.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The password is changed, the link used up, every session and token of the person ended.
    Yes,
    /// The link was used or too old, or its owner may not sign in.
    LinkEnded,
}

/// Changes the password. The link is used up first: of two requests with the same link, one goes on.
pub fn change(conn: &mut Conn<'_>, of: &Change) -> Result<Changed, DbError> {
    if owner(conn, &of.link, of.now)?.is_none() {
        return Ok(Changed::LinkEnded);
    }
    let Some((tenant, user)) = users::store::use_reset(conn, &of.link, of.now)? else {
        return Ok(Changed::LinkEnded);
    };
    users::store::set_password(conn, tenant, user, &of.hash, of.now)?;
    tokens::end_user_tokens(conn, tenant, user, None, of.now)?;
    limits::store::unlock(conn, of.account)?;
    audit::store::insert(conn, tenant, &of.event)?;
    Ok(Changed::Yes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limits::{Decision, Rule};
    use crate::login::tests::fixture::{Fixture, NOW, hash};
    use crate::secret::HmacKey;
    use crate::users::UserStatus;

    const LIFETIME: Duration = Duration::from_secs(1_800);

    async fn link(fixture: &Fixture, name: &[u8]) -> Change {
        let (tenant, user, link) = (fixture.tenant.id, fixture.user.id, Digest::of(name));
        fixture
            .write(move |conn| users::store::insert_reset(conn, tenant, user, &link, (NOW, LIFETIME)))
            .await;
        let event = Event::new(&fixture.random, (tenant, NOW), "password.change");
        let account = Bucket::account(&HmacKey::new(&[7; 32]), None, "ada@example.com");
        Change { link, hash: hash(1), account, event, now: NOW }
    }

    async fn made(fixture: &Fixture, of: &Change) -> Changed {
        let of = of.clone();
        fixture.write(move |conn| change(conn, &of)).await
    }

    #[tokio::test]
    async fn a_new_password_ends_everything_and_every_link() {
        let fixture = Fixture::new().await;
        fixture.add_session(&fixture.session(&fixture.user, b"browser")).await;
        let (first, second) = (link(&fixture, b"one").await, link(&fixture, b"two").await);
        let (account, rule) = (first.account, Rule::new(1, Duration::from_secs(60)));
        let take = async || fixture.write(move |conn| limits::store::take(conn, account, rule, NOW)).await;
        take().await;
        assert!(matches!(take().await, Decision::Blocked { .. }));
        assert_eq!(made(&fixture, &first).await, Changed::Yes);
        assert_eq!(made(&fixture, &first).await, Changed::LinkEnded);
        assert_eq!(made(&fixture, &second).await, Changed::LinkEnded);
        assert!(fixture.sessions(b"browser").await.is_empty());
        assert_eq!(take().await, Decision::Allowed);
        let (tenant, user) = (fixture.tenant.id, fixture.user.id);
        let stored = fixture.write(move |conn| users::store::password_hash(conn, tenant, user)).await;
        assert_eq!(stored, Some(hash(1)));
    }

    #[tokio::test]
    async fn a_link_that_is_late_or_whose_owner_is_shut_out_changes_nothing() {
        let fixture = Fixture::new().await;
        let of = link(&fixture, b"one").await;
        let late = Change { now: NOW + LIFETIME, ..of.clone() };
        assert_eq!(made(&fixture, &late).await, Changed::LinkEnded);
        fixture.set_status(&fixture.user, UserStatus::Suspended).await;
        assert_eq!(made(&fixture, &of).await, Changed::LinkEnded);
        fixture.set_status(&fixture.user, UserStatus::Active).await;
        assert_eq!(made(&fixture, &of).await, Changed::Yes, "it was not used up by the refusals");
    }
}
