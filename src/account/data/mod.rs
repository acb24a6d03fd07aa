//! Taking everything away: as a file, or for good.

mod closing;
mod export;
pub mod pages;

pub use closing::{Closed, Closing, close};
pub use export::{Everything, everything};
