//! `/v1/configuration`: an organisation as one file, the seed file. Owns who may read, plan and apply one over the network.
//! What a file does, and what it may not do for whom, is the business of [`crate::seed`].

pub mod endpoints;
mod rules;
mod view;

pub use view::ConfigurationReport;
