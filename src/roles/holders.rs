//! How many hold a role.

pub(super) mod store;
