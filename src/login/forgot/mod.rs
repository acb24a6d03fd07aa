//! Forgotten passwords, first half: a mail with a link, and the same answer whether or not there was anybody to write
//! to. The look-up happens after the answer, so that time tells nothing either.

mod letter;
pub mod pages;

pub use letter::{ResetLink, letter};
