//! What is done to an application, and to its secrets.

pub mod pages;
