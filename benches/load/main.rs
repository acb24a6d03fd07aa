//! The driver of the benchmark: starts the floor and the real program, loads them in turn over loopback, and prints one
//! table of ratios.
//!
//! Owns what is measured and against which gate. It looks at Gridkey from outside only: its command line, its
//! environment, its HTTP. It asserts nothing; a row below its gate is told, not failed.

mod crew;
mod directory;
mod figures;
mod flow;
mod footprint;
mod growth;
mod instance;
mod keys;
mod pages;
mod people;
mod process;
mod refresh;
mod revocation;
mod row_security;
mod scaling;
mod seed;
mod storage;
mod tokens;
mod verify;
mod wire;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crew::Spell;
use figures::{Row, table};
use flow::{Browser, Line, begin_lines};
use instance::{Instance, Site};
use process::Floor;

const USAGE: &str = "\
The driver of the benchmark; scripts/bench runs it.

  load --gridkey FILE --floor FILE --folder FOLDER [--postgres URL --pgbench FILE]
       [--quick] [--only ROW]... [--set SETTING=VALUE]... [--size NAME=NUMBER]... [--preload FILE]";

/// Applications for which the default instance holds a line of refresh tokens of each person.
const LINES_OF: &[&str] = &["web-ES256", "web-RS256"];

/// What can be measured alone, each with the rows that come along.
const GROUPS: &[&[&str]] = &[
    &["P1", "P10"],
    &["P2"],
    &["P4"],
    &["P5"],
    &["P6"],
    &["P7", "P8"],
    &["P13"],
    &["P9"],
    &["code"],
    &["P11"],
    &["P12"],
    &["connections"],
    &["people"],
    &["organisations"],
    &["P14"],
    &["idle"],
    &["growth-keys"],
    &["revocation"],
    &["scaling"],
    &["row-security"],
];

/// What takes long, and is measured only when it is asked for.
const LONG: &[&str] = &["growth-keys", "revocation", "scaling", "row-security"];

/// What the command line said.
#[derive(Default)]
pub struct Options {
    site: Site,
    floor: PathBuf,
    postgres: Option<String>,
    pgbench: Option<PathBuf>,
    quick: bool,
    only: Vec<&'static str>,
    sizes: HashMap<String, usize>,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().cloned().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--gridkey" => options.site.gridkey = value()?.into(),
                "--floor" => options.floor = value()?.into(),
                "--folder" => options.site.folder = value()?.into(),
                "--postgres" => options.postgres = Some(value()?),
                "--pgbench" => options.pgbench = Some(value()?.into()),
                "--set" => {
                    let (key, value) = value()?.split_once('=').map(owned).context("--set SETTING=VALUE")?;
                    options.site.settings.push((key, value));
                }
                "--size" => {
                    let (name, number) = value()?.split_once('=').map(owned).context("--size NAME=NUMBER")?;
                    options.sizes.insert(name, number.replace('_', "").parse().context("--size")?);
                }
                "--preload" => options.site.preload = Some(value()?.into()),
                "--only" => options.only.push(group_of(&value()?)?),
                "--quick" => options.quick = true,
                _ => bail!("unknown: {word}\n\n{USAGE}"),
            }
        }
        Ok(options)
    }

    /// How much of something there is to be: what the command line says, or one of these for quick and for whole.
    fn size(&self, name: &str, (quick, whole): (usize, usize)) -> Result<usize> {
        let size = self.sizes.get(name).copied().unwrap_or(if self.quick { quick } else { whole });
        ensure!(size > 0, "--size {name}: at least 1");
        Ok(size)
    }

    /// The URL of PostgreSQL.
    fn postgres(&self) -> Result<&str> {
        self.postgres.as_deref().context("no PostgreSQL was given")
    }

    fn spell(&self) -> Spell {
        let (warm_up, measured) = if self.quick { (150, 700) } else { (250, 1_500) };
        Spell { warm_up: Duration::from_millis(warm_up), measured: Duration::from_millis(measured) }
    }
}

