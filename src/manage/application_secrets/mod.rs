//! `/v1/applications/{id}/secrets`: how confidential applications prove themselves. A secret is told once, when it is
//! made; two may be live at a time, so that one can be replaced while the other still works.

pub mod endpoints;
mod rules;
mod view;

pub use rules::generate;
pub use view::{CreatedSecret, NewSecret, SecretList, SecretView};
