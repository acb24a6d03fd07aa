//! The menu: the same for everybody, but for keys, which not everybody may have.

use crate::viewer::{NavGroup, NavItem, Viewer};
use crate::web::paths;

/// A page of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Where to go from here.
    Home,
    /// Name and languages.
    Profile,
    /// The password.
    Security,
    /// Where the viewer is signed in.
    Devices,
    /// What may use the account.
    Apps,
    /// Keys for programs.
    ApiKeys,
    /// What happened.
    Activity,
    /// Other accounts of the same person.
    Organisations,
    /// Taking it all away.
    Data,
}

const ENTRIES: &[(Section, &str, &str)] = &[
    (Section::Home, "account-nav-home", paths::ACCOUNT),
    (Section::Profile, "account-nav-profile", paths::ACCOUNT_PROFILE),
    (Section::Security, "account-nav-security", paths::ACCOUNT_SECURITY),
    (Section::Devices, "account-nav-devices", paths::ACCOUNT_DEVICES),
    (Section::Apps, "account-nav-apps", paths::ACCOUNT_APPS),
    (Section::ApiKeys, "account-nav-api-keys", paths::ACCOUNT_API_KEYS),
    (Section::Activity, "account-nav-activity", paths::ACCOUNT_ACTIVITY),
    (Section::Organisations, "account-nav-organisations", paths::ACCOUNT_ORGANISATIONS),
    (Section::Data, "account-nav-data", paths::ACCOUNT_DATA),
];

/// The menu as the viewer sees it.
pub fn menu(viewer: &Viewer, current: Section) -> Vec<NavGroup> {
    let words = viewer.words();
    let seen = |section: Section| section != Section::ApiKeys || viewer.may("api_keys:manage");
    let items = ENTRIES.iter().filter(|(section, ..)| seen(*section));
    let item = |(section, label, path): &(Section, &str, &str)| NavItem {
        label: words.t(label),
        href: (*path).to_owned(),
        current: *section == current,
    };
    vec![NavGroup { label: String::new(), items: items.map(item).collect() }]
}
