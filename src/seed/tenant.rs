//! `[[tenants]]`, and the token lifetimes that organisations and applications write alike.

use super::entry::{Entry, display_name};
use super::error::Place;
use crate::tenants::{Lifetimes, Slug, TenantStatus};

/// What the file says of an organisation.
#[derive(Clone, Debug)]
pub(super) struct TenantSpec {
    pub place: Place,
    pub slug: Slug,
    pub display_name: Option<String>,
    pub status: Option<TenantStatus>,
    pub lifetimes: Lifetimes,
}

impl TenantSpec {
    pub fn read(mut entry: Entry<'_, '_>) -> Option<Self> {
        let slug = entry.required_text("slug", str::parse::<Slug>);
        let display_name = entry.text("display_name", display_name);
        let status = entry.choice::<TenantStatus>("status");
        let lifetimes = lifetimes(&mut entry);
        let place = entry.place();
        entry.finish();
        Some(Self {
            place,
            slug: slug?.value,
            display_name: display_name.map(|name| name.value),
            status: status.map(|status| status.value),
            lifetimes,
        })
    }
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
