//! Name, address and languages.

pub mod pages;
mod rules;

pub use rules::{Wanted, patched};
