//! `/v1/teams/{id}/members`: who belongs to a team.

pub mod endpoints;
mod rules;
mod view;

pub use view::{Added, MembersChange, Removed};
