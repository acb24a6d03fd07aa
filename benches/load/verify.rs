//! What a proxy asks before it lets a request with an API key through (P4), and how that grows with the keys there are.

use std::time::Instant;

use anyhow::{Result, bail, ensure};

use super::Bench;
use super::crew::{CONNECTIONS, Cycle, run};
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::instance::{Instance, Plan};
use super::keys::{self, Walk, question, strewn};
use super::storage;
use super::tokens::floor_get;
use super::wire::Wire;

/// As it is delivered, but for the proxy that it trusts.
pub const PLAN: Plan = Plan {
    cost: super::seed::Cost::LEAST,
    settings: &[("server.trusted_proxies", "127.0.0.1")],
    ..Plan::DEFAULT
};
/// Keys that are in use at a time where the server can remember them.
const IN_USE: usize = 1_000;
/// Keys at the small end.
const FEW: usize = 1_000;
/// Keys at the small end of what a server cannot remember.
const SOME: usize = 50_000;
/// Keys that are asked after in turn: more than a server remembers.
const IN_TURN: usize = 200_000;
/// What a key takes on disk with its indexes and what is needed while it is written, in bytes: in SQLite, in PostgreSQL.
const WIDTHS: (u64, u64) = (1_300, 800);

/// P4: keys that the server remembers, and keys that it has to look up.
pub async fn keys(bench: &mut Bench) -> Result<Vec<Row>> {
    let stored = bench.options.size("keys", (50_000, IN_TURN))?;
    let mut instance = Instance::seeded(&bench.options.site, Plan { name: "keys", ..PLAN }).await?;
    instance.stop()?;
    keys::add_to_sqlite(&instance.database(), stored)?;
    instance.start().await?;
    check(&instance, stored).await?;
    let host = instance.address();
    let mut known: Vec<Cycle> =
        (0..CONNECTIONS.min(stored)).map(|number| Cycle::over(vec![question(host, number)])).collect();
    let mut walk = Walk::over(host, (stored, stored), CONNECTIONS);
    let mut rounds: [Rounds; 4] = Default::default();
    for _ in 0..ROUNDS {
        let hello = floor_get(bench, "/hello").await?;
        let cached = run(&mut known, instance.server()?, bench.spell).await?;
        let hello_again = floor_get(bench, "/hello").await?;
        let read = run(&mut walk, instance.server()?, bench.spell).await?;
        let [of_cached, cached_cpu, of_read, read_cpu] = &mut rounds;
        of_cached.push(hello.rate(), cached.rate());
        cached_cpu.push(hello.cpu_micros(), cached.cpu_micros());
        of_read.push(hello_again.rate(), read.rate());
        read_cpu.push(hello_again.cpu_micros(), read.cpu_micros());
    }
    let [of_cached, cached_cpu, of_read, read_cpu] = rounds;
    let in_turn = format!("{stored} keys in turn, SQLite: requests/s over hello");
    Ok(vec![
        Row::ratio(
            "P4",
            &format!("forward-auth, {CONNECTIONS} known keys: requests/s over hello"),
            &of_cached,
            "/s",
            Goal::AtLeast(0.70, 0.85),
        ),
        Row::ratio("P4", "  its CPU over hello", &cached_cpu, "us", Goal::None),
        Row::ratio("P4", &format!("forward-auth, {in_turn}"), &of_read, "/s", Goal::AtLeast(0.45, 0.65)),
        Row::ratio("P4", "  its CPU over hello", &read_cpu, "us", Goal::None),
    ])
}

/// Whether keys are taken, the first and the last, and one that nobody has is not.
async fn check(instance: &Instance, stored: usize) -> Result<()> {
    let mut wire = Wire::open(instance.address()).await?;
    for number in [0, stored - 1] {
        wire.expect(&question(instance.address(), number)).await?;
    }
    let answer = wire.send(&question(instance.address(), stored)).await?;
    ensure!(answer.status == 401, "a key that nobody has: {}", answer.describe());
    Ok(())
}

/// Growth of the keys, on both databases.
pub async fn growth(bench: &mut Bench) -> Result<Vec<Row>> {
    let sqlite = bench.options.size("keys", (100_000, 1_000_000))?;
    let mut rows = on_sqlite(bench, sqlite).await?;
    if bench.options.postgres.is_some() {
        let postgres = bench.options.size("postgres-keys", (100_000, 10_000_000))?;
        rows.extend(on_postgres(bench, postgres).await?);
    }
    Ok(rows)
}

async fn on_sqlite(bench: &Bench, stored: usize) -> Result<Vec<Row>> {
    if let Some(row) = no_room(bench, ("SQLite", WIDTHS.0), stored)? {
        return Ok(vec![row]);
    }
    let mut few = Instance::seeded(&bench.options.site, Plan { name: "few-keys", ..PLAN }).await?;
    few.stop()?;
    let (some, many) = (few.copy("some-keys")?, few.copy("many-keys")?);
    let mut all = [few, some, many];
    for (instance, count) in all.iter_mut().zip([FEW, SOME, stored]) {
        let begun = Instant::now();
        keys::add_to_sqlite(&instance.database(), count)?;
        eprintln!("  {count} keys in SQLite: {:.0} s", begun.elapsed().as_secs_f64());
        instance.start().await?;
        check(instance, count).await?;
    }
    let rows = compare(bench, &all, ("SQLite", stored)).await;
    for instance in &mut all {
        instance.remove()?;
    }
    rows
}

