//! Secrets that were given out or sent in are found nowhere afterwards: not in the database, not in the log, not in what
//! is answered to others.

mod run;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use diesel::prelude::*;
use gridkey::secret::Digest;

use self::run::Run;
use crate::on_both;
use crate::support::process::Process;
use crate::support::{Engine, PASSWORD, TestApp, basic, runtime, tokens};

const WEB_SECRET: &str = "web-secret-web-secret-web-secret-0001";
const WORKER_SECRET: &str = "worker-secret-worker-secret-worker-1";

impl Run {
    /// Looks for every secret in every guise.
    fn assert_absent(&self, what: &str, haystack: &[u8]) {
        for (name, secret) in &self.secrets {
            for (guise, needle) in guises(secret) {
                assert!(!contains(haystack, &needle), "{name} is in {what}, {guise}: {secret}");
            }
        }
        assert!(self.secrets.len() > 50, "{}", self.secrets.len());
    }
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

/// How a text may stand somewhere without being recognised at first sight.
fn guises(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut all = vec![
        ("as it is", secret.as_bytes().to_vec()),
        ("form-encoded", form.clone().into_bytes()),
        ("percent-encoded", form.replace('+', "%20").into_bytes()),
        ("in hexadecimal", hex(secret.as_bytes())),
        ("in base64", STANDARD.encode(secret).trim_end_matches('=').as_bytes().to_vec()),
    ];
    // The random bytes themselves, behind the sign of their kind.
    let random = secret
        .strip_prefix("gkac_")
        .or(secret.strip_prefix("gkin_"))
        .or(secret.strip_prefix("gkpr_"))
        .or(secret.strip_prefix("gkcs_"))
        .or(secret.strip_prefix("gkiv_"))
        .unwrap_or(secret);
    if let Some(bytes) = URL_SAFE_NO_PAD.decode(random).ok().filter(|bytes| bytes.len() == 32) {
        all.push(("without its sign", random.as_bytes().to_vec()));
        all.push(("decoded, in hexadecimal", hex(&bytes)));
        all.push(("decoded", bytes));
    }
    all
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let mut at = 0;
    while let Some(next) = haystack[at..].iter().position(|byte| *byte == first) {
        at += next;
        if haystack[at..].starts_with(needle) {
            return true;
        }
        at += 1;
    }
    false
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

/// Everything in the database: SQLite's files as they are, with what was deleted and not yet overwritten; every row of
/// every table of PostgreSQL, where bytes are written in hexadecimal.
fn dump(url: &str) -> Vec<u8> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let mut all = std::fs::read(path).unwrap();
        all.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
        return all;
    }
    let mut conn = PgConnection::establish(url).unwrap();
    let tables = "SELECT quote_ident(tablename) AS text FROM pg_tables WHERE schemaname = 'public'";
    let tables: Vec<Row> = diesel::sql_query(tables).load(&mut conn).unwrap();
    assert!(tables.len() > 12, "{}", tables.len());
    let mut all = Vec::new();
    for table in tables {
        let rows: Vec<Row> = diesel::sql_query(format!("SELECT t::text AS text FROM {} t", table.text))
            .load(&mut conn)
            .unwrap();
        for row in rows {
            all.extend(row.text.into_bytes());
            all.push(b'\n');
        }
    }
    all
}

on_both!(
    /// Checklist 20, 41, 87, 88.
    no_secret_lies_in_the_database,
    |app| {
        let run = Run::through(&app.base).await;
        let url = app.database_url.clone();
        let everything = tokio::task::spawn_blocking(move || dump(&url)).await.unwrap();
        // Proof that the search works: the code's digest is there.
        let digest = Digest::of(run.code.as_bytes());
        assert!(contains(&everything, digest.as_bytes()) || contains(&everything, &hex(digest.as_bytes())));
        assert!(contains(&everything, tokens::ADA.as_bytes()));
        run.assert_absent("the database", &everything);
    }
);

async fn no_secret_is_logged(engine: Engine) {
    let mut process = Process::on_fresh(engine, &[("logging.filter", "trace"), ("logging.format", "json")]);
    process.start().await;
    let run = Run::through(&process.base).await;
    process.kill();
    let log = process.log();
    for said in ["request finished", "request refused", "\"route\":\"/oauth2/token\"", "TRACE"] {
        assert!(log.contains(said), "the log does not even say {said}");
    }
    for line in log.lines().filter(|line| line.contains("\"target\":\"gridkey")) {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    run.assert_absent("the log", log.as_bytes());
}

/// Checklist 88.
#[test]
fn no_secret_is_in_the_log_of_a_talkative_server_on_sqlite() {
    runtime().block_on(no_secret_is_logged(Engine::Sqlite));
}

/// Checklist 88.
#[test]
fn no_secret_is_in_the_log_of_a_talkative_server_on_postgres() {
    runtime().block_on(no_secret_is_logged(Engine::Postgres));
}

on_both!(
    /// Checklist 87: what lies in the database opens nothing.
    what_is_stored_cannot_be_presented,
    |app| {
        let mut browser = app.browser();
        let code = browser.code_for_web("openid", tokens::ADA, PASSWORD).await;
        for text in written(Digest::of(code.as_bytes()).as_bytes()) {
            app.redeem(&format!("gkac_{text}")).await.expect_error(400, "invalid_grant");
            app.redeem(&text).await.expect_error(400, "invalid_grant");
        }
        for text in written(Digest::of(WEB_SECRET.as_bytes()).as_bytes()) {
            let form = [("grant_type", "client_credentials")];
            app.token(Some(&basic("web", &text)), &form).await.expect_error(401, "invalid_client");
        }
        let stored = app.app.db.read(|conn| {
            let ada = tokens::person(conn, "acme", tokens::ADA)?;
            gridkey::users::store::password_hash(conn, ada.tenant_id, ada.id)
        });
        let hash = format!("{:?}", stored.await.unwrap().unwrap());
        assert!(!hash.contains("$argon2"), "not even by accident in a log: {hash}");
        app.redeem(&code).await.expect(200);
    }
);

/// Bytes as somebody who found them would write them.
fn written(bytes: &[u8]) -> [String; 3] {
    [String::from_utf8(hex(bytes)).unwrap(), URL_SAFE_NO_PAD.encode(bytes), STANDARD.encode(bytes)]
}

on_both!(
    /// Checklist 87: the keys of a stolen database stay shut, and no server runs with them.
    a_stolen_database_opens_with_its_own_master_key_alone,
    |app| {
        for key in ["ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHiA="] {
            let refused = app.start_again(&[("security.master_key", key)]).await.unwrap_err();
            assert!(refused.contains("security.master_key") && !refused.contains(key), "{refused}");
        }
        app.start_again(&[]).await.unwrap();
    }
);

/// What a program is told about settings must not tell the secret ones.
#[test]
fn the_configuration_shows_no_secret() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Sqlite).await;
        let shown = format!("{:?}", app.app.config);
        assert!(!shown.contains(crate::support::MASTER_KEY) && !shown.contains("AAECAwQF"), "{shown}");
    });
}
