//! What has to be written down: refresh tokens that rotate, and codes that are redeemed (P7, P8, P9).

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::Bench;
use super::crew::{CONNECTIONS, Member, Turn, run};
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::flow::{Browser, Ending, begin_lines, redemption};
use super::instance::{Instance, Plan};
use super::process::output_of;
use super::seed::{PEOPLE, person};
use super::tokens::{cold, floor_get, floor_post};
use super::wire::Wire;

/// The application whose tokens are signed on a curve, so that the writing shows.
const CLIENT: &str = "web-ES256";
/// Codes that each connection redeems in a round.
const CODES_EACH: usize = 10;
/// Connections of P9 to PostgreSQL.
const CLIENTS: &str = "8";

/// Everybody of the seed file.
pub fn everybody() -> Vec<String> {
    (0..PEOPLE).map(person).collect()
}

/// P7 and P8: without waiting for the disk, and on the disk before it is answered.
pub async fn sqlite(bench: &mut Bench) -> Result<Vec<Row>> {
    let instance = Instance::seeded(&bench.options.site, Plan::FAST).await?;
    let (_, lines) = begin_lines(&instance, everybody(), &[CLIENT]).await?;
    let mut normal_lines = lines.into_iter().flatten().collect::<Vec<_>>();
    let mut full_lines = bench.take_lines(CLIENT)?;
    let mut rounds: [Rounds; 4] = Default::default();
    let (mut normal_floor, mut full_floor) = (Behind::default(), Behind::default());
    for _ in 0..ROUNDS {
        let hello = floor_get(bench, "/hello").await?.cpu_micros();
        let rotations = bench.floor.rotations(bench.spell.measured)?;
        let normal = run(&mut normal_lines, instance.server()?, bench.spell).await?;
        let commits = bench.floor.commits(bench.spell.measured)?;
        let full = run(&mut full_lines, bench.main.server()?, bench.spell).await?;
        let [of_normal, of_cpu, of_full, full_of_normal] = &mut rounds;
        of_normal.push(rotations, normal.rate());
        of_cpu.push(hello, normal.cpu_micros());
        of_full.push(commits, full.rate());
        full_of_normal.push(normal.rate(), full.rate());
        normal_floor.round(bench, "normal", (rotations, normal.rate())).await?;
        full_floor.round(bench, "full", (commits, full.rate())).await?;
    }
    let [of_normal, of_cpu, of_full, full_of_normal] = rounds;
    let normal = "refresh ES256, SQLite synchronous=normal: requests/s over bare rotations";
    let full = "refresh ES256, SQLite synchronous=full: requests/s over one-row durable commits";
    let mut rows = vec![
        Row::ratio("P7", normal, &of_normal, "/s", Goal::AtLeast(0.40, 0.65)),
        Row::ratio("P7", "  its CPU over hello", &of_cpu, "us", Goal::None),
    ];
    rows.extend(normal_floor.rows("P7", "bare rotations"));
    rows.push(Row::ratio("P8", full, &of_full, "/s", Goal::AtLeast(8.0, 20.0)));
    rows.push(Row::ratio("P8", "  its requests/s over those of P7", &full_of_normal, "/s", Goal::None));
    rows.extend(full_floor.rows("P8", "commits"));
    Ok(rows)
}

/// What the floor reaches when its rotations stand behind a server too: no refresh is quicker, wherever the gate lies.
#[derive(Default)]
struct Behind {
    unsigned: Rounds,
    signed: Rounds,
    ours: Rounds,
}

impl Behind {
    async fn round(&mut self, bench: &Bench, how: &str, (bare, ours): (f64, f64)) -> Result<()> {
        let unsigned = floor_post(bench, &format!("/rotate/{how}/unsigned")).await?.rate();
        let signed = floor_post(bench, &format!("/rotate/{how}/es256")).await?.rate();
        self.unsigned.push(bare, unsigned);
        self.signed.push(bare, signed);
        self.ours.push(signed, ours);
        Ok(())
    }

    fn rows(&self, id: &'static str, bare: &str) -> [Row; 3] {
        [
            (format!("  the floor's own behind a server, unsigned, over {bare}"), &self.unsigned),
            (format!("  the floor's own with two signatures, over {bare}"), &self.signed),
            ("  ours over the floor's own with two signatures".into(), &self.ours),
        ]
        .map(|(label, rounds)| Row::ratio(id, &label, rounds, "/s", Goal::None))
    }
}

/// Codes in the hands of one connection.
struct Redeemer {
    requests: Vec<Vec<u8>>,
}

impl Member for Redeemer {
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn> {
        let Some(request) = self.requests.pop() else { return Ok(Turn::Over) };
        wire.expect(&request).await?;
        Ok(Turn::Done)
    }
}

/// Somebody who is signed in, and fetches codes.
struct Fetcher {
    browser: Browser,
    codes: Redeemer,
    instance: std::net::SocketAddr,
}

