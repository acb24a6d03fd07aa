//! Whether the directory answers a thousand people and a million alike: lists, look-ups, permissions, sign-ins.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Bench;
use super::crew::{Cycle, Member, run};
use super::directory::{self, Hashes, Size, person_id};
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::flow::Visitor;
use super::instance::{Database, Instance, Plan};
use super::keys::{self, ADMINISTRATOR, bearer};
use super::pages;
use super::seed::{Cost, further_person};
use super::storage;
use super::wire::{Wire, get, query};

/// What is asked for at the small end.
const FEW: Size = Size { people: 1_000, organisations: 1_000 };
/// People who are asked after, spread over everybody.
const ASKED: usize = 256;
/// Requests under way at a time: waiting for each other is not what is measured.
const AT_ONCE: usize = 4;
/// From so many people on no table that grows is so small that reading all of it is the quickest way.
const LARGE: usize = 20_000;
/// Rows that may be read without an index: a server that starts looks whether there is anybody, and takes the first. One
/// scan of a table that grew is more.
const STRAY: f64 = 1_000.0;
/// Growing a thousandfold may cost half as much again.
const GOAL: Goal = Goal::AtMost(1.5, 1.1);
/// The application that people sign in to.
const CLIENT: &str = "web-ES256";
/// The first page of the list.
const PAGE: &str = "/v1/users?limit=50";
/// PostgreSQL's sessions tell what they counted within this time.
const COUNTED: Duration = Duration::from_millis(1_500);

/// A small and a large directory beside each other, on both databases.
pub async fn directory(bench: &mut Bench) -> Result<Vec<Row>> {
    let many = Size {
        people: bench.options.size("people", (20_000, 1_000_000))?.max(FEW.people),
        organisations: bench.options.size("organisations", (5_000, 100_000))?,
    };
    let mut few = Instance::seeded(&bench.options.site, Plan { name: "few-people", ..Plan::FAST }).await?;
    few.stop()?;
    let large = few.copy("many-people")?;
    let mut rows = compare(bench, (few, large), "SQLite", many).await?;
    if bench.options.postgres.is_some() {
        let mut pair = Vec::new();
        for name in ["few_people", "many_people"] {
            let url = storage::create(bench.options.postgres()?, name)?;
            let plan = Plan { name, database_url: Some(url), settings: &[], ..Plan::FAST };
            let mut instance = Instance::seeded(&bench.options.site, plan).await?;
            instance.stop()?;
            pair.push(instance);
        }
        let large = pair.pop().context("no instance")?;
        let few = pair.pop().context("no instance")?;
        rows.extend(compare(bench, (few, large), "PostgreSQL", many).await?);
        for name in ["few_people", "many_people"] {
            storage::remove(bench.options.postgres()?, name)?;
        }
    }
    Ok(rows)
}

/// What is asked of both, each with the time that half of the answers stayed within.
struct Questions {
    name: &'static str,
    few: Vec<Cycle>,
    many: Vec<Cycle>,
    rounds: Rounds,
    /// Whether the first is asked of the small directory. Otherwise the large one is asked for both.
    from_few: bool,
}

async fn compare(
    bench: &Bench,
    (mut few, mut large): (Instance, Instance),
    database: &str,
    many: Size,
) -> Result<Vec<Row>> {
    let hashes = Hashes::new()?;
    for (instance, size) in [(&mut few, FEW), (&mut large, many)] {
        let begun = Instant::now();
        let store = instance.store();
        match &store {
            Database::Sqlite(path) => keys::add_to_sqlite(path, 1)?,
            Database::Postgres(url) => keys::add_to_postgres(url, 1)?,
        }
        directory::add(&store, size, &hashes)?;
        eprintln!("  {} people in {database}: {:.0} s", size.people, begun.elapsed().as_secs_f64());
        instance.start().await?;
    }
    let scanned = scans(&large).await?;
    let mut questions = questions((&few, &large), many).await?;
    for _ in 0..ROUNDS {
        for question in &mut questions {
            let first = if question.from_few { &few } else { &large };
            let at_first = p50(bench, first, &mut question.few).await?;
            question.rounds.push(at_first, p50(bench, &large, &mut question.many).await?);
        }
    }
    let lists = pages::lists(bench, &large, database, further_person(directory::ADMINISTRATOR)).await?;
    // People whose number is a multiple of four have passwords that cost nothing, the others such as are the default.
    let cheap = sign_ins(bench, (&few, &large), (0, many)).await?;
    for instance in [&mut few, &mut large] {
        instance.stop()?;
        instance.set_cost(Cost::DEFAULT);
        instance.start().await?;
    }
    let whole = sign_ins(bench, (&few, &large), (2, many)).await?;
    let read = scans(&large).await?.zip(scanned).map(|(after, before)| after - before);
    let unindexed = directory::plans(&large.store(), many.people / 8 * 4)?;
    for instance in [&mut few, &mut large] {
        instance.remove()?;
    }
    let growth = format!(
        "{database}, people {} -> {}, organisations {} -> {}",
        FEW.people, many.people, FEW.organisations, many.organisations
    );
    let mut rows: Vec<Row> = questions
        .iter()
        .map(|question| (question.name, &question.rounds))
        .chain([("sign-in, hashing aside", &cheap), ("sign-in", &whole)])
        .map(|(name, rounds)| Row::ratio("scale", &format!("{growth}: {name}, p50"), rounds, "ms", GOAL))
        .collect();
    rows.extend(lists);
    let at_most = |most| if many.people < LARGE { Goal::None } else { Goal::AtMost(most, most) };
    let label = format!("{database}: plans that read a whole table");
    rows.push(Row::plain("scale", &label, unindexed, "", at_most(0.0)));
    if let Some(read) = read {
        let label = format!("{database}: rows of tables that grow read without an index, in all");
        rows.push(Row::plain("scale", &label, read, "", at_most(STRAY)));
    }
    Ok(rows)
}

