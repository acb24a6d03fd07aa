//! What a role is, and the four that every organisation has.

use uuid::Uuid;

use super::Permission;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::tenants::TenantId;
use crate::text::text_enum;

/// The identifier of a [`Role`].
pub type RoleId = Id<Role>;

/// A named set of permissions (`resource:action`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Identifier.
    pub id: RoleId,
    /// The organisation it belongs to.
    pub tenant_id: TenantId,
    /// Name in tokens and files.
    pub slug: String,
    /// Name for people.
    pub display_name: String,
    /// What its holders may do.
    pub permissions: Vec<String>,
    /// Whether it came with the product and cannot be changed.
    pub built_in: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One who holds a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What they are.
    pub kind: PrincipalKind,
    /// Who they are.
    pub id: Uuid,
    /// Since when.
    pub since: Timestamp,
}

impl Role {
    /// What its holders may do, as permissions.
    pub fn granted(&self) -> impl Iterator<Item = Permission> {
        self.permissions.iter().filter_map(|text| text.parse().ok())
    }
}

/// Whether a text can be the slug of a role: 1 to 63 lower-case letters, digits, hyphens and underscores, beginning with
/// a letter.
pub fn is_role_slug(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    text.len() <= 63 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(allowed)
}

text_enum! {
    /// What kind of principal holds a role.
    pub enum PrincipalKind {
        /// A person.
        User = "user",
        /// A program's identity.
        ServiceAccount = "service_account",
        /// A team: its members hold the role.
        Team = "team",
    }
}

text_enum! {
    /// The roles that every organisation has from the start.
    pub enum BuiltInRole {
        /// Rules the whole server, across organisations.
        SuperAdmin = "super_admin",
        /// Rules one organisation.
        TenantAdmin = "tenant_admin",
        /// Works in one organisation.
        TenantUser = "tenant_user",
        /// Looks, and changes nothing.
        TenantViewer = "tenant_viewer",
    }
}

impl BuiltInRole {
    /// Name for people.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::SuperAdmin => "Super admin",
            Self::TenantAdmin => "Admin",
            Self::TenantUser => "User",
            Self::TenantViewer => "Viewer",
        }
    }

    /// What its holders may do.
    pub fn permissions(self) -> Vec<String> {
        let list: &[&str] = match self {
            Self::SuperAdmin => &["*:*"],
            Self::TenantAdmin => &[
                "api_keys:*",
                "applications:*",
                "audit:read",
                "credentials:verify",
                "profile:manage",
                "resource_servers:*",
                "roles:*",
                "room_tokens:create",
                "service_accounts:*",
                "sessions:*",
                "teams:*",
                "tenant:*",
                "users:*",
                "webhooks:*",
            ],
            Self::TenantUser => &["api_keys:manage", "profile:manage"],
            Self::TenantViewer => &[
                "api_keys:read",
                "applications:read",
                "resource_servers:read",
                "roles:read",
                "service_accounts:read",
                "teams:read",
                "tenant:read",
                "users:read",
            ],
        };
        list.iter().map(|&text| text.to_owned()).collect()
    }
}
