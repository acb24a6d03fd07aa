//! How far a signature's time may be from ours.

use std::time::Duration;

use crate::clock::Timestamp;

use super::error::SignatureError;

/// How many seconds a signature's time may lie before or after the server's, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockWindow(u16);

/// A window outside of what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock window is between 5 and 300 seconds")]
pub struct InvalidWindow;

impl Default for ClockWindow {
    fn default() -> Self {
        Self(30)
    }
}

impl ClockWindow {
    /// A window of so many seconds to each side.
    ///
    /// # Errors
    /// Outside 5 to 300 seconds.
    pub fn new(seconds: u16) -> Result<Self, InvalidWindow> {
        if (5..=300).contains(&seconds) { Ok(Self(seconds)) } else { Err(InvalidWindow) }
    }

    /// The seconds to each side.
    pub const fn seconds(self) -> u16 {
        self.0
    }

    /// How long a signature can be good at all, and so how long a seen one must be remembered. The server's time is cut
    /// to whole seconds, which adds one.
    pub fn memory(self) -> Duration {
        Duration::from_secs(2 * u64::from(self.0) + 1)
    }

    /// Whether something made at `created` (Unix seconds) is neither stale nor of the future.
    pub(super) fn check(self, created: i64, now: Timestamp) -> Result<(), SignatureError> {
        let now = now.seconds();
        let width = i64::from(self.0);
        if created < now.saturating_sub(width) {
            Err(SignatureError::Stale)
        } else if created > now.saturating_add(width) {
            Err(SignatureError::Future)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_inside() {
        let window = ClockWindow::default();
        let now = Timestamp::from_seconds(1_700_000_000);
        for (created, expected) in [
            (1_699_999_970, Ok(())),
            (1_699_999_969, Err(SignatureError::Stale)),
            (1_700_000_030, Ok(())),
            (1_700_000_031, Err(SignatureError::Future)),
            (1_700_000_000_000, Err(SignatureError::Future)),
            (0, Err(SignatureError::Stale)),
            (i64::MAX, Err(SignatureError::Future)),
            (i64::MIN, Err(SignatureError::Stale)),
        ] {
            assert_eq!(window.check(created, now), expected, "{created}");
        }
        // A second lasts until the next one begins, and the memory outlasts it.
        let late = Timestamp::from_micros(1_700_000_030_999_999);
        assert_eq!(window.check(1_700_000_000, late), Ok(()));
        assert_eq!(window.memory(), Duration::from_secs(61));
    }

    #[test]
    fn a_window_is_between_5_and_300_seconds() {
        for (seconds, fits) in
            [(0, false), (4, false), (5, true), (300, true), (301, false), (u16::MAX, false)]
        {
            assert_eq!(ClockWindow::new(seconds).is_ok(), fits, "{seconds}");
        }
    }
}