/// The group that a row belongs to.
fn group_of(row: &str) -> Result<&'static str> {
    let group = GROUPS.iter().find(|group| group.contains(&row)).and_then(|group| group.first());
    group.copied().with_context(|| {
        let known: Vec<&str> = GROUPS.iter().flat_map(|group| group.iter()).copied().collect();
        format!("{row} cannot be measured alone; one of: {}", known.join(" "))
    })
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

/// What every measurement has at hand.
pub struct Bench {
    options: Options,
    spell: Spell,
    floor: Floor,
    /// The instance as it is delivered.
    main: Instance,
    /// Everybody's browser, signed in to it.
    browsers: Vec<Browser>,
    lines: Vec<Vec<Line>>,
    rows: Vec<Row>,
}

impl Bench {
    async fn prepare(options: Options) -> Result<Self> {
        let floor = Floor::start(&options.floor, &options.site).context("the floor")?;
        let (main, first_start) = footprint::first_start(&options).await.context("the first start")?;
        let rows = vec![footprint::size(&options)?, first_start, footprint::memory_idle(&main).await?];
        main.seed().context("the seed file")?;
        let (browsers, lines) =
            begin_lines(&main, refresh::everybody(), LINES_OF).await.context("signing in")?;
        Ok(Self { spell: options.spell(), options, floor, main, browsers, lines, rows })
    }

    /// The lines of an application. They can be taken once.
    fn take_lines(&mut self, client_id: &str) -> Result<Vec<Line>> {
        let place =
            LINES_OF.iter().position(|known| *known == client_id).context("an unknown application")?;
        let lines = self.lines.get_mut(place).map(std::mem::take).unwrap_or_default();
        if lines.is_empty() { bail!("no lines are left of {client_id}") } else { Ok(lines) }
    }

    fn wants(&self, group: &str) -> bool {
        (self.options.only.is_empty() && !LONG.contains(&group)) || self.options.only.contains(&group)
    }
}

/// Runs one group of rows. What fails is told in the table, and the others go on.
macro_rules! measure {
    ($bench:ident, $($word:literal => $group:path),+ $(,)?) => {
        $(if $bench.wants($word) {
            let begun = Instant::now();
            let rows = $group(&mut $bench).await.unwrap_or_else(|why| vec![Row::failed($word, &why)]);
            eprintln!("{:<14} {:>5.1} s", $word, begun.elapsed().as_secs_f64());
            $bench.rows.extend(rows);
        })+
    };
}

async fn measure_all(options: Options) -> Result<Vec<Row>> {
    let mut bench = Bench::prepare(options).await?;
    measure!(bench,
        "P1" => tokens::rsa,
        "P2" => tokens::curves,
        "P4" => verify::keys,
        "P5" => tokens::introspection,
        "P6" => tokens::documents,
        "P7" => refresh::sqlite,
        "P13" => footprint::memory_after_load,
        "P9" => refresh::postgres,
        "code" => refresh::codes,
        "P11" => people::sign_ins,
        "P12" => people::waiting,
        "connections" => growth::connections,
        "people" => growth::people,
        "organisations" => growth::organisations,
        "P14" => footprint::start,
        "idle" => footprint::idle_connections,
        "growth-keys" => verify::growth,
        "revocation" => revocation::latency,
        "scaling" => scaling::directory,
        "row-security" => row_security::cost,
    );
    Ok(bench.rows)
}

/// Rows in the order of their numbers; those of one number as they were measured.
fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| row.id.strip_prefix('P').and_then(|number| number.parse().ok()).unwrap_or(100));
    rows
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` and `cargo test --benches` start every program of this folder to see whether it runs.
    if arguments.is_empty()
        || arguments.iter().any(|word| matches!(word.as_str(), "--bench" | "--test" | "--help"))
    {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("the benchmark could not run: {why:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything could be measured.
fn run(arguments: &[String]) -> Result<bool> {
    let options = Options::read(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rows = sorted(runtime.block_on(measure_all(options))?);
    print!("{}", table(&rows));
    Ok(rows.iter().all(Row::is_measured))
}
