//! The password, and the way out of everything.

pub mod pages;
