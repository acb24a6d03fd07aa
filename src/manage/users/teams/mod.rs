//! `/v1/users/{id}/teams`: which teams a person belongs to.

pub mod endpoints;
mod view;

pub use view::UserTeamsView;
