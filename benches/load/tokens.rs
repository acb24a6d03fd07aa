//! What programs ask for: tokens of their own, introspection, keys and metadata (P1, P2, P5, P6, P10).

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;

use super::Bench;
use super::crew::{CONNECTIONS, Cycle, Load, Spell, run};
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::flow::client_credentials;
use super::process::openssl_signatures;
use super::seed::SECRET;
use super::wire::{Wire, basic, get, post};

/// What a refresh may cost beyond 1.15 signatures for each token, in microseconds.
const REFRESH_EXCESS: Goal = Goal::AtMost(150.0, 80.0);
/// Distinct tokens of the second row of P5, for each connection.
const TOKENS_EACH: usize = 32;

/// A load of one request on the floor.
pub async fn floor_get(bench: &Bench, path: &str) -> Result<Load> {
    let request = get(bench.floor.server.address(), path, &[]);
    run(&mut Cycle::of(&request, CONNECTIONS), &bench.floor.server, bench.spell).await
}

/// A load of one form on the floor, as long as that of a program that asks for a token.
pub async fn floor_post(bench: &Bench, path: &str) -> Result<Load> {
    let authorization = basic("machine-RS256", SECRET);
    let form = [("grant_type", "client_credentials"), ("scope", "read"), ("client_id", "machine-RS256")];
    let request = post(bench.floor.server.address(), path, &[("authorization", &authorization)], &form);
    run(&mut Cycle::of(&request, CONNECTIONS), &bench.floor.server, bench.spell).await
}

/// A load of one request on the default instance.
async fn ours(bench: &Bench, request: &[u8]) -> Result<Load> {
    run(&mut Cycle::of(request, CONNECTIONS), bench.main.server()?, bench.spell).await
}

/// Programs that ask for tokens of their own.
pub async fn ours_client_credentials(bench: &Bench, client_id: &str) -> Result<Load> {
    ours(bench, &client_credentials(bench.main.address(), client_id)).await
}

/// P1 and P10: what is signed with RSA.
pub async fn rsa(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut lines = bench.take_lines("web-RS256")?;
    let seconds = bench.spell.measured.as_secs().max(1);
    let (mut openssl, mut floor_to_openssl) = (Rounds::default(), Rounds::default());
    let (mut floor, mut refresh) = (Rounds::default(), Rounds::default());
    let mut wire = Wire::open(bench.main.address()).await?;
    let signed = lines.first_mut().context("no line of refresh tokens")?.refresh(&mut wire).await?;
    ensure!(signed > 0, "a refresh brought no signed token");
    for _ in 0..ROUNDS {
        let signatures = openssl_signatures(seconds)?;
        let least = floor_post(bench, "/sign-rs256").await?;
        let tokens = ours_client_credentials(bench, "machine-RS256").await?;
        let refreshed = run(&mut lines, bench.main.server()?, bench.spell).await?;
        openssl.push(signatures, tokens.per_cpu_second());
        floor_to_openssl.push(signatures, least.per_cpu_second());
        floor.push(least.per_cpu_second(), tokens.per_cpu_second());
        refresh.push(signed as f64 * 1.15 * 1e6 / signatures, refreshed.cpu_micros());
    }
    let label = format!("refresh RS256, {signed} signed tokens: CPU over 1.15 signatures each");
    Ok(vec![
        Row::ratio(
            "P1",
            "client_credentials RS256: tokens/CPU s over openssl's signatures/CPU s",
            &openssl,
            "/s",
            Goal::AtLeast(0.75, 0.90),
        ),
        Row::ratio("P1", "  the floor's tokens over the same", &floor_to_openssl, "/s", Goal::None),
        Row::ratio("P1", "  ours over the floor's tokens", &floor, "/s", Goal::None),
        Row::excess("P10", &label, &refresh, "us", REFRESH_EXCESS),
    ])
}

/// P2: what is signed with elliptic curves, in units of the smallest request.
pub async fn curves(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut rounds: [Rounds; 4] = Default::default();
    for _ in 0..ROUNDS {
        let hello = floor_get(bench, "/hello").await?.cpu_micros();
        let measured = [
            floor_post(bench, "/sign-es256").await?,
            ours_client_credentials(bench, "machine-ES256").await?,
            floor_post(bench, "/sign-eddsa").await?,
            ours_client_credentials(bench, "machine-EdDSA").await?,
        ];
        for (rounds, load) in rounds.iter_mut().zip(measured) {
            rounds.push(hello, load.cpu_micros());
        }
    }
    let [floor_es256, es256, floor_eddsa, eddsa] = rounds;
    Ok(vec![
        Row::ratio("P2", "client_credentials ES256: CPU over hello", &es256, "us", Goal::AtMost(14.0, 9.0)),
        Row::ratio("P2", "  the floor's ES256 answer over hello", &floor_es256, "us", Goal::None),
        Row::ratio("P2", "client_credentials EdDSA: CPU over hello", &eddsa, "us", Goal::AtMost(10.0, 6.0)),
        Row::ratio("P2", "  the floor's EdDSA answer over hello", &floor_eddsa, "us", Goal::None),
    ])
}

