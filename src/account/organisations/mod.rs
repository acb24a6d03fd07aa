//! Other accounts of the same person in this browser.

pub mod pages;
