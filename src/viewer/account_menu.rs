//! The menu of the pages about one's own account, which two doors have: keys are made where everybody's are.

use super::frame::{NavGroup, NavItem};
use super::view::Viewer;
use crate::web::paths;

const ENTRIES: &[(&str, &str)] = &[
    ("account-nav-home", paths::ACCOUNT),
    ("account-nav-profile", paths::ACCOUNT_PROFILE),
    ("account-nav-security", paths::ACCOUNT_SECURITY),
    ("account-nav-devices", paths::ACCOUNT_DEVICES),
    ("account-nav-apps", paths::ACCOUNT_APPS),
    ("account-nav-api-keys", paths::ACCOUNT_API_KEYS),
    ("nav-signing-keys", paths::ACCOUNT_SIGNING_KEYS),
    ("account-nav-activity", paths::ACCOUNT_ACTIVITY),
    ("account-nav-organisations", paths::ACCOUNT_ORGANISATIONS),
    ("account-nav-data", paths::ACCOUNT_DATA),
];

/// The same for everybody, but for keys, which not everybody may have.
pub fn account_menu(viewer: &Viewer) -> Vec<NavGroup> {
    let words = viewer.words();
    let of_keys = [paths::ACCOUNT_API_KEYS, paths::ACCOUNT_SIGNING_KEYS];
    let seen = |path: &str| !of_keys.contains(&path) || viewer.may("api_keys:manage");
    let item = |(label, path): &(&str, &'static str)| NavItem {
        label: words.t(label),
        href: (*path).to_owned(),
        current: is_at(&viewer.path, path),
    };
    let items = ENTRIES.iter().filter(|(_, path)| seen(path)).map(item).collect();
    vec![NavGroup { label: String::new(), items }]
}

/// Whether a page is this entry's, or below it.
fn is_at(page: &str, entry: &str) -> bool {
    let below = page.strip_prefix(entry);
    below.is_some_and(|rest| rest.is_empty() || entry != paths::ACCOUNT && rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_one_entry() {
        for page in ["/account", "/account/devices", "/account/devices/7/end", "/account/data/delete"] {
            let at = ENTRIES.iter().filter(|(_, path)| is_at(page, path)).count();
            assert_eq!(at, 1, "{page}");
        }
        assert!(!is_at("/account/apps", paths::ACCOUNT) && !is_at("/account/appsx", paths::ACCOUNT_APPS));
    }
}
