//! How the keys of an organisation are used.

pub mod pages;
