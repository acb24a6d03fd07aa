//! How long a key that was revoked on one node is taken on another, and how soon an edge hears of it, while the other node
//! is under load.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures_util::future::try_join_all;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::Bench;
use super::crew::CONNECTIONS;
use super::figures::{Goal, Row};
use super::instance::{Instance, Plan};
use super::keys::{self, ADMINISTRATOR, bearer, question};
use super::storage;
use super::verify::PLAN;
use super::wire::{Wire, get};

/// Connections out of all that ask after the key that is about to go.
const PROBES: usize = 4;
/// Keys that the others ask after.
const BYSTANDERS: usize = 1_000;
/// For how long a key is in use before it is revoked.
const IN_USE: Duration = Duration::from_millis(30);
/// For how long nobody must have been admitted before a key counts as gone.
const SILENCE: Duration = Duration::from_millis(50);
/// After this long something is broken.
const PATIENCE: Duration = Duration::from_secs(10);
/// No verdict is to be older than this.
const BOUND: Goal = Goal::AtMost(1_000.0, 250.0);

/// What the connections of the driver tell each other. All of them run on one thread.
struct Board {
    /// The key that is about to go.
    victim: Cell<usize>,
    /// When it was last taken.
    taken_at: Cell<Option<Instant>>,
    /// Since when it is refused.
    refused_at: Cell<Option<Instant>>,
    /// When the edge heard of which key.
    heard: RefCell<HashMap<String, Instant>>,
    /// Answers of the node under load.
    answers: Cell<usize>,
}

/// Two nodes on one PostgreSQL: one ends keys, the other is under load and tells an edge.
pub async fn latency(bench: &mut Bench) -> Result<Vec<Row>> {
    let count = bench.options.size("revocations", (50, 200))?;
    let url = storage::create(bench.options.postgres()?, "revocations")?;
    let plan = Plan { database_url: Some(url.clone()), ..PLAN };
    let mut first = Instance::seeded(&bench.options.site, Plan { name: "revoking", ..plan.clone() }).await?;
    first.stop()?;
    keys::add_to_postgres(&url, BYSTANDERS + count)?;
    first.start().await?;
    let mut site = bench.options.site.clone();
    // Both are the same server to the world.
    site.settings.push(("server.public_url".into(), format!("http://{}", first.address())));
    // A key that is refused is asked after until everybody has heard, and all that from one address.
    site.settings.push(("limits.unauthenticated_per_minute".into(), "1000000".into()));
    let mut second = Instance::new(&site, Plan { name: "asked", ..plan })?;
    second.start().await?;
    let board = Board {
        victim: Cell::new(BYSTANDERS),
        taken_at: Cell::new(None),
        refused_at: Cell::new(None),
        heard: RefCell::default(),
        answers: Cell::new(0),
    };
    let begun = Instant::now();
    let (mut taken, mut heard) = tokio::select! {
        measured = revoke_all(&board, first.address(), count) => measured?,
        ended = load(&board, second.address()) => bail!("the load ended: {:?}", ended.err()),
        ended = listen(&board, second.address()) => bail!("the edge ended: {:?}", ended.err()),
    };
    let rate = board.answers.get() as f64 / begun.elapsed().as_secs_f64();
    drop((first, second));
    storage::remove(bench.options.postgres()?, "revocations")?;
    let label = format!("revoked on one node, last taken on another at {rate:.0} verdicts/s");
    let mut rows = spread(&label, &mut taken);
    rows.extend(spread("revoked on one node, heard by an edge on the stream of another", &mut heard));
    Ok(rows)
}

/// Median, the slow ones and the slowest, in milliseconds. Below zero is what was over before the answer came.
fn spread(label: &str, times: &mut [f64]) -> Vec<Row> {
    times.sort_by(f64::total_cmp);
    let of = |hundredths: usize| {
        let place = (times.len() * hundredths / 100).min(times.len().saturating_sub(1));
        times.get(place).copied().unwrap_or(f64::NAN)
    };
    let count = times.len();
    vec![
        Row::plain("end", &format!("{label}, p99 of {count}"), of(99), "ms", BOUND),
        Row::plain("end", "  p50", of(50), "ms", Goal::None),
        Row::plain("end", "  p90", of(90), "ms", Goal::None),
        Row::plain("end", "  max", of(100), "ms", Goal::None),
    ]
}

