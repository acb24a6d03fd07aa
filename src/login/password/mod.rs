//! The password: counted before it is looked at, checked in the same time whoever it belongs to, and answered with the
//! same words whatever is wrong.

mod attempt;
pub mod pages;

pub use attempt::{SignIn, SignedIn, Subject, sign_in, subject};
