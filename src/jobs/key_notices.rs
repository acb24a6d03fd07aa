//! The mails about API keys that end soon.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::manage::api_keys::notices;

/// How much each look overlaps the one before, so that clocks may differ.
const OVERLAP: Duration = Duration::from_secs(60 * 60);

/// Until when this node has looked.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Option<Timestamp>>>);

/// Tells about the keys whose turn it is.
pub async fn send(app: Arc<App>, seen: Seen) -> Result<(), DbError> {
    let now = app.now();
    let last = *seen.0.lock().unwrap_or_else(PoisonError::into_inner);
    let since = last.map_or(now - notices::LOOK_BACK, |last| last - OVERLAP);
    let told = notices::send(&app, since, now).await?;
    *seen.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    if told > 0 {
        tracing::info!(told, "owners were told of API keys that end soon");
    }
    Ok(())
}
