//! What a key was given: a level, or a list of permissions. It is a ceiling: the owner's own permissions, as they are at
//! the moment of a request, are another, and a key may do what lies under both.

use crate::roles::{Permission, Permissions};
use crate::tenants::KeyLevels;
use crate::text::text_enum;

text_enum! {
    /// How much a key may do, in one word. What the words stand for is the organisation's to say.
    pub enum KeyLevel {
        /// Looks.
        ReadOnly = "read-only",
        /// Looks and works.
        ReadWrite = "read-write",
        /// Does whatever its owner may.
        Admin = "admin",
    }
}

impl KeyLevel {
    /// What the level stands for in an organisation.
    pub fn permissions(self, levels: &KeyLevels) -> Permissions {
        let list = match self {
            Self::ReadOnly => &levels.read_only,
            Self::ReadWrite => &levels.read_write,
            Self::Admin => &levels.admin,
        };
        list.iter().filter_map(|text| text.parse().ok()).collect()
    }
}

/// What a key was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyGrant {
    /// A level.
    Level(KeyLevel),
    /// These permissions and no others.
    Scopes(Vec<Permission>),
}

impl KeyGrant {
    /// From the two columns of which one counts.
    pub fn from_columns(level: Option<KeyLevel>, scopes: &[String]) -> Self {
        match level {
            Some(level) => Self::Level(level),
            None => Self::Scopes(scopes.iter().filter_map(|text| text.parse().ok()).collect()),
        }
    }

    /// As the two columns.
    pub fn columns(&self) -> (Option<KeyLevel>, Vec<String>) {
        match self {
            Self::Level(level) => (Some(*level), Vec::new()),
            Self::Scopes(scopes) => (None, scopes.iter().map(ToString::to_string).collect()),
        }
    }

    /// The ceiling that it is.
    pub fn ceiling(&self, levels: &KeyLevels) -> Permissions {
        match self {
            Self::Level(level) => level.permissions(levels),
            Self::Scopes(scopes) => scopes.iter().cloned().collect(),
        }
    }

    /// What the key may do right now, given what its owner may right now.
    pub fn effective(&self, levels: &KeyLevels, owner: &Permissions) -> Permissions {
        owner.intersection(&self.ceiling(levels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(list: &[&str]) -> Permissions {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_key_does_what_lies_under_its_level_and_under_its_owner() {
        let levels = KeyLevels::default();
        let owner = held(&["users:*", "reports:read", "api_keys:manage"]);
        let may = |level: KeyLevel| KeyGrant::Level(level).effective(&levels, &owner);
        assert_eq!(may(KeyLevel::ReadOnly), held(&["reports:read", "users:read"]));
        assert!(may(KeyLevel::ReadWrite).allows("users:update"));
        assert!(!may(KeyLevel::ReadWrite).allows("api_keys:manage"));
        assert_eq!(may(KeyLevel::Admin), owner);
        let scopes = KeyGrant::Scopes(vec!["users:read".parse().unwrap(), "tenants:read".parse().unwrap()]);
        assert_eq!(scopes.effective(&levels, &owner), held(&["users:read"]));
        assert_eq!(scopes.effective(&levels, &Permissions::default()), Permissions::default());
    }
}
