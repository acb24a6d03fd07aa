//! The management API under `/v1`.

mod tenants;
