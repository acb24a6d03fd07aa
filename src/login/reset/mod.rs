//! Forgotten passwords, second half: a link, once, for a new password, which ends everything that the old one opened.

mod change;
pub mod pages;

pub use change::{Change, Changed, Owner, change, owner};
