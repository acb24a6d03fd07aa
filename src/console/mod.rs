//! The admin console: server-rendered pages for what the management API can do.
//!
//! Owns the menu, the forms and the words of these pages; a folder for each noun, with `pages.rs` for its handlers. Knows
//! no table and no rule: what a page shows and does goes through the management API as the person who looks at it, so that
//! permissions, audit events and errors are the same by page, command and call. Every page works without scripts.

pub mod api_keys;
pub mod apis;
pub mod applications;
pub mod audit_log;
pub mod branding;
mod bulk;
mod deeds;
pub mod import_export;
pub mod invitations;
mod menu;
pub mod overview;
mod parts;
mod role_choice;
pub mod roles;
pub mod service_accounts;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod system;
pub mod teams;
pub mod usage;
pub mod users;
pub mod webhooks;

pub use menu::{Section, menu};
