//! `/v1/teams/{id}/roles`: what every member of a team may do.

pub mod endpoints;
