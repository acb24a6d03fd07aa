//! Which applications may use the account.

pub mod pages;
