//! What row-level security of PostgreSQL would cost: the hot statements of `pgbench` with and without policies, and with
//! what policies need of each transaction.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::Bench;
use super::figures::{Goal, ROUNDS, Rounds, Row};
use super::instance::{Instance, Plan};
use super::process::output_of;
use super::storage::{self, Text};
use super::verify::PLAN;

/// Whose rows are read; policies bind nobody who administers the database.
const USER: &str = "bench_application";
/// Connections.
const CLIENTS: &str = "8";
/// Rows of each table.
const ROWS: usize = 100_000;
/// The organisation.
const TENANT: &str = "00000000-0000-7000-8000-00000000beef";
/// Tables that a wall stands around, and the column that tells whose a row is.
const WALLS: &[(&str, &str)] = &[
    ("tenants", "id"),
    ("users", "tenant_id"),
    ("api_keys", "tenant_id"),
    ("clients", "tenant_id"),
    ("sessions", "tenant_id"),
    ("token_families", "tenant_id"),
];

/// Statements of a request, each asking after a row of the number `:n`.
struct Script {
    name: &'static str,
    /// Whether they make up a transaction of their own anyway.
    transaction: bool,
    statements: &'static str,
}

const SCRIPTS: &[Script] = &[
    Script {
        name: "key by digest",
        transaction: false,
        statements: "SELECT * FROM api_keys WHERE digest = sha256(convert_to(:n::text, 'UTF8')) LIMIT 1;\n",
    },
    Script {
        name: "person by id",
        transaction: false,
        statements: "SELECT id, tenant_id, email, email_verified, display_name, profile, status, password_changed_at,\n\
            created_at, updated_at, deleted_at, last_sign_in_at\n\
            FROM users WHERE id = md5(:n::text)::uuid AND tenant_id = ':tenant'::uuid LIMIT 1;\n",
    },
    Script {
        name: "refresh rotation",
        transaction: true,
        statements: "SELECT * FROM token_families WHERE id = md5(:n::text)::uuid LIMIT 1 \\gset seen_\n\
            SELECT count(*) FROM token_families JOIN tenants ON tenants.id = token_families.tenant_id\n\
            JOIN clients ON clients.id = token_families.client_pk\n\
            LEFT JOIN sessions ON sessions.id = token_families.session_id\n\
            WHERE token_families.id = md5(:n::text)::uuid AND token_families.tenant_id = ':tenant'::uuid\n\
            AND tenants.status = 'active' AND clients.status = 'active'\n\
            AND (token_families.session_id IS NULL OR (sessions.ended_at IS NULL AND sessions.expires_at > now()));\n\
            SELECT id, status, email FROM users WHERE id = md5(:n::text)::uuid AND tenant_id = ':tenant'::uuid LIMIT 1;\n\
            UPDATE token_families SET generation = generation + 1, rotated_at = now()\n\
            WHERE id = md5(:n::text)::uuid AND generation = :seen_generation AND revoked_at IS NULL;\n",
    },
];

/// How the organisation of a transaction is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Not at all: there are no policies.
    Never,
    /// At the begin of each transaction, as a server has to that shares its connections.
    EachTime,
    /// The same, sent together with the statement in one go, which libraries of servers hardly do.
    AtOnce,
    /// Once for each connection: what the policies themselves cost.
    Once,
}

/// Each script without policies and with them, in turn, and what of the difference the policies themselves make.
pub async fn cost(bench: &mut Bench) -> Result<Vec<Row>> {
    let pgbench = bench.options.pgbench.clone().context("no pgbench was given")?;
    let rows = bench.options.size("rows", (10_000, ROWS))?;
    let url = storage::create(bench.options.postgres()?, "row_security")?;
    let plan = Plan { name: "row-security", database_url: Some(url.clone()), ..PLAN };
    let mut instance = Instance::new(&bench.options.site, plan)?;
    instance.start().await?;
    instance.remove()?;
    fill(&url, rows)?;
    let as_user = storage::as_user(&url, USER)?;
    check(&url, &as_user)?;
    let folder = bench.options.site.folder.clone();
    let mut table = Vec::new();
    let seconds = bench.options.size("seconds", (2, 5))? as u64;
    for script in SCRIPTS {
        let turn = |told: Told| {
            walls(&url, told != Told::Never)?;
            let file = write(&folder, script, (told, rows))?;
            rate(&pgbench, &as_user, (&file, told), seconds)
        };
        let compare = |told: Told| {
            let mut rounds = Rounds::default();
            for _ in 0..ROUNDS {
                let without = turn(Told::Never)?;
                rounds.push(without, turn(told)?);
            }
            anyhow::Ok(rounds)
        };
        let whole = compare(Told::EachTime)?;
        let label = format!("{}, {CLIENTS} connections: with row-level security over without", script.name);
        table.push(Row::ratio("wall", &label, &whole, "/s", Goal::AtLeast(0.95, 1.0)));
        if !script.transaction {
            let label = "  the same with all statements sent at once";
            table.push(Row::ratio("wall", label, &compare(Told::AtOnce)?, "/s", Goal::None));
        }
        let label = "  the policies alone, without telling each transaction its organisation";
        table.push(Row::ratio("wall", label, &compare(Told::Once)?, "/s", Goal::None));
    }
    storage::remove(bench.options.postgres()?, "row_security")?;
    PgConnection::establish(bench.options.postgres()?)?
        .batch_execute(&format!("DROP ROLE IF EXISTS {USER}"))?;
    Ok(table)
}

