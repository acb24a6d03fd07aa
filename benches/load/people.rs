//! What people ask for: passwords, and what programs feel while many people sign in (P11, P12).

use anyhow::Result;
use tokio::join;

use super::Bench;
use super::crew::run;
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::flow::Visitor;
use super::seed::person;
use super::tokens::{floor_post, ours_client_credentials};

const CLIENT: &str = "web-ES256";
/// People who sign in at once in P11: they keep the threads for passwords busy, and none is sent away.
const A_FEW: usize = 8;
/// People who sign in at once in P12: more than may wait.
const A_CROWD: usize = 48;

fn visitors(bench: &Bench, count: usize) -> Vec<Visitor> {
    (0..count).map(|number| Visitor::new(bench.main.address(), CLIENT, person(number))).collect()
}

/// P11: whole sign-ins, from the authorization request to the code.
pub async fn sign_ins(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut visitors = visitors(bench, A_FEW);
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let floor = bench.floor.argon2(bench.spell.measured)?;
        rounds.push(floor, run(&mut visitors, bench.main.server()?, bench.spell).await?.per_cpu_second());
    }
    let label = "sign-ins from request to code/CPU s over the crate's hashes/CPU s";
    Ok(vec![Row::ratio("P11", label, &rounds, "/s", Goal::AtLeast(0.85, 0.95))])
}

/// P12: how long the slowest wait.
pub async fn waiting(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut crowd = visitors(bench, A_CROWD);
    let (mut alone, mut crowded, mut served) = (Rounds::default(), Rounds::default(), Vec::new());
    for _ in 0..ROUNDS {
        let floor = floor_post(bench, "/sign-rs256").await?.p99_millis();
        let undisturbed = ours_client_credentials(bench, "machine-RS256").await?.p99_millis();
        let (storm, disturbed) = join!(
            run(&mut crowd, bench.main.server()?, bench.spell),
            ours_client_credentials(bench, "machine-RS256"),
        );
        served.push(storm?.rate());
        alone.push(floor, undisturbed);
        crowded.push(undisturbed, disturbed?.p99_millis());
    }
    let label = format!(
        "  p99 while sign-ins fill their queue ({:.0}/s served) over p99 alone",
        super::figures::median(&served)
    );
    Ok(vec![
        Row::ratio(
            "P12",
            "client_credentials RS256: p99 over the floor's",
            &alone,
            "ms",
            Goal::AtMost(2.0, 1.3),
        ),
        Row::ratio("P12", &label, &crowded, "ms", Goal::AtMost(4.0, 2.0)),
    ])
}
