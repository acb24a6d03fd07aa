//! Teams: people and service accounts of one organisation that get their roles together. Never knows what a member is
//! beyond its kind and identifier, nor which roles a team holds.

pub mod store;
mod team;

pub use team::{Member, MemberKind, Team, TeamId};
