//! Where the person is signed in.

mod agent;
pub mod pages;

pub use agent::device;
