//! How often something happened lately.

pub mod store;
