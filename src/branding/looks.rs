//! What an organisation said about its looks.

use super::Color;
use crate::clock::Timestamp;

/// How an organisation looks. What it said nothing about is as everybody's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branding {
    /// The colour of its buttons and links.
    pub accent: Option<Color>,
    /// Where its people find help: `https:` or `mailto:`.
    pub support_url: Option<String>,
    /// The name of its logo, as [`Logo::name`](super::Logo::name) gives it.
    pub logo: Option<String>,
    /// When it was last changed; absent while it never was.
    pub updated_at: Option<Timestamp>,
}

impl Branding {
    /// Its version: of something that was never changed, the beginning of time.
    pub fn version(&self) -> Timestamp {
        self.updated_at.unwrap_or(Timestamp::from_micros(0))
    }
}
