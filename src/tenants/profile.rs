//! Compatibility profiles: which published interface an organisation's programs were written for. What each of them
//! expects stands in a file, `profiles/NAME.toml`, and whoever answers a program asks; nobody compares profiles.

mod door;
mod files;
mod reading;
mod registry;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::settings::{KeyLevels, KeySettings, SignatureQuery};
use crate::text::{ErrorForm, Template};

pub use door::{Door, Method, PathPattern, QueryRules};
pub use registry::{ProfileError, ProfileErrors, Profiles, UnknownProfile};

/// The name of a profile. Whether there is one of that name [`Profiles`] knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ProfileName(Cow<'static, str>);

/// Why a text is no [`ProfileName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name of a profile is 1 to 63 lower-case letters, digits, - and _, beginning with a letter")]
pub struct InvalidProfileName;

impl ProfileName {
    /// Gridkey's own interface.
    pub const NATIVE: Self = Self(Cow::Borrowed("native"));
    /// That of ScaiGrid and ScaiKey.
    pub const SCAIGRID: Self = Self(Cow::Borrowed("scaigrid"));
    /// That of PolarGrid.
    pub const POLARGRID: Self = Self(Cow::Borrowed("polargrid"));
    /// That of The Grid.
    pub const THEGRID: Self = Self(Cow::Borrowed("thegrid"));
    /// That of Poolside.
    pub const POOLSIDE: Self = Self(Cow::Borrowed("poolside"));

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ProfileName {
    fn default() -> Self {
        Self::NATIVE
    }
}

impl FromStr for ProfileName {
    type Err = InvalidProfileName;
    fn from_str(text: &str) -> Result<Self, InvalidProfileName> {
        let fits = (1..=63).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        if fits { Ok(Self(Cow::Owned(text.to_owned()))) } else { Err(InvalidProfileName) }
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProfileName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// How programs exchange an API key for a session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionForm {
    /// The answer. Its places are `$token`, `$refresh_token`, `$session_id`, `$expires_in` and `$request_id`.
    pub answer: Template,
    /// Seconds that a session token lives.
    pub token_lifetime: u32,
    /// Seconds that the session can be renewed for.
    pub session_lifetime: u32,
    /// Whether a refresh token is used up by its use. Some published clients never keep the next one.
    pub rotates: bool,
}

/// Requests in a minute when neither the key nor the organisation says otherwise. Absent means as many as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefaultRates {
    /// Of one key.
    pub key: Option<u32>,
    /// Of one person or service account, by all keys and tokens together.
    pub principal: Option<u32>,
    /// Of the whole organisation.
    pub tenant: Option<u32>,
}

/// The headers that tell how a program stands with its limits, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitHeaders {
    /// The limit, what is left of it, and the seconds until it is whole again.
    pub names: [String; 3],
    /// Seconds to wait, beside `Retry-After`.
    pub retry_after: Option<String>,
    /// Whether `RateLimit` and `RateLimit-Policy` are sent too (draft-ietf-httpapi-ratelimit-headers).
    pub structured: bool,
}

/// What keys look like and how long they live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyForm {
    /// What they begin with, `_` or `-` at its end.
    pub prefix: String,
    /// Random characters behind it.
    pub random_characters: usize,
    /// Days that a key lives when nobody says otherwise; absent (0 in the file) means for ever.
    pub lifetime_days: Option<u32>,
}

crate::text::text_enum! {
    /// In which header a credential comes.
    pub enum CredentialHeader {
        /// `Authorization: Bearer ...`
        Bearer = "bearer",
        /// `X-API-Key: ...`
        ApiKey = "x-api-key",
    }
}

/// In which headers a credential counts, at some hosts or under some paths, or everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderRule {
    /// What the host begins with; any when empty.
    pub host: String,
    /// What the path begins with; any when empty.
    pub path: String,
    /// The headers.
    pub headers: Vec<CredentialHeader>,
}

/// How programs sign requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignatureForm {
    /// What the three headers of `grid-v1` begin with; as the configuration says when absent.
    pub header_prefix: Option<String>,
    /// Whether the query is signed; as the configuration says when absent.
    pub query: Option<SignatureQuery>,
}

