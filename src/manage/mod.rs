//! The management API under `/v1`: organisations and what belongs to them, for programs and for the command line.
//!
//! Owns who may do what there, the shapes of objects and lists, and the audit event that stands beside every change.
//! Never decides what a permission covers ([`crate::roles`]) and never signs anybody in. Errors are problem details (RFC
//! 9457), lists are paged by cursor, changes are JSON merge patches (RFC 7396) guarded by `ETag` and `If-Match` (RFC 9110
//! 13.1.1), and creating calls can be repeated under an `Idempotency-Key`.

mod actors;
pub mod api_keys;
pub mod application_secrets;
pub mod applications;
pub mod audit_log;
pub mod branding;
pub mod call;
pub mod configuration;
pub mod creation;
pub mod domains;
pub mod edge_locations;
pub mod endpoints;
mod error;
pub mod export;
pub mod invitations;
pub mod leak_reports;
pub mod me;
pub mod paging;
pub mod patch;
pub mod principals;
pub mod recycle_bin;
pub mod resource_servers;
pub mod roles;
pub mod room_tokens;
pub mod service_accounts;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod statistics;
pub mod store;
pub mod strength;
pub mod system;
pub mod teams;
pub mod tenants;
pub mod text;
pub mod token_keys;
pub mod usage;
pub mod users;
pub mod webhooks;

pub use call::{Actor, Call};
pub use creation::{Answer, IdempotencyKey};
pub use error::Stop;
