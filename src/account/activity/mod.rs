//! What the person did, and what was done to their account.

mod own;
pub mod pages;

pub use own::own;
