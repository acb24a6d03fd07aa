//! How often each key is used, when last, and from where: counted in memory and written down a moment later.
//!
//! A request never waits for it. Counts are taken out of memory once, and put back when they could not be written, so each
//! request is counted exactly once; only a commit whose fate nobody knows is taken for done.

mod flush;
mod used_key;

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use moka::sync::Cache;
use uuid::Uuid;

use super::{App, Denied, Identity};
use crate::api_keys::SecretAge;
use crate::app::Credential;
use crate::clock::Timestamp;
use crate::credentials::network_of;
use crate::tenants::TenantId;

pub use flush::flush_usage;
pub use used_key::UsedKey;

/// Keys are spread over so many locks.
const SHARDS: usize = 32;
/// Networks of one key that are remembered between two writes.
const MOST_NETWORKS: usize = 64;
/// The longest name of a program that is kept.
const LONGEST_AGENT: usize = 200;
/// How many networks of keys are known to be written down already, and for how long.
const KNOWN_NETWORKS: (u64, Duration) = (100_000, Duration::from_secs(60 * 60));
/// The outcome of a request that was let through.
const ALLOWED: &str = "allowed";

/// From where, by which program and when a key is used.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// From where; unspecified when nobody knows.
    pub address: IpAddr,
    /// What the program calls itself.
    pub user_agent: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Counts.
pub(super) struct Meter {
    shards: Vec<Mutex<HashMap<Uuid, Noted>>>,
    /// One write at a time.
    writing: tokio::sync::Mutex<()>,
    known_networks: Cache<(Uuid, String), ()>,
}

/// What is not written down yet of a key.
#[derive(Clone, Debug)]
struct Noted {
    tenant: TenantId,
    name: String,
    /// What the key is, and what a new network is called, in the audit log.
    words: (&'static str, &'static str),
    counts: HashMap<(Timestamp, &'static str), i64>,
    last: Option<Use>,
    /// The last use of the secret before the present one in each hour.
    previous: BTreeMap<Timestamp, Use>,
    networks: BTreeMap<String, Use>,
}

#[derive(Clone, Debug)]
struct Use {
    at: Timestamp,
    address: String,
    user_agent: String,
}

impl Default for Meter {
    fn default() -> Self {
        let (most, span) = KNOWN_NETWORKS;
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            writing: tokio::sync::Mutex::default(),
            known_networks: Cache::builder().max_capacity(most).time_to_live(span).build(),
        }
    }
}

impl Noted {
    fn of(key: &UsedKey) -> Self {
        Self {
            tenant: key.tenant(),
            name: key.name().to_owned(),
            words: key.words(),
            counts: HashMap::new(),
            last: None,
            previous: BTreeMap::new(),
            networks: BTreeMap::new(),
        }
    }

    /// Adds what was noted elsewhere of the same key.
    fn merge(&mut self, other: Self) {
        for (what, requests) in other.counts {
            *self.counts.entry(what).or_default() += requests;
        }
        if other.last.as_ref().map(|used| used.at) > self.last.as_ref().map(|used| used.at) {
            self.last = other.last;
        }
        for (hour, used) in other.previous {
            keep_later(&mut self.previous, hour, used);
        }
        for (network, used) in other.networks {
            self.networks.entry(network).or_insert(used);
        }
    }
}

fn keep_later(uses: &mut BTreeMap<Timestamp, Use>, hour: Timestamp, used: Use) {
    match uses.get_mut(&hour) {
        Some(known) if known.at >= used.at => {}
        Some(known) => *known = used,
        None => drop(uses.insert(hour, used)),
    }
}

impl Meter {
    fn with<T>(&self, key: &UsedKey, work: impl FnOnce(&mut Noted) -> T) -> Option<T> {
        let id = key.id();
        let mut shard = self.shard(id)?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(work(shard.entry(id).or_insert_with(|| Noted::of(key))))
    }

    fn shard(&self, id: Uuid) -> Option<&Mutex<HashMap<Uuid, Noted>>> {
        // The last bytes of an identifier are random.
        let (_, low) = id.as_u64_pair();
        self.shards.get(usize::try_from(low % SHARDS as u64).unwrap_or_default())
    }

    fn count(&self, key: &UsedKey, outcome: &'static str, now: Timestamp) {
        self.with(key, |noted| *noted.counts.entry((now.hour(), outcome)).or_default() += 1);
    }

    fn used(&self, key: &UsedKey, age: SecretAge, seen: Seen<'_>) {
        let network = network_of(seen.address);
        let is_new = |network: &String| !self.known_networks.contains_key(&(key.id(), network.clone()));
        let network = network.filter(is_new);
        let used = || Use {
            at: seen.now,
            address: if seen.address.is_unspecified() {
                String::new()
            } else {
                seen.address.to_canonical().to_string()
            },
            // What a client writes must not keep a row from being written.
            user_agent: seen.user_agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect(),
        };
        self.with(key, |noted| {
            if noted.last.as_ref().is_none_or(|last| last.at <= seen.now) {
                noted.last = Some(used());
            }
            if age == SecretAge::Previous {
                keep_later(&mut noted.previous, seen.now.hour(), used());
            }
            if let Some(network) = network
                && noted.networks.len() < MOST_NETWORKS
            {
                noted.networks.entry(network).or_insert_with(used);
            }
        });
    }

    /// Everything that is not written down yet, by key: always in the same order, so that two nodes never wait for each
    /// other.
    fn take(&self) -> Vec<(Uuid, Noted)> {
        let mut all: Vec<_> = Vec::new();
        for shard in &self.shards {
            all.extend(std::mem::take(&mut *shard.lock().unwrap_or_else(PoisonError::into_inner)));
        }
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    fn put_back(&self, entries: impl IntoIterator<Item = (Uuid, Noted)>) {
        for (id, noted) in entries {
            let Some(shard) = self.shard(id) else { continue };
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            match shard.get_mut(&id) {
                Some(known) => known.merge(noted),
                None => drop(shard.insert(id, noted)),
            }
        }
    }
}

impl App {
    /// Counts a request whose sender is known, by how it ended: `None` when it was let through.
    pub fn note_use(&self, identity: &Identity, refusal: Option<&'static str>, seen: Seen<'_>) {
        let Some(key) = identity.credential.used_key() else { return };
        let age = match &identity.credential {
            Credential::ApiKey { age, .. } => *age,
            _ => SecretAge::Present,
        };
        self.meter.count(&key, refusal.unwrap_or(ALLOWED), seen.now);
        self.meter.used(&key, age, seen);
    }

    /// Counts a request with a key that is not taken. That is no use of the key.
    pub fn note_refused(&self, key: &UsedKey, refusal: &'static str, now: Timestamp) {
        self.meter.count(key, refusal, now);
    }

    /// Counts a call by a key, taken or not.
    pub fn note_call(&self, outcome: &Result<Identity, Denied>, seen: Seen<'_>) {
        match outcome {
            Ok(identity) => self.note_use(identity, None, seen),
            Err(denied) => {
                if let Some(key) = denied.used_key() {
                    self.note_refused(&key, denied.reason(), seen.now);
                }
            }
        }
    }
}
