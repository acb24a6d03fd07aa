//! What can be dismissed, and how that is shown.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::secret::Digest;
use crate::text::text_enum;

/// How long a notice stays away whose facts stay the same.
pub const AWAY: Duration = Duration::from_secs(90 * 24 * 60 * 60);

text_enum! {
    /// Something of [`StatisticsView`](crate::manage::statistics::StatisticsView) that needs somebody, called as there.
    pub enum Notice {
        /// Keys that end soon.
        ExpiringKeys = "expiring_keys",
        /// Keys that nobody uses.
        UnusedKeys = "unused_keys",
        /// Sudden growths in the use of a key.
        KeySpikes = "key_spikes",
        /// Webhooks that are not taken.
        FailingWebhooks = "failing_webhooks",
    }
}

/// A notice that somebody dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dismissed {
    /// Which.
    pub notice: Notice,
    /// Of what it told.
    pub digest: Digest,
    /// Until when it stays away.
    pub expires_at: Timestamp,
}

/// What is dismissed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dismissal {
    /// The `digest` of the figure, as `GET /v1/statistics` gave it.
    pub digest: String,
}

/// A notice that was dismissed.
#[derive(Debug, Serialize, ToSchema)]
pub struct DismissedView {
    /// The figure's name.
    #[schema(example = "expiring_keys")]
    pub notice: &'static str,
    /// The `digest` that the figure had. As soon as it has another, there is something new to tell.
    pub digest: String,
    /// When it is told again even so.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

impl From<Dismissed> for DismissedView {
    fn from(dismissed: Dismissed) -> Self {
        Self {
            notice: dismissed.notice.as_str(),
            digest: dismissed.digest.to_hex(),
            expires_at: dismissed.expires_at.to_rfc3339(),
        }
    }
}
