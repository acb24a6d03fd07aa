//! `/v1/users/{id}/roles` and `/v1/users/{id}/permissions`: what a person holds, and what that comes to.

pub mod endpoints;
mod view;

pub use view::{EffectivePermission, PermissionsView, RolesView, Source, TeamRoles, WantedRoles};
