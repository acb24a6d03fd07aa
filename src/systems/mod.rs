//! The addresses of published interfaces in front of ours: which organisation's door a request came to, in whose words it is
//! answered, and what its body, its query and its answer are called there.
//!
//! Owns nothing but names. What stands behind an address is the door that would answer it anyway; a profile says which
//! (`tenants/profiles/`). Never decides who somebody is or what they may do.

pub mod endpoints;
mod place;
mod query;

pub use place::{Asked, Placed};
