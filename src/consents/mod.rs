//! Consents: what a person has allowed an application, until they take it back (OpenID Connect Core 3.1.2.4).

mod consent;
pub mod store;
mod words;

pub use consent::{Consent, is_unassured, missing};
pub use words::in_words;