crate::text::text_enum! {
    /// How what is sent to webhooks is signed.
    pub enum WebhookScheme {
        /// Standard Webhooks: `v1,<base64>` over `{id}.{time}.{body}` in a header of its own for each of the three.
        Standard = "standard",
        /// `t=<time>,v1=<hexadecimal>` over `{time}.{body}` in one header.
        Timestamped = "timestamped",
    }
}

/// What webhooks are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookForm {
    /// How it is signed.
    pub scheme: WebhookScheme,
    /// What its headers begin with.
    pub header_prefix: String,
    /// What nouns are called in the types of events, where that is not our word.
    pub nouns: BTreeMap<String, String>,
}

impl WebhookForm {
    /// What a noun of ours is called.
    pub fn noun<'a>(&'a self, ours: &'a str) -> &'a str {
        self.nouns.get(ours).map_or(ours, String::as_str)
    }
}

/// What a published interface looks like.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its name.
    pub name: ProfileName,
    /// What it is, in a sentence.
    pub about: String,
    /// What its keys look like.
    pub keys: KeyForm,
    /// Which of the meanings of levels counts.
    pub generation: String,
    /// What the levels of keys stand for, by generation.
    pub levels: BTreeMap<String, KeyLevels>,
    /// In which headers credentials count: of those that fit, the first.
    pub headers: Vec<HeaderRule>,
    /// How a key is exchanged for a session.
    pub session: SessionForm,
    /// How often may be asked.
    pub rates: DefaultRates,
    /// In which headers it tells about limits.
    pub limit_headers: LimitHeaders,
    /// How it tells failures.
    pub errors: ErrorForm,
    /// Whether the first-party flow tells failures so too, and not in its own envelope.
    pub errors_everywhere: bool,
    /// How requests are signed.
    pub signatures: SignatureForm,
    /// What webhooks are sent.
    pub webhooks: WebhookForm,
    /// Its addresses, in front of ours.
    pub doors: Vec<Door>,
    /// The file as it was put together.
    pub source: String,
}

impl Profile {
    /// What the levels stand for: as the organisation says, or in the generation that it chose, or as usual here.
    pub fn levels<'a>(&'a self, own: &'a KeySettings) -> Cow<'a, KeyLevels> {
        if let Some(levels) = &own.levels {
            return Cow::Borrowed(levels);
        }
        let chosen = own.level_generation.as_ref().and_then(|name| self.levels.get(name));
        match chosen.or_else(|| self.levels.get(&self.generation)) {
            Some(levels) => Cow::Borrowed(levels),
            None => Cow::Owned(KeyLevels::default()),
        }
    }

    /// What an organisation decides about keys, with what it leaves open filled in.
    pub fn fill(&self, own: &KeySettings) -> KeySettings {
        KeySettings {
            prefix: Some(own.prefix.clone().unwrap_or_else(|| self.keys.prefix.clone())),
            levels: Some(self.levels(own).into_owned()),
            default_lifetime_days: own.default_lifetime_days.or(self.keys.lifetime_days),
            random_characters: self.keys.random_characters,
            ..own.clone()
        }
    }

    /// Whether a credential in this header counts for a request to this host and path.
    pub fn accepts(&self, header: CredentialHeader, (host, path): (&str, &str)) -> bool {
        let fits = |rule: &&HeaderRule| host.starts_with(&rule.host) && path.starts_with(&rule.path);
        self.headers.iter().find(fits).is_none_or(|rule| rule.headers.contains(&header))
    }

    /// Whether requests and answers stay as they are with it.
    pub fn adds_nothing(&self) -> bool {
        self.name == ProfileName::NATIVE && self.doors.is_empty() && !self.errors_everywhere
    }

    /// The address that answers this, with what stands in its variables.
    pub fn door(&self, method: &str, path: &str) -> Option<(&Door, Vec<(String, String)>)> {
        self.doors.iter().find_map(|door| Some((door, door.matches(method, path)?)))
    }
}
