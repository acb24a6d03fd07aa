//! Interactions: authorization requests that wait for a person to sign in, choose or agree.
//!
//! The authorization endpoint begins one and hands the browser over to the sign-in pages by a redirect; the pages write
//! down what the person did and hand back by another. Neither knows the other's code. An interaction belongs to the
//! browser that brought it: a sign-in begun in one browser cannot be finished in another.

mod interaction;
pub mod store;

pub use interaction::{Consented, Interaction, InteractionToken, Progress};
