//! How nodes tell each other through Redis that there is something new to read.
//!
//! Redis only tells: what ended is read from the database, as everywhere, so that a message which is lost, doubled or made
//! up changes no verdict. Each node also tells itself, several times a second, and believes its memory only while it hears
//! that: one that is cut off from Redis is one that others cannot reach.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::Thread;
use std::time::{Duration, Instant};

use redis::{Client, Connection, RedisError};

use super::{CURRENT_FOR, micros};
use crate::secret::Secret;

/// The channel on which nodes tell each other.
const CHANNEL: &str = "gridkey:revocations";
/// How long a connection may take to come about, and an answer to come: with the time between two reads less than
/// [`CURRENT_FOR`], so that a Redis which does not answer keeps nobody from reading.
const PATIENCE: Duration = Duration::from_millis(150);
/// How long a node that hears nothing, not even itself, waits until it connects again.
const SILENCE: Duration = Duration::from_millis(600);
/// How long it waits between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// What one node hears from Redis.
pub(super) struct Relay {
    client: Result<Client, RedisError>,
    /// Tells this node from the others.
    node: String,
    started: Instant,
    /// Microseconds after `started` until which the memory may be believed.
    current_until: AtomicU64,
    /// Somebody else told of something.
    told: AtomicBool,
    stopped: AtomicBool,
    /// Who reads what is told of.
    reader: OnceLock<Thread>,
}

impl Relay {
    pub(super) fn new(url: &Secret, node: String) -> Self {
        Self {
            client: Client::open(url.expose()),
            node,
            started: Instant::now(),
            current_until: AtomicU64::new(0),
            told: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            reader: OnceLock::new(),
        }
    }

    /// Whether this node has heard itself a moment ago.
    pub(super) fn is_current(&self) -> bool {
        micros(self.started.elapsed()) < self.current_until.load(Ordering::Acquire)
            && !self.stopped.load(Ordering::Acquire)
    }

    /// Whether somebody else told of something since this was last asked.
    pub(super) fn take_told(&self) -> bool {
        self.told.swap(false, Ordering::AcqRel)
    }

    /// The same, without forgetting it.
    pub(super) fn is_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }

    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Starts to listen, for this thread.
    pub(super) fn listen(self: &Arc<Self>) -> std::io::Result<()> {
        let _ = self.reader.set(std::thread::current());
        let relay = Arc::clone(self);
        std::thread::Builder::new().name("gridkey-relay".into()).spawn(move || relay.run()).map(drop)
    }

    fn run(&self) {
        let mut failing = false;
        while !self.stopped.load(Ordering::Acquire) {
            let Err(error) = self.hear(&mut failing) else { return };
            if !failing {
                // The error may hold the address and never the password.
                tracing::error!(%error, "Redis tells nothing: every key is looked up until it does again");
            }
            failing = true;
            std::thread::sleep(PAUSE);
        }
    }

    /// Hears until told to stop.
    fn hear(&self, was_failing: &mut bool) -> Result<(), RedisError> {
        let mut connection = self.connect()?;
        connection.set_read_timeout(Some(SILENCE))?;
        let mut messages = connection.as_pubsub();
        messages.subscribe(&[CHANNEL, &self.own_channel()])?;
        // What was told before that may be about anything.
        self.wake();
        while !self.stopped.load(Ordering::Acquire) {
            let message = messages.get_message()?;
            let sent = message.get_payload_bytes();
            if message.get_channel_name() != CHANNEL {
                self.heard_itself(sent);
                if std::mem::take(was_failing) {
                    tracing::info!("Redis tells again what other nodes end");
                }
            } else if sent != self.node.as_bytes() {
                self.wake();
            }
        }
        Ok(())
    }

    fn heard_itself(&self, sent: &[u8]) {
        // Nobody else knows the channel, and what is no moment that has been moves nothing.
        let Some(sent) = std::str::from_utf8(sent).ok().and_then(|text| text.parse::<u64>().ok()) else {
            return;
        };
        if sent <= micros(self.started.elapsed()) {
            self.current_until.fetch_max(sent.saturating_add(micros(CURRENT_FOR)), Ordering::AcqRel);
        }
    }

    fn wake(&self) {
        self.told.store(true, Ordering::Release);
        if let Some(thread) = self.reader.get() {
            thread.unpark();
        }
    }

    fn own_channel(&self) -> String {
        format!("{CHANNEL}:{}", self.node)
    }

    fn connect(&self) -> Result<Connection, RedisError> {
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let connection = client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        Ok(connection)
    }
}

/// Who tells the other nodes.
pub(super) struct Teller {
    relay: Arc<Relay>,
    connection: Option<Connection>,
    /// There is something that nobody was told of yet.
    untold: bool,
}

impl Teller {
    pub(super) const fn new(relay: Arc<Relay>) -> Self {
        Self { relay, connection: None, untold: false }
    }

    /// Tells the others when this process ended something, and itself that it is still there. What could not be told is
    /// told the next time; until then the others find it where everything is read.
    pub(super) fn tell(&mut self, ended_something: bool) {
        self.untold |= ended_something;
        let was_open = self.connection.is_some();
        if self.try_to_tell().is_ok() {
            return;
        }
        self.connection = None;
        // A connection that was lost since the last time says nothing about Redis.
        if was_open && self.try_to_tell().is_err() {
            self.connection = None;
        }
    }

    fn try_to_tell(&mut self) -> Result<(), RedisError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.relay.connect()?),
        };
        if self.untold {
            redis::cmd("PUBLISH").arg(CHANNEL).arg(&self.relay.node).exec(connection)?;
            self.untold = false;
        }
        let now = micros(self.relay.started.elapsed());
        redis::cmd("PUBLISH").arg(self.relay.own_channel()).arg(now).exec(connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_beat_of_its_own_past_makes_a_node_current_and_no_message_makes_it_less_so() {
        let relay = Relay::new(&Secret::new("redis://127.0.0.1:1"), "one".into());
        assert!(!relay.is_current() && !relay.take_told());
        for junk in [&b""[..], b"x", b"-1", b"18446744073709551615", &[0xff]] {
            relay.heard_itself(junk);
            assert!(!relay.is_current(), "{junk:?}");
        }
        relay.heard_itself(micros(relay.started.elapsed()).to_string().as_bytes());
        assert!(relay.is_current());
        relay.heard_itself(b"0");
        assert!(relay.is_current());
        relay.wake();
        assert!(relay.is_told() && relay.take_told() && !relay.take_told());
        relay.stop();
        assert!(!relay.is_current());
    }
}
