//! Whose password is checked, and what a right one changes.

use uuid::Uuid;

use crate::audit::{self, Event};
use crate::clock::Timestamp;
use crate::db::{Conn, Db, DbError};
use crate::id::Id;
use crate::interactions::{self, Progress};
use crate::limits::{self, Bucket};
use crate::login::begin::begin;
use crate::login::rollback::{Stopped, outcome};
use crate::secret::Digest;
use crate::sessions::Session;
use crate::tenants::{self, Tenant, TenantId};
use crate::users::{self, Email, PasswordHash, User, UserId};

/// Whom an attempt is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The person, if there is one who may sign in.
    pub person: Option<(TenantId, UserId)>,
    /// Who has the address, whether they may sign in or not: for the audit log, never for an answer.
    pub known: Option<UserId>,
    /// What the password is compared with. It is there for people who may not sign in, too: theirs is checked in vain.
    pub hash: Option<PasswordHash>,
}

/// Looks up whom an address means. It asks the same questions of the database whether or not there is somebody.
pub fn subject(conn: &mut Conn<'_>, tenant: Option<TenantId>, email: &Email) -> Result<Subject, DbError> {
    let tenant = tenant.unwrap_or(Id::new(Uuid::nil()));
    let user = users::store::find_by_email(conn, tenant, email)?;
    let id = user.as_ref().map_or(Id::new(Uuid::nil()), |user| user.id);
    let hash = users::store::password_hash(conn, tenant, id)?;
    let takes_part = tenants::store::find(conn, tenant)?.is_some_and(|tenant| tenant.is_active());
    let known = user.as_ref().map(|user| user.id);
    let person = user.filter(|user| user.is_active() && takes_part).map(|user| (tenant, user.id));
    Ok(Subject { person, known, hash })
}

/// Everything that a right password changes, in one transaction.
#[derive(Clone)]
pub struct SignIn {
    /// The interaction.
    pub interaction: Digest,
    /// How far the person is now.
    pub progress: Progress,
    /// The new session.
    pub session: Session,
    /// The cookie that the browser had.
    pub old_browser: Digest,
    /// The hash that the password was compared with.
    pub hash: PasswordHash,
    /// The same password under today's parameters, if those of the hash are out of date.
    pub rehashed: Option<PasswordHash>,
    /// The account's bucket: its failures are forgiven.
    pub account: Bucket,
    /// The source's buckets: one attempt each is given back.
    pub sources: [Bucket; 2],
    /// What the audit log says of it.
    pub event: Event,
    /// The present.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// The session has begun.
    Yes,
    /// While the password was being checked, the person was shut out or the password changed.
    NoLonger,
    /// The interaction was finished meanwhile.
    Over,
}

/// Begins the session, or leaves everything as it was.
pub async fn sign_in(db: &Db, of: SignIn) -> Result<SignedIn, DbError> {
    outcome(db.write(move |conn| write(conn, &of)).await, SignedIn::Yes)
}

