//! The protocol door: OAuth 2.0 (RFC 6749, 9700), OpenID Connect Core, discovery (RFC 8414), introspection (RFC 7662),
//! revocation (RFC 7009) and RP-initiated logout. Owns the shape of requests, answers and errors. Never shows a page
//! for signing in: it hands the browser over to `login/` by a redirect and is handed it back.

pub mod authorize;
pub mod bearer;
pub mod client_auth;
pub mod device_authorization;
pub mod discovery;
pub mod end_session;
mod error;
pub mod introspect;
pub mod jwks;
pub mod presented;
pub mod revoke;
pub mod scope;
#[cfg(test)]
mod tests;
pub mod token;
pub mod userinfo;

pub use error::{Error, ErrorCode};
