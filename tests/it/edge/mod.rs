//! `/v1/verify`, `/v1/forward-auth` and the stream of what ends.

mod asker_limits;
mod caddy;
mod ceiling;
mod events;
mod faults;
mod forward_auth;
mod keys;
mod latest_uses;
mod limits;
mod memory;
mod nginx;
mod relay;
mod shared_limits;
mod signed;
mod signed_forward;
mod signed_refusals;
mod signed_replays;
mod usage;
mod usage_batches;
