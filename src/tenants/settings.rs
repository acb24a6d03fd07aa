//! What an organisation, or one application, decides about tokens instead of the server's configuration.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Profile;

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
    /// Which published interface its programs find here.
    pub profile: Profile,
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
