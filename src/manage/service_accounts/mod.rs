//! `/v1/service-accounts`: identities of programs, their roles and their credentials.

pub mod credentials;
pub mod endpoints;
pub mod roles;
mod rules;
mod view;

pub use view::{NewServiceAccount, ServiceAccountPatch, ServiceAccountView};
