//! How what was counted of very many keys is written down.

pub(super) mod store;
