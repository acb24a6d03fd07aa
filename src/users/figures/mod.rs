//! How many people there are.

pub mod store;
