//! How a use of a key was seen.

use std::net::IpAddr;

use crate::clock::Timestamp;
use crate::text::text_enum;

text_enum! {
    /// What a key was brought to.
    pub enum Door {
        /// A question about it, at `/v1/verify`.
        Verify = "verify",
        /// A proxy's question about a request that carries it.
        ForwardAuth = "forward_auth",
        /// The management API.
        Api = "api",
        /// Where it is exchanged for a session.
        Session = "session",
        /// Where it is exchanged for an access token.
        Token = "token",
        /// The stream of what ends.
        Revocations = "revocations",
    }
}

/// From where, by which program, through which door and when a key is used.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// From where; unspecified when nobody knows.
    pub address: IpAddr,
    /// What the program calls itself.
    pub user_agent: &'a str,
    /// Through which door.
    pub door: Door,
    /// When.
    pub now: Timestamp,
}
