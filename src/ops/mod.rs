//! The operators' door: is the server well, may traffic come, and what do its numbers say.
//!
//! Owns `/health` and its relatives and `/metrics`. Never answers with anything about a person, a client or an
//! organisation. The exposition format of `/metrics` is that of Prometheus, version 0.0.4.

pub mod endpoints;
mod gauges;
mod health;

pub use health::{Health, State};
