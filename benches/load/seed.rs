//! What the servers under test know: organisations, people and applications, as a seed file, and many more of them
//! written straight into an SQLite database.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

/// People of the seed file.
pub const PEOPLE: usize = 64;
/// Organisations beside that of the people, each with an application of its own.
pub const ORGANISATIONS: usize = 64;
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";
/// Every application's secret.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Where applications that sign people in receive codes.
pub const REDIRECT_URI: &str = "https://app.bench.example/callback";

/// How hard the passwords of an instance are hashed.
#[derive(Clone, Copy)]
pub struct Cost {
    /// Memory.
    pub kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// The default of Gridkey.
    pub const DEFAULT: Self = Self { kib: 19 * 1024, passes: 2 };
    /// Where passwords are not what is measured.
    pub const LEAST: Self = Self { kib: 8, passes: 1 };

    /// [`PASSWORD`], hashed, in PHC string format.
    pub fn hash(self) -> Result<String> {
        let Self { kib, passes } = self;
        let (salt, mut output) = ([7; 16], [0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(kib, passes, 1, Some(output.len()))?)
            .hash_password_into(PASSWORD.as_bytes(), &salt, &mut output)?;
        let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
        Ok(format!("$argon2id$v=19$m={kib},t={passes},p=1${salt}${output}"))
    }
}

/// The address of a person of the seed file.
pub fn person(number: usize) -> String {
    format!("person{number}@bench.example")
}

/// The address of a person that [`add_people`] wrote.
pub fn further_person(number: usize) -> String {
    format!("further{number:08}@bench.example")
}

/// An organisation of the seed file.
pub fn organisation(number: usize) -> String {
    format!("organisation-{number}")
}

/// The application of an organisation of the seed file.
pub fn organisation_client(number: usize) -> String {
    format!("machine-of-{number}")
}

/// The seed file.
pub fn file(cost: Cost) -> Result<String> {
    let mut text = String::new();
    let mut push = |table: &str, pairs: &[(&str, &str)]| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "[[{table}]]");
        for (key, value) in pairs {
            let _ = writeln!(text, "{key} = {value}");
        }
    };
    push("tenants", &[("slug", "\"bench\""), ("display_name", "\"Bench\"")]);
    let hash = format!("{:?}", cost.hash()?);
    for number in 0..PEOPLE {
        let (email, name) = (format!("{:?}", person(number)), format!("\"Person {number}\""));
        push(
            "users",
            &[("tenant", "\"bench\""), ("email", &email), ("name", &name), ("password_hash", &hash)],
        );
    }
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let id = format!("\"machine-{algorithm}\"");
        machine(&mut push, "\"bench\"", &id, algorithm);
    }
    for algorithm in ["RS256", "ES256"] {
        let (id, uris) = (format!("\"web-{algorithm}\""), format!("[{REDIRECT_URI:?}]"));
        let (algorithm, secret) = (format!("{algorithm:?}"), format!("{SECRET:?}"));
        push(
            "clients",
            &[
                ("tenant", "\"bench\""),
                ("client_id", &id),
                ("display_name", &id),
                ("kind", "\"web\""),
                ("auth_method", "\"client_secret_basic\""),
                ("secret", &secret),
                ("redirect_uris", &uris),
                ("first_party", "true"),
                ("grant_types", "[\"authorization_code\", \"refresh_token\"]"),
                ("scopes", "[\"openid\", \"offline_access\"]"),
                ("id_token_alg", &algorithm),
                ("access_token_alg", &algorithm),
            ],
        );
    }
    for number in 0..ORGANISATIONS {
        let slug = format!("{:?}", organisation(number));
        push("tenants", &[("slug", &slug), ("display_name", &slug)]);
        machine(&mut push, &slug, &format!("{:?}", organisation_client(number)), "ES256");
    }
    Ok(text)
}

/// An application that speaks for itself.
fn machine(push: &mut impl FnMut(&str, &[(&str, &str)]), tenant: &str, id: &str, algorithm: &str) {
    push(
        "clients",
        &[
            ("tenant", tenant),
            ("client_id", id),
            ("display_name", id),
            ("kind", "\"machine\""),
            ("auth_method", "\"client_secret_basic\""),
            ("secret", &format!("{SECRET:?}")),
            ("grant_types", "[\"client_credentials\"]"),
            ("scopes", "[\"read\"]"),
            ("access_token_alg", &format!("{algorithm:?}")),
        ],
    );
}

/// Writes people into the database of an instance that does not run.
pub fn add_people(database: &Path, count: usize, cost: Cost) -> Result<()> {
    let hash = cost.hash()?;
    write(
        database,
        &format!(
            "{NUMBERS}
         INSERT INTO users
           (id, tenant_id, email, email_key, email_verified, display_name, profile, password_hash,
            password_changed_at, status, created_at, updated_at)
         SELECT {ID}, (SELECT id FROM tenants WHERE slug = 'bench'),
           printf('further%08d@bench.example', n), printf('further%08d@bench.example', n), 1,
           'Further ' || n, '{{}}', '{hash}', 0, 'active', 0, 0
         FROM numbers",
            NUMBERS = numbers(count),
        ),
    )
}

/// Writes organisations into the database of an instance that does not run.
pub fn add_organisations(database: &Path, count: usize) -> Result<()> {
    write(
        database,
        &format!(
            "{NUMBERS}
         INSERT INTO tenants (id, slug, display_name, status, settings, created_at, updated_at)
         SELECT {ID}, printf('further-%08d', n), 'Further ' || n, 'active', '{{}}', 0, 0 FROM numbers",
            NUMBERS = numbers(count),
        ),
    )
}

/// The number `n` as a UUID of version 7, in the order of `n`.
pub const ID: &str = "printf('00000000-0000-7000-8000-%012x', n)";

/// So many numbers `n`, from 0 on.
pub fn numbers(count: usize) -> String {
    format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {count})"
    )
}

fn write(database: &Path, statement: &str) -> Result<()> {
    let mut conn = open(database)?;
    conn.batch_execute("PRAGMA synchronous = NORMAL;")?;
    conn.batch_execute(statement).context("adding rows")?;
    drop(conn);
    settle(database)
}

/// Moves what lies in the log of an SQLite database into its file, so that the file alone is the whole of it.
pub fn settle(database: &Path) -> Result<()> {
    open(database)?.batch_execute("PRAGMA wal_checkpoint(TRUNCATE);").context("a checkpoint")
}

fn open(database: &Path) -> Result<SqliteConnection> {
    SqliteConnection::establish(&database.to_string_lossy())
        .map_err(|why| anyhow!("{}: {why}", database.display()))
}
