//! `Retry-After` (RFC 9110 10.2.3): when it makes sense to ask again.

use std::time::Duration;

use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};

/// The header for `wait`, in whole seconds rounded up and never 0, which clients would take for "at once".
pub fn retry_after(wait: Duration) -> (HeaderName, HeaderValue) {
    (RETRY_AFTER, HeaderValue::from(seconds(wait)))
}

/// Whole seconds, rounded up, at least one.
pub(super) fn seconds(wait: Duration) -> u32 {
    let rounded = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
    u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_rounded_up_and_never_zero() {
        for (millis, expected) in [(0, "1"), (1, "1"), (1_000, "1"), (1_001, "2"), (59_999, "60")] {
            assert_eq!(retry_after(Duration::from_millis(millis)).1, expected, "{millis} ms");
        }
        assert_eq!(retry_after(Duration::MAX).1, u32::MAX.to_string());
    }
}
