//! Invitations: a link, once, with which somebody who was invited chooses a password and has joined. That the link reached
//! them shows that the mail address is theirs.

mod accept;
pub mod pages;

pub use accept::{Acceptance, Accepted, Guest, accept, guest};
