//! How cost grows with what is stored and with who is connected.

use anyhow::Result;

use super::Bench;
use super::crew::{CONNECTIONS, Cycle, run};
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::flow::{Lines, begin_lines, client_credentials};
use super::instance::{Instance, Plan};
use super::seed::{
    ORGANISATIONS, SECRET, add_organisations, add_people, further_person, organisation, organisation_client,
};
use super::wire::{basic, get, post};

const CLIENT: &str = "web-ES256";
/// People at the small end.
const FEW_PEOPLE: usize = 1_000;
/// Lines of refresh tokens, each of another person, spread over everybody.
const LINES: usize = 512;
/// Connections at the large end.
const MANY_CONNECTIONS: usize = 1_024;

/// People, and what their number does to refreshing and to tokens of programs.
pub async fn people(bench: &mut Bench) -> Result<Vec<Row>> {
    let many_people = if bench.options.quick { 100_000 } else { 1_000_000 };
    let mut few = Instance::seeded(&bench.options.site, Plan { name: "few", ..Plan::FAST }).await?;
    few.stop()?;
    let mut many = few.copy("many")?;
    for (instance, count) in [(&mut few, FEW_PEOPLE), (&mut many, many_people)] {
        add_people(&instance.database(), count, instance.cost())?;
        instance.start().await?;
    }
    let mut few_lines = lines(&few, FEW_PEOPLE).await?;
    let mut many_lines = lines(&many, many_people).await?;
    let (mut refresh, mut token) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        let at_first = run(&mut few_lines, few.server()?, bench.spell).await?;
        let grown = run(&mut many_lines, many.server()?, bench.spell).await?;
        refresh.push(at_first.rate(), grown.rate());
        let at_first = programs(bench, &few).await?;
        token.push(at_first, programs(bench, &many).await?);
    }
    let growth = format!("people {FEW_PEOPLE} -> {many_people}");
    let goal = Goal::AtLeast(0.6, 0.6);
    Ok(vec![
        Row::ratio("grow", &format!("{growth}: refresh ES256, requests/s"), &refresh, "/s", goal),
        Row::ratio("grow", &format!("{growth}: client_credentials ES256, tokens/s"), &token, "/s", goal),
    ])
}

async fn lines(instance: &Instance, people: usize) -> Result<Vec<Lines>> {
    let step = people / LINES.min(people);
    let spread = (0..LINES.min(people)).map(|number| further_person(number * step)).collect();
    let (_, lines) = begin_lines(instance, spread, &[CLIENT]).await?;
    Ok(Lines::deal(lines.into_iter().flatten().collect(), CONNECTIONS))
}

async fn programs(bench: &Bench, instance: &Instance) -> Result<f64> {
    let request = client_credentials(instance.address(), "machine-ES256");
    Ok(run(&mut Cycle::of(&request, CONNECTIONS), instance.server()?, bench.spell).await?.rate())
}

/// Organisations, and what their number does to what is asked of their issuers.
pub async fn organisations(bench: &mut Bench) -> Result<Vec<Row>> {
    const MANY: usize = 10_000;
    let plan = Plan { name: "alone", ..Plan::FAST };
    let mut one = Instance::seeded(&bench.options.site, plan).await?;
    one.stop()?;
    let mut many = one.copy("among-many")?;
    add_organisations(&many.database(), MANY)?;
    one.start().await?;
    many.start().await?;
    let mut discovery = [documents(&one, 1), documents(&many, ORGANISATIONS)];
    let mut token = [tokens(&one, 1), tokens(&many, ORGANISATIONS)];
    let (mut of_discovery, mut of_token) = (Rounds::default(), Rounds::default());
    for _ in 0..ROUNDS {
        for (members, rounds) in [(&mut discovery, &mut of_discovery), (&mut token, &mut of_token)] {
            let [at_first, grown] = members;
            let at_first = run(at_first, one.server()?, bench.spell).await?.cpu_micros();
            rounds.push(at_first, run(grown, many.server()?, bench.spell).await?.cpu_micros());
        }
    }
    let growth = format!("organisations, 1 asked -> {ORGANISATIONS} asked of {MANY}");
    let goal = Goal::AtMost(1.1, 1.1);
    Ok(vec![
        Row::ratio("grow", &format!("{growth}: discovery, CPU"), &of_discovery, "us", goal),
        Row::ratio("grow", &format!("{growth}: client_credentials ES256, CPU"), &of_token, "us", goal),
    ])
}

/// Connections that read the metadata of so many organisations, each of one.
fn documents(instance: &Instance, organisations: usize) -> Vec<Cycle> {
    of_each(organisations, |number| {
        get(instance.address(), &format!("/t/{}/.well-known/openid-configuration", organisation(number)), &[])
    })
}

/// Connections that fetch tokens from so many organisations, each from one.
fn tokens(instance: &Instance, organisations: usize) -> Vec<Cycle> {
    of_each(organisations, |number| {
        let authorization = basic(&organisation_client(number), SECRET);
        let path = format!("/t/{}/oauth2/token", organisation(number));
        let form = [("grant_type", "client_credentials"), ("scope", "read")];
        post(instance.address(), &path, &[("authorization", &authorization)], &form)
    })
}

fn of_each(organisations: usize, request: impl Fn(usize) -> Vec<u8>) -> Vec<Cycle> {
    (0..CONNECTIONS).map(|connection| Cycle::over(vec![request(connection % organisations)])).collect()
}

/// Connections that are all at work.
pub async fn connections(bench: &mut Bench) -> Result<Vec<Row>> {
    let request = client_credentials(bench.main.address(), "machine-RS256");
    let (mut usual, mut many) = (Cycle::of(&request, CONNECTIONS), Cycle::of(&request, MANY_CONNECTIONS));
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let floor = run(&mut usual, bench.main.server()?, bench.spell).await?.rate();
        rounds.push(floor, run(&mut many, bench.main.server()?, bench.spell).await?.rate());
    }
    let label =
        format!("connections {CONNECTIONS} -> {MANY_CONNECTIONS}: client_credentials RS256, tokens/s");
    Ok(vec![Row::ratio("grow", &label, &rounds, "/s", Goal::AtLeast(0.9, 0.9))])
}
