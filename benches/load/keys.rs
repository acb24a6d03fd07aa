//! API keys written straight into a database, so many that nobody could make them one by one. The secret of a key follows
//! from its number: whoever knows the number can send the key.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::digest::{SHA256, digest};
use diesel::connection::SimpleConnection;
use diesel::pg::CopyFormat;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::crew::{Member, Turn};
use super::seed::{ID, numbers, settle};
use super::storage::Text;
use super::wire::{Wire, get};

/// Service accounts that the keys belong to, in turn.
pub const ACCOUNTS: usize = 50;
/// The number of the key of somebody who administers the organisation.
pub const ADMINISTRATOR: usize = 999_999_999_999;
/// What a proxy asks.
pub const QUESTION: &str = "/v1/forward-auth/nginx";

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Far away, in microseconds and as a text.
const EXPIRES_AT: (u64, &str) = (4_102_444_800_000_000, "2100-01-01T00:00:00Z");

/// The secret of a key.
pub fn secret(number: usize) -> String {
    let mut text = format!("gk_{number:043}");
    let mut rest = crc32fast::hash(text.as_bytes()) as usize;
    let mut digits = [b'0'; 6];
    for place in digits.iter_mut().rev() {
        *place = ALPHABET.get(rest % ALPHABET.len()).copied().unwrap_or(b'0');
        rest /= ALPHABET.len();
    }
    text.extend(digits.map(char::from));
    text
}

/// What the database knows of a secret.
pub fn digest_of(number: usize) -> Vec<u8> {
    digest(&SHA256, secret(number).as_bytes()).as_ref().to_vec()
}

/// The identifier of a key.
pub fn id(number: usize) -> String {
    format!("00000000-0000-7000-a000-{number:012x}")
}

/// As it stands in a request.
pub fn bearer(number: usize) -> String {
    format!("Bearer {}", secret(number))
}

/// A number of the walk that comes by every one of `count` once and is never near where it was: `count` must not be a
/// multiple of the step, which is a prime.
pub const fn strewn(step: usize, count: usize) -> usize {
    (step % count) * 7_368_787 % count
}

/// The question what a key is worth.
pub fn question(host: std::net::SocketAddr, number: usize) -> Vec<u8> {
    get(host, QUESTION, &[("authorization", &bearer(number)), ("x-original-uri", "/models")])
}

/// A connection that asks after one key after the other.
pub struct Walk {
    host: std::net::SocketAddr,
    step: usize,
    /// So many keys in all ...
    keys: usize,
    /// ... spread over so many that are stored.
    stored: usize,
}

impl Walk {
    /// One for each connection, each from another place on the same way over `keys` out of `stored`.
    pub fn over(host: std::net::SocketAddr, (keys, stored): (usize, usize), connections: usize) -> Vec<Self> {
        let begin = |connection| connection * keys / connections;
        (0..connections).map(|connection| Self { host, step: begin(connection), keys, stored }).collect()
    }
}

