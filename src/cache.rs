//! What is remembered for a while, in bounded memory.

use std::fmt;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::DefaultLifecycle;

/// What an entry weighs, in whatever the bound of its cache counts: always the same for the same entry.
pub type Weight<K, V> = fn(&K, &V) -> u64;

/// How many entries its bookkeeping is laid out for; it grows as it fills. There is a part with a lock of its own for every
/// 32 of them at most, and an entry must fit into one part: too many parts of a small memory would hold nothing large.
const ENTRIES: usize = 512;

/// Entries that each live for a while. The hasher is seeded at random, so that nobody can choose what falls together.
pub struct Cache<K, V> {
    entries: Entries<K, V>,
    time_to_live: Duration,
    swept_at: Mutex<Instant>,
}

type Entries<K, V> =
    quick_cache::sync::Cache<K, Dated<V>, Scale<K, V>, RandomState, DefaultLifecycle<K, Dated<V>>>;

#[derive(Clone)]
struct Dated<V> {
    value: V,
    since: Instant,
}

struct Scale<K, V>(Weight<K, V>);

impl<K, V> Clone for Scale<K, V> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<K, V> Weighter<K, Dated<V>> for Scale<K, V> {
    fn weight(&self, key: &K, entry: &Dated<V>) -> u64 {
        (self.0)(key, &entry.value)
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache(..)")
    }
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// At most so many entries.
    pub fn of_entries(most: u64, time_to_live: Duration) -> Self {
        Self::weighed(most, time_to_live, |_, _| 1)
    }

    /// Entries that weigh at most so much together.
    pub fn weighed(most: u64, time_to_live: Duration, weight: Weight<K, V>) -> Self {
        let (scale, hasher) = (Scale(weight), RandomState::default());
        Self {
            entries: Entries::with(ENTRIES, most, scale, hasher, DefaultLifecycle::default()),
            time_to_live,
            swept_at: Mutex::new(Instant::now()),
        }
    }

    /// What is remembered under this key.
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        Q: Hash + quick_cache::Equivalent<K> + ?Sized,
    {
        self.entries
            .get(key)
            .filter(|entry| entry.since.elapsed() < self.time_to_live)
            .map(|entry| entry.value)
    }

    /// Remembers something from now on.
    pub fn insert(&self, key: K, value: V) {
        self.insert_as_of(Instant::now(), key, value);
    }

    /// Remembers something that was true at a moment that has passed.
    pub fn insert_as_of(&self, since: Instant, key: K, value: V) {
        self.sweep();
        self.entries.insert(key, Dated { value, since });
    }

    /// What all entries weigh, those too whose time is over and that were not swept out yet.
    pub fn weight(&self) -> u64 {
        self.entries.weight()
    }

    /// Once in a lifetime: what nobody asks for again would otherwise stay until something else needs its place.
    fn sweep(&self) {
        // Whoever finds it taken leaves it to them.
        let Ok(mut swept_at) = self.swept_at.try_lock() else { return };
        if swept_at.elapsed() >= self.time_to_live {
            self.entries.retain(|_, entry| entry.since.elapsed() < self.time_to_live);
            *swept_at = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn an_entry_ends_with_its_time_and_is_swept_out() {
        let cache = Cache::of_entries(100, Duration::from_secs(5));
        let long_ago = Instant::now().checked_sub(Duration::from_secs(6)).unwrap();
        cache.insert_as_of(long_ago, "old", 1);
        cache.insert("new", 2);
        assert_eq!((cache.get("old"), cache.get("new"), cache.weight()), (None, Some(2), 2));
        *cache.swept_at.lock().unwrap() = long_ago;
        cache.insert("newer", 3);
        assert_eq!((cache.get("new"), cache.get("newer"), cache.weight()), (Some(2), Some(3), 2));
    }

    #[test]
    fn what_comes_last_stays_and_all_of_it_weighs_no_more_than_it_may() {
        let cache = Cache::weighed(10_000, HOUR, |_: &u32, value: &u32| u64::from(*value));
        for key in 0..10_000 {
            cache.insert(key, 10);
            assert_eq!(cache.get(&key), Some(10));
        }
        assert!((5_000..=10_000).contains(&cache.weight()), "{}", cache.weight());
        cache.insert(10_000, 20_000);
        assert_eq!(cache.get(&10_000), None, "it is larger than all");
    }
}
