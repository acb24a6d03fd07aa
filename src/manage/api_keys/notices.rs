//! Who hears that a key ends soon: 14 days before, 3 days before, and when it has ended, each once, however many nodes
//! look.

use std::time::Duration;

use super::letters::{News, tell};
use super::rules::NOTICES;
use crate::api_keys::{ApiKey, store};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};

/// How far back the first look of a node goes, for the time that no node ran.
pub const LOOK_BACK: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// Keys that one look tells about.
const BATCH: i64 = 200;

/// Tells about the keys whose turn came after `since`. Answers how many those were.
///
/// # Errors
/// Those of the database.
pub async fn send(app: &App, since: Timestamp, now: Timestamp) -> Result<usize, DbError> {
    if !app.mailer.is_configured() {
        return Ok(0);
    }
    let mut told = 0;
    loop {
        let due = app.db.write(move |conn| claim(conn, since, now)).await?;
        for key in &due {
            tell(app, key.tenant_id, key.id, (News::Ending, now)).await;
        }
        told += due.len();
        if due.is_empty() {
            return Ok(told);
        }
    }
}

/// Keys that this node tells about. The last mail that is due stands for those before it.
fn claim(conn: &mut Conn<'_>, since: Timestamp, now: Timestamp) -> Result<Vec<ApiKey>, DbError> {
    let mut due = Vec::new();
    for (at, notice) in NOTICES.iter().enumerate().rev() {
        let number = u32::try_from(at + 1).unwrap_or_default();
        // At the moment itself it is time.
        let (from, before) = (since + *notice, now + *notice + Duration::from_micros(1));
        for key in store::ending_between(conn, (from, before), (number, BATCH))? {
            if store::note_expiry_notice(conn, key.tenant_id, key.id, (key.expiry_notices, number))? {
                due.push(key);
            }
        }
    }
    Ok(due)
}