impl Member for Walk {
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn> {
        let number = strewn(self.step, self.keys) * (self.stored / self.keys).max(1);
        self.step += 1;
        wire.expect(&question(self.host, number)).await?;
        Ok(Turn::Done)
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The digest of the secret of a key.
    fn bench_digest(number: BigInt) -> Binary;
}

/// Whom the keys belong to, for both databases: `{id}` makes an identifier out of the number `n`.
fn accounts(id: &str, epoch: &str) -> String {
    let all = ACCOUNTS;
    format!(
        "INSERT INTO service_accounts
           (id, tenant_id, slug, display_name, description, status, created_by, created_at, updated_at)
         SELECT {id}, (SELECT id FROM tenants WHERE slug = 'bench'), 'bench-' || n, 'Bench ' || n, '', 'active',
           'system:bench', {epoch}, {epoch}
         FROM numbers;
         INSERT INTO role_assignments (tenant_id, role_id, principal_kind, principal_id, created_at)
         SELECT roles.tenant_id, roles.id, 'service_account', service_accounts.id, {epoch}
         FROM service_accounts
         JOIN roles ON roles.tenant_id = service_accounts.tenant_id
           AND roles.slug = CASE service_accounts.slug WHEN 'bench-{all}' THEN 'tenant_admin' ELSE 'tenant_user' END
         WHERE service_accounts.slug LIKE 'bench-%';"
    )
}

const COLUMNS: &str = "id, tenant_id, service_account_id, name, description, metadata, prefix, hint, digest, level,
  scopes, allowed_addresses, status, status_reason, expires_at, expiry_notices, created_by, created_at, updated_at";

/// Writes keys into the SQLite database of an instance that does not run.
pub fn add_to_sqlite(database: &Path, count: usize) -> Result<()> {
    let mut conn = SqliteConnection::establish(&database.to_string_lossy())
        .map_err(|why| anyhow!("{}: {why}", database.display()))?;
    bench_digest_utils::register_impl(&mut conn, |number: i64| {
        digest_of(usize::try_from(number).unwrap_or_default())
    })?;
    conn.batch_execute("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;")?;
    let accounts = accounts(&ID.replace("8000", "9000"), "0");
    let numbers_of = |count| {
        let numbers = numbers(count);
        format!("CREATE TEMPORARY TABLE numbers AS {numbers} SELECT n FROM numbers;")
    };
    let row = |numbers: &str, level: &str, account: &str| {
        format!(
            "INSERT INTO api_keys ({COLUMNS})
             SELECT {id}, (SELECT id FROM tenants WHERE slug = 'bench'), {account}, 'key ' || n, '', '{{}}', 'gk_',
               '0000', bench_digest(n), '{level}', '[]', '[]', 'active', '', {expires}, 0, 'system:bench', 0, 0
             FROM {numbers};",
            id = ID.replace("8000", "a000"),
            expires = EXPIRES_AT.0,
        )
    };
    let of = |number: &str| ID.replace("8000", "9000").replace(", n)", &format!(", {number})"));
    let administrator = format!("(SELECT {ADMINISTRATOR} AS n)");
    let statements = [
        "BEGIN;".into(),
        numbers_of(ACCOUNTS + 1),
        accounts,
        "DROP TABLE numbers;".into(),
        numbers_of(count),
        row("numbers", "read-only", &of(&format!("n % {ACCOUNTS}"))),
        row(&administrator, "admin", &of(&ACCOUNTS.to_string())),
        "DROP TABLE numbers; COMMIT;".into(),
    ];
    for statement in statements {
        conn.batch_execute(&statement).context("adding keys")?;
    }
    drop(conn);
    settle(database)
}

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        tenant_id -> Uuid,
        service_account_id -> Uuid,
        name -> Text,
        description -> Text,
        metadata -> Text,
        prefix -> Text,
        hint -> Text,
        digest -> Binary,
        level -> Text,
        scopes -> Text,
        allowed_addresses -> Text,
        status -> Text,
        status_reason -> Text,
        expires_at -> Timestamptz,
        expiry_notices -> BigInt,
        created_by -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

/// Writes keys into the PostgreSQL database of an instance that does not run: indexes are built once, behind the rows.
pub fn add_to_postgres(url: &str, count: usize) -> Result<()> {
    let mut conn = PgConnection::establish(url)?;
    // No trigger runs in this role, so that no row asks after its organisation.
    conn.batch_execute(
        "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '256MB';",
    )?;
    let id = "('00000000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid";
    conn.batch_execute(&format!(
        "BEGIN; CREATE TEMPORARY TABLE numbers ON COMMIT DROP AS SELECT generate_series(0, {ACCOUNTS}) AS n; {} COMMIT;",
        accounts(id, "'epoch'"),
    ))?;
    let drops = "SELECT 'ALTER TABLE api_keys DROP CONSTRAINT ' || conname AS text FROM pg_constraint
        WHERE conrelid = 'api_keys'::regclass AND contype = 'u'
      UNION ALL SELECT 'DROP INDEX ' || indexname FROM pg_indexes WHERE tablename = 'api_keys'
        AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'api_keys'::regclass)";
    let makes =
        "SELECT 'ALTER TABLE api_keys ADD CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) AS text
        FROM pg_constraint WHERE conrelid = 'api_keys'::regclass AND contype = 'u'
      UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = 'api_keys'
        AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'api_keys'::regclass)";
    let drops: Vec<Text> = diesel::sql_query(drops).load(&mut conn)?;
    let makes: Vec<Text> = diesel::sql_query(makes).load(&mut conn)?;
    for statement in drops {
        conn.batch_execute(&statement.text)?;
    }
    copy(&mut conn, count)?;
    for statement in makes {
        conn.batch_execute(&statement.text).context("an index of the keys")?;
    }
    conn.batch_execute("VACUUM (ANALYZE) api_keys")?;
    conn.batch_execute("CHECKPOINT")?;
    Ok(())
}

