//! How this node hears what others ended, and since when it has heard nothing.
//!
//! A thread with a connection of its own reads `revocations`: at once when PostgreSQL tells it of something new or when
//! this process ended something itself, and otherwise several times a second. A read that succeeds proves that everything
//! committed before it began was heard. A node that cannot read does not know what ended, and stops believing its memory
//! before the published bound is over. Where nodes tell each other through Redis, one that does not hear that is the same.

mod relay;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

use tokio::sync::broadcast;
use uuid::Uuid;

use super::App;
use crate::clock::Timestamp;
use crate::config::{Config, RevocationsThrough};
use crate::db::{DbError, Watch};
use crate::random::Random;
use crate::revocations::{self, Revocation, RevocationId};
use relay::{Relay, Teller};

/// No verdict, on any node, is older than this: what is published.
pub const BOUND: Duration = Duration::from_secs(1);
/// How often the announcements are read when nobody says that there are new ones.
const READ_EVERY: Duration = Duration::from_millis(200);
/// For how long a successful read is taken to mean that nothing was missed. Less than the bound by what a request may
/// take from its look into memory to its answer.
const CURRENT_FOR: Duration = Duration::from_millis(800);
/// How far behind the newest announcement is looked again: identifiers sort by when a deed began, and one that took this
/// long was ended by the database.
const OVERLAP: Duration = Duration::from_secs(15);
/// How long a server that stops waits for the thread.
const LONGEST_FAREWELL: Duration = Duration::from_millis(500);
/// How many announcements are read at once.
const BATCH: i64 = 5_000;
/// How many announcements a slow reader of the stream may be behind.
const BACKLOG: usize = 4_096;

/// What is heard.
pub struct Feed {
    started: Instant,
    /// Microseconds after `started` until which the memory may be believed.
    current_until: AtomicU64,
    stopped: AtomicBool,
    woken: AtomicBool,
    thread: OnceLock<Thread>,
    running: Mutex<Option<JoinHandle<()>>>,
    news: broadcast::Sender<Arc<Revocation>>,
    /// What Redis tells, where nodes tell each other through it.
    relay: Option<Arc<Relay>>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            current_until: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            woken: AtomicBool::new(false),
            thread: OnceLock::new(),
            running: Mutex::new(None),
            news: broadcast::channel(BACKLOG).0,
            relay: None,
        }
    }
}

impl Feed {
    /// One that hears by what the configuration says.
    pub(super) fn new(config: &Config, random: &Random) -> Self {
        let relay = match config.edge.revocations_through {
            RevocationsThrough::Database => None,
            RevocationsThrough::Redis => {
                let node = Uuid::from_bytes(random.bytes()).simple().to_string();
                Some(Arc::new(Relay::new(&config.limits.redis_url, node)))
            }
        };
        Self { relay, ..Self::default() }
    }

    /// Whether everything that was committed until a moment ago has been heard. Never, where nobody listens.
    pub fn is_current(&self) -> bool {
        micros(self.started.elapsed()) < self.current_until.load(Ordering::Acquire)
            && self.relay.as_ref().is_none_or(|relay| relay.is_current())
    }

    fn is_told(&self) -> bool {
        self.woken.load(Ordering::Acquire) || self.relay.as_ref().is_some_and(|relay| relay.is_told())
    }

