//! `[limits]`

use crate::config::reader::Reader;
use crate::config::settings::section;
use crate::config::values::{Shape, Value};
use crate::secret::Secret;

/// Partners, each with the requests in a minute of all their organisations together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerRates(pub Vec<(String, u32)>);

impl PartnerRates {
    /// That of one partner, if it has one of its own.
    pub fn of(&self, partner: &str) -> Option<u32> {
        self.0.iter().find(|(name, _)| name == partner).map(|(_, rate)| *rate)
    }
}

impl Value for PartnerRates {
    const SHAPE: Shape = Shape::List;

    fn form() -> String {
        "slugs of partners and requests in a minute, such as north=8000".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut rates: Vec<(String, u32)> = Vec::new();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let wrong = || format!("\"{item}\" does not fit: expected {}", Self::form());
            let (slug, rate) = item.split_once('=').ok_or_else(wrong)?;
            let (slug, rate) = (slug.trim(), rate.trim().parse().ok());
            let rate = rate.filter(|rate| (1..=1_000_000).contains(rate)).ok_or_else(wrong)?;
            let fits = (1..=63).contains(&slug.len())
                && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !fits {
                return Err(wrong());
            }
            if rates.iter().any(|(known, _)| known == slug) {
                return Err(format!("\"{slug}\" stands there twice"));
            }
            rates.push((slug.to_owned(), rate));
        }
        Ok(Self(rates))
    }
}

section! {
    /// How often may be asked, beside the limits that organisations and their keys have themselves.
    pub struct Limits in "limits" {
        /// A Redis that all nodes count in: `redis://USER:PASSWORD@HOST:PORT/DATABASE`, or `unix:///PATH`. Empty: each node
        /// counts by itself. While Redis is away, each node counts by itself too. It counts as a secret because of the
        /// password.
        redis_url: Secret = Default(""),
        /// Requests in a minute from one address (IPv6: one /64) whose credential is missing or refused, before the
        /// next ones are told to wait.
        unauthenticated_per_minute: u32 = Default("120") within("1", "1000000"),
        /// Questions in a minute of one caller of `/v1/verify`: an API key, or whoever a token was given to. Each question of
        /// `/v1/verify/batch` counts. 0: no limit.
        verify_per_minute: u32 = Default("0") within("0", "10000000"),
        /// Partners with a limit of their own: `SLUG=REQUESTS`, requests in a minute of all organisations together whose
        /// `settings.partner` names the partner. All others have that of their organisations' profile, if it has one.
        partners: PartnerRates = Default(""),
    }
}

impl Draft {
    /// The URL names a Redis that this program can speak to.
    pub fn check(&self, reader: &mut Reader<'_>) {
        let url = self.redis_url.get().map(Secret::expose);
        if url.is_some_and(|url| !url.is_empty() && !is_redis(url)) {
            reader
                .refuse(&self.redis_url, "expected redis://USER:PASSWORD@HOST:PORT/DATABASE or unix:///PATH");
        }
    }
}

fn is_redis(url: &str) -> bool {
    ["redis://", "unix://"].iter().any(|scheme| url.starts_with(scheme)) && redis::Client::open(url).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partner_has_one_rate() {
        let rates = PartnerRates::parse("north = 8000, south=1").unwrap();
        assert_eq!((rates.of("north"), rates.of("south"), rates.of("east")), (Some(8_000), Some(1), None));
        for bad in ["north", "north=", "=1", "north=0", "north=1000001", "North=1", "a=1,a=2", "a=1x"] {
            assert!(PartnerRates::parse(bad).is_err(), "{bad}");
        }
    }
}
