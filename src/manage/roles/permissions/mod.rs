//! `/v1/permissions`: what a role can be made of.

pub mod endpoints;
