//! Self-service: what people see and change of themselves.
//!
//! Owns the forms and the words of these pages; a folder for each page, with `pages.rs` for its handlers. What is
//! somebody's own (name, password, sessions, consents, log) is read and written by the records themselves, each change in
//! one transaction with its event; keys go through the management API. Whatever organisation an address names, these pages
//! are about the viewer's own account. Every page works without scripts.

pub mod activity;
pub mod apps;
pub mod data;
pub mod devices;
pub mod home;
pub mod organisations;
mod parts;
pub mod profile;
pub mod security;
