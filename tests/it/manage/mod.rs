//! The management API under `/v1`.

mod applications;
mod domains;
mod ends;
mod resource_servers;
mod tenants;
