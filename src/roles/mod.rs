//! Roles: named sets of permissions of one organisation, and who holds them. Never decides about a request.

mod role;
pub mod store;

pub use role::{BuiltInRole, PrincipalKind, Role, RoleId};
