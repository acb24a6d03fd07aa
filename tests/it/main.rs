//! The integration tests: a real server on a free port for each test, on SQLite and on PostgreSQL. Folders mirror the
//! URLs. `scripts/test` runs them; it starts the PostgreSQL that they need.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop right there"
)]

mod account;
mod architecture;
mod audit;
mod checklist;
mod console;
mod contract;
mod edge;
mod examples;
mod faults;
mod login;
mod manage;
mod messages;
mod oauth2;
mod openapi;
mod operations;
#[path = "../pages/mod.rs"]
mod pages;
mod readers;
mod relying_party;
mod secrets;
mod storage;
mod support;
mod systems;
mod templates;
mod v1_auth;
