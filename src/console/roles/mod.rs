//! Roles: the list, the matrix of what a role allows, who holds it.

pub mod deeds;
pub mod pages;
mod view;
