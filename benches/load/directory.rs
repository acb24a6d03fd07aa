//! A directory of any size, written straight into either database: organisations, people, teams and who holds which role;
//! and how the database would find what the server asks of it.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::instance::Database;
use super::seed::{Cost, numbers, settle};
use super::storage::Text;

/// The number of the person who administers the large organisation: one whose password costs nothing.
pub const ADMINISTRATOR: usize = 4;
/// Teams of the large organisation.
const TEAMS: usize = 100;
/// Tables that grow: what reads all of one is slow one day.
const GROWING: &str = "'users', 'tenants', 'roles', 'role_assignments', 'team_members'";

/// How large a directory is.
#[derive(Clone, Copy)]
pub struct Size {
    /// People, every second of them in one organisation.
    pub people: usize,
    /// Organisations that the other half is spread over.
    pub organisations: usize,
}

/// How passwords of those people of the large organisation are hashed whose number is a multiple of four, and of the
/// others.
pub struct Hashes {
    fourth: String,
    others: String,
}

impl Hashes {
    /// Hashes both.
    pub fn new() -> Result<Self> {
        Ok(Self { fourth: Cost::LEAST.hash()?, others: Cost::DEFAULT.hash()? })
    }
}

/// The words in which the two databases differ.
struct Words {
    padded: fn(&str) -> String,
    id: fn(&str, &str) -> String,
    truth: &'static str,
    epoch: &'static str,
}

const SQLITE: Words = Words {
    padded: |number| format!("printf('%08d', {number})"),
    id: |block, number| format!("printf('00000000-0000-7000-{block}-%012x', {number})"),
    truth: "1",
    epoch: "0",
};

const POSTGRES: Words = Words {
    padded: |number| format!("lpad(({number})::text, 8, '0')"),
    id: |block, number| format!("('00000000-0000-7000-{block}-' || lpad(to_hex({number}), 12, '0'))::uuid"),
    truth: "true",
    epoch: "'epoch'::timestamptz",
};

/// The identifier of a person.
pub fn person_id(number: usize) -> String {
    format!("00000000-0000-7000-8004-{number:012x}")
}

/// Writes a directory into the database of an instance that does not run.
pub fn add(database: &Database, size: Size, hashes: &Hashes) -> Result<()> {
    match database {
        Database::Sqlite(path) => add_to_sqlite(path, size, hashes),
        Database::Postgres(url) => {
            let mut conn = PgConnection::establish(url)?;
            conn.batch_execute(
                "SET session_replication_role = replica; SET synchronous_commit = off; BEGIN;",
            )?;
            for (count, statements) in statements(&POSTGRES, size, hashes) {
                let last = count - 1;
                conn.batch_execute(&format!(
                    "CREATE TEMPORARY TABLE numbers AS SELECT generate_series(0, {last}) AS n; {statements}
                     DROP TABLE numbers;"
                ))
                .context("adding a directory")?;
            }
            conn.batch_execute("COMMIT")?;
            conn.batch_execute("VACUUM ANALYZE")?;
            Ok(conn.batch_execute("CHECKPOINT")?)
        }
    }
}

fn add_to_sqlite(path: &Path, size: Size, hashes: &Hashes) -> Result<()> {
    let mut conn = sqlite(path)?;
    conn.batch_execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; BEGIN;")?;
    for (count, statements) in statements(&SQLITE, size, hashes) {
        let numbers = numbers(count);
        conn.batch_execute(&format!(
            "CREATE TEMPORARY TABLE numbers AS {numbers} SELECT n FROM numbers; {statements} DROP TABLE numbers;"
        ))
        .context("adding a directory")?;
    }
    conn.batch_execute("COMMIT; PRAGMA optimize;")?;
    drop(conn);
    settle(path)
}

fn sqlite(path: &Path) -> Result<SqliteConnection> {
    SqliteConnection::establish(&path.to_string_lossy()).map_err(|why| anyhow!("{}: {why}", path.display()))
}

