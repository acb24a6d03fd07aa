//! The sample application: a relying party as others write them (OpenID Connect Core 3.1, RFC 7636, RFC 9207,
//! RP-Initiated Logout), with the `openidconnect` crate and this server as its provider.
//!
//! Owns its own cookie and what it remembers of its visitors, in memory. It reaches the provider at its public address
//! only.

mod http;
pub mod pages;
mod relying_party;
mod signed_in;
#[cfg(test)]
mod tests;
mod visits;

pub use visits::SampleApp;

/// Exchanges the refresh token. Below [`DEV_APP`](crate::web::paths::DEV_APP).
pub const REFRESH_PATH: &str = "/dev/app/refresh";
