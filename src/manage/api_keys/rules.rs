//! What a key is made of and what becomes of it when somebody says something of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{ApiKeyPatch, NewApiKey};
use crate::api_keys::{ApiKey, ApiKeyId, KeyPrefix};
use crate::clock::Timestamp;
use crate::credentials::{AddressList, KeyGrant, KeyLevel, KeyOwner, KeyState, KeyStatus};
use crate::manage::Call;
use crate::manage::text::description;
use crate::roles::Permission;
use crate::secret::Digest;
use crate::tenants::KeySettings;
use crate::web::Problem;

/// How many keys of one owner may be there that are not revoked.
pub const MOST_KEYS: i64 = 100;
/// Days that a key may live at most, whatever the organisation says; only what never ends lives longer.
pub const LONGEST_DAYS: u32 = 3_650;
/// Requests in a minute that a key may be given at most.
pub const HIGHEST_RATE: u32 = 1_000_000;
/// How many scopes a key may have.
const MOST_SCOPES: usize = 100;
/// How many members its metadata may have, and how long they may be.
const MOST_METADATA: usize = 32;
const LONGEST_MEMBER: usize = 64;
const LONGEST_VALUE: usize = 500;
/// How long before the end of a key its owner hears of it, each once.
pub const NOTICES: [Duration; 3] = [days(14), days(3), Duration::ZERO];

/// Why a key does not work.
pub const BY_OWNER: &str = "by_owner";
/// The same.
pub const BY_ADMINISTRATOR: &str = "by_administrator";
/// The same.
pub const OWNER_DELETED: &str = crate::api_keys::OWNER_DELETED;
/// The same.
pub const EXPOSED: &str = "exposed";

const fn days(days: u64) -> Duration {
    Duration::from_secs(days * 24 * 60 * 60)
}

/// A secret as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What it begins with.
    pub prefix: KeyPrefix,
    /// Its last characters.
    pub hint: String,
    /// SHA-256 of it.
    pub digest: Digest,
}

/// The key that a request describes.
pub fn new(
    call: &Call,
    (id, owner): (ApiKeyId, KeyOwner),
    stored: Stored,
    (wanted, settings): (&NewApiKey, &KeySettings),
) -> Result<ApiKey, Problem> {
    check_metadata(&wanted.metadata)?;
    let asked = Ending { in_days: wanted.expires_in_days, at: wanted.expires_at.clone() };
    let expires_at = match asked.read(settings, (call.now, call.now))? {
        Some(expires_at) => expires_at,
        None => default_end(settings, call.now),
    };
    Ok(ApiKey {
        id,
        tenant_id: call.tenant,
        owner,
        name: name(&wanted.name)?,
        description: description(&wanted.description)?,
        metadata: wanted.metadata.clone(),
        prefix: stored.prefix,
        hint: stored.hint,
        digest: stored.digest,
        previous: None,
        grant: grant(wanted.level.as_deref(), wanted.scopes.as_deref())?
            .unwrap_or(KeyGrant::Level(KeyLevel::ReadWrite)),
        allowed_addresses: addresses(&wanted.allowed_addresses)?,
        rate_limit: wanted.rate_limit.map(|limit| rate(call, limit, settings)).transpose()?,
        status: KeyStatus::Active,
        status_reason: String::new(),
        expires_at,
        rotated_at: None,
        exposed_at: None,
        expiry_notices: notices_over(expires_at, call.now),
        created_by: call.actor.reference(),
        created_at: call.now,
        updated_at: call.now,
    })
}

