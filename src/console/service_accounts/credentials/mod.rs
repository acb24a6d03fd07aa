//! A new credential of a service account.

pub mod pages;