/// Revokes one key after the other, each while it is in use.
async fn revoke_all(board: &Board, host: SocketAddr, count: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let mut wire = Wire::open(host).await?;
    let authorization = bearer(ADMINISTRATOR);
    let (mut taken, mut heard) = (Vec::new(), Vec::new());
    for number in BYSTANDERS..BYSTANDERS + count {
        board.taken_at.set(None);
        board.refused_at.set(None);
        board.victim.set(number);
        until(|| board.taken_at.get(), "a key is not taken").await?;
        sleep(IN_USE).await;
        ensure!(board.refused_at.get().is_none(), "a key was refused before it was revoked");
        let id = keys::id(number);
        let request = get(host, &format!("/v1/api-keys/{id}"), &[("authorization", authorization.as_str())]);
        let answer = wire.send(&as_delete(&request)).await?;
        ensure!(answer.status == 204, "a revocation: {}", answer.describe());
        let revoked_at = Instant::now();
        until(|| board.refused_at.get(), "a revoked key is still taken").await?;
        // Whoever asks elsewhere at the same time may still be admitted.
        until(
            || {
                let quiet_since = board.taken_at.get().max(board.refused_at.get())?;
                (quiet_since.elapsed() >= SILENCE).then_some(quiet_since)
            },
            "a revoked key is taken again and again",
        )
        .await?;
        let heard_at = until(|| board.heard.borrow().get(&id).copied(), "the edge hears nothing").await?;
        let last = board.taken_at.get().context("a key was never taken")?;
        taken.push(millis(revoked_at, last));
        heard.push(millis(revoked_at, heard_at));
    }
    Ok((taken, heard))
}

/// The same request with another method and nothing in it.
fn as_delete(request: &[u8]) -> Vec<u8> {
    let mut text = b"DELETE".to_vec();
    text.extend_from_slice(request.get(3..).unwrap_or_default());
    text
}

fn millis(from: Instant, to: Instant) -> f64 {
    let after = to.saturating_duration_since(from).as_secs_f64();
    let before = from.saturating_duration_since(to).as_secs_f64();
    (after - before) * 1e3
}

async fn until<T>(known: impl Fn() -> Option<T>, complaint: &str) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(known) = known() {
            return Ok(known);
        }
        ensure!(begun.elapsed() < PATIENCE, "{complaint}, {} s on", PATIENCE.as_secs());
        sleep(Duration::from_millis(1)).await;
    }
}

/// Verdicts without end: some about the key that is about to go, most about others.
async fn load(board: &Board, host: SocketAddr) -> Result<()> {
    let probes = (0..PROBES).map(|_| probe(board, host));
    let others = (PROBES..CONNECTIONS).map(|connection| bystander(board, host, connection));
    let (probes, others) = (try_join_all(probes), try_join_all(others));
    tokio::try_join!(probes, others)?;
    Ok(())
}

async fn probe(board: &Board, host: SocketAddr) -> Result<()> {
    let mut wire = Wire::open(host).await?;
    loop {
        let victim = board.victim.get();
        let answer = wire.send(&question(host, victim)).await?;
        let now = Instant::now();
        board.answers.set(board.answers.get() + 1);
        match answer.status {
            // The answer is about the key that was asked after, and that may be gone by now.
            _ if victim != board.victim.get() => {}
            200 => board.taken_at.set(Some(now)),
            401 => board.refused_at.set(board.refused_at.get().or(Some(now))),
            _ => bail!("a verdict: {}", answer.describe()),
        }
    }
}

async fn bystander(board: &Board, host: SocketAddr, connection: usize) -> Result<()> {
    let mut wire = Wire::open(host).await?;
    let mut number = connection;
    loop {
        wire.expect(&question(host, number % BYSTANDERS)).await?;
        board.answers.set(board.answers.get() + 1);
        number += CONNECTIONS;
    }
}

/// An edge: hears what ends, and comes back with the last event that it got when the stream breaks.
async fn listen(board: &Board, host: SocketAddr) -> Result<()> {
    let mut last_event: Option<String> = None;
    loop {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        let authorization = bearer(ADMINISTRATOR);
        let mut headers = vec![("authorization", authorization.as_str())];
        headers.extend(last_event.as_deref().map(|id| ("last-event-id", id)));
        let request = get(host, "/v1/events/revocations", &headers);
        stream.writable().await?;
        ensure!(stream.try_write(&request)? == request.len(), "the edge could not ask");
        let (mut chunk, mut text) = (vec![0; 16 * 1024], String::new());
        loop {
            stream.readable().await?;
            match stream.try_read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => text.push_str(&String::from_utf8_lossy(chunk.get(..count).unwrap_or_default())),
                Err(why) if why.kind() == ErrorKind::WouldBlock => continue,
                Err(why) => return Err(why).context("listening"),
            }
            ensure!(text.starts_with("HTTP/1.1 200"), "the stream: {text}");
            take_events(board, &mut text, &mut last_event);
        }
    }
}

/// Takes whole events off the text, and leaves its first line and what is not whole yet.
fn take_events(board: &Board, text: &mut String, last_event: &mut Option<String>) {
    let now = Instant::now();
    let Some(end) = text.rfind("\n\n") else { return };
    let whole = text.get(..end).unwrap_or_default();
    for data in whole.lines() {
        if let Some(id) = data.strip_prefix("id: ") {
            *last_event = Some(id.to_owned());
        }
        let subject = data.split_once("\"subject_id\":\"").and_then(|(_, rest)| rest.split('"').next());
        if let Some(id) = subject {
            board.heard.borrow_mut().entry(id.to_owned()).or_insert(now);
        }
    }
    let rest = text.get(end + 2..).unwrap_or_default().to_owned();
    *text = format!("HTTP/1.1 200 \n{rest}");
}