fn copy(conn: &mut PgConnection, count: usize) -> Result<()> {
    let tenant = "SELECT id::text AS text FROM tenants WHERE slug = 'bench'";
    let tenant: Text = diesel::sql_query(tenant).get_result(conn)?;
    let tenant = tenant.text;
    let copied = diesel::copy_from(api_keys::table)
        .from_raw_data(api_keys::table, move |out| {
            let mut digits = String::with_capacity(64);
            for number in (0..count).chain([ADMINISTRATOR]) {
                digits.clear();
                for byte in digest_of(number) {
                    digits.push_str(&format!("{byte:02x}"));
                }
                let (level, account) = match number {
                    ADMINISTRATOR => ("admin", ACCOUNTS),
                    _ => ("read-only", number % ACCOUNTS),
                };
                let (id, expires) = (id(number), EXPIRES_AT.1);
                writeln!(
                    out,
                    "{id}\t{tenant}\t00000000-0000-7000-9000-{account:012x}\tkey {number}\t\t{{}}\tgk_\t0000\t\\\\x{digits}\t\
                     {level}\t{{}}\t{{}}\tactive\t\t{expires}\t0\tsystem:bench\t1970-01-01\t1970-01-01"
                )
                .map_err(|_| diesel::result::Error::RollbackTransaction)?;
            }
            diesel::QueryResult::Ok(())
        })
        .with_format(CopyFormat::Text)
        .execute(conn)
        .context("copying keys")?;
    anyhow::ensure!(copied == count + 1, "{copied} keys were copied");
    Ok(())
}

/// Look-ups by digest that a driver's own connections do in a second, without a server in between.
pub fn raw_reads(
    database: &super::instance::Database,
    (keys, stored): (usize, usize),
    time: std::time::Duration,
) -> Result<f64> {
    use super::instance::Database;
    let readers = match database {
        Database::Sqlite(_) => 1,
        Database::Postgres(_) => 8,
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..readers)
            .map(|reader| {
                scope.spawn(move || {
                    let from = reader * keys / readers;
                    match database {
                        Database::Sqlite(path) => {
                            let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
                            // As the server's own readers.
                            conn.batch_execute("PRAGMA cache_size = -512; PRAGMA query_only = ON;")?;
                            read(time, (from, keys, stored), |digest| {
                                Ok(api_keys::table
                                    .filter(api_keys::digest.eq(digest))
                                    .select((api_keys::name, api_keys::status, api_keys::level))
                                    .first(&mut conn)?)
                            })
                        }
                        Database::Postgres(url) => {
                            let mut conn = PgConnection::establish(url)?;
                            read(time, (from, keys, stored), |digest| {
                                Ok(api_keys::table
                                    .filter(api_keys::digest.eq(digest))
                                    .select((api_keys::name, api_keys::status, api_keys::level))
                                    .first(&mut conn)?)
                            })
                        }
                    }
                })
            })
            .collect();
        let mut rate = 0.0;
        for reader in running {
            rate += reader.join().map_err(|_| anyhow!("a reader panicked"))??;
        }
        Ok(rate)
    })
}

fn read(
    time: std::time::Duration,
    (from, keys, stored): (usize, usize, usize),
    mut find: impl FnMut(Vec<u8>) -> Result<(String, String, String)>,
) -> Result<f64> {
    let (begun, mut count) = (std::time::Instant::now(), 0);
    while begun.elapsed() < time {
        let number = strewn(from + count, keys) * (stored / keys).max(1);
        std::hint::black_box(find(digest_of(number))?);
        count += 1;
    }
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}
