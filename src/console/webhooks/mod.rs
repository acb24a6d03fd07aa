//! Webhooks: whom the organisation tells what happens, and what was told.

pub mod deeds;
pub mod deliveries;
pub mod pages;
mod view;
