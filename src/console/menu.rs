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
    /// Everybody's API keys.
    ApiKeys,
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
    ("nav-people", &[entry(Section::Users, "nav-users", paths::CONSOLE_USERS, Some("users:read"))]),
];

/// The menu as the viewer sees it.
pub fn menu(viewer: &Viewer, current: Section) -> Vec<NavGroup> {
    let words = viewer.words();
    let item = |entry: &Entry| NavItem {
        label: words.t(entry.label),
        href: viewer.at(entry.path).text(),
        current: entry.section == current,
    };
    let seen = |entry: &&Entry| entry.permission.is_none_or(|permission| viewer.may(permission));
    GROUPS
        .iter()
        .map(|(label, entries)| NavGroup {
            label: if label.is_empty() { String::new() } else { words.t(label) },
            items: entries.iter().filter(seen).map(item).collect(),
        })
        .filter(|group| !group.items.is_empty())
        .collect()
}
