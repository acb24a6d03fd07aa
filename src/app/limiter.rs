//! How often keys and those behind them are used, and whether that is too often.
//!
//! Counted on this node, or, where the configuration names a Redis, there for all nodes together. A Redis that is away
//! is no reason to refuse anybody: until it is back this node counts by itself.

mod local;
mod shared;

use std::net::IpAddr;

use super::{App, Denied, Identity, Seen};
use crate::clock::Timestamp;
use crate::credentials::store::RATE_LIMITED;
use crate::limits::{Bucket, Rate, RateDecision, Standing, limit_headers};
use crate::secret::{Digest, HmacKey, MasterKey, Secret};
use crate::telemetry::REQUESTS_LIMITED;
use crate::tenants::{LimitHeaders, Profile};
use local::Local;
use shared::Shared;

/// Counts, here or for all nodes.
pub(super) struct Limiter {
    key: HmacKey,
    local: Local,
    shared: Option<Shared>,
}

impl Limiter {
    /// One that keeps its counts in the Redis at this URL, or here when that is empty.
    pub(super) fn new(master: &MasterKey, redis_url: &Secret) -> Self {
        let shared = (!redis_url.expose().is_empty()).then(|| Shared::new(redis_url));
        let key = master.derive_hmac("rate limits");
        Self { key, local: Local::default(), shared }
    }

    async fn take(&self, buckets: &[(Digest, Rate)], now: Timestamp) -> Option<RateDecision> {
        if buckets.is_empty() {
            return None;
        }
        if let Some(shared) = &self.shared
            && let Some(decision) = shared.take(buckets).await
        {
            return Some(decision);
        }
        self.local.take(buckets, now)
    }
}

/// How somebody stands with the limits that hold for them, after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether the request was within all of them.
    pub allowed: bool,
    /// The tightest of them.
    pub standing: Standing,
    /// Of what that is the limit: `key`, `principal`, `tenant`, `partner`, `asker` or `address`.
    pub policy: &'static str,
    names: &'static LimitHeaders,
}

impl Limits {
    /// The headers that tell a program of it, in the words of its profile.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        limit_headers(self.names, self.policy, (&self.standing, !self.allowed))
    }
}

/// Why a call by a key is turned away.
#[derive(Debug)]
pub enum TurnedAway {
    /// The key is not taken.
    Denied(Denied),
    /// It has to wait.
    Limited(Limits),
}

impl App {
    /// Counts one request of somebody known: all limits take it or none does. `None` where there is no limit.
    pub async fn spend(&self, identity: &Identity, now: Timestamp) -> Option<Limits> {
        let tenant = &identity.principal.tenant;
        let (own, own_partner) = (&tenant.settings.api_keys, tenant.settings.partner.as_ref());
        let profile = self.profile_of(tenant).unwrap_or_else(|_| self.profiles.native());
        let usual = profile.rates;
        let of_key = identity.credential.used_key().and_then(|key| {
            let limit = key.rate_limit().or(own.key_rate_limit).or(usual.key)?;
            Some(("key", key.id().to_string(), limit))
        });
        // An application's name is its own only within its organisation.
        let principal = || format!("{}/{}", tenant.id, identity.principal.id);
        let of_partner = own_partner.and_then(|partner| {
            let limit = self.config.limits.partners.of(partner.as_str()).or(usual.partner)?;
            Some(("partner", partner.to_string(), limit))
        });
        let all = [
            of_key,
            own.principal_rate_limit.or(usual.principal).map(|limit| ("principal", principal(), limit)),
            own.tenant_rate_limit.or(usual.tenant).map(|limit| ("tenant", tenant.id.to_string(), limit)),
            of_partner,
        ];
        let wanted: Vec<_> = all.into_iter().flatten().collect();
        if wanted.is_empty() {
            return None;
        }
        self.take(&wanted, profile, now).await
    }

    /// Counts a call that a key makes itself, whatever comes of it: against the limits that hold for it, and as a use.
    ///
    /// # Errors
    /// Why it is not taken, or has to wait.
    pub async fn count_call(
        &self,
        outcome: Result<Identity, Denied>,
        seen: Seen<'_>,
    ) -> Result<(Identity, Option<Limits>), TurnedAway> {
        let identity = match outcome {
            Ok(identity) => identity,
            Err(denied) => {
                if let Some(key) = denied.used_key() {
                    self.note_refused(&key, denied.reason(), seen);
                }
                return Err(TurnedAway::Denied(denied));
            }
        };
        let limits = self.spend(&identity, seen.now).await;
        let over = limits.filter(|limits| !limits.allowed);
        self.note_use(&identity, over.map(|_| RATE_LIMITED), seen);
        over.map_or(Ok((identity, limits)), |limits| Err(TurnedAway::Limited(limits)))
    }

    /// Counts so many questions of somebody who asks for verdicts: all of them or none. `None` where there is no limit.
    pub async fn spend_as_asker(&self, asker: &Identity, questions: usize, now: Timestamp) -> Option<Limits> {
        let limit = self.config.limits.verify_per_minute;
        if limit == 0 {
            return None;
        }
        let principal = &asker.principal;
        let id = match asker.credential.used_key() {
            Some(key) => key.id().to_string(),
            None => format!("{}/{}", principal.tenant.id, principal.id),
        };
        let bucket = Bucket::rate(&self.limiter.key, "asker", &id).digest();
        let rate = Rate::per_minute(limit).weighing(questions);
        let decision = self.limiter.take(&[(bucket, rate)], now).await?;
        let profile = self.profile_of(&principal.tenant).unwrap_or_else(|_| self.profiles.native());
        Some(limits(decision, "asker", profile))
    }

    /// Counts one request that brought no credential that stands. `None` where there is no limit, and for an address
    /// that is not known.
    pub async fn spend_as_stranger(&self, address: IpAddr, now: Timestamp) -> Option<Limits> {
        if address.is_unspecified() {
            return None;
        }
        let limit = self.config.limits.unauthenticated_per_minute;
        let bucket = Bucket::source(&self.limiter.key, address).digest();
        let decision = self.limiter.take(&[(bucket, Rate::per_minute(limit))], now).await?;
        Some(limits(decision, "address", self.profiles.native()))
    }

    async fn take(
        &self,
        wanted: &[(&'static str, String, u32)],
        profile: &'static Profile,
        now: Timestamp,
    ) -> Option<Limits> {
        let bucket = |(kind, id, limit): &(&'static str, String, u32)| {
            (Bucket::rate(&self.limiter.key, kind, id).digest(), Rate::per_minute(*limit))
        };
        let buckets: Vec<_> = wanted.iter().map(bucket).collect();
        let decision = self.limiter.take(&buckets, now).await?;
        let policy = wanted.get(decision.tightest).map_or("key", |(kind, ..)| kind);
        Some(limits(decision, policy, profile))
    }
}

fn limits(decision: RateDecision, policy: &'static str, profile: &'static Profile) -> Limits {
    if !decision.allowed {
        metrics::counter!(REQUESTS_LIMITED, "policy" => policy).increment(1);
    }
    Limits { allowed: decision.allowed, standing: decision.standing, policy, names: &profile.limit_headers }
}
