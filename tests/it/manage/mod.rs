//! The management API under `/v1`.

mod bulk;
mod invitations;
mod people;
mod recycle_bin;
mod sessions;
mod tenants;
mod users;
mod walls;
