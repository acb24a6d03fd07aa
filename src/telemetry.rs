//! Logs and metrics: where they go and how they look.
//!
//! Owns the two globals that the `tracing` and `metrics` crates are built around, and the names of the numbers. What
//! is said is up to those who say it; no line carries a secret, a query string or a body, and each line of a request
//! carries its id.

mod json;
mod lines;
pub mod request;
mod words;

#[cfg(test)]
pub(crate) use json::JsonLines;

use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;

use lines::Lines;
use metrics::{describe_counter, describe_gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Tokens issued, by `grant`.
pub const TOKENS_ISSUED: &str = "tokens_issued_total";
/// Sign-ins, by `outcome`.
pub const SIGN_INS: &str = "sign_ins_total";
/// Connections to the database.
pub const DATABASE_CONNECTIONS: &str = "database_connections";
/// Connections that wait for work.
pub const DATABASE_CONNECTIONS_IDLE: &str = "database_connections_idle";
/// Passwords in work.
pub const PASSWORDS_HASHING: &str = "passwords_hashing";
/// Passwords that wait.
pub const PASSWORDS_WAITING: &str = "passwords_waiting";
/// Passwords hashed or checked since the start.
pub const PASSWORD_HASHES: &str = "password_hashes_total";
/// Runs of background jobs, by `job` and `outcome`.
pub const JOB_RUNS: &str = "job_runs_total";
/// Rows deleted because their time was over.
pub const ROWS_SWEPT: &str = "rows_swept_total";
/// Requests that were told to wait, by `policy`: whose limit it was.
pub const REQUESTS_LIMITED: &str = "requests_limited_total";
/// Whether limits are counted for all nodes together: 0 while Redis is away. Not there without one.
pub const RATE_LIMITS_SHARED: &str = "rate_limits_shared";
/// Decisions that a node took by itself because Redis was away.
pub const RATE_LIMIT_FALLBACKS: &str = "rate_limit_fallbacks_total";

/// The buckets of every histogram, in seconds: fine where tokens and pages are answered, coarse where passwords are
/// hashed.
const DURATIONS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object.
    Json,
    /// Words.
    Text,
}

/// Why logging could not start.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The filter cannot be read.
    #[error("the log filter cannot be read: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The process logs already.
    #[error("the log is set up already")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
    /// The process gets no thread for it.
    #[error("the log gets no thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// What is on its way to standard error, for [`flush_log`].
static LINES: OnceLock<Lines> = OnceLock::new();

/// Sends the log of the whole process to standard error, panics included. Call it once.
///
/// # Errors
/// When the filter cannot be read, or the process logs already.
pub fn start_logging(format: Format, filter: &str) -> Result<(), LoggingError> {
    let filter = quieten(EnvFilter::try_new(filter)?, filter);
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    match format {
        Format::Json => {
            let lines = Lines::start(std::io::stderr())?;
            log.with_writer(lines.clone()).event_format(json::JsonLines).finish().try_init()?;
            LINES.get_or_init(|| lines);
        }
        // Somebody looks on.
        Format::Text => {
            let words = words::WordLines::new(std::io::stderr().is_terminal());
            log.with_writer(std::io::stderr).event_format(words).finish().try_init()?;
        }
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Writes what was logged in the last moment: call it before the process ends.
pub fn flush_log() {
    if let Some(lines) = LINES.get() {
        lines.flush();
    }
}

/// The web server's own greeting says less than ours; who asks for it by name gets it.
fn quieten(filter: EnvFilter, text: &str) -> EnvFilter {
    let talkative = filter.max_level_hint().is_none_or(|level| level >= LevelFilter::INFO);
    match "actix_server=warn".parse() {
        Ok(quiet) if talkative && !text.contains("actix_server") => filter.add_directive(quiet),
        _ => filter,
    }
}

fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, ToString::to_string);
    let message = info.payload_as_str().unwrap_or("without a message");
    tracing::error!(place, message, "a thread panicked");
}

/// The numbers of this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// The numbers of this process, counted from the first call on. The `metrics` crate knows one recorder for a
    /// process, so every server in it (tests run many) shares one set.
    pub fn of_process() -> Self {
        static INSTALLED: OnceLock<Metrics> = OnceLock::new();
        INSTALLED.get_or_init(Self::install).clone()
    }

    fn install() -> Self {
        // Only an empty list of buckets is refused.
        let recorder = PrometheusBuilder::new().set_buckets(DURATIONS).unwrap_or_default().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder of metrics was installed first: /metrics stays empty");
        }
        describe();
        Self(handle)
    }

    /// Everything in Prometheus's text format.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Folds what was recorded into the buckets. Without it every measurement since the last scrape is kept, so call
    /// it every few seconds.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

fn describe() {
    describe_counter!(TOKENS_ISSUED, "Answers of the token endpoint that held tokens, by grant.");
    describe_counter!(SIGN_INS, "Attempts to sign in, by outcome.");
    describe_gauge!(DATABASE_CONNECTIONS, "Connections to the database (SQLite: readers).");
    describe_gauge!(DATABASE_CONNECTIONS_IDLE, "Connections to the database that wait for work.");
    describe_gauge!(PASSWORDS_HASHING, "Passwords that are being hashed or checked.");
    describe_gauge!(PASSWORDS_WAITING, "Passwords that wait to be hashed or checked.");
    describe_counter!(PASSWORD_HASHES, "Argon2 computations since the start.");
    describe_counter!(JOB_RUNS, "Runs of background jobs, by job and outcome.");
    describe_counter!(REQUESTS_LIMITED, "Requests that were told to wait, by whose limit it was.");
    describe_gauge!(
        RATE_LIMITS_SHARED,
        "Whether limits are counted in Redis for all nodes: 0 while it is away."
    );
    describe_counter!(
        RATE_LIMIT_FALLBACKS,
        "Decisions about limits that a node took alone, Redis being away."
    );
    describe_counter!(ROWS_SWEPT, "Rows that were deleted because their time was over, by table.");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_histogram_has_buckets_and_every_server_shares_one_set() {
        let numbers = Metrics::of_process();
        metrics::histogram!("a_test_seconds", "kind" => "telemetry").record(0.003);
        Metrics::of_process().upkeep();
        let text = numbers.render();
        let bucket = |limit: &str, count: u32| {
            text.contains(&format!("a_test_seconds_bucket{{kind=\"telemetry\",le=\"{limit}\"}} {count}"))
        };
        assert!(bucket("0.0025", 0) && bucket("0.005", 1) && bucket("+Inf", 1), "{text}");
    }

    #[test]
    fn the_web_servers_greeting_is_left_out_unless_asked_for() {
        let shown = |text: &str| quieten(EnvFilter::new(text), text).to_string();
        assert!(shown("info").contains("actix_server=warn"));
        assert!(shown("info,gridkey::oauth=debug").contains("actix_server=warn"));
        assert!(!shown("info,actix_server=info").contains("warn"));
        assert!(!shown("off").contains("actix_server"));
        assert!(!shown("error").contains("actix_server"));
    }
}
