//! The password again, before something is changed: looking is long-lived, changing is not (OWASP ASVS 5.0 7.5.1). It is
//! asked for on a page that carries the form along, so that nothing that was typed is lost.

use std::time::Duration;

use super::answers::Failure;
use super::view::Viewer;
use crate::app::App;
use crate::app::attempts;
use crate::audit::{self, Target};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::limits::{self, Decision};
use crate::secret::Secret;
use crate::sessions;
use crate::users::{self, Verdict};

/// The field that carries the password.
pub const PASSWORD: &str = "confirm_password";

/// How long a password counts.
pub const FRESH: Duration = Duration::from_secs(10 * 60);

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The person is who they were.
    Given,
    /// That was another password.
    Wrong,
    /// Too many guesses.
    Throttled(Timestamp),
}

impl Confirmation {
    /// What is wrong, in words.
    pub fn wrong(self, viewer: &Viewer) -> Option<String> {
        let words = viewer.words();
        match self {
            Self::Given => None,
            Self::Wrong => Some(words.t("confirm-wrong")),
            Self::Throttled(until) => {
                Some(words.t1("confirm-throttled", "wait", words.span(until.since(viewer.now))))
            }
        }
    }
}

/// Whether the person proved who they are a short while ago.
pub fn is_fresh(viewer: &Viewer) -> bool {
    viewer.now.since(viewer.who.session.authenticated_at) < FRESH
}

/// Looks at a password: counted before it is looked at, by the same buckets as at the sign-in.
pub async fn confirm(app: &App, viewer: &Viewer, password: Secret) -> Result<Confirmation, Failure> {
    let (tenant, user, now) = (viewer.who.home.id, &viewer.who.user, viewer.now);
    let counters = attempts::password(app, Some(tenant), &user.email, viewer.address);
    let buckets = [counters.source, counters.account];
    let id = user.id;
    let (decision, hash) = app
        .db
        .write(move |conn| {
            let decision = limits::store::take_all(conn, &buckets, now)?;
            Ok::<_, DbError>((decision, users::store::password_hash(conn, tenant, id)?))
        })
        .await?;
    if let Decision::Blocked { until } = decision {
        return Ok(Confirmation::Throttled(until));
    }
    let verdict = app.hasher.verify(password, hash).await?;
    let session = viewer.who.session.id;
    let event = viewer.event(app, "session.confirm", Target::new("session", session, ""));
    if !matches!(verdict, Verdict::Right { .. }) {
        let event = event.refused("wrong_password");
        let noted: Result<(), DbError> =
            app.db.write(move |conn| audit::store::insert(conn, tenant, &event)).await;
        noted?;
        return Ok(Confirmation::Wrong);
    }
    let given_back = [counters.source.0, counters.account.0];
    let noted: Result<(), DbError> = app
        .db
        .write(move |conn| {
            given_back.iter().try_for_each(|bucket| limits::store::give_back(conn, *bucket, now))?;
            sessions::store::prove_again(conn, tenant, session, now)?;
            audit::store::insert(conn, tenant, &event)
        })
        .await;
    noted?;
    Ok(Confirmation::Given)
}
