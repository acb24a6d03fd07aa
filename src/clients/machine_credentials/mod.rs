//! Applications that are credentials of a service account.

pub mod store;
