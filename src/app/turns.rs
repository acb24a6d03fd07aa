//! Turns at work that keeps a core busy for a while.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// As many work at once as keep every core busy, and whoever else comes works in the order in which they came. Without it
/// all would run at once, each for slices of the time, and some would wait for twice as long as others.
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    /// Two for each core: while the next one hears that it may begin, another works.
    pub fn for_this_machine() -> Self {
        Self::of(2 * std::thread::available_parallelism().map_or(1, usize::from))
    }

    fn of(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Does this on another thread when its turn comes. `None` when it panicked.
    pub async fn take<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = Arc::clone(&self.0).acquire_owned().await.ok()?;
        let working = spawn_blocking(move || {
            // Ends with the work, even when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        working.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn who_came_first_is_first() {
        let turns = Turns::of(1);
        let order = Arc::new(Mutex::new(Vec::new()));
        let all = join_all((0..20).map(|number| {
            let order = Arc::clone(&order);
            turns.take(move || order.lock().unwrap().push(number))
        }));
        assert!(all.await.iter().all(Option::is_some));
        assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn no_more_work_at_once_than_may_and_one_that_panics_gives_its_turn_back() {
        let turns = Turns::of(2);
        let (working, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let all = join_all((0..20).map(|number| {
            let (working, most) = (Arc::clone(&working), Arc::clone(&most));
            turns.take(move || {
                most.fetch_max(working.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::yield_now();
                working.fetch_sub(1, Ordering::SeqCst);
                assert_ne!(number % 5, 0, "this one is meant to fail");
            })
        }));
        assert_eq!(all.await.iter().filter(|done| done.is_none()).count(), 4);
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
        assert_eq!(turns.0.available_permits(), 2);
    }
}
