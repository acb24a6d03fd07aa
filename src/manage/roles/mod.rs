//! `/v1/roles` and `/v1/permissions`: named sets of permissions, who holds them, and what there is to be held.

pub mod endpoints;
pub mod permissions;
mod rules;
mod view;

pub use view::{HoldersView, NewRole, PermissionList, PermissionView, RolePatch, RoleView};