fn write(conn: &mut Conn<'_>, of: &SignIn) -> Result<(), Stopped<SignedIn>> {
    let (tenant, user, now) = (of.session.tenant_id, of.session.user_id, of.now);
    // First, because the update holds the person's row until the commit: a new password or a suspension that comes
    // meanwhile waits, then finds this session and ends it.
    let hash = of.rehashed.as_ref().unwrap_or(&of.hash);
    users::store::rehash_password(conn, tenant, user, (&of.hash, hash))?;
    let active = users::store::find(conn, tenant, user)?.is_some_and(|user: User| user.is_active());
    let organisation = tenants::store::find(conn, tenant)?.filter(Tenant::is_active);
    let Some(organisation) = organisation.filter(|_| active) else {
        return Err(Stopped::With(SignedIn::NoLonger));
    };
    if users::store::password_hash(conn, tenant, user)?.as_ref() != Some(hash) {
        return Err(Stopped::With(SignedIn::NoLonger));
    }
    if !interactions::store::set_progress(conn, &of.interaction, &of.progress, now)? {
        return Err(Stopped::With(SignedIn::Over));
    }
    // A form that was sent twice at once: the first answer has moved the interaction to a new cookie.
    if interactions::store::find(conn, &of.interaction, &of.old_browser, now)?.is_none() {
        return Err(Stopped::With(SignedIn::Over));
    }
    begin(conn, &of.session.clone().within(organisation.settings.sessions), &of.old_browser, now)?;
    for source in of.sources {
        limits::store::give_back(conn, source, now)?;
    }
    limits::store::forgive(conn, of.account)?;
    audit::store::insert(conn, tenant, &of.event)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Decision, Rule};
    use crate::login::tests::fixture::{Fixture, HASHES, NOW, hash};
    use crate::secret::HmacKey;
    use crate::sessions;
    use crate::users::UserStatus;

    async fn attempt(fixture: &Fixture, old: &[u8], new: &[u8]) -> SignIn {
        let session = fixture.session(&fixture.user, new);
        let event = Event::new(&fixture.random, (fixture.tenant.id, NOW), "session.create");
        let key = HmacKey::new(&[7; 32]);
        SignIn {
            interaction: fixture.add_interaction(old).await,
            progress: Progress { session_id: Some(session.id), signed_in: true, ..Progress::default() },
            session,
            old_browser: Digest::of(old),
            hash: hash(0),
            rehashed: None,
            account: Bucket::account(&key, None, "ada@example.com"),
            sources: [1, 2].map(|n| Bucket::source(&key, std::net::Ipv4Addr::new(192, 0, 2, n).into())),
            event,
            now: NOW,
        }
    }

    async fn made(fixture: &Fixture, of: &SignIn) -> SignedIn {
        sign_in(&fixture.db, of.clone()).await.unwrap()
    }

    #[tokio::test]
    async fn a_sign_in_moves_the_browser_and_replaces_the_persons_older_session() {
        let fixture = Fixture::new().await;
        let eve = fixture.add_user("eve@example.com").await;
        let (older, other) = (fixture.session(&fixture.user, b"old"), fixture.session(&eve, b"old"));
        fixture.add_session(&older).await;
        fixture.add_session(&other).await;
        let elsewhere = fixture.session(&fixture.user, b"elsewhere");
        fixture.add_session(&elsewhere).await;
        let of = attempt(&fixture, b"old", b"new").await;
        assert_eq!(made(&fixture, &of).await, SignedIn::Yes);
        assert!(fixture.sessions(b"old").await.is_empty());
        let mut now_there: Vec<_> = fixture.sessions(b"new").await.into_iter().map(|one| one.id).collect();
        now_there.sort();
        let mut expected = [other.id, of.session.id];
        expected.sort();
        assert_eq!(now_there, expected);
        assert_eq!(fixture.sessions(b"elsewhere").await.len(), 1, "other browsers stay signed in");
        let (id, browser) = (of.interaction, Digest::of(b"new"));
        let moved = fixture.write(move |conn| interactions::store::find(conn, &id, &browser, NOW)).await;
        assert_eq!(moved.unwrap().progress, of.progress);
    }

    #[tokio::test]
    async fn what_changed_during_the_check_stops_it() {
        let fixture = Fixture::new().await;
        let of = attempt(&fixture, b"old", b"new").await;
        let (tenant, user) = (fixture.tenant.id, fixture.user.id);
        let set = |index| {
            move |conn: &mut Conn<'_>| users::store::set_password(conn, tenant, user, &hash(index), NOW)
        };
        fixture.write(set(1)).await;
        assert_eq!(made(&fixture, &of).await, SignedIn::NoLonger);
        fixture.write(set(0)).await;
        fixture.set_status(&fixture.user, UserStatus::Suspended).await;
        assert_eq!(made(&fixture, &of).await, SignedIn::NoLonger);
        fixture.set_status(&fixture.user, UserStatus::Active).await;
        let id = of.interaction;
        assert!(fixture.write(move |conn| interactions::store::finish(conn, &id, NOW)).await);
        assert_eq!(made(&fixture, &of).await, SignedIn::Over);
        assert!(fixture.sessions(b"new").await.is_empty());
    }

    #[tokio::test]
    async fn a_success_forgives_the_account_and_gives_the_sources_one_back() {
        let fixture = Fixture::new().await;
        let of = attempt(&fixture, b"old", b"new").await;
        let rule = Rule::new(2, std::time::Duration::from_secs(60));
        let buckets = [of.account, of.sources[0]];
        for _ in 0..2 {
            for bucket in buckets {
                fixture.write(move |conn| limits::store::take(conn, bucket, rule, NOW)).await;
            }
        }
        assert_eq!(made(&fixture, &of).await, SignedIn::Yes);
        let take =
            async |bucket| fixture.write(move |conn| limits::store::take(conn, bucket, rule, NOW)).await;
        assert_eq!(take(of.account).await, Decision::Allowed);
        assert_eq!(take(of.account).await, Decision::Allowed);
        assert_eq!(take(of.sources[0]).await, Decision::Allowed);
        assert!(matches!(take(of.sources[0]).await, Decision::Blocked { .. }));
    }

    #[tokio::test]
    async fn only_people_who_may_sign_in_are_subjects_and_hashes_are_found_for_all() {
        let fixture = Fixture::new().await;
        let find = async |tenant, email: &str| {
            let email = Email::parse(email).unwrap();
            fixture.write(move |conn| subject(conn, tenant, &email)).await
        };
        let own = Some(fixture.tenant.id);
        let ada = find(own, "Ada@Example.com").await;
        assert_eq!(ada.person, Some((fixture.tenant.id, fixture.user.id)));
        assert_eq!(ada.hash.unwrap().as_str(), HASHES[0]);
        for (tenant, email) in [(own, "eve@example.com"), (None, "ada@example.com")] {
            let nobody = find(tenant, email).await;
            assert!(nobody.person.is_none() && nobody.hash.is_none(), "{email}");
        }
        fixture.set_status(&fixture.user, UserStatus::Suspended).await;
        let suspended = find(own, "ada@example.com").await;
        assert!(suspended.person.is_none() && suspended.hash.is_some());
    }

    #[tokio::test]
    async fn a_form_that_was_sent_twice_begins_one_session() {
        let fixture = Fixture::new().await;
        let first = attempt(&fixture, b"old", b"first").await;
        let session = fixture.session(&fixture.user, b"second");
        let progress = Progress { session_id: Some(session.id), ..first.progress.clone() };
        let second = SignIn { session, progress, ..first.clone() };
        assert_eq!(made(&fixture, &first).await, SignedIn::Yes);
        assert_eq!(made(&fixture, &second).await, SignedIn::Over);
        assert!(fixture.sessions(b"second").await.is_empty());
        let (id, browser) = (first.interaction, Digest::of(b"first"));
        let kept = fixture.write(move |conn| interactions::store::find(conn, &id, &browser, NOW)).await;
        assert_eq!(kept.unwrap().progress, first.progress, "the second left nothing behind");
    }

    #[tokio::test]
    async fn an_old_hash_is_replaced_with_the_sign_in() {
        let fixture = Fixture::new().await;
        let of = SignIn { rehashed: Some(hash(1)), ..attempt(&fixture, b"old", b"new").await };
        assert_eq!(made(&fixture, &of).await, SignedIn::Yes);
        let (tenant, user) = (fixture.tenant.id, fixture.user.id);
        let stored = fixture.write(move |conn| users::store::password_hash(conn, tenant, user)).await;
        assert_eq!(stored, Some(hash(1)));
    }

    #[tokio::test]
    async fn a_session_of_nobody_does_not_begin() {
        let fixture = Fixture::new().await;
        let of = attempt(&fixture, b"old", b"new").await;
        let session =
            sessions::Session { user_id: crate::login::tests::fixture::nobody(), ..of.session.clone() };
        assert_eq!(made(&fixture, &SignIn { session, ..of }).await, SignedIn::NoLonger);
    }
}
