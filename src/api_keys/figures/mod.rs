//! How many keys work, and which of them need somebody.

pub mod store;