/// Statements, each group with how many numbers `n` it wants in the table `numbers`.
fn statements(words: &Words, size: Size, hashes: &Hashes) -> [(usize, String); 3] {
    let Size { people, organisations } = size;
    let Words { padded, id, truth, epoch } = words;
    let bench = "(SELECT id FROM tenants WHERE slug = 'bench')";
    let role = |slug: &str| format!("(SELECT id FROM roles WHERE tenant_id = {bench} AND slug = '{slug}')");
    let (small, small_role) = (id("8001", "n"), id("8002", "n"));
    let of_tenants = format!(
        "INSERT INTO tenants (id, slug, display_name, name_key, status, settings, created_at, updated_at)
           SELECT {small}, 'further-' || {slug}, 'Further ' || n, 'further ' || n, 'active', '{{}}', {epoch}, {epoch}
           FROM numbers;
         INSERT INTO roles (id, tenant_id, slug, display_name, permissions, built_in, created_at, updated_at)
           SELECT {small_role}, {small}, roles.slug, roles.display_name, roles.permissions, {truth}, {epoch}, {epoch}
           FROM numbers CROSS JOIN roles WHERE roles.id = {user_role};",
        slug = padded("n"),
        user_role = role("tenant_user"),
    );
    let (team, viewer) = (id("8003", "n"), role("tenant_viewer"));
    let of_teams = format!(
        "INSERT INTO teams (id, tenant_id, slug, display_name, description, created_at, updated_at)
           SELECT {team}, {bench}, 'team-' || n, 'Team ' || n, '', {epoch}, {epoch} FROM numbers;
         INSERT INTO role_assignments (tenant_id, role_id, principal_kind, principal_id, created_at)
           SELECT {bench}, {viewer}, 'team', {team}, {epoch} FROM numbers;"
    );
    let other = format!("n / 2 % {organisations}");
    let of_two = |large: &str, other: &str| format!("CASE n % 2 WHEN 0 THEN {large} ELSE {other} END");
    let (tenant, held) =
        (of_two(bench, &id("8001", &other)), of_two(&role("tenant_user"), &id("8002", &other)));
    let (person, mail) = (id("8004", "n"), format!("'further' || {} || '@bench.example'", padded("n")));
    let Hashes { fourth, others } = hashes;
    let of_people = format!(
        "INSERT INTO users (id, tenant_id, email, email_key, email_verified, display_name, name_key, profile,
             password_hash, password_changed_at, status, created_at, updated_at)
           SELECT {person}, {tenant}, {mail}, {mail}, {truth}, 'Further ' || n, 'further ' || n, '{{}}',
             CASE n % 4 WHEN 0 THEN '{fourth}' ELSE '{others}' END, {epoch}, 'active', {epoch}, {epoch} FROM numbers;
         INSERT INTO role_assignments (tenant_id, role_id, principal_kind, principal_id, created_at)
           SELECT {tenant}, {held}, 'user', {person}, {epoch} FROM numbers;
         INSERT INTO team_members (tenant_id, team_id, member_kind, member_id, created_at)
           SELECT {bench}, {its_team}, 'user', {person}, {epoch} FROM numbers WHERE n % 20 = 0;
         INSERT INTO role_assignments (tenant_id, role_id, principal_kind, principal_id, created_at)
           SELECT {bench}, {admin}, 'user', {person}, {epoch} FROM numbers WHERE n = {ADMINISTRATOR};",
        admin = role("tenant_admin"),
        its_team = id("8003", &format!("n / 20 % {TEAMS}")),
    );
    [(organisations, of_tenants), (TEAMS, of_teams), (people, of_people)]
}

/// Rows of the tables that grow that were read without an index, as PostgreSQL has counted.
pub fn scans(url: &str) -> Result<f64> {
    let sum = format!(
        "SELECT coalesce(sum(seq_tup_read), 0)::text AS text FROM pg_stat_user_tables WHERE relname IN ({GROWING})"
    );
    let mut conn = PgConnection::establish(url)?;
    Ok(diesel::sql_query(sum).get_result::<Text>(&mut conn)?.text.parse()?)
}