/// What PostgreSQL has counted so far.
async fn scans(instance: &Instance) -> Result<Option<f64>> {
    match instance.store() {
        Database::Sqlite(_) => Ok(None),
        Database::Postgres(url) => {
            tokio::time::sleep(COUNTED).await;
            directory::scans(&url).map(Some)
        }
    }
}

async fn p50<M: Member>(bench: &Bench, instance: &Instance, members: &mut [M]) -> Result<f64> {
    Ok(run(members, instance.server()?, bench.spell).await?.p50_millis())
}

/// People of the large organisation, spread over all of `people`; their numbers leave `rest` when divided by four.
fn spread(people: usize, rest: usize) -> Vec<usize> {
    let fourths = people / 4;
    let asked = ASKED.min(fourths);
    (0..asked).map(|step| step * (fourths / asked) * 4 + rest).collect()
}

async fn sign_ins(
    bench: &Bench,
    (few, large): (&Instance, &Instance),
    (rest, many): (usize, Size),
) -> Result<Rounds> {
    let visitors = |instance: &Instance, people: usize| -> Vec<Visitor> {
        let all = spread(people, rest);
        let each = all.len() / AT_ONCE;
        let chosen = all.into_iter().step_by(each.max(1)).take(AT_ONCE);
        chosen.map(|number| Visitor::new(instance.address(), CLIENT, further_person(number))).collect()
    };
    let (mut at_first, mut grown) = (visitors(few, FEW.people), visitors(large, many.people));
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let before = p50(bench, few, &mut at_first).await?;
        rounds.push(before, p50(bench, large, &mut grown).await?);
    }
    Ok(rounds)
}

async fn questions((few, large): (&Instance, &Instance), many: Size) -> Result<Vec<Questions>> {
    let of_each = |name, path: fn(usize) -> String| Questions {
        name,
        few: asking(few.address(), &spread(FEW.people, 0), path),
        many: asking(large.address(), &spread(many.people, 0), path),
        rounds: Rounds::default(),
        from_few: true,
    };
    let first = |_: usize| PAGE.to_owned();
    let host = large.address();
    let deep = middle(host, many.people / 4).await?;
    Ok(vec![
        of_each("first page", first),
        Questions {
            name: "page in the middle over the first of the large one",
            few: asking(host, &[0], first),
            many: asking(host, &[0], |_| format!("{PAGE}&cursor={deep}")),
            rounds: Rounds::default(),
            from_few: false,
        },
        of_each("by mail address", |number| {
            format!("/v1/users?{}", query(&[("email", &further_person(number))]))
        }),
        of_each("by the beginning of it", |number| format!("/v1/users?q=further{number:08}")),
        of_each("permissions in effect", |number| format!("/v1/users/{}/permissions", person_id(number))),
    ])
}

/// Connections that ask after these people, each in an order of its own.
fn asking(host: SocketAddr, people: &[usize], path: impl Fn(usize) -> String) -> Vec<Cycle> {
    let authorization = bearer(ADMINISTRATOR);
    let mut requests: Vec<Vec<u8>> = people
        .iter()
        .map(|&number| get(host, &path(number), &[("authorization", authorization.as_str())]))
        .collect();
    (0..AT_ONCE)
        .map(|_| {
            let further = requests.len() / AT_ONCE;
            requests.rotate_left(further);
            Cycle::over(requests.clone())
        })
        .collect()
}

/// The cursor behind so many people.
async fn middle(host: SocketAddr, people: usize) -> Result<String> {
    const STRIDE: usize = 200;
    let (mut wire, authorization) = (Wire::open(host).await?, bearer(ADMINISTRATOR));
    let mut cursor = None;
    for _ in 0..(people / STRIDE).max(1) {
        let mut pairs = vec![("limit", STRIDE.to_string())];
        pairs.extend(cursor.take().map(|cursor| ("cursor", cursor)));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let path = format!("/v1/users?{}", query(&pairs));
        let answer = wire.expect(&get(host, &path, &[("authorization", authorization.as_str())])).await?;
        let next = answer.member("next_cursor").context("the list ended before its middle")?;
        cursor = Some(next.to_owned());
    }
    cursor.context("no cursor")
}
