//! `POST /v1/users/{id}/password-reset`: a link with which a person chooses a password. Nobody chooses it for them.

pub mod endpoints;
mod letter;
