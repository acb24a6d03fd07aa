//! The short memory in front of the database, and what makes an entry of it worthless.
//!
//! Tokens, clients and organisations are remembered for [`MEMORY`](super::MEMORY), and any end forgets all of them. Keys
//! and those who stand behind them are remembered for longer, because every request of a program needs them; an end
//! forgets those of its organisation, and they count only while this node hears what other nodes do.

mod weight;

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard};

use super::MEMORY;
use crate::api_keys::{ApiKey, ApiKeyId};
use crate::cache::Cache;
use crate::clients::KnownClient;
use crate::credentials::{KeyOwner, Principal};
use crate::request_keys::{Fingerprint, RequestKey};
use crate::secret::Digest;
use crate::tenants::{Profile, Tenant, TenantId};
use crate::tokens::AccessState;
use crate::web::Brand;
use weight::{Weigh, weight};

/// How many entries each memory holds at most that is not bounded by bytes.
const ENTRIES: u64 = 10_000;
/// How long a key is remembered at most, whatever is heard: no chain of announcements is trusted for ever.
const LONGEST: Duration = Duration::from_secs(30);
/// Organisations share so many marks. Two that share one forget together, which costs a look and is never wrong.
const MARKS: usize = 256;
/// So many look-ups of different keys run side by side; those of one key share one.
const FLIGHTS: usize = 64;

pub(super) struct Memory {
    generation: AtomicU64,
    ends: Ends,
    flights: Vec<Mutex<()>>,
    pub(super) clients: Cache<String, (u64, Arc<KnownClient>)>,
    pub(super) tenants: Cache<String, (u64, Arc<Tenant>)>,
    pub(super) profiles: Cache<TenantId, (u64, &'static Profile)>,
    pub(super) only_tenant: Cache<(), (u64, Option<TenantId>)>,
    pub(super) brands: Cache<TenantId, (u64, Option<Arc<Brand>>)>,
    pub(super) access: Cache<String, (u64, AccessState)>,
    pub(super) origins: Cache<(), (u64, Arc<HashSet<String>>)>,
    pub(super) keys: Cache<Digest, Remembered<ApiKey>>,
    pub(super) keys_by_id: Cache<ApiKeyId, Remembered<ApiKey>>,
    pub(super) request_keys: Cache<Fingerprint, Remembered<RequestKey>>,
    pub(super) principals: Cache<(TenantId, KeyOwner), Remembered<Principal>>,
    /// Organisations that those who are remembered share. Only for its memory: never asked what an organisation is like.
    shared: Cache<TenantId, Arc<Tenant>>,
}

/// Something that was read, and after how many ends.
pub(super) struct Remembered<T> {
    value: Arc<T>,
    tenant: TenantId,
    mark: u64,
}

impl<T> Clone for Remembered<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), ..*self }
    }
}

/// A moment before a read: what ended after it makes the read worthless.
#[derive(Clone, Copy)]
pub(super) struct Before {
    read_at: Instant,
    mark: u64,
}

impl Before {
    /// Remembers in `cache` what was read after this moment, and belongs to `tenant`.
    pub(super) fn remember<K: Hash + Eq, T>(
        self,
        cache: &Cache<K, Remembered<T>>,
        key: K,
        (tenant, value): (TenantId, &Arc<T>),
    ) {
        let value = Arc::clone(value);
        cache.insert_as_of(self.read_at, key, Remembered { value, tenant, mark: self.mark });
    }
}

