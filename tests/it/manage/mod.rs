//! The management API under `/v1`.

mod audit_log;
mod tenants;
