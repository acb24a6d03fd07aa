//! Whose keys a page shows.

use crate::console::{Section, menu};
use crate::viewer::{Address, NavGroup, Viewer, account_menu};
use crate::web::paths;

/// Whose keys a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The viewer's own.
    Own,
    /// Those of everybody in the organisation.
    Everybodys,
}

impl Whose {
    /// By the address of a page.
    pub fn of(path: &str) -> Self {
        if path.starts_with(paths::CONSOLE) { Self::Everybodys } else { Self::Own }
    }

    /// The address of the list.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Own => paths::ACCOUNT_API_KEYS,
            Self::Everybodys => paths::CONSOLE_API_KEYS,
        }
    }

    /// The address of the form that changes many.
    pub const fn bulk(self) -> &'static str {
        match self {
            Self::Own => paths::ACCOUNT_API_KEYS_BULK,
            Self::Everybodys => paths::CONSOLE_API_KEYS_BULK,
        }
    }

    /// The API's list.
    pub fn list(self, address: Address) -> Address {
        match self {
            Self::Own => address,
            Self::Everybodys => address.with("scope", "tenant"),
        }
    }

    /// The menu beside the page.
    pub fn menu(self, viewer: &Viewer) -> Vec<NavGroup> {
        match self {
            Self::Own => account_menu(viewer),
            Self::Everybodys => menu(viewer, Section::ApiKeys),
        }
    }

    /// Whether the viewer may make keys here.
    pub fn may_create(self, viewer: &Viewer) -> bool {
        match self {
            Self::Own => viewer.may("api_keys:manage") && !viewer.is_abroad(),
            Self::Everybodys => viewer.may("api_keys:administer") || viewer.may("service_accounts:update"),
        }
    }
}
