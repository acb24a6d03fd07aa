//! `/v1/verify`, `/v1/forward-auth` and the stream of what ends.

mod events;
mod forward_auth;
mod keys;
mod limits;
mod memory;
mod shared_limits;
mod usage;
