//! `[[tenants]]`, and the token lifetimes that organisations and applications write alike.

use super::entry::{Entry, display_name, unless_deleted};
use super::error::{Place, Placed};
use super::key_settings::KeySpec;
use crate::branding::{Branding, Color, support_url};
use crate::tenants::{
    EdgeLocation, Lifetimes, PasswordSettings, ProfileName, SessionSettings, SignatureSettings, Slug,
    TenantLimits, TenantSettings, TenantStatus,
};
use crate::users::Email;

/// What the file says of an organisation.
#[derive(Clone, Debug)]
pub(super) struct TenantSpec {
    pub place: Place,
    pub slug: Slug,
    pub display_name: Option<String>,
    pub status: Option<TenantStatus>,
    /// The mail domains that it has shown to be its own.
    pub domains: Option<Vec<Placed<String>>>,
    /// How it looks: accent colour and support link.
    branding: (Option<Color>, Option<String>),
    settings: SettingsSpec,
}

/// The settings that the file names. What is absent keeps its value.
#[derive(Clone, Debug)]
struct SettingsSpec {
    lifetimes: Lifetimes,
    passwords: PasswordSettings,
    sessions: SessionSettings,
    limits: TenantLimits,
    audit_retention_days: Option<u32>,
    partner: Option<Slug>,
    profile: Option<Placed<ProfileName>>,
    api_keys: KeySpec,
    signatures: SignatureSettings,
    edge_locations: Option<Vec<EdgeLocation>>,
}

impl TenantSpec {
    pub fn read(mut entry: Entry<'_, '_>) -> Option<Self> {
        let slug = entry.required_text("slug", str::parse::<Slug>);
        let display_name = entry.text("display_name", display_name);
        let status = entry.text("status", unless_deleted::<TenantStatus>);
        let domains = entry.set("domains", domain);
        let branding = entry.nested("branding", |inner| {
            let accent = inner.text("accent", str::parse::<Color>);
            let support = inner.text("support_url", support_url);
            (accent.map(|accent| accent.value), support.map(|support| support.value))
        });
        let settings = SettingsSpec::read(&mut entry);
        let place = entry.place();
        entry.finish();
        Some(Self {
            place,
            slug: slug?.value,
            display_name: display_name.map(|name| name.value),
            status: status.map(|status| status.value),
            domains,
            branding: branding.unwrap_or_default(),
            settings,
        })
    }

    /// The profile that the file names, and where.
    pub fn profile(&self) -> Option<&Placed<ProfileName>> {
        self.settings.profile.as_ref()
    }

    /// `looks` with what the file names of them.
    pub fn looks_over(&self, looks: Branding) -> Branding {
        let (accent, support) = &self.branding;
        Branding {
            accent: accent.or(looks.accent),
            support_url: support.clone().or(looks.support_url),
            ..looks
        }
    }

    /// `settings` with every one that the file names.
    pub fn settings_over(&self, settings: TenantSettings) -> TenantSettings {
        let (named, was) = (&self.settings, settings);
        TenantSettings {
            lifetimes: named.lifetimes.or(was.lifetimes),
            passwords: PasswordSettings {
                minimum_length: named.passwords.minimum_length.or(was.passwords.minimum_length),
            },
            sessions: SessionSettings {
                idle: named.sessions.idle.or(was.sessions.idle),
                absolute: named.sessions.absolute.or(was.sessions.absolute),
            },
            limits: TenantLimits {
                users: named.limits.users.or(was.limits.users),
                applications: named.limits.applications.or(was.limits.applications),
                service_accounts: named.limits.service_accounts.or(was.limits.service_accounts),
            },
            audit_retention_days: named.audit_retention_days.or(was.audit_retention_days),
            partner: named.partner.clone().or(was.partner),
            profile: named.profile.as_ref().map_or(was.profile, |profile| profile.value.clone()),
            api_keys: self.settings.api_keys.over(was.api_keys),
            signatures: SignatureSettings {
                query: named.signatures.query.or(was.signatures.query),
                replay: named.signatures.replay.or(was.signatures.replay),
            },
            edge_locations: named.edge_locations.clone().unwrap_or(was.edge_locations),
        }
    }
}