async fn on_postgres(bench: &Bench, stored: usize) -> Result<Vec<Row>> {
    if let Some(row) = no_room(bench, ("PostgreSQL", WIDTHS.1), stored)? {
        return Ok(vec![row]);
    }
    const NAMES: [&str; 3] = ["few_keys", "some_keys", "many_keys"];
    let mut all = Vec::new();
    for (name, count) in NAMES.into_iter().zip([FEW, SOME, stored]) {
        let url = storage::create(bench.options.postgres()?, name)?;
        let plan = Plan { name, database_url: Some(url.clone()), ..PLAN };
        let mut instance = Instance::seeded(&bench.options.site, plan).await?;
        instance.stop()?;
        let begun = Instant::now();
        keys::add_to_postgres(&url, count)?;
        eprintln!("  {count} keys in PostgreSQL: {:.0} s", begun.elapsed().as_secs_f64());
        instance.start().await?;
        check(&instance, count).await?;
        all.push(instance);
    }
    let rows = compare(bench, &all, ("PostgreSQL", stored)).await;
    for mut instance in all {
        instance.remove()?;
    }
    for name in NAMES {
        storage::remove(bench.options.postgres()?, name)?;
    }
    rows
}

/// A row that says so when the disk is too small.
fn no_room(bench: &Bench, (database, width): (&str, u64), stored: usize) -> Result<Option<Row>> {
    let (needed, free) = (stored as u64 * width, storage::free_bytes(&bench.options.site.folder)?);
    if needed < free {
        return Ok(None);
    }
    let gigabytes = |bytes: u64| bytes as f64 / 1e9;
    let why = anyhow::anyhow!(
        "{stored} keys in {database} need about {:.1} GB of disk and {:.1} GB are free in {}; TMPDIR chooses another \
         folder, --size another number",
        gigabytes(needed),
        gigabytes(free),
        bench.options.site.folder.display(),
    );
    Ok(Some(Row::failed("grow", &why)))
}

async fn compare(bench: &Bench, all: &[Instance], (database, stored): (&str, usize)) -> Result<Vec<Row>> {
    let [few, some, many] = all else { bail!("three instances are compared") };
    let in_turn = stored.min(IN_TURN);
    let mut rounds: [Rounds; 4] = Default::default();
    let mut in_use = [known(few, FEW), known(many, stored)];
    let mut walks = [(few, FEW, FEW), (some, SOME, SOME), (many, in_turn, stored)]
        .map(|(instance, keys, stored)| Walk::over(instance.address(), (keys, stored), CONNECTIONS));
    for _ in 0..ROUNDS {
        let [of_known, of_walk, of_all, of_raw] = &mut rounds;
        let ([known_few, known_many], [walk_few, walk_some, walk_many]) = (&mut in_use, &mut walks);
        let rate = run(known_few, few.server()?, bench.spell).await?.rate();
        of_known.push(rate, run(known_many, many.server()?, bench.spell).await?.rate());
        let remembered = run(walk_few, few.server()?, bench.spell).await?.rate();
        let read = run(walk_some, some.server()?, bench.spell).await?.rate();
        let grown = run(walk_many, many.server()?, bench.spell).await?.rate();
        of_walk.push(read, grown);
        of_all.push(remembered, grown);
        let rate = keys::raw_reads(&few.store(), (FEW, FEW), bench.spell.measured)?;
        of_raw.push(rate, keys::raw_reads(&many.store(), (in_turn, stored), bench.spell.measured)?);
    }
    let [of_known, of_walk, of_all, of_raw] = rounds;
    let mut memory = Rounds::default();
    memory.push(few.server()?.anonymous_mib()?, many.server()?.anonymous_mib()?);
    let growth = |from: usize| format!("keys {from} -> {stored}, {database}");
    let (over_http, raw) = (Goal::AtLeast(0.6, 0.6), Goal::AtLeast(0.35, 0.35));
    let ratio = |label: &str, rounds: &Rounds, goal| Row::ratio("grow", label, rounds, "/s", goal);
    let (known, walk) = (
        format!("{}: verify, {IN_USE} keys in use, requests/s", growth(FEW)),
        format!("{}: verify, all -> {in_turn} in turn, requests/s", growth(SOME)),
    );
    Ok(vec![
        ratio(&known, &of_known, over_http),
        ratio(&walk, &of_walk, over_http),
        ratio(&format!("  {in_turn} in turn over {FEW} that are remembered"), &of_all, Goal::None),
        ratio(&format!("{}: bare look-ups by digest, /s", growth(FEW)), &of_raw, raw),
        Row::excess(
            "grow",
            &format!("{}: anonymous memory", growth(FEW)),
            &memory,
            "MiB",
            Goal::AtMost(8.0, 8.0),
        ),
    ])
}

/// Connections that ask after keys which the server remembers soon, spread over all that are stored.
fn known(instance: &Instance, stored: usize) -> Vec<Cycle> {
    let (host, in_use) = (instance.address(), IN_USE.min(stored));
    let number = |step: usize| strewn(step, in_use) * (stored / in_use);
    let each = in_use.div_ceil(CONNECTIONS);
    (0..CONNECTIONS)
        .map(|connection| {
            Cycle::over((0..each).map(|step| question(host, number(connection * each + step))).collect())
        })
        .collect()
}
