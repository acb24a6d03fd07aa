//! `/v1/statistics`: what an organisation comes to, and what needs somebody.

pub mod endpoints;
mod view;

pub use view::{Figure, StatisticsView};
