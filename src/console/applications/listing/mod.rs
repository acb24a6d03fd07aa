//! The list of applications.

pub mod pages;
