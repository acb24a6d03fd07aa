//! Load: many connections that do the same work again and again for a bounded time, while the processor time of the
//! server is read before and after.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;

use super::process::Process;
use super::wire::Wire;

/// Connections of a usual load.
pub const CONNECTIONS: usize = 64;

/// How long one measurement takes.
#[derive(Clone, Copy)]
pub struct Spell {
    /// Before anything is counted.
    pub warm_up: Duration,
    /// While it counts.
    pub measured: Duration,
}

/// How one piece of work ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// As it should: it counts.
    Done,
    /// The server had no room for it.
    Refused,
    /// There is no more to do.
    Over,
}

/// One connection's share of a load.
pub trait Member {
    /// Does one piece of work.
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn>;
}

/// What a load showed.
pub struct Load {
    /// Pieces of work that were done.
    pub done: usize,
    /// How long they took together.
    seconds: f64,
    /// Processor time of the server, in seconds.
    cpu: f64,
    /// How long each took, in microseconds, shortest first.
    sorted: Vec<u64>,
}

impl Load {
    /// Pieces of work in a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.seconds
    }

    /// Processor time of the server for one piece of work, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.cpu * 1e6 / self.done as f64
    }

    /// Pieces of work in a second of the server's processor time.
    pub fn per_cpu_second(&self) -> f64 {
        self.done as f64 / self.cpu
    }

    /// The time within which half were done, in milliseconds.
    pub fn p50_millis(&self) -> f64 {
        self.sorted.get(self.sorted.len() / 2).copied().unwrap_or_default() as f64 / 1e3
    }

    /// The time within which 95 of 100 were done, in milliseconds.
    pub fn p95_millis(&self) -> f64 {
        self.percentile(95)
    }

    /// The time within which 99 of 100 were done, in milliseconds.
    pub fn p99_millis(&self) -> f64 {
        self.percentile(99)
    }

    fn percentile(&self, hundredths: usize) -> f64 {
        let place = (self.sorted.len() * hundredths / 100).min(self.sorted.len().saturating_sub(1));
        self.sorted.get(place).copied().unwrap_or_default() as f64 / 1e3
    }
}

/// Runs a load against a server: each member on a connection of its own.
pub async fn run<M: Member>(members: &mut [M], server: &Process, spell: Spell) -> Result<Load> {
    let wires = try_join_all(members.iter().map(|_| Wire::open(server.address()))).await?;
    let mut crew: Vec<(Wire, &mut M)> = wires.into_iter().zip(members).collect();
    if !spell.warm_up.is_zero() {
        phase(&mut crew, spell.warm_up).await?;
    }
    let (begun, before) = (Instant::now(), server.cpu_seconds()?);
    let mut sorted = phase(&mut crew, spell.measured).await?;
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), server.cpu_seconds()? - before);
    ensure!(!sorted.is_empty(), "nothing was answered");
    ensure!(cpu > 0.0, "too little was done to be measured");
    sorted.sort_unstable();
    Ok(Load { done: sorted.len(), seconds, cpu, sorted })
}

/// Everybody works until the time is over, and finishes what was begun.
async fn phase<M: Member>(crew: &mut [(Wire, &mut M)], time: Duration) -> Result<Vec<u64>> {
    let end = Instant::now() + time;
    let shares = crew.iter_mut().map(|(wire, member)| async move {
        let mut micros = Vec::new();
        let mut begun = Instant::now();
        while begun < end {
            let turn = member.work(wire).await?;
            let now = Instant::now();
            match turn {
                Turn::Done => micros.push(u64::try_from((now - begun).as_micros())?),
                Turn::Refused => {}
                Turn::Over => break,
            }
            begun = now;
        }
        anyhow::Ok(micros)
    });
    Ok(try_join_all(shares).await?.concat())
}

/// A member that sends requests that are ready, in turn, and expects 200.
pub struct Cycle {
    requests: Vec<Vec<u8>>,
    next: usize,
}

impl Cycle {
    /// Over these requests.
    pub fn over(requests: Vec<Vec<u8>>) -> Self {
        Self { requests, next: 0 }
    }

    /// As many members as there are connections, all with the same request.
    pub fn of(request: &[u8], connections: usize) -> Vec<Self> {
        (0..connections).map(|_| Self::over(vec![request.to_vec()])).collect()
    }
}

impl Member for Cycle {
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn> {
        let request = self.requests.get(self.next).context("a member without requests")?;
        wire.expect(request).await?;
        self.next = (self.next + 1) % self.requests.len();
        Ok(Turn::Done)
    }
}
