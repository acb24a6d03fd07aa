//! The management API under `/v1`.

mod ends;
mod permissions;
mod roles;
mod service_accounts;
mod teams;
mod tenants;
