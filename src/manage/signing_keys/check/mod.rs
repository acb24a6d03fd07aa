//! `POST /v1/signing-keys/{id}/check`: what the edge would say of a signed request, for whoever wants to know why.

pub mod endpoints;
mod view;

pub use view::{ExpectedView, SignatureAnswer, SignatureQuestion};
