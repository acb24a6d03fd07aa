//! Applications in the recycle bin.

pub mod store;
