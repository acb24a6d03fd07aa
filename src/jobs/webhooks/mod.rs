//! Tells webhooks what happened: makes deliveries out of the audit log, and sends them.
//!
//! Every delivery is sent at least once, in no order that anybody may count on. A node that is killed loses nothing: what
//! it had taken is taken by another when its time is over.

mod dispatch;
mod fan_out;
mod resolver;
mod sender;

use std::sync::Arc;
use std::time::Duration;

pub use dispatch::{Dispatcher, dispatch};
pub use fan_out::tell;
pub use sender::Sender;

use crate::app::App;
use crate::db::DbError;
use crate::telemetry::ROWS_SWEPT;
use crate::webhooks::deliveries;

/// Deletes what was sent long ago.
///
/// # Errors
/// Those of the database.
pub async fn sweep(app: Arc<App>, kept: Duration) -> Result<(), DbError> {
    let before = app.now() - kept;
    let rows = app.db.write(move |conn| deliveries::store::sweep(conn, before)).await?;
    if rows > 0 {
        metrics::counter!(ROWS_SWEPT, "table" => "webhook_deliveries").increment(rows as u64);
    }
    Ok(())
}
