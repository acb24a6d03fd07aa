//! `GET /v1/api-keys/export`: a list of keys as a file.

pub mod endpoints;