/// What the requests of this measurement come down to, with a person in the middle of the directory.
fn questions(middle: usize) -> Vec<(&'static str, String)> {
    let tenant = "(SELECT id FROM tenants WHERE slug = 'bench')";
    let (id, mail) = (person_id(middle), format!("further{middle:08}@bench.example"));
    let page = "status <> 'deleted' ORDER BY id LIMIT 51";
    let beginning = format!("further{middle:08}");
    vec![
        ("organisation by slug", "SELECT * FROM tenants WHERE slug = 'bench'".into()),
        ("page", format!("SELECT * FROM users WHERE tenant_id = {tenant} AND id > '{id}' AND {page}")),
        ("by mail", format!("SELECT * FROM users WHERE tenant_id = {tenant} AND email_key = '{mail}'")),
        (
            "by beginning",
            format!(
                "SELECT * FROM users WHERE tenant_id = {tenant} AND email_key >= '{beginning}' \
                 AND email_key < '{beginning}zz' AND status IN ('invited', 'active', 'suspended') \
                 ORDER BY email_key LIMIT 51"
            ),
        ),
        (
            "by name",
            format!(
                "SELECT * FROM users WHERE tenant_id = {tenant} AND name_key >= 'further {middle}' \
                 AND name_key < 'further {middle}zz' ORDER BY name_key, id LIMIT 51"
            ),
        ),
        (
            "organisations of a mail",
            format!("SELECT tenant_id FROM users WHERE email_key = '{mail}' LIMIT 20"),
        ),
        (
            "teams",
            format!("SELECT team_id FROM team_members WHERE member_id = '{id}' AND tenant_id = {tenant}"),
        ),
        (
            "roles in effect",
            format!(
                "SELECT roles.* FROM role_assignments JOIN roles ON roles.id = role_assignments.role_id \
                 WHERE role_assignments.principal_id IN ('{id}') AND role_assignments.tenant_id = {tenant} \
                 ORDER BY roles.slug"
            ),
        ),
    ]
}

/// Prints how the database finds each thing, and tells how many of them it would look for in a whole table.
pub fn plans(database: &Database, middle: usize) -> Result<f64> {
    let mut bad = 0.0;
    for (name, question) in questions(middle) {
        let (kind, lines) = match database {
            Database::Sqlite(path) => ("SQLite", sqlite_plan(path, &question)?),
            Database::Postgres(url) => ("PostgreSQL", postgres_plan(url, &question)?),
        };
        let ways: Vec<&str> = lines
            .iter()
            .map(|line| {
                line.split("  (cost").next().unwrap_or_default().trim().trim_start_matches("->").trim()
            })
            .filter(|line| ["Scan", "SEARCH", "SCAN"].iter().any(|word| line.contains(word)))
            .collect();
        eprintln!("  {kind}, {name}: {}", ways.join("; "));
        bad += ways.iter().filter(|way| way.contains("Seq Scan") || way.starts_with("SCAN")).count() as f64;
    }
    Ok(bad)
}

fn postgres_plan(url: &str, question: &str) -> Result<Vec<String>> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute(
        "CREATE FUNCTION pg_temp.bench_plan(text) RETURNS SETOF text LANGUAGE plpgsql AS
         'BEGIN RETURN QUERY EXECUTE ''EXPLAIN '' || $1; END'",
    )?;
    let ask = "SELECT line AS text FROM pg_temp.bench_plan($1) AS line";
    let lines =
        diesel::sql_query(ask).bind::<diesel::sql_types::Text, _>(question).load::<Text>(&mut conn)?;
    Ok(lines.into_iter().map(|line| line.text).collect())
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

fn sqlite_plan(path: &Path, question: &str) -> Result<Vec<String>> {
    let mut conn = sqlite(path)?;
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {question}")).load(&mut conn)?;
    Ok(steps.into_iter().map(|step| step.detail).collect())
}