/// P5: introspection of live tokens by the program that they were issued to.
pub async fn introspection(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut few = introspectors(bench, 1).await?;
    let mut many = introspectors(bench, TOKENS_EACH).await?;
    let mut rounds: [Rounds; 3] = Default::default();
    for _ in 0..ROUNDS {
        let hello = floor_get(bench, "/hello").await?.cpu_micros();
        let measured = [
            floor_post(bench, "/verify-rs256").await?,
            run(&mut few, bench.main.server()?, bench.spell).await?,
            run(&mut many, bench.main.server()?, bench.spell).await?,
        ];
        for (rounds, load) in rounds.iter_mut().zip(measured) {
            rounds.push(hello, load.cpu_micros());
        }
    }
    let [floor, few, many] = rounds;
    let label = format!("  each connection with {TOKENS_EACH} tokens in turn");
    Ok(vec![
        Row::ratio(
            "P5",
            "introspection of a live token: CPU over hello",
            &few,
            "us",
            Goal::AtMost(14.0, 9.0),
        ),
        Row::ratio("P5", "  the floor's verification over hello", &floor, "us", Goal::None),
        Row::ratio("P5", &label, &many, "us", Goal::None),
    ])
}

/// Connections that introspect, with so many tokens each.
async fn introspectors(bench: &Bench, tokens: usize) -> Result<Vec<Cycle>> {
    let host = bench.main.address();
    let authorization = basic("machine-RS256", SECRET);
    let (fetch, authorization) = (&client_credentials(host, "machine-RS256"), authorization.as_str());
    let members = (0..CONNECTIONS).map(|_| async move {
        let mut wire = Wire::open(host).await?;
        let mut requests = Vec::new();
        for _ in 0..tokens {
            let answer = wire.expect(fetch).await?;
            let token = answer.member("access_token").context("no access token")?;
            let headers = [("authorization", authorization)];
            requests.push(post(host, "/oauth2/introspect", &headers, &[("token", token)]));
        }
        // What is not live would be answered sooner.
        let request = requests.first().context("no token")?;
        let answer = wire.expect(request).await?;
        ensure!(
            answer.text()?.contains("\"active\":true"),
            "a live token is introspected as {}",
            answer.describe()
        );
        anyhow::Ok(Cycle::over(requests))
    });
    try_join_all(members).await
}

/// P6: what every relying party reads.
pub async fn documents(bench: &mut Bench) -> Result<Vec<Row>> {
    let mut rounds: [Rounds; 4] = Default::default();
    let host = bench.main.address();
    let paths = ["/oauth2/jwks", "/.well-known/openid-configuration"];
    for _ in 0..ROUNDS {
        let floor = floor_get(bench, "/json").await?;
        let [jwks, discovery] = paths.map(|path| get(host, path, &[]));
        let (jwks, discovery) = (ours(bench, &jwks).await?, ours(bench, &discovery).await?);
        let [jwks_rate, jwks_cpu, discovery_rate, discovery_cpu] = &mut rounds;
        jwks_rate.push(floor.rate(), jwks.rate());
        jwks_cpu.push(floor.cpu_micros(), jwks.cpu_micros());
        discovery_rate.push(floor.rate(), discovery.rate());
        discovery_cpu.push(floor.cpu_micros(), discovery.cpu_micros());
    }
    let [jwks_rate, jwks_cpu, discovery_rate, discovery_cpu] = rounds;
    let goal = Goal::AtLeast(0.80, 0.95);
    Ok(vec![
        Row::ratio("P6", "JWKS: requests/s over the floor's 1.4 KB of JSON", &jwks_rate, "/s", goal),
        Row::ratio("P6", "  its CPU over the floor's", &jwks_cpu, "us", Goal::None),
        Row::ratio("P6", "discovery: requests/s over the same", &discovery_rate, "/s", goal),
        Row::ratio("P6", "  its CPU over the floor's", &discovery_cpu, "us", Goal::None),
    ])
}

/// A measurement without a warm-up: for work that runs out.
pub fn cold(spell: Spell) -> Spell {
    Spell { warm_up: Duration::ZERO, ..spell }
}
