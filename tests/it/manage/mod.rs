//! The management API under `/v1`.

mod applications;
mod bulk;
mod domains;
mod ends;
mod histories;
mod invitations;
mod people;
mod permissions;
mod recycle_bin;
mod resource_servers;
mod roles;
mod service_accounts;
mod sessions;
mod teams;
mod tenants;
mod users;
mod walls;
