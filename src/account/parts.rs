//! What these pages have in common.

use crate::app::App;
use crate::app::judge::judge as judge_password;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::secret::Secret;
use crate::users::{User, WeakPassword};
use crate::viewer::{Address, Failure, Frame, Recent, Viewer, account_menu, recent};

/// The frame of a page with this heading.
pub fn frame(app: &App, viewer: &Viewer, heading: &str) -> Frame {
    viewer.frame(app, viewer.words().t(heading), account_menu(viewer))
}

/// Changes something, and has every verdict forgotten that was remembered before.
///
/// # Errors
/// Those of the database.
pub async fn change<T, F>(app: &App, work: F) -> Result<T, Failure>
where
    F: Fn(&mut Conn<'_>) -> Result<T, DbError> + Send + 'static,
    T: Send + 'static,
{
    let done = app.db.write(work).await?;
    app.forget();
    Ok(done)
}

/// Reads something.
///
/// # Errors
/// Those of the database.
pub async fn look<T, F>(app: &App, work: F) -> Result<T, Failure>
where
    F: Fn(&mut Conn<'_>) -> Result<T, DbError> + Send + 'static,
    T: Send + 'static,
{
    Ok(app.db.read(work).await?)
}

/// The address of a page that says what was done.
pub fn done(path: &str, what: &str) -> String {
    Address::new(path).with("done", what).text()
}

/// A moment for people.
pub fn moment(viewer: &Viewer, at: Timestamp) -> Recent {
    recent(&at.to_rfc3339(), viewer.words(), viewer.now)
}

/// Whether the viewer may have this password, by the rule of their organisation.
///
/// # Errors
/// When the work cannot be run.
pub async fn judge(
    app: &App,
    viewer: &Viewer,
    password: Secret,
) -> Result<Result<(), WeakPassword>, Failure> {
    let judged = judge_password(app, (&viewer.who.user, &viewer.who.home), password).await;
    judged.map_err(|why| Failure::Broken(why.to_string()))
}

/// The next version of a person, which is later than the last even if the clock is not.
pub fn next_version(user: &User, now: Timestamp) -> Timestamp {
    now.max(Timestamp::from_micros(user.updated_at.micros() + 1))
}
