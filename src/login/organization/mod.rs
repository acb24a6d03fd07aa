//! Which organisation: the choice for people whose address has accounts in several.

mod candidates;
pub mod pages;

pub use candidates::{Reach, candidates, matching};
