//! `/v1/signing-keys/{id}/disable` and `/enable`.

pub mod endpoints;