/// The key after a change.
pub fn patched(
    call: &Call,
    key: &ApiKey,
    patch: &ApiKeyPatch,
    settings: &KeySettings,
) -> Result<ApiKey, Problem> {
    not_revoked(key)?;
    let mut changed = key.clone();
    if let Some(text) = &patch.name {
        changed.name = name(text)?;
    }
    if let Some(text) = &patch.description {
        changed.description = description(text)?;
    }
    for (member, value) in patch.metadata.iter().flatten() {
        match value {
            Some(value) => changed.metadata.insert(member.clone(), value.clone()),
            None => changed.metadata.remove(member),
        };
    }
    check_metadata(&changed.metadata)?;
    if let Some(grant) = grant(patch.level.as_deref(), patch.scopes.as_deref())? {
        changed.grant = grant;
    }
    let asked = Ending { in_days: patch.expires_in_days, at: patch.expires_at.clone() };
    let made_at = key.rotated_at.unwrap_or(key.created_at);
    if let Some(expires_at) = asked.read(settings, (made_at, call.now))?.filter(|end| *end != key.expires_at)
    {
        changed.expires_at = expires_at;
        changed.expiry_notices = notices_over(expires_at, call.now);
    }
    if let Some(list) = &patch.allowed_addresses {
        changed.allowed_addresses = addresses(list)?;
    }
    if let Some(limit) = patch.rate_limit {
        changed.rate_limit = limit.map(|limit| rate(call, limit, settings)).transpose()?;
    }
    if changed != *key {
        changed.updated_at = call.next_version(key.updated_at);
    }
    Ok(changed)
}

/// The key in another state.
pub fn with_status(call: &Call, key: &ApiKey, (status, reason): (KeyStatus, &str)) -> ApiKey {
    if key.status == status {
        return key.clone();
    }
    ApiKey {
        status,
        status_reason: reason.to_owned(),
        updated_at: call.next_version(key.updated_at),
        ..key.clone()
    }
}

/// What is revoked stays so.
pub fn not_revoked(key: &ApiKey) -> Result<(), Problem> {
    if key.status == KeyStatus::Revoked {
        return Err(
            Problem::conflict("key_revoked", "The key was revoked, which is final.").fix("Make a new one.")
        );
    }
    Ok(())
}

/// Only a key that works gets a new secret.
pub fn can_rotate(key: &ApiKey, now: Timestamp) -> Result<(), Problem> {
    match key.state(now) {
        KeyState::Works => Ok(()),
        KeyState::Revoked => not_revoked(key),
        KeyState::Disabled => {
            Err(Problem::conflict("not_active", "The key is disabled.").fix("Enable it first."))
        }
        KeyState::Expired => {
            Err(Problem::conflict("not_active", "The key has expired.")
                .fix("Give it a later expires_at first."))
        }
    }
}

/// How many of the mails about its end come too late for a key, or are no news.
pub fn notices_over(expires_at: Option<Timestamp>, now: Timestamp) -> u32 {
    let is_over = |notice: &&Duration| expires_at.is_some_and(|end| end <= now + **notice);
    u32::try_from(NOTICES.iter().filter(is_over).count()).unwrap_or_default()
}

/// A name of a key.
///
/// # Errors
/// 422 for what can be none.
pub fn name(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    let fits = (1..=100).contains(&trimmed.chars().count()) && !trimmed.chars().any(char::is_control);
    if fits {
        Ok(trimmed.to_owned())
    } else {
        Err(Problem::invalid("invalid_name", "A key's name has 1 to 100 characters and no line breaks."))
    }
}

