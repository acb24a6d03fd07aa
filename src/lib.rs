//! Gridkey: who is this person, who is this program, and what may they do here.
//!
//! The folder says what, the file name says which layer:
//!
//! - **records** (`users/`, `clients/`, `tokens/` ...): one noun, its rules, its table. `store.rs` alone holds queries.
//! - **doors** (`oauth/`, `login/`, `auth_flow/` ...): one thing the outside world can do. `endpoints.rs` answers
//!   programs, `pages.rs` answers people; only they know actix.
//! - **base** (`config/`, `db/`, `web/`, `clock`, `random`, `secret`, `mail/`): what everything stands on.
//!
//! Arrows point downward: wiring -> doors -> records -> base. `tests/it/architecture.rs` keeps it so.

// base
pub mod cache;
pub mod clock;
pub mod config;
pub mod db;
pub mod id;
pub mod language;
pub mod mail;
pub mod random;
pub mod secret;
pub mod telemetry;
mod text;
pub mod web;
// records
pub mod api_keys;
pub mod audit;
pub mod branding;
pub mod clients;
pub mod consents;
pub mod credentials;
pub mod device_authorizations;
pub mod interactions;
pub mod invitations;
pub mod keyring;
pub mod limits;
pub mod request_keys;
pub mod resource_servers;
pub mod revocations;
pub mod roles;
pub mod service_accounts;
pub mod sessions;
pub mod teams;
pub mod tenants;
pub mod tokens;
pub mod users;
pub mod webhooks;
// what doors reach
pub mod app;
pub mod viewer;
// doors
pub mod account;
pub mod auth_flow;
pub mod console;
pub mod dev;
pub mod docs;
pub mod edge;
pub mod login;
pub mod manage;
pub mod oauth;
pub mod ops;
pub mod systems;
// wiring
pub mod cli;
pub mod jobs;
pub mod openapi;
pub mod routes;
pub mod seed;
pub mod server;
