//! Teams: the list, one team page by page, who belongs to it, and what its members may do by it.

pub mod members;
pub mod pages;
pub mod roles;
mod team;
mod view;
