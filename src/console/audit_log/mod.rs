//! The audit log: what happened, one event with what it changed, and the same as a file.

pub mod pages;
mod view;

pub(in crate::console) use view::{Event, Row};
