//! Metadata of each issuer (OpenID Connect Discovery 3, RFC 8414 2): one document for both addresses, written once per
//! issuer from the same path constants as the route table, and true: what it names works, what works it names.

mod document;
pub mod endpoints;

pub use document::{Document, Documents};
