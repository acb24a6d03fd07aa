//! What an organisation, or one application, decides about tokens instead of the server's configuration.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{EdgeLocation, ProfileName, Slug};
use crate::text::text_enum;

/// An organisation's own decisions. Everything absent follows the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantSettings {
    /// Token lifetimes.
    pub lifetimes: Lifetimes,
    /// New passwords.
    pub passwords: PasswordSettings,
    /// Browser sessions.
    pub sessions: SessionSettings,
    /// How much there may be of it.
    pub limits: TenantLimits,
    /// How long its audit log is kept, in days; absent follows the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_retention_days: Option<u32>,
    /// The partner that looks after it: a name that several organisations may share. What they share by it is one limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner: Option<Slug>,
    /// Which published interface its programs find here.
    pub profile: ProfileName,
    /// Keys of its people and service accounts.
    #[serde(skip_serializing_if = "KeySettings::is_default")]
    pub api_keys: KeySettings,
    /// Requests that its people and service accounts sign.
    #[serde(skip_serializing_if = "SignatureSettings::is_default")]
    pub signatures: SignatureSettings,
    /// Where its API answers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edge_locations: Vec<EdgeLocation>,
}

text_enum! {
    /// Whether clients sign the query of their requests.
    pub enum SignatureQuery {
        /// They do.
        Include = "include",
        /// They do not.
        Exclude = "exclude",
        /// Some do.
        Either = "either",
    }
}

text_enum! {
    /// Which signed requests are good only once.
    pub enum SignatureReplay {
        /// None but those with a nonce.
        Off = "off",
        /// Those that change something.
        Unsafe = "unsafe",
        /// All.
        All = "all",
    }
}

/// What an organisation decides about signed requests. Everything absent follows the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignatureSettings {
    /// Whether clients sign the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<SignatureQuery>,
    /// Which requests are good only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay: Option<SignatureReplay>,
}

impl SignatureSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What an organisation asks of new passwords beyond the configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordSettings {
    /// Characters at least; never fewer than the configuration asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_length: Option<u32>,
}

/// How long an organisation's people stay signed in; never longer than the configuration allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    /// Seconds without a visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<u32>,
    /// Seconds in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absolute: Option<u32>,
}

/// How much there may be of an organisation. Absent means as much as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TenantLimits {
    /// People who are not deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<u32>,
    /// Applications that are not deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applications: Option<u32>,
    /// Service accounts that are not deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_accounts: Option<u32>,
}

/// Token lifetimes in whole seconds; absent means "as the next wider setting says": application, organisation, server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetimes {
    /// Access tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<u32>,
    /// ID tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<u32>,
    /// Refresh tokens that are not used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_idle: Option<u32>,
    /// Refresh tokens, however much they are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<u32>,
}

impl Lifetimes {
    /// Fills what is absent here from the wider setting.
    #[must_use]
    pub fn or(self, wider: Self) -> Self {
        Self {
            access_token: self.access_token.or(wider.access_token),
            id_token: self.id_token.or(wider.id_token),
            refresh_token_idle: self.refresh_token_idle.or(wider.refresh_token_idle),
            refresh_token: self.refresh_token.or(wider.refresh_token),
        }
    }

    /// One lifetime as a duration, or the server's.
    pub fn pick(own: Option<u32>, server: Duration) -> Duration {
        own.map_or(server, |seconds| Duration::from_secs(u64::from(seconds)))
    }
}

/// What an organisation decides about the keys of its people and service accounts. Everything absent follows its profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeySettings {
    /// What its keys begin with, such as `gk_`: 1 to 16 lower-case letters and digits, and `_` or `-` behind them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// Days that a key lives when nobody says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_lifetime_days: Option<u32>,
    /// Days that a key may live at most; with a most, no key lives for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_lifetime_days: Option<u32>,
    /// What the levels stand for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<KeyLevels>,
    /// Or which of the meanings that its profile knows of them counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level_generation: Option<String>,
    /// Requests in a minute of one key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_rate_limit: Option<u32>,
    /// Requests in a minute of one person or service account, by all keys and tokens together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_rate_limit: Option<u32>,
    /// Requests in a minute of the whole organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_rate_limit: Option<u32>,
    /// Seconds that a token lives that a key was exchanged for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_lifetime: Option<u32>,
    /// Seconds that a session can be renewed for that a key was exchanged for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_lifetime: Option<u32>,
    /// Whether a key whose use suddenly grows is disabled, and not only shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disable_on_spike: bool,
    /// Whether a key that was found where others can read it is disabled, and not revoked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disable_on_leak: bool,
    /// Random characters of its keys; 0 as usual. The profile says so, never the organisation.
    #[serde(skip)]
    pub random_characters: usize,
}

impl KeySettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What its levels stand for, once its profile has filled in what it leaves open.
    pub fn levels(&self) -> KeyLevels {
        self.levels.clone().unwrap_or_default()
    }
}

/// What the levels of keys stand for, as permissions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyLevels {
    /// `read-only`.
    pub read_only: Vec<String>,
    /// `read-write`.
    pub read_write: Vec<String>,
    /// `admin`.
    pub admin: Vec<String>,
}

impl Default for KeyLevels {
    fn default() -> Self {
        let list = |permissions: &[&str]| permissions.iter().map(|&text| text.to_owned()).collect();
        Self {
            read_only: list(&["*:read"]),
            read_write: list(&["*:read", "*:use", "*:create", "*:update", "*:write", "*:delete"]),
            admin: list(&["*:*"]),
        }
    }
}
