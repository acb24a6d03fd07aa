//! `/v1/system`: how the process that answers is set up and how busy it is.

pub mod endpoints;
mod view;

pub use view::SystemView;
