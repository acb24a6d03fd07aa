//! How a program proves itself (RFC 6749 2.3): the one step that the token, introspection and revocation endpoints
//! share. Owns the order of that step and the memory of who guessed too often. Never decides what a client that has
//! proved itself may do.
//!
//! An unknown client, a client of another organisation, a wrong secret, a wrong method and a disabled client get one
//! and the same answer, after the same work. Only failures are written down: a client that succeeds costs no write.

pub mod endpoints;
mod guard;

pub use guard::Guard;
