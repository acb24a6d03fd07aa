//! `/v1/resource-servers`: the APIs that access tokens are for.

pub mod endpoints;
mod rules;
mod view;

pub use view::{NewResourceServer, ResourceServerPatch, ResourceServerView};
