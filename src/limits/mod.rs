//! Limits: on guessing, and on how often keys and those behind them are used. Owns the counts of failed attempts by
//! account, by source and by client. Never knows what was guessed, and keeps no address: a bucket's name is a keyed
//! digest. NIST SP 800-63B 3.2.2, OWASP ASVS 6.3.1, draft-ietf-httpapi-ratelimit-headers-10.

mod names;
pub mod rate;
pub mod store;
mod throttle;

pub use names::limit_headers;
pub use rate::{Rate, RateDecision, Standing};
pub use throttle::{Bucket, Decision, MAXIMUM_ATTEMPTS, Rule};
