//! Roles: named sets of permissions of one organisation, who holds them, and what somebody may do in effect.
//!
//! Owns the words of permissions and the union over the roles that a principal holds, itself or by its teams. Never
//! decides about a request: doors ask [`Permissions`].

mod catalogue;
mod holders;
mod permission;
mod role;
pub mod store;

pub use catalogue::{CATALOGUE, KnownPermission, rules_organisation};
pub use permission::{InvalidPermission, Permission, Permissions};
pub use role::{BuiltInRole, Holder, PrincipalKind, Role, RoleId, is_role_slug};
