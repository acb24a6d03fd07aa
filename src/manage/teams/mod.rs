//! `/v1/teams`: groups of people and service accounts that get their roles together.

pub mod endpoints;
pub mod members;
pub mod roles;
mod rules;
mod view;

pub use view::{NewTeam, TeamPatch, TeamView};
