//! The menu: what the viewer may read, and nothing else.

use crate::viewer::{NavGroup, NavItem, Viewer};
use crate::web::paths;

/// A page of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What needs the viewer.
    Overview,
    /// People.
    Users,
    /// Teams.
    Teams,
    /// Who was asked to join.
    Invitations,
    /// How its sign-in pages look.
    Branding,
    /// What the organisation is called.
    General,
    /// What it decides about sign-ins, tokens and keys.
    Security,
    /// Its mail domains.
    Domains,
    /// All of it as a file.
    ImportExport,
    /// What was deleted.
    RecycleBin,
    /// Organisations.
    Tenants,
    /// The keys that sign tokens.
    TokenKeys,
    /// How the server is.
    Health,
    /// What people sign in to, and what works by itself.
    Applications,
    /// Programs with roles of their own.
    ServiceAccounts,
    /// What a role allows, and who holds it.
    Roles,
    /// What tokens are given for.
    Apis,
    /// Everybody's API keys.
    ApiKeys,
    /// Everybody's signing keys.
    SigningKeys,
    /// What happened.
    AuditLog,
    /// Who is signed in.
    Sessions,
    /// How keys are used.
    Usage,
    /// Who is told what happens.
    Webhooks,
}

/// A page with what it takes to read it.
struct Entry {
    section: Section,
    label: &'static str,
    path: &'static str,
    permission: Option<&'static str>,
}

const fn entry(
    section: Section,
    label: &'static str,
    path: &'static str,
    permission: Option<&'static str>,
) -> Entry {
    Entry { section, label, path, permission }
}

/// Groups with their messages, in the order in which they are shown.
const GROUPS: &[(&str, &[Entry])] = &[
    ("", &[entry(Section::Overview, "nav-overview", paths::CONSOLE, None)]),
    (
        "nav-people",
        &[
            entry(Section::Users, "nav-users", paths::CONSOLE_USERS, Some("users:read")),
            entry(Section::Teams, "nav-teams", paths::CONSOLE_TEAMS, Some("teams:read")),
            entry(Section::Invitations, "nav-invitations", paths::CONSOLE_INVITATIONS, Some("users:read")),
        ],
    ),
    (
        "nav-access",
        &[
            entry(
                Section::Applications,
                "nav-applications",
                paths::CONSOLE_APPLICATIONS,
                Some("applications:read"),
            ),
            entry(
                Section::ServiceAccounts,
                "nav-service-accounts",
                paths::CONSOLE_SERVICE_ACCOUNTS,
                Some("service_accounts:read"),
            ),
            entry(Section::ApiKeys, "nav-api-keys", paths::CONSOLE_API_KEYS, Some("api_keys:read")),
            entry(
                Section::SigningKeys,
                "nav-signing-keys",
                paths::CONSOLE_SIGNING_KEYS,
                Some("api_keys:read"),
            ),
            entry(Section::Roles, "nav-roles", paths::CONSOLE_ROLES, Some("roles:read")),
            entry(Section::Apis, "nav-apis", paths::CONSOLE_APIS, Some("resource_servers:read")),
        ],
    ),
    (
        "nav-sign-in",
        &[entry(Section::Branding, "nav-branding", paths::CONSOLE_BRANDING, Some("tenant:read"))],
    ),
    (
        "nav-activity",
        &[
            entry(Section::AuditLog, "nav-audit-log", paths::CONSOLE_AUDIT_LOG, Some("audit:read")),
            entry(Section::Sessions, "nav-sessions", paths::CONSOLE_SESSIONS, Some("sessions:read")),
            entry(Section::Usage, "nav-usage", paths::CONSOLE_USAGE, Some("api_keys:read")),
            entry(Section::Webhooks, "nav-webhooks", paths::CONSOLE_WEBHOOKS, Some("webhooks:read")),
        ],
    ),
    (
        "nav-settings",
        &[
            entry(Section::General, "nav-general", paths::CONSOLE_SETTINGS, Some("tenant:read")),
            entry(Section::Security, "nav-security", paths::CONSOLE_SECURITY, Some("tenant:read")),
            entry(Section::Domains, "nav-domains", paths::CONSOLE_DOMAINS, Some("tenant:read")),
            entry(Section::ImportExport, "nav-import-export", paths::CONSOLE_IMPORT_EXPORT, Some("tenant:*")),
            entry(Section::RecycleBin, "nav-recycle-bin", paths::CONSOLE_RECYCLE_BIN, Some("users:read")),
        ],
    ),
    (
        "nav-system",
        &[
            entry(Section::Tenants, "nav-tenants", paths::CONSOLE_TENANTS, Some("tenants:read")),
            entry(Section::TokenKeys, "nav-token-keys", paths::CONSOLE_TOKEN_KEYS, Some("tenants:read")),
            entry(Section::Health, "nav-health", paths::CONSOLE_HEALTH, Some("tenants:read")),
        ],
    ),
];

/// The menu as the viewer sees it.
pub fn menu(viewer: &Viewer, current: Section) -> Vec<NavGroup> {
    let words = viewer.words();
    let item = |entry: &Entry| NavItem {
        label: words.t(entry.label),
        href: viewer.at(entry.path).text(),
        current: entry.section == current,
    };
    let seen = |entry: &&Entry| {
        // A file describes everything, and is for those who may do everything.
        let rules = entry.section != Section::ImportExport || viewer.rules_organisation();
        rules && entry.permission.is_none_or(|permission| viewer.may(permission))
    };
    GROUPS
        .iter()
        .map(|(label, entries)| NavGroup {
            label: if label.is_empty() { String::new() } else { words.t(label) },
            items: entries.iter().filter(seen).map(item).collect(),
        })
        .filter(|group| !group.items.is_empty())
        .collect()
}
