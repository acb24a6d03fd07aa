//! What a person is here.

use serde::{Deserialize, Serialize};

use super::Email;
use crate::clock::Timestamp;
use crate::id::Id;
use crate::language::{Language, Words};
use crate::tenants::TenantId;
use crate::text::text_enum;

/// The identifier of a [`User`]; the `sub` claim. Never reused.
pub type UserId = Id<User>;

text_enum! {
    /// The life of a person's account.
    pub enum UserStatus {
        /// Was asked to join and has not yet.
        Invited = "invited",
        /// Signs in.
        Active = "active",
        /// May not sign in, nor may anything derived from the account work.
        Suspended = "suspended",
        /// Is gone but for the recycle bin.
        Deleted = "deleted",
    }
}

/// A person in one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Identifier; the `sub` claim.
    pub id: UserId,
    /// The organisation.
    pub tenant_id: TenantId,
    /// Mail address.
    pub email: Email,
    /// Whether the address was shown to be theirs.
    pub email_verified: bool,
    /// Full name; the `name` claim.
    pub display_name: String,
    /// The other standard claims.
    pub profile: Profile,
    /// State.
    pub status: UserStatus,
    /// When the password was last set.
    pub password_changed_at: Option<Timestamp>,
    /// When the account was created.
    pub created_at: Timestamp,
    /// When it was last changed; the `updated_at` claim.
    pub updated_at: Timestamp,
    /// When it was put into the recycle bin.
    pub deleted_at: Option<Timestamp>,
    /// When the person last signed in.
    pub last_sign_in_at: Option<Timestamp>,
}

impl User {
    /// The words that the person reads, as far as their profile says which.
    pub fn words(&self) -> Words {
        Words(Language::of_reader(self.profile.locale.as_deref()))
    }

    /// Whether the person may sign in and hold tokens.
    pub fn is_active(&self) -> bool {
        self.status == UserStatus::Active
    }
}

/// Standard claims that only some people have (OpenID Connect Core 5.1). Absent claims are left out of answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the claim of the same name in OpenID Connect Core 5.1")]
pub struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub phone_number_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

/// The `address` claim (OpenID Connect Core 5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is the member of the same name in OpenID Connect Core 5.1.1")]
pub struct Address {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}