/// A year.
const LONGEST_SESSION: u32 = 366 * DAY;

impl SettingsSpec {
    fn read(entry: &mut Entry<'_, '_>) -> Self {
        const SESSION: &str = "expected whole seconds from 30 to 31622400 (366 days)";
        let passwords = entry.nested("passwords", |inner| PasswordSettings {
            minimum_length: inner.number("minimum_length", (8, 128), "expected a number from 8 to 128"),
        });
        let sessions = entry.nested("sessions", |inner| SessionSettings {
            idle: inner.number("idle", (30, LONGEST_SESSION), SESSION),
            absolute: inner.number("absolute", (30, LONGEST_SESSION), SESSION),
        });
        let limits = entry.nested("limits", |inner| {
            let mut limit = |key| inner.number(key, (0, u32::MAX), "expected a number from 0 to 4294967295");
            TenantLimits {
                users: limit("users"),
                applications: limit("applications"),
                service_accounts: limit("service_accounts"),
            }
        });
        let signatures = entry.nested("signatures", |inner| SignatureSettings {
            query: inner.choice("query").map(|query| query.value),
            replay: inner.choice("replay").map(|replay| replay.value),
        });
        const DAYS: &str = "expected whole days from 1 to 3660";
        Self {
            lifetimes: lifetimes(entry),
            passwords: passwords.unwrap_or_default(),
            sessions: sessions.unwrap_or_default(),
            limits: limits.unwrap_or_default(),
            audit_retention_days: entry.number("audit_retention_days", (1, 3_660), DAYS),
            partner: entry.text("partner", str::parse::<Slug>).map(|slug| slug.value),
            profile: entry.text("profile", str::parse),
            api_keys: entry.nested("api_keys", KeySpec::read).unwrap_or_default(),
            signatures: signatures.unwrap_or_default(),
            edge_locations: entry
                .texts("edge_locations", str::parse::<EdgeLocation>)
                .map(|all| all.into_iter().map(|edge| edge.value).collect()),
        }
    }
}

/// A mail domain, in the form in which addresses are looked up.
fn domain(text: &str) -> Result<String, &'static str> {
    let address = Email::parse(&format!("somebody@{text}")).ok();
    let domain = address.and_then(|address| Some(address.key().split_once('@')?.1.to_owned()));
    domain.filter(|domain| domain == text).ok_or("expected a mail domain in lower case, such as acme.example")
}

const DAY: u32 = 24 * 60 * 60;
const TEN_YEARS: u32 = 3_650 * DAY;

/// Reads `lifetimes = { access_token = 600, ... }`. What is not named keeps its value.
pub(super) fn lifetimes(entry: &mut Entry<'_, '_>) -> Lifetimes {
    const SHORT: &str = "expected whole seconds from 1 to 86400 (24 hours)";
    const LONG: &str = "expected whole seconds from 1 to 315360000 (3650 days)";
    let lifetimes = entry.nested("lifetimes", |inner| {
        let lifetimes = Lifetimes {
            access_token: inner.number("access_token", (1, DAY), SHORT),
            id_token: inner.number("id_token", (1, DAY), SHORT),
            refresh_token_idle: inner.number("refresh_token_idle", (1, TEN_YEARS), LONG),
            refresh_token: inner.number("refresh_token", (1, TEN_YEARS), LONG),
        };
        if let (Some(idle), Some(whole)) = (lifetimes.refresh_token_idle, lifetimes.refresh_token)
            && idle > whole
        {
            let place = inner.places().get("refresh_token_idle").copied().unwrap_or(inner.place());
            inner.refuse("refresh_token_idle", place, "expected at most what refresh_token says");
        }
        lifetimes
    });
    lifetimes.unwrap_or_default()
}
