//! The roles that a service account holds itself.

pub mod pages;
