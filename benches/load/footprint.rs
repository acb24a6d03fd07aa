//! Memory, start and size (P13, P14, P15), and connections that lie idle.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;

use super::Bench;
use super::figures::{Goal, ROUNDS, Row, median};
use super::instance::{FIRST_REQUEST, Instance, Plan};
use super::wire::{Wire, get};

/// How often a start is measured.
const STARTS: usize = 5;
/// Connections that are opened and do nothing.
const IDLE: usize = 10_000;
/// Open files that the driver and a server need beside those.
const OTHER_FILES: usize = 200;

/// Starts an instance for the first time, several times; the last one stays.
pub async fn first_start(options: &super::Options) -> Result<(Instance, Row)> {
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..ROUNDS {
        drop(last.take());
        let mut instance = Instance::new(&options.site, Plan::DEFAULT)?;
        seconds.push(instance.start().await?.as_secs_f64());
        last = Some(instance);
    }
    let label = "first start, with migrations and keys, to the first 200";
    let row = Row::plain("P14", label, median(&seconds), "s", Goal::AtMost(2.0, 1.0));
    Ok((last.context("no start")?, row))
}

/// P13, first half: before anything was asked.
pub async fn memory_idle(instance: &Instance) -> Result<Row> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    let resident = instance.server()?.resident_mib()?;
    Ok(Row::plain("P13", "resident memory after the start", resident, "MiB", Goal::AtMost(40.0, 25.0)))
}

/// P13, second half: after the load of the rows before. No password is in work any more.
pub async fn memory_after_load(bench: &mut Bench) -> Result<Vec<Row>> {
    let resident = bench.main.server()?.resident_mib()?;
    let label = "resident memory after the load of P1 to P8, no password in work";
    Ok(vec![Row::plain("P13", label, resident, "MiB", Goal::AtMost(72.0, 48.0))])
}

/// P14 on existing data.
pub async fn start(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut seconds = Vec::new();
    for _ in 0..STARTS {
        bench.main.stop()?;
        seconds.push(bench.main.start().await?.as_secs_f64());
    }
    let label = "start on existing data to the first 200";
    Ok(vec![Row::plain("P14", label, median(&seconds), "s", Goal::AtMost(0.4, 0.15))])
}

/// Connections that lie idle, on a server that has just been started.
pub async fn idle_connections(bench: &mut Bench) -> Result<Vec<Row>> {
    let label = format!("connections held idle, 0 -> {IDLE}: memory for each");
    if file_limit()? < IDLE + OTHER_FILES {
        let why = anyhow::anyhow!("{label}: the limit of open files is too low (ulimit -n)");
        return Ok(vec![Row::failed("grow", &why)]);
    }
    let host = bench.main.address();
    let request = get(host, FIRST_REQUEST, &[]);
    let mut fresh = Wire::open(host).await?;
    fresh.expect(&request).await?;
    let before = bench.main.server()?.resident_mib()?;
    let mut wires = Vec::new();
    while wires.len() < IDLE {
        // Each has been of use once, and not more at a time than may wait to be accepted.
        let opened = try_join_all((0..100).map(|_| async {
            let mut wire = Wire::open(host).await?;
            wire.expect(&request).await?;
            anyhow::Ok(wire)
        }));
        wires.extend(opened.await?);
    }
    fresh.expect(&request).await?;
    let kib = (bench.main.server()?.resident_mib()? - before) * 1024.0 / wires.len() as f64;
    Ok(vec![Row::plain("grow", &label, kib, "KiB", Goal::AtMost(16.0, 16.0))])
}

/// How many files this process, and those that it starts, may open.
fn file_limit() -> Result<usize> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let line =
        limits.lines().find_map(|line| line.strip_prefix("Max open files")).context("no limit of files")?;
    Ok(line.split_whitespace().next().unwrap_or_default().parse().unwrap_or(usize::MAX))
}

/// P15.
pub fn size(options: &super::Options) -> Result<Row> {
    let bytes = fs::metadata(&options.site.gridkey)?.len();
    ensure!(bytes > 0, "an empty program");
    let label = "stripped program with its assets";
    Ok(Row::plain("P15", label, bytes as f64 / 1e6, "MB", Goal::AtMost(40.0, 25.0)))
}