impl Memory {
    /// One that remembers keys and those behind them in so many bytes: three eighths of that keys by their secrets, as
    /// much those behind them, and an eighth each keys by identifier, whose tokens are in use, and keys that sign.
    pub(super) fn new(bytes: u64) -> Self {
        fn cache<K: Hash + Eq, V: Clone>(time_to_live: Duration) -> Cache<K, V> {
            Cache::of_entries(ENTRIES, time_to_live)
        }
        fn weighed<K: Hash + Eq, T: Weigh>(bytes: u64) -> Cache<K, Remembered<T>> {
            Cache::weighed(bytes, LONGEST, |_, entry| weight(&*entry.value))
        }
        Self {
            generation: AtomicU64::new(0),
            ends: Ends::default(),
            flights: (0..FLIGHTS).map(|_| Mutex::new(())).collect(),
            clients: cache(MEMORY),
            tenants: cache(MEMORY),
            profiles: cache(MEMORY),
            only_tenant: cache(MEMORY),
            brands: cache(MEMORY),
            access: cache(MEMORY),
            origins: cache(MEMORY),
            keys: weighed(bytes / 8 * 3),
            keys_by_id: weighed(bytes / 8),
            request_keys: weighed(bytes / 8 * 3),
            principals: weighed(bytes / 8 * 3),
            shared: cache(LONGEST),
        }
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Forgets tokens, clients and organisations, but no key.
    pub(super) fn forget_tokens(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Forgets everything.
    pub(super) fn forget(&self) {
        self.forget_tokens();
        self.ends.all();
    }

    /// Forgets tokens, clients and organisations, and the keys of one organisation.
    pub(super) fn forget_of(&self, tenant: TenantId) {
        self.forget_tokens();
        self.ends.of(tenant);
    }

    /// An entry, unless something was ended since it was read.
    pub(super) fn fresh<K, V>(&self, cache: &Cache<K, (u64, V)>, key: &K) -> Option<V>
    where
        K: Hash + Eq,
        V: Clone,
    {
        cache.get(key).filter(|(read_in, _)| *read_in == self.generation()).map(|(_, value)| value)
    }

    /// To be asked for before a read whose outcome is to be remembered.
    pub(super) fn before(&self) -> Before {
        Before { read_at: Instant::now(), mark: self.ends.now() }
    }

    /// What is remembered, unless something of its organisation ended since it was read, or it is old.
    pub(super) fn remembered<K, T>(&self, cache: &Cache<K, Remembered<T>>, key: &K) -> Option<Arc<T>>
    where
        K: Hash + Eq,
    {
        cache.get(key).filter(|entry| self.ends.none_since(entry.mark, entry.tenant)).map(|entry| entry.value)
    }

    /// Has somebody who was just read share the organisation with others of it that were read before, if it is the same.
    pub(super) fn share(&self, mut principal: Principal) -> Principal {
        match self.shared.get(&principal.tenant.id) {
            Some(known) if known == principal.tenant => principal.tenant = known,
            _ => self.shared.insert(principal.tenant.id, Arc::clone(&principal.tenant)),
        }
        principal
    }

    /// Waits for whoever looks the same thing up already.
    pub(super) async fn flight(&self, hash: u64) -> Option<MutexGuard<'_, ()>> {
        let place = usize::try_from(hash).unwrap_or_default() % FLIGHTS;
        Some(self.flights.get(place)?.lock().await)
    }
}

/// When something last ended, in all and of each group of organisations, counted and not clocked.
struct Ends {
    count: AtomicU64,
    all: AtomicU64,
    marks: Vec<AtomicU64>,
}

impl Default for Ends {
    fn default() -> Self {
        Self {
            count: AtomicU64::new(0),
            all: AtomicU64::new(0),
            marks: (0..MARKS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Ends {
    fn now(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }

    /// A read that began before this call carries a smaller number than the mark.
    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn all(&self) {
        self.all.fetch_max(self.next(), Ordering::SeqCst);
    }

    fn of(&self, tenant: TenantId) {
        // What belongs to no organisation may touch all of them.
        match self.mark(tenant).filter(|_| !tenant.uuid().is_nil()) {
            Some(mark) => {
                mark.fetch_max(self.next(), Ordering::SeqCst);
            }
            None => self.all(),
        }
    }

    fn mark(&self, tenant: TenantId) -> Option<&AtomicU64> {
        // The last bytes of an identifier are random.
        let (_, low) = tenant.uuid().as_u64_pair();
        self.marks.get(usize::try_from(low % MARKS as u64).unwrap_or_default())
    }

    fn none_since(&self, mark: u64, tenant: TenantId) -> bool {
        let of_tenant = self.mark(tenant).map_or(u64::MAX, |last| last.load(Ordering::SeqCst));
        self.all.load(Ordering::SeqCst) <= mark && of_tenant <= mark
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::new(Uuid::from_u128(number))
    }

    #[test]
    fn an_end_makes_what_was_read_before_it_worthless_and_spares_other_organisations() {
        let ends = Ends::default();
        let read = ends.now();
        assert!(ends.none_since(read, tenant(1)));
        ends.of(tenant(1));
        assert!(!ends.none_since(read, tenant(1)));
        assert!(ends.none_since(read, tenant(2)));
        assert!(!ends.none_since(read, tenant(1 + MARKS as u128)), "they share a mark");
        let later = ends.now();
        assert!(ends.none_since(later, tenant(1)));
        ends.all();
        assert!(!ends.none_since(later, tenant(2)));
        let latest = ends.now();
        ends.of(TenantId::new(Uuid::nil()));
        assert!(!ends.none_since(latest, tenant(2)), "the instance's own may touch everybody");
    }

    #[test]
    fn what_is_remembered_of_keys_is_bounded_by_bytes() {
        let size = size_of::<ApiKey>() + size_of::<Remembered<ApiKey>>();
        assert!(size <= 640, "{size} bytes for each key");
        const MEBIBYTE: u64 = 1 << 20;
        let memory = Memory::new(8 * MEBIBYTE * 8 / 3);
        let before = memory.before();
        for number in 0..40_000_u128 {
            let key = crate::api_keys::sample(number);
            before.remember(&memory.keys, key.digest, (key.tenant_id, &Arc::new(key)));
        }
        let weight = memory.keys.weight();
        assert!((6 * MEBIBYTE..=8 * MEBIBYTE).contains(&weight), "{weight}");
        let remembered = (0..40_000_u128).map(crate::api_keys::sample);
        let remembered =
            remembered.filter(|key| memory.remembered(&memory.keys, &key.digest).is_some()).count();
        assert!(remembered > 6_000, "{remembered}");
    }
}
