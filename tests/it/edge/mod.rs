//! `/v1/verify`, `/v1/forward-auth` and the stream of what ends.

mod events;
mod forward_auth;
mod keys;
mod memory;
mod signed;
mod signed_forward;
mod signed_replays;
