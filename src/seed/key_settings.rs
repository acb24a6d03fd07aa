//! `api_keys` of `[[tenants]]`: what an organisation decides about keys.

use super::entry::Entry;
use crate::api_keys::KeyPrefix;
use crate::roles::{InvalidPermission, Permission};
use crate::tenants::{KeyLevels, KeySettings};

/// What the file says of keys. What is absent keeps its value.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySpec {
    prefix: Option<String>,
    default_lifetime_days: Option<u32>,
    longest_lifetime_days: Option<u32>,
    levels: Option<LevelSpec>,
    level_generation: Option<String>,
    key_rate_limit: Option<u32>,
    principal_rate_limit: Option<u32>,
    tenant_rate_limit: Option<u32>,
    token_lifetime: Option<u32>,
    session_lifetime: Option<u32>,
    disable_on_spike: Option<bool>,
    disable_on_leak: Option<bool>,
}

#[derive(Clone, Debug, Default)]
struct LevelSpec {
    read_only: Option<Vec<String>>,
    read_write: Option<Vec<String>>,
    admin: Option<Vec<String>>,
}

impl KeySpec {
    pub fn read(inner: &mut Entry<'_, '_>) -> Self {
        const DAYS: &str = "expected whole days from 1 to 3650";
        const RATE: &str = "expected requests in a minute, from 1 to 1000000";
        const SECONDS: &str = "expected whole seconds from 90 to 31622400 (366 days)";
        let prefix = inner.text("prefix", |text| text.parse::<KeyPrefix>());
        let spec = Self {
            prefix: prefix.map(|prefix| prefix.value.to_string()),
            default_lifetime_days: inner.number("default_lifetime_days", (1, 3_650), DAYS),
            longest_lifetime_days: inner.number("longest_lifetime_days", (1, 3_650), DAYS),
            levels: inner.nested("levels", LevelSpec::read),
            level_generation: inner.text("level_generation", generation).map(|name| name.value),
            key_rate_limit: inner.number("key_rate_limit", (1, 1_000_000), RATE),
            principal_rate_limit: inner.number("principal_rate_limit", (1, 1_000_000), RATE),
            tenant_rate_limit: inner.number("tenant_rate_limit", (1, 1_000_000), RATE),
            token_lifetime: inner.number("token_lifetime", (90, 31_622_400), SECONDS),
            session_lifetime: inner.number("session_lifetime", (90, 31_622_400), SECONDS),
            disable_on_spike: inner.flag("disable_on_spike"),
            disable_on_leak: inner.flag("disable_on_leak"),
        };
        if let (Some(own), Some(most)) = (spec.default_lifetime_days, spec.longest_lifetime_days)
            && own > most
        {
            let place = inner.places().get("default_lifetime_days").copied().unwrap_or(inner.place());
            inner.refuse("default_lifetime_days", place, "expected at most what longest_lifetime_days says");
        }
        spec
    }

    /// `was` with everything that the file names.
    pub fn over(&self, was: KeySettings) -> KeySettings {
        KeySettings {
            prefix: self.prefix.clone().or(was.prefix),
            default_lifetime_days: self.default_lifetime_days.or(was.default_lifetime_days),
            longest_lifetime_days: self.longest_lifetime_days.or(was.longest_lifetime_days),
            levels: match &self.levels {
                Some(named) => Some(named.over(was.levels.unwrap_or_default())),
                None => was.levels,
            },
            level_generation: self.level_generation.clone().or(was.level_generation),
            key_rate_limit: self.key_rate_limit.or(was.key_rate_limit),
            principal_rate_limit: self.principal_rate_limit.or(was.principal_rate_limit),
            tenant_rate_limit: self.tenant_rate_limit.or(was.tenant_rate_limit),
            token_lifetime: self.token_lifetime.or(was.token_lifetime),
            session_lifetime: self.session_lifetime.or(was.session_lifetime),
            disable_on_spike: self.disable_on_spike.unwrap_or(was.disable_on_spike),
            disable_on_leak: self.disable_on_leak.unwrap_or(was.disable_on_leak),
            random_characters: was.random_characters,
        }
    }
}

/// Whether the profile knows it is seen when it is used: a generation that it does not know is passed over.
fn generation(text: &str) -> Result<String, &'static str> {
    let fits = (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if fits { Ok(text.to_owned()) } else { Err("expected the name of a generation of levels") }
}

impl LevelSpec {
    fn read(inner: &mut Entry<'_, '_>) -> Self {
        let mut list = |key| {
            let read = |text: &str| -> Result<String, InvalidPermission> {
                text.parse::<Permission>().map(|permission| permission.to_string())
            };
            let found = inner.texts(key, read)?;
            Some(found.into_iter().map(|permission| permission.value).collect())
        };
        Self { read_only: list("read_only"), read_write: list("read_write"), admin: list("admin") }
    }

    fn over(&self, was: KeyLevels) -> KeyLevels {
        KeyLevels {
            read_only: self.read_only.clone().unwrap_or(was.read_only),
            read_write: self.read_write.clone().unwrap_or(was.read_write),
            admin: self.admin.clone().unwrap_or(was.admin),
        }
    }
}
