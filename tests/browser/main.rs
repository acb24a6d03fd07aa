//! The pages in a real Chromium, driven over its DevTools protocol: what only a browser can tell. Each test starts a
//! server in development and a Chromium of its own; few of them run at a time. Needs Debian's package `chromium`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected should stop right there"
)]

mod another_origin;
mod console;
mod explorer;
mod keyboard;
mod lists;
mod live;
mod mailed_links;
#[path = "../pages/mod.rs"]
mod pages;
mod pictures;
mod sign_in;
mod support;
mod trouble;
mod walk;