impl Member for Fetcher {
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn> {
        if self.codes.requests.len() >= CODES_EACH {
            return Ok(Turn::Over);
        }
        match self.browser.authorize(wire, self.instance, CLIENT).await? {
            Ending::Code(code) => self.codes.requests.push(redemption(self.instance, CLIENT, &code)),
            Ending::Busy => bail!("a signed-in person was asked for a password"),
        }
        Ok(Turn::Done)
    }
}

/// What an authorization request of somebody signed in costs, and what the redemption of its code costs.
pub async fn codes(bench: &mut Bench) -> Result<Vec<Row>> {
    let instance = bench.main.address();
    let mut rounds: [Rounds; 2] = Default::default();
    // Both end when the codes do.
    let spell = super::crew::Spell { measured: Duration::from_secs(20), ..cold(bench.spell) };
    for _ in 0..ROUNDS {
        let hello = floor_get(bench, "/hello").await?.cpu_micros();
        let mut fetchers: Vec<Fetcher> = bench
            .browsers
            .iter()
            .take(CONNECTIONS)
            .map(|browser| Fetcher {
                browser: browser.clone(),
                codes: Redeemer { requests: Vec::new() },
                instance,
            })
            .collect();
        let fetched = run(&mut fetchers, bench.main.server()?, spell).await?;
        let mut redeemers: Vec<Redeemer> = fetchers.into_iter().map(|fetcher| fetcher.codes).collect();
        let redeemed = run(&mut redeemers, bench.main.server()?, spell).await?;
        let [authorize, redeem] = &mut rounds;
        authorize.push(hello, fetched.cpu_micros());
        redeem.push(hello, redeemed.cpu_micros());
    }
    let [authorize, redeem] = rounds;
    Ok(vec![
        Row::ratio(
            "code",
            "authorization request with a session: CPU over hello",
            &authorize,
            "us",
            Goal::None,
        ),
        Row::ratio("code", "redemption of its code, ES256: CPU over hello", &redeem, "us", Goal::None),
    ])
}

/// P9: on PostgreSQL.
pub async fn postgres(bench: &mut Bench) -> Result<Vec<Row>> {
    let url = bench.options.postgres.clone().context("no PostgreSQL was given")?;
    let pgbench = bench.options.pgbench.clone().context("no pgbench was given")?;
    let script = prepare_pgbench(&url, &bench.options.site.folder)?;
    let plan = Plan {
        name: "postgres",
        database_url: Some(url.clone()),
        settings: &[("database.connections", CLIENTS)],
        ..Plan::FAST
    };
    let instance = Instance::seeded(&bench.options.site, plan).await?;
    let (_, lines) = begin_lines(&instance, everybody(), &[CLIENT]).await?;
    let mut lines = lines.into_iter().flatten().collect::<Vec<_>>();
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let floor = pgbench_rate(&pgbench, &url, &script, bench.spell.measured)?;
        rounds.push(floor, run(&mut lines, instance.server()?, bench.spell).await?.rate());
    }
    let label = "refresh ES256, PostgreSQL, 8 connections: requests/s over pgbench's rotations";
    Ok(vec![Row::ratio("P9", label, &rounds, "/s", Goal::AtLeast(0.40, 0.60))])
}

/// A table of lines, and the script that moves one of them on.
fn prepare_pgbench(url: &str, folder: &Path) -> Result<std::path::PathBuf> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS bench_lines (
           id integer PRIMARY KEY, seed bytea NOT NULL, facts jsonb NOT NULL, generation bigint NOT NULL,
           rotated_at timestamptz NOT NULL);
         INSERT INTO bench_lines
           SELECT n, decode(repeat('07', 60), 'hex'), '{\"scopes\": [\"openid\", \"offline_access\"]}', 1, now()
           FROM generate_series(1, 1000) AS n ON CONFLICT DO NOTHING;
         ANALYZE bench_lines;",
    )?;
    let path = folder.join("rotation.sql");
    std::fs::write(
        &path,
        "\\set id random(1, 1000)\n\
         BEGIN;\n\
         SELECT seed, facts, generation FROM bench_lines WHERE id = :id \\gset seen_\n\
         UPDATE bench_lines SET generation = generation + 1, rotated_at = now()\n\
           WHERE id = :id AND generation = :seen_generation;\n\
         COMMIT;\n",
    )?;
    Ok(path)
}

fn pgbench_rate(pgbench: &Path, url: &str, script: &Path, time: Duration) -> Result<f64> {
    let seconds = time.as_secs().max(1).to_string();
    let text = output_of(
        Command::new(pgbench)
            .args([
                "--no-vacuum",
                "--protocol",
                "prepared",
                "--client",
                CLIENTS,
                "--time",
                &seconds,
                "--file",
            ])
            .arg(script)
            .arg(url),
    )?;
    let line = text.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench told no rate")?;
    line.split(' ').next().unwrap_or_default().parse().context("pgbench told an odd rate")
}
