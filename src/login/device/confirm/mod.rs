//! The question whether a device shall be let in, and what the answer writes down.

mod decide;
pub mod pages;
