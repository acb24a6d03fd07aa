//! Token revocation (RFC 7009): a client gives back what it holds. A refresh token takes its whole family with it, an
//! access token goes alone. About a token that is unknown, dead or somebody else's nothing is done and nothing is told.

pub mod endpoints;
