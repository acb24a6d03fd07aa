//! `/v1/applications/{id}/preview`: what a person's sign-in to an application would give.

pub mod endpoints;
mod explain;
mod rules;
mod view;

pub use view::{PreviewAnswer, PreviewQuestion};
