//! Where to go from here.

mod launcher;
pub mod pages;

pub use launcher::{Launch, launches};
