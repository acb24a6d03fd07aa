//! The counts of all nodes, in Redis: one script looks at every bucket and charges all or none, by Redis's own clock.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, Script};
use tokio::sync::Mutex;

use crate::limits::rate::{self, Rate, RateDecision};
use crate::secret::{Digest, Secret};
use crate::telemetry::{RATE_LIMIT_FALLBACKS, RATE_LIMITS_SHARED};

/// How long a connection may take to come about, and an answer to come.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long a Redis that was away is left alone before it is asked again, by one request.
const PAUSE: Duration = Duration::from_secs(1);

/// For each bucket a key, and what a request costs and what fits. Answers whether all took the request, and how far ahead
/// each was before it.
const SCRIPT: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer = {1}
for i, key in ipairs(KEYS) do
  local cost, most = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local empty_at = tonumber(redis.call('GET', key) or '0')
  local ahead = math.min(math.max(empty_at - now, 0), most)
  answer[i + 1] = ahead
  if ahead + cost > most then answer[1] = 0 end
end
if answer[1] == 1 then
  for i, key in ipairs(KEYS) do
    local ahead = answer[i + 1] + tonumber(ARGV[2 * i - 1])
    redis.call('SET', key, string.format('%.0f', now + ahead), 'PX', math.ceil(ahead / 1000) + 1)
  end
end
return answer
";

/// A Redis, there or away.
pub(super) struct Shared {
    client: Result<Client, RedisError>,
    script: Script,
    connection: Mutex<Option<MultiplexedConnection>>,
    started: Instant,
    away: AtomicBool,
    /// Microseconds after `started` when it is asked again.
    again_at: AtomicU64,
}

impl Shared {
    pub(super) fn new(url: &Secret) -> Self {
        metrics::gauge!(RATE_LIMITS_SHARED).set(1.0);
        Self {
            client: Client::open(url.expose()),
            script: Script::new(SCRIPT),
            connection: Mutex::new(None),
            started: Instant::now(),
            away: AtomicBool::new(false),
            again_at: AtomicU64::new(0),
        }
    }

    /// Charges all buckets or none. `None` when nobody can tell, because Redis is away.
    pub(super) async fn take(&self, buckets: &[(Digest, Rate)]) -> Option<RateDecision> {
        let is_away = self.away.load(Ordering::Acquire);
        if is_away && !self.is_our_turn() {
            metrics::counter!(RATE_LIMIT_FALLBACKS).increment(1);
            return None;
        }
        match self.ask(buckets, is_away).await {
            Ok(decision) => {
                if self.away.swap(false, Ordering::AcqRel) {
                    metrics::gauge!(RATE_LIMITS_SHARED).set(1.0);
                    tracing::info!("Redis answers again: limits are counted for all nodes together");
                }
                Some(decision)
            }
            Err(error) => {
                self.note_failure(&error);
                *self.connection.lock().await = None;
                metrics::counter!(RATE_LIMIT_FALLBACKS).increment(1);
                None
            }
        }
    }

    fn note_failure(&self, error: &RedisError) {
        self.again_at.store(self.micros() + micros(PAUSE), Ordering::Release);
        // The error may hold the address and never the password.
        if !self.away.swap(true, Ordering::AcqRel) {
            metrics::gauge!(RATE_LIMITS_SHARED).set(0.0);
            tracing::warn!(%error, "Redis is away: until it is back this node counts limits by itself");
        }
    }

    /// Whether this request is the one that asks a Redis that was away.
    fn is_our_turn(&self) -> bool {
        let (now, due) = (self.micros(), self.again_at.load(Ordering::Acquire));
        let next = now + micros(PAUSE);
        now >= due && self.again_at.compare_exchange(due, next, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    async fn ask(&self, buckets: &[(Digest, Rate)], is_probe: bool) -> Result<RateDecision, RedisError> {
        let mut connection = self.connection(is_probe).await?;
        let mut call = self.script.prepare_invoke();
        for (digest, rate) in buckets {
            call.key(name(digest)).arg(rate.cost()).arg(rate.most());
        }
        let answer: Vec<u64> = call.invoke_async(&mut connection).await?;
        let odd = || RedisError::from((ErrorKind::UnexpectedReturnType, "not what the script answers"));
        let (allowed, ahead) = answer.split_first().ok_or_else(odd)?;
        let allowed = *allowed == 1;
        let charged = buckets.iter().zip(ahead).map(|((_, rate), ahead)| {
            let ahead = if allowed { ahead + rate.cost() } else { *ahead };
            (*rate, ahead)
        });
        rate::tightest(&charged.collect::<Vec<_>>(), allowed).ok_or_else(odd)
    }

    /// The one connection; whoever needs it first makes it, and the others wait: once, and not each for a try of its own.
    async fn connection(&self, is_probe: bool) -> Result<MultiplexedConnection, RedisError> {
        let mut open = self.connection.lock().await;
        if let Some(connection) = &*open {
            return Ok(connection.clone());
        }
        if !is_probe && self.away.load(Ordering::Acquire) {
            return Err((ErrorKind::Io, "it could not be reached a moment ago").into());
        }
        let client = self.client.as_ref().map_err(Clone::clone)?;
        let patience = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let made = client.get_multiplexed_async_connection_with_config(&patience).await;
        // While the others still wait for the lock.
        let connection = made.inspect_err(|error| self.note_failure(error))?;
        *open = Some(connection.clone());
        Ok(connection)
    }

    fn micros(&self) -> u64 {
        micros(self.started.elapsed())
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// The key of a bucket: half of its digest is more than enough to tell buckets apart.
fn name(digest: &Digest) -> String {
    let hex: String = digest.as_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("gridkey:rate:{hex}")
}
