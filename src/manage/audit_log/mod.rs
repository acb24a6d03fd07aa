//! The audit log, to read and to take away. Nothing changes it from here.

pub mod endpoints;
pub mod rules;
mod view;

pub use view::{EventView, Status};
