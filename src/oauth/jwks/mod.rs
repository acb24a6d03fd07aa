//! The published keys (RFC 7517 5). Which keys those are, and the bytes, are the keyring's; this is their address.

pub mod endpoints;
