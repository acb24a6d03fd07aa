//! Which events there are.

pub mod endpoints;
