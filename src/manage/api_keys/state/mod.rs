//! `/v1/api-keys/{id}/rotate`, `/disable` and `/enable`.

pub mod endpoints;