    /// Announcements as they are heard, from now on.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Revocation>> {
        self.news.subscribe()
    }

    /// Has the announcements read now: this process has just ended something.
    pub fn wake(&self) {
        self.woken.store(true, Ordering::Release);
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Stops listening, and waits until the thread is gone: not for ever, as a database may never answer it.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        if let Some(relay) = &self.relay {
            relay.stop();
        }
        self.wake();
        let thread = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let until = Instant::now() + LONGEST_FAREWELL;
        while thread.as_ref().is_some_and(|thread| !thread.is_finished()) && Instant::now() < until {
            std::thread::park_timeout(Duration::from_millis(2));
        }
        self.current_until.store(0, Ordering::Release);
    }

    fn heard_everything_until(&self, moment: Instant) {
        let until = moment.saturating_duration_since(self.started) + CURRENT_FOR;
        self.current_until.store(micros(until), Ordering::Release);
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// Starts listening. One thread for each [`App`]; it ends with [`Feed::stop`] or with the app.
///
/// # Errors
/// When the process gets no thread.
pub fn listen(app: &Arc<App>) -> std::io::Result<()> {
    let weak = Arc::downgrade(app);
    let thread = std::thread::Builder::new().name("gridkey-feed".into()).spawn(move || run(&weak))?;
    let feed = app.feed();
    let _ = feed.thread.set(thread.thread().clone());
    *feed.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    Ok(())
}

fn run(app: &Weak<App>) {
    let mut failing = false;
    let mut teller = match start_relay(app) {
        Ok(teller) => teller,
        Err(error) => {
            tracing::error!(%error, "what other nodes end is not heard: every key is looked up");
            return;
        }
    };
    loop {
        let Some(app) = app.upgrade().filter(|app| !app.feed().stopped.load(Ordering::Acquire)) else {
            return;
        };
        match follow(&app, &mut teller) {
            Ok(()) => return,
            Err(error) if failing => tracing::debug!(%error, "what other nodes end is still not heard"),
            Err(error) => tracing::error!(
                %error,
                "what other nodes end is not heard: every key is looked up until it is again"
            ),
        }
        failing = true;
        drop(app);
        std::thread::park_timeout(READ_EVERY);
    }
}

/// Listens to Redis from now on, where nodes tell each other through it.
fn start_relay(app: &Weak<App>) -> std::io::Result<Option<Teller>> {
    let Some(relay) = app.upgrade().and_then(|app| app.feed().relay.clone()) else { return Ok(None) };
    relay.listen()?;
    Ok(Some(Teller::new(relay)))
}

/// Reads until told to stop.
fn follow(app: &App, teller: &mut Option<Teller>) -> Result<(), DbError> {
    let feed = app.feed();
    let mut watch = app.db.watch(revocations::store::CHANNEL)?;
    let mut seen = Seen::default();
    // What was remembered while nobody listened is worth nothing.
    app.memory.forget();
    let mut first = true;
    while !feed.stopped.load(Ordering::Acquire) {
        let moment = Instant::now();
        let ended_something = feed.woken.swap(false, Ordering::AcqRel);
        if let Some(teller) = teller {
            teller.tell(ended_something);
        }
        if let Some(relay) = &feed.relay {
            relay.take_told();
        }
        for revocation in read(&mut watch, app.now())? {
            if !seen.is_new(&revocation) {
                continue;
            }
            app.memory.forget_of(revocation.tenant_id);
            if !first {
                // Nobody may be listening.
                let _ = feed.news.send(Arc::new(revocation));
            }
        }
        first = false;
        feed.heard_everything_until(moment);
        watch.wait(READ_EVERY, || feed.is_told())?;
    }
    Ok(())
}

fn read(watch: &mut Watch, now: Timestamp) -> Result<Vec<Revocation>, DbError> {
    let mut after = floor(now - OVERLAP);
    let mut all = Vec::new();
    loop {
        let page = watch.read(|conn| revocations::store::after(conn, after, BATCH))?;
        let full = i64::try_from(page.len()).is_ok_and(|length| length == BATCH);
        if let Some(last) = page.last() {
            after = last.id;
        }
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

/// The smallest identifier of a moment.
pub fn floor(moment: Timestamp) -> RevocationId {
    let millis = u64::try_from(moment.micros() / 1_000).unwrap_or_default();
    RevocationId::new(Uuid::from_u128(u128::from(millis) << 80))
}

/// Which announcements were heard already.
#[derive(Default)]
struct Seen {
    order: VecDeque<RevocationId>,
    known: HashMap<RevocationId, Timestamp>,
}

impl Seen {
    fn is_new(&mut self, revocation: &Revocation) -> bool {
        if self.known.insert(revocation.id, revocation.at).is_some() {
            return false;
        }
        self.order.push_back(revocation.id);
        // Twice as far back as is read: clocks of two nodes differ.
        let edge = floor(revocation.at - OVERLAP * 2);
        while let Some(oldest) = self.order.front().copied().filter(|oldest| *oldest < edge) {
            self.order.pop_front();
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenants::TenantId;

    fn at(seconds: i64, number: u128) -> Revocation {
        let moment = Timestamp::from_seconds(seconds);
        Revocation {
            id: RevocationId::new(Uuid::from_u128(floor(moment).uuid().as_u128() + number)),
            tenant_id: TenantId::new(Uuid::nil()),
            at: moment,
            action: "api_key.revoke".into(),
            subject_kind: "api_key".into(),
            subject_id: "1".into(),
        }
    }

    #[test]
    fn an_announcement_is_new_once_and_forgotten_when_it_cannot_be_read_again() {
        let mut seen = Seen::default();
        assert!(seen.is_new(&at(1_000, 1)) && seen.is_new(&at(1_000, 2)));
        assert!(!seen.is_new(&at(1_000, 1)));
        assert!(seen.is_new(&at(999, 3)), "a deed that began earlier and was committed later");
        assert!(seen.is_new(&at(2_000, 4)));
        assert_eq!(seen.known.len(), 1);
        assert_eq!(seen.order.len(), 1);
    }

    #[test]
    fn nothing_is_believed_where_nobody_listens() {
        let feed = Feed::default();
        assert!(!feed.is_current());
        feed.heard_everything_until(Instant::now());
        assert!(feed.is_current());
        feed.stop();
        assert!(!feed.is_current());
    }
}
