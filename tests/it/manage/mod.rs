//! The management API under `/v1`.

mod applications;
mod bulk;
mod domains;
mod ends;
mod invitations;
mod people;
mod recycle_bin;
mod resource_servers;
mod sessions;
mod histories;
mod permissions;
mod roles;
mod service_accounts;
mod teams;
mod tenants;
mod users;
mod walls;
