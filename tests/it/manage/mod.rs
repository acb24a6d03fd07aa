//! The management API under `/v1`.

mod api_keys;
mod applications;
mod audit_log;
pub mod branding;
mod bulk;
mod domains;
mod ends;
pub mod example;
mod histories;
mod invitations;
pub mod many;
mod matrix;
pub mod people;
mod permissions;
mod profiles;
mod recycle_bin;
mod resource_servers;
mod roles;
mod service_accounts;
mod sessions;
mod signature_check;
mod signing_keys;
mod teams;
mod tenants;
mod users;
mod walls;
mod webhooks;
