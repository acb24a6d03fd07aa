//! The first-party flow: the operator's own applications sign their people in with JSON calls at `/v1/auth/*`.
//!
//! A thin layer over the same engine as the protocol door: the browser still goes to an authorization endpoint (that of
//! the person's organisation), the code is still bound by PKCE (RFC 7636), tokens still come from [`crate::tokens`].
//! What differs is the shape: one JSON envelope, one set of error codes, one public client for each organisation that
//! the flow keeps for itself. Owns that shape, that client and the flow token that travels as `state`. Never signs
//! anybody in, never asks for a password, and sends a browser only to a redirect URI that is registered.

mod authorize;
pub mod endpoints;
mod error;
mod exchange;
mod fields;
mod flow;
mod flow_client;
mod identify;
mod me;
pub mod pages;
mod requests;
mod session;
#[cfg(test)]
mod tests;

pub use error::{Code, Error};