fn check_metadata(metadata: &BTreeMap<String, String>) -> Result<(), Problem> {
    let is_member = |text: &str| {
        (1..=LONGEST_MEMBER).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    let is_value = |text: &str| text.chars().count() <= LONGEST_VALUE && !text.chars().any(char::is_control);
    if metadata.len() <= MOST_METADATA
        && metadata.iter().all(|(name, value)| is_member(name) && is_value(value))
    {
        return Ok(());
    }
    let detail = format!(
        "metadata has at most {MOST_METADATA} members with names of up to {LONGEST_MEMBER} letters, digits, _, . and -, \
         and values of up to {LONGEST_VALUE} characters on one line."
    );
    Err(Problem::invalid("invalid_metadata", detail))
}

/// A level or scopes, if either is said.
///
/// # Errors
/// 422 for both at once and for what is neither.
pub fn grant(level: Option<&str>, scopes: Option<&[String]>) -> Result<Option<KeyGrant>, Problem> {
    match (level, scopes) {
        (None, None) => Ok(None),
        (Some(level), None) => level
            .parse()
            .map(|level| Some(KeyGrant::Level(level)))
            .map_err(|why| Problem::invalid("invalid_level", format!("level: {why}."))),
        (None, Some(list)) => {
            if !(1..=MOST_SCOPES).contains(&list.len()) {
                let detail = format!("A key has a level, or 1 to {MOST_SCOPES} scopes.");
                return Err(Problem::invalid("invalid_scopes", detail));
            }
            let read: Result<BTreeSet<Permission>, _> = list.iter().map(|text| text.parse()).collect();
            let scopes = read.map_err(|why| Problem::invalid("invalid_scopes", format!("scopes: {why}.")))?;
            Ok(Some(KeyGrant::Scopes(scopes.into_iter().collect())))
        }
        (Some(_), Some(_)) => {
            Err(Problem::invalid("invalid_level", "A key has a level or scopes, and not both."))
        }
    }
}

/// From where a key may be used.
///
/// # Errors
/// 422 for what is no list of addresses.
pub fn addresses(list: &[String]) -> Result<AddressList, Problem> {
    let invalid =
        |why: String| Problem::invalid("invalid_allowed_addresses", format!("allowed_addresses: {why}."));
    if list.len() > AddressList::MOST {
        return Err(invalid(format!("at most {} of them", AddressList::MOST)));
    }
    AddressList::parse(list).map_err(|why| invalid(why.to_string()))
}

/// A rate that the caller may choose: above the organisation's own only administrators do.
///
/// # Errors
/// 422 for one that is too high, or none.
pub fn rate(call: &Call, limit: u32, settings: &KeySettings) -> Result<u32, Problem> {
    let most = match settings.key_rate_limit {
        Some(own) if !call.actor.permissions.allows("api_keys:administer") => own.min(HIGHEST_RATE),
        _ => HIGHEST_RATE,
    };
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let detail = format!("rate_limit is from 1 to {most} requests in a minute.");
    Err(Problem::invalid("invalid_rate_limit", detail))
}

/// What is asked of the end of a key.
pub struct Ending {
    /// So many days from now.
    pub in_days: Option<u32>,
    /// At this time; `Some(None)` is never.
    pub at: Option<Option<String>>,
}

impl Ending {
    /// The end that is asked for, if any is: `Some(None)` is never. The organisation's longest life counts from when the
    /// present secret was made.
    ///
    /// # Errors
    /// 422 for an end that is past, too late, or said twice.
    pub fn read(
        &self,
        settings: &KeySettings,
        (made_at, now): (Timestamp, Timestamp),
    ) -> Result<Option<Option<Timestamp>>, Problem> {
        let invalid = |detail: String| Problem::invalid("invalid_expires_at", detail);
        let end = match (self.in_days, &self.at) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err(invalid("Say expires_in_days or expires_at, and not both.".to_owned()));
            }
            (Some(count), None) if (1..=LONGEST_DAYS).contains(&count) => Some(now + days(u64::from(count))),
            (Some(_), None) => return Err(invalid(format!("expires_in_days is from 1 to {LONGEST_DAYS}."))),
            (None, Some(None)) => None,
            (None, Some(Some(text))) => {
                let read = Timestamp::parse_rfc3339(text);
                let most = now + days(u64::from(LONGEST_DAYS) + 1);
                let fits = read.filter(|end| *end > now && *end <= most);
                let why =
                    "expires_at is a time in the future and within ten years, such as 2030-01-31T12:00:00Z.";
                Some(fits.ok_or_else(|| invalid(why.to_owned()))?)
            }
        };
        let Some(longest) = settings.longest_lifetime_days else { return Ok(Some(end)) };
        if end.is_some_and(|end| end <= made_at + days(u64::from(longest))) {
            return Ok(Some(end));
        }
        Err(invalid(format!("A key of this organisation lives at most {longest} days."))
            .fix("Choose an earlier end; rotating the key lets it be prolonged."))
    }
}

/// When a key ends of which nobody says it; never, where neither the organisation nor its profile has it end.
pub fn default_end(settings: &KeySettings, now: Timestamp) -> Option<Timestamp> {
    let (own, longest) = (settings.default_lifetime_days, settings.longest_lifetime_days);
    let count = own.unwrap_or(u32::MAX).min(longest.unwrap_or(u32::MAX));
    (count < u32::MAX).then(|| now + days(u64::from(count)))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
