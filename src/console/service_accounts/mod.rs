//! Service accounts: the list, a new one, one with its roles and credentials, and what is done to it.

pub mod credentials;
pub mod deeds;
pub mod pages;
pub mod roles;
mod view;
