//! Signing out on an application's wish (OpenID Connect RP-Initiated Logout 1.0).
//!
//! Owns the rule of when a wish is enough: a token that we issued for a session of this very browser is, anything less
//! makes us ask the person. Owns where the browser goes afterwards: to an address that the application has registered,
//! or to a page of ours. Never ends a session of another browser.

mod decision;
mod destination;
pub mod endpoints;
mod hint;
mod page;

pub use decision::{Decision, decide, looks_like};
pub use destination::{Destination, DestinationRefused};
pub use hint::Hint;
