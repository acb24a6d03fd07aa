//! `/v1/service-accounts/{id}/credentials`: what a program proves itself with. Each is an application of the kind
//! `machine` whose tokens stand for the service account.

pub mod endpoints;
mod rules;
mod view;

pub use view::{CredentialSecretView, CredentialView, NewCredential, NewCredentialSecret, NewCredentialView};
