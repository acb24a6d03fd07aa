//! The userinfo endpoint (OpenID Connect Core 5.3): claims about the person behind an access token, read fresh, to
//! whoever presents the token (RFC 6750).

pub mod endpoints;
