//! Forms that a page sent.

pub mod pages;
