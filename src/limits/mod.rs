//! Limits on guessing. Owns the counts of failed attempts by account, by source and by client. Never knows what was
//! guessed, and keeps no address: a bucket's name is a keyed digest. NIST SP 800-63B 3.2.2, OWASP ASVS 6.3.1.

pub mod store;
mod throttle;

pub use throttle::{Bucket, Decision, MAXIMUM_ATTEMPTS, Rule};
