//! What is done to an API.

pub mod pages;
