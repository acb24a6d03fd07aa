//! What an organisation is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::TenantSettings;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::text::text_enum;

/// The identifier of a [`Tenant`].
pub type TenantId = Id<Tenant>;

text_enum! {
    /// Whether an organisation takes part.
    pub enum TenantStatus {
        /// Its people sign in and its programs get tokens.
        Active = "active",
        /// Nobody of it gets anything.
        Suspended = "suspended",
        /// It is in the recycle bin.
        Deleted = "deleted",
    }
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Identifier; the `tenant_id` claim.
    pub id: TenantId,
    /// Name in URLs: `/t/{slug}`.
    pub slug: Slug,
    /// Name for people.
    pub display_name: String,
    /// Whether it takes part.
    pub status: TenantStatus,
    /// What it decides for itself.
    pub settings: TenantSettings,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was put into the recycle bin.
    pub deleted_at: Option<Timestamp>,
}

impl Tenant {
    /// Whether its people and programs may get anything.
    pub fn is_active(&self) -> bool {
        self.status == TenantStatus::Active
    }
}

/// A name in URLs: 1 to 63 lower-case letters, digits and inner hyphens, beginning with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a text is not a [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a slug: 1 to 63 lower-case letters, digits and inner hyphens")]
pub struct InvalidSlug(String);

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = (1..=63).contains(&text.len()) && text.chars().all(allowed);
        if fits && !text.starts_with('-') && !text.ends_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_fit_into_a_url() {
        for good in ["a", "acme", "acme-2", "0"] {
            assert!(good.parse::<Slug>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "Acme", "a b", "a/b", "a.b", "ä", &"a".repeat(64)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad}");
        }
    }
}
