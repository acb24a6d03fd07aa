//! What the console's lists cost beside the page on which people sign in, however large the organisation is.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};

use super::Bench;
use super::crew::{Cycle, run};
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::flow::Browser;
use super::instance::Instance;
use super::wire::{Wire, get};

/// Requests under way at a time, as for the other questions to a directory.
const AT_ONCE: usize = 4;
/// A list may cost three times what the page to sign in costs.
const GOAL: Goal = Goal::AtMost(3.0, 2.0);
/// The lists.
const LISTS: [&str; 5] = [
    "/console/users",
    "/console/users?q=further0",
    "/console/api-keys",
    "/console/audit-log",
    "/console/sessions",
];

/// Has an administrator of the large organisation look at each list. `email` is theirs.
pub async fn lists(bench: &Bench, instance: &Instance, database: &str, email: String) -> Result<Vec<Row>> {
    let host = instance.address();
    let mut wire = Wire::open(host).await?;
    let mut visitor = Browser::of(email.clone());
    let sign_in = visitor.reach_sign_in(&mut wire, host, "/console/users").await?;
    let mut sign_in = requests(host, &visitor, &sign_in)?;
    let mut administrator = Browser::of(email);
    administrator.enter(&mut wire, host, "/console/users").await?;
    let mut rows = Vec::new();
    for path in LISTS {
        check(&mut wire, &administrator, host, path).await?;
        let mut list = requests(host, &administrator, path)?;
        let mut rounds = Rounds::default();
        for _ in 0..ROUNDS {
            let floor = run(&mut sign_in, instance.server()?, bench.spell).await?.p95_millis();
            rounds.push(floor, run(&mut list, instance.server()?, bench.spell).await?.p95_millis());
        }
        let label = format!("{database}: {path} over the page to sign in, p95");
        rows.push(Row::ratio("scale", &label, &rounds, "ms", GOAL));
    }
    Ok(rows)
}

/// A list that is not shown would be quick.
async fn check(wire: &mut Wire, browser: &Browser, host: SocketAddr, path: &str) -> Result<()> {
    let answer = wire.expect(&get(host, path, &[("cookie", browser.cookie()?)])).await?;
    if answer.status != 200 || !answer.text()?.contains("<main") {
        bail!("{path} shows no list: {}", answer.describe());
    }
    Ok(())
}

fn requests(host: SocketAddr, browser: &Browser, path: &str) -> Result<Vec<Cycle>> {
    let cookie = browser.cookie().context("a browser that was nowhere")?;
    Ok(Cycle::of(&get(host, path, &[("cookie", cookie)]), AT_ONCE))
}
