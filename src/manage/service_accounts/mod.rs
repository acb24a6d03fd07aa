//! `/v1/service-accounts`: identities of programs, their roles, their credentials and their keys.

pub mod api_keys;
pub mod credentials;
pub mod endpoints;
pub mod roles;
mod rules;
mod view;

pub use view::{NewServiceAccount, ServiceAccountPatch, ServiceAccountView};
