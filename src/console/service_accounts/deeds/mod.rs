//! What is done to a service account, and to its credentials.

pub mod pages;
