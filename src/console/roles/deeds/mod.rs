//! What is done to a role.

pub mod pages;