/// One organisation with so many people, keys and lines of refresh tokens, and somebody who may read and change them.
fn fill(url: &str, rows: usize) -> Result<()> {
    let mut conn = PgConnection::establish(url)?;
    let client = "00000000-0000-7000-8000-00000000c11e";
    let id = "md5(n::text)::uuid";
    let statement = format!(
        "SET session_replication_role = replica; SET synchronous_commit = off;
         INSERT INTO tenants (id, slug, display_name, status, settings, created_at, updated_at)
           VALUES ('{TENANT}', 'walled', 'Walled', 'active', '{{}}', 'epoch', 'epoch');
         INSERT INTO clients (id, tenant_id, client_id, display_name, kind, status, auth_method, require_pkce,
           first_party, all_tenants, redirect_uris, post_logout_redirect_uris, grant_types, response_modes, scopes,
           settings, created_at, updated_at)
           VALUES ('{client}', '{TENANT}', 'walled', 'Walled', 'web', 'active', 'none', true, true, false, '{{}}',
             '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', 'epoch', 'epoch');
         INSERT INTO users (id, tenant_id, email, email_key, email_verified, display_name, profile, status,
           created_at, updated_at)
           SELECT {id}, '{TENANT}', n || '@bench.example', n || '@bench.example', true, 'Person ' || n, '{{}}',
             'active', 'epoch', 'epoch' FROM generate_series(0, {last}) AS n;
         INSERT INTO api_keys (id, tenant_id, user_id, name, description, metadata, prefix, hint, digest, level, scopes,
           allowed_addresses, status, status_reason, expiry_notices, created_by, created_at, updated_at)
           SELECT {id}, '{TENANT}', {id}, 'key ' || n, '', '{{}}', 'gk_', '0000',
             sha256(convert_to(n::text, 'UTF8')), 'read-only', '{{}}', '{{}}', 'active', '', 0, 'system:bench', 'epoch',
             'epoch' FROM generate_series(0, {last}) AS n;
         INSERT INTO token_families (id, tenant_id, client_pk, user_id, facts, refreshable, generation, seed,
           rotated_at, created_at, idle_expires_at, expires_at)
           SELECT {id}, '{TENANT}', '{client}', {id}, '{{}}', true, 1, decode(repeat('07', 60), 'hex'), 'epoch', 'epoch',
             'infinity', 'infinity' FROM generate_series(0, {last}) AS n;
         DROP ROLE IF EXISTS {USER}; CREATE ROLE {USER} LOGIN;
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {USER};",
        last = rows - 1,
    );
    conn.batch_execute(&statement).context("adding rows")?;
    for (table, column) in WALLS {
        conn.batch_execute(&format!(
            "CREATE POLICY wall ON {table} USING ({column} = nullif(current_setting('gridkey.tenant', true), '')::uuid)"
        ))?;
    }
    conn.batch_execute("VACUUM ANALYZE")?;
    Ok(())
}

/// Whether the walls hold, and let through whom they should: nothing would be measured otherwise.
fn check(url: &str, as_user: &str) -> Result<()> {
    walls(url, true)?;
    let mut conn = PgConnection::establish(as_user)?;
    let mut seen = |told: &str| {
        conn.batch_execute(&format!("SET gridkey.tenant = '{told}'"))?;
        let count = "SELECT count(*)::text AS text FROM api_keys WHERE digest = sha256('0')";
        diesel::sql_query(count).get_result::<Text>(&mut conn)
    };
    let (own, none) = (seen(TENANT)?.text, seen("")?.text);
    ensure!(own == "1" && none == "0", "rows behind the wall: {own}, and without an organisation: {none}");
    Ok(())
}

fn walls(url: &str, stand: bool) -> Result<()> {
    let (enable, force) = if stand { ("ENABLE", "FORCE") } else { ("DISABLE", "NO FORCE") };
    let mut conn = PgConnection::establish(url)?;
    for (table, _) in WALLS {
        conn.batch_execute(&format!(
            "ALTER TABLE {table} {enable} ROW LEVEL SECURITY; ALTER TABLE {table} {force} ROW LEVEL SECURITY;"
        ))?;
    }
    conn.batch_execute("CHECKPOINT")?;
    Ok(())
}

fn write(folder: &Path, script: &Script, (told, rows): (Told, usize)) -> Result<PathBuf> {
    let (tenant, last) = (format!("SET LOCAL gridkey.tenant = '{TENANT}';\n"), rows - 1);
    let statements = script.statements.replace(":tenant", TENANT);
    let (begin, told, end) = match (script.transaction, told) {
        (_, Told::EachTime) => ("BEGIN;\n", tenant.as_str(), "COMMIT;\n"),
        (_, Told::AtOnce) => ("\\startpipeline\nBEGIN;\n", tenant.as_str(), "COMMIT;\n\\endpipeline\n"),
        (true, _) => ("BEGIN;\n", "", "COMMIT;\n"),
        (false, _) => ("", "", ""),
    };
    let path = folder.join("row-security.sql");
    std::fs::write(&path, format!("\\set n random(0, {last})\n{begin}{told}{statements}{end}"))?;
    Ok(path)
}

fn rate(pgbench: &Path, url: &str, (script, told): (&Path, Told), seconds: u64) -> Result<f64> {
    let mut command = Command::new(pgbench);
    if told == Told::Once {
        command.env("PGOPTIONS", format!("-c gridkey.tenant={TENANT}"));
    }
    let seconds = seconds.to_string();
    command.args([
        "--no-vacuum",
        "--protocol",
        "prepared",
        "--client",
        CLIENTS,
        "--time",
        &seconds,
        "--file",
    ]);
    let text = output_of(command.arg(script).arg(url))?;
    let line = text.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench told no rate")?;
    line.split(' ').next().unwrap_or_default().parse().context("pgbench told an odd rate")
}
