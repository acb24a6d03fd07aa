//! The authorization endpoint (RFC 6749 4.1.1, OpenID Connect Core 3.1.2).
//!
//! Stage 1 proves the client and the redirect URI and makes a [`Destination`]; what fails before that is a page, never
//! a redirect. Stage 2 is a list of named checks; what fails there travels through the destination. Then a pure
//! decision: sign in, choose, ask, issue or refuse.

mod checks;
mod decision;
mod destination;
mod difference;
pub mod endpoints;
mod outcome;
mod pages;
mod request;

pub use checks::{resources, scopes_and_audiences};
use decision::{ConsentState, Decision, Situation, decide};
use destination::{Answer, Destination};
use request::prove;
pub use request::repeated;
