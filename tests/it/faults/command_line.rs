//! The program on the command line: what it answers, with which exit code, and what it does not let slip.

mod declared;
mod dev;
mod keys;
mod login;
mod managing;
mod profiles;
mod signing;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Database, Engine, MASTER_KEY, run_sql};

const SEED: &str = include_str!("../../fixtures/seed.toml");
/// Another key than that of the databases.
const WRONG_KEY: &str = "BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// What a command answered.
struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Answer {
    /// Expects this exit code.
    #[track_caller]
    fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        if code == 0 {
            assert!(!self.err.starts_with("error:"), "{}", self.err);
        } else {
            assert!(self.err.starts_with("error: "), "{}", self.err);
        }
        self
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {}", self.out))
    }
}

/// A folder and the variables of the commands that run in it.
struct Shell {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
    database: Option<Database>,
}

impl Shell {
    /// Without any configuration.
    fn bare() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new(), database: None }
    }

    /// With what a server needs, on this database.
    fn on(database: Database) -> Self {
        let mut shell = Self::bare();
        shell.variables = vec![
            ("GRIDKEY_SERVER_PUBLIC_URL", "http://127.0.0.1:8080".into()),
            ("GRIDKEY_SECURITY_MASTER_KEY", MASTER_KEY.into()),
            ("GRIDKEY_SECURITY_ARGON2_MEMORY", "8KiB".into()),
            ("GRIDKEY_SECURITY_ARGON2_ITERATIONS", "1".into()),
            ("GRIDKEY_SECURITY_DEVELOPMENT", "true".into()),
            ("GRIDKEY_DATABASE_URL", database.url.clone()),
        ];
        shell.database = Some(database);
        shell
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(other, _)| *other != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gridkey"));
        command.args(line.split_whitespace()).env_clear().current_dir(self.path()).stdin(Stdio::null());
        command.envs(self.variables.iter().cloned());
        command
    }

    fn run(&self, line: &str) -> Answer {
        Self::answer(self.command(line).output().unwrap())
    }

    /// The same with something on standard input.
    fn run_with(&self, line: &str, input: &str) -> Answer {
        std::fs::write(self.path().join("input"), input).unwrap();
        let file = std::fs::File::open(self.path().join("input")).unwrap();
        Self::answer(self.command(line).stdin(file).output().unwrap())
    }

    fn answer(output: std::process::Output) -> Answer {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Answer {
            code: output.status.code().expect("an exit code"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// The same test on both databases; these tests are about processes and need no server of their own.
macro_rules! on_each {
    ($(#[$meta:meta])* $name:ident, |$engine:ident| $body:block) => {
        $(#[$meta])*
        #[test]
        fn $name() {
            for $engine in [Engine::Sqlite, Engine::Postgres] $body
        }
    };
}

#[test]
fn config_check_tells_everything_that_is_wrong_at_once_with_advice() {
    let shell = Shell::bare()
        .with("GRIDKEY_SERVER_LISTN", "127.0.0.1:1")
        .with("GRIDKEY_SERVER_PUBLIC_URL", "http://id.example.com")
        .with("GRIDKEY_TOKENS_ACCESS_TOKEN_LIFETIME", "soon")
        .with("GRIDKEY_SIGN_IN_ATTEMPTS_PER_ACCOUNT", "0");
    std::fs::write(
        shell.path().join("gridkey.toml"),
        "[sesions]\nidle_lifetime = \"1h\"\n[server]\nworkers = \"many\"\n",
    )
    .unwrap();
    let answer = shell.run("config check").expect(2);
    assert!(answer.out.is_empty(), "{}", answer.out);
    for needed in [
        "did you mean GRIDKEY_SERVER_LISTEN?",
        "did you mean [sessions]?",
        "security.master_key: required",
        "tokens.access_token_lifetime = \"soon\"",
        "expected 1 to 1000",
        "expected https",
        "server.workers = \"many\" (from gridkey.toml",
        "fix: ",
    ] {
        assert!(answer.err.contains(needed), "{needed}: {}", answer.err);
    }
    let serve = shell.run("serve").expect(2);
    assert!(
        serve.err.contains("did you mean [sessions]?"),
        "the server does not start either: {}",
        serve.err
    );
}

#[test]
fn arguments_that_make_no_sense_have_exit_code_2() {
    let shell = Shell::bare();
    for line in [
        "frobnicate",
        "config",
        "keys turn",
        "serve --listen nowhere",
        "keys rotate --algorithm HS256",
        "config check --config",
    ] {
        assert_eq!(shell.run(line).code, 2, "{line}");
    }
    let typo = shell.run("confg check").expect(2);
    assert!(typo.err.contains("config"), "{}", typo.err);
    let missing = shell.run("config check --config nowhere.toml");
    assert!(missing.code != 0 && missing.err.contains("nowhere.toml"), "{}", missing.err);
    assert!(shell.run("version").expect(0).out.starts_with("gridkey "));
    assert!(shell.run("--help").expect(0).out.contains("Exit codes"));
}

#[test]
fn no_secret_is_an_argument() {
    let shell = Shell::bare();
    for command in [
        "serve",
        "dev",
        "config",
        "migrate",
        "keys",
        "admin",
        "admin reset-link",
        "healthcheck",
        "config export",
        "tenant list",
        "app create",
        "user update",
    ] {
        let help = shell.run(&format!("{command} --help")).expect(0).out.to_lowercase();
        for option in help.split_whitespace().filter(|word| word.starts_with("--")) {
            assert!(
                !["password", "secret", "token", "master"].iter().any(|word| option.contains(word)),
                "{command} {option}"
            );
        }
    }
}

/// Checklist 88.
#[test]
fn config_show_hides_secrets_and_tells_where_each_value_comes_from() {
    let shell = Shell::on(Database::empty(Engine::Sqlite))
        .with("GRIDKEY_DATABASE_URL", "postgres://gridkey:canary-db@db.example/gridkey")
        .with("GRIDKEY_MAIL_TRANSPORT", "smtp")
        .with("GRIDKEY_MAIL_FROM", "id@example.com")
        .with("GRIDKEY_MAIL_SMTP_URL", "smtps://user:canary-mail@mail.example.com");
    for line in ["config show", "config show --output json", "config check"] {
        let answer = shell.run(line).expect(0);
        for secret in ["canary", MASTER_KEY] {
            assert!(!answer.out.contains(secret) && !answer.err.contains(secret), "{line}: {}", answer.out);
        }
    }
    let all = shell.run("config show --output json").json();
    let one = |key: &str| all.as_array().unwrap().iter().find(|one| one["setting"] == key).unwrap().clone();
    assert_eq!(one("security.master_key")["value"], "(hidden)");
    assert_eq!(one("server.public_url")["source"], "GRIDKEY_SERVER_PUBLIC_URL");
    assert_eq!(one("sessions.idle_lifetime")["source"], "default");
    // Nor does a mistake in a secret print it.
    let broken = shell
        .with("GRIDKEY_SECURITY_MASTER_KEY", "canary-key-too-short")
        .with("GRIDKEY_MAIL_SMTP_URL", "canary-mail://x")
        .with("GRIDKEY_DATABASE_URL", "mysql://u:canary-db@x/y");
    let answer = broken.run("config check").expect(2);
    assert!(!answer.err.contains("canary") && answer.err.contains("security.master_key"), "{}", answer.err);
}

#[test]
fn config_init_writes_a_file_that_is_accepted_once_the_required_settings_stand_in_it() {
    let shell = Shell::bare();
    shell.run("config init").expect(0);
    let path = shell.path().join("gridkey.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "only its owner may read it");
    let again = shell.run("config init").expect(5);
    assert!(again.err.contains("left alone"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert_eq!(shell.run("config init -").expect(0).out.trim_end(), text.trim_end());
    let missing = shell.run("config check").expect(2);
    assert!(missing.err.contains("security.master_key"), "{}", missing.err);
    let set = |text: &str, key: &str, value: &str| {
        let mut found = 0;
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                if line.trim_start_matches(['#', ' ']).starts_with(&format!("{key} =")) {
                    found += 1;
                    format!("{key} = \"{value}\"")
                } else {
                    line.to_owned()
                }
            })
            .collect();
        assert_eq!(found, 1, "{key} stands once in the file");
        lines.join("\n")
    };
    let filled = set(&set(&text, "public_url", "https://id.example.com"), "master_key", MASTER_KEY);
    std::fs::write(&path, filled).unwrap();
    let checked = shell.run("config check").expect(0);
    assert!(checked.out.contains("the configuration is right"), "{}", checked.out);
}

on_each!(migrate_brings_an_empty_database_up_to_date_once, |engine| {
    let shell = Shell::on(Database::empty(engine));
    let state = |shell: &Shell| shell.run("migrate status --output json").expect(0).json();
    assert!(state(&shell).as_array().unwrap().iter().all(|one| one["state"] == "missing"));
    for line in ["keys list", "admin setup-link", "config apply seed.toml"] {
        let answer = shell.run(line).expect(1);
        assert!(answer.err.contains("gridkey migrate run"), "{line}: {}", answer.err);
    }
    assert!(shell.run("migrate run").expect(0).out.contains("applied "));
    assert_eq!(shell.run("migrate run").expect(0).out.trim(), "the schema is up to date");
    assert!(state(&shell).as_array().unwrap().iter().all(|one| one["state"] == "applied"));
});

on_each!(config_apply_rehearses_applies_and_finds_nothing_left_to_do, |engine| {
    let shell = Shell::on(Database::empty(engine));
    std::fs::write(shell.path().join("seed.toml"), SEED).unwrap();
    shell.run("migrate run").expect(0);
    let first = shell.run("config apply --dry-run seed.toml").expect(0);
    assert!(first.out.contains("19 created") && first.out.contains("dry run"), "{}", first.out);
    let rehearsed = shell.run("config apply --dry-run seed.toml").expect(0);
    assert!(rehearsed.out.contains("19 created"), "the rehearsal changed something: {}", rehearsed.out);
    let applied = shell.run("config apply seed.toml").expect(0);
    assert!(applied.out.contains("19 created, 0 updated"), "{}", applied.out);
    let again = shell.run("config apply seed.toml").expect(0);
    assert!(again.out.contains("0 created, 0 updated, 19 unchanged"), "{}", again.out);
    for secret in ["battery", "web-secret"] {
        assert!(!first.out.contains(secret) && !applied.out.contains(secret), "{}", applied.out);
    }
    // What is wrong is told with file and line, and nothing of the file is done.
    let wrong = SEED.replace("Acme Portal", "Renamed").replace("kind = \"machine\"", "kind = \"robot\"");
    std::fs::write(shell.path().join("wrong.toml"), wrong).unwrap();
    let refused = shell.run("config apply wrong.toml").expect(2);
    assert!(refused.err.contains("wrong.toml") && refused.err.contains("robot"), "{}", refused.err);
    assert!(shell.run("config apply seed.toml").expect(0).out.contains("19 unchanged"));
    shell.run("config apply nowhere.toml").expect(4);
});

on_each!(keys_are_listed_rotated_and_retired, |engine| {
    let shell = Shell::on(Database::fresh(engine));
    let list = || {
        let all = shell.run("keys list --output json").expect(0).json();
        let mut found = Vec::new();
        for one in all.as_array().unwrap() {
            let text = |name: &str| one[name].as_str().unwrap().to_owned();
            found.push((text("algorithm"), text("state"), text("kid")));
        }
        found.sort();
        found
    };
    let before = list();
    assert!(before.iter().all(|(_, state, _)| state == "active"), "{before:?}");
    // The only signer cannot go.
    let (_, _, signer) = before.iter().find(|(algorithm, ..)| algorithm == "ES256").unwrap().clone();
    shell.run(&format!("keys retire {signer}")).expect(5);
    shell.run("keys retire nobody").expect(4);
    let rotated = shell.run("keys rotate --algorithm ES256").expect(0);
    assert!(rotated.out.contains("created ") && rotated.out.contains("(ES256)"), "{}", rotated.out);
    assert_eq!(list().len(), before.len() + 1);
    assert!(list().iter().any(|(algorithm, state, _)| algorithm == "ES256" && state == "next"));
    shell.run("keys rotate --now --algorithm ES256").expect(0);
    let signs =
        list().into_iter().find(|(algorithm, state, _)| algorithm == "ES256" && state == "active").unwrap();
    assert_ne!(signs.2, signer, "another key signs at once");
    assert!(!shell.run("keys list").expect(0).out.contains("PRIVATE"));
});

on_each!(
    /// Checklist 65.
    the_setup_link_is_for_a_server_that_nobody_has_set_up, |engine| {
    let shell = Shell::on(Database::empty(engine));
    shell.run("migrate run").expect(0);
    let (one, two) = (shell.run("admin setup-link").expect(0).out, shell.run("admin setup-link").expect(0).out);
    assert!(one.starts_with("http://127.0.0.1:8080/setup?token=gksu_") && one != two, "{one}");
    let ready = Shell::on(Database::fresh(engine));
    let refused = ready.run("admin setup-link").expect(5);
    assert!(refused.out.is_empty() && refused.err.contains("gridkey admin reset-link"), "{}", refused.err);
    let link = ready.run("admin reset-link ada@acme.example").expect(0).out;
    assert!(link.starts_with("http://127.0.0.1:8080/login/reset?token=gkpr_"), "{link}");
    let several = ready.run("admin reset-link sam@example.com").expect(5);
    assert!(several.err.contains("acme, globex") && several.err.contains("--tenant"), "{}", several.err);
    ready.run("admin reset-link sam@example.com --tenant globex").expect(0);
    ready.run("admin reset-link nobody@acme.example").expect(4);
    ready.run("admin reset-link nobody").expect(2);
    assert!(ready.run("admin unlock ada@acme.example").expect(0).out.contains("was not locked"));
});

on_each!(
    /// Checklist 87.
    a_wrong_master_key_is_told_in_one_line_and_harms_nothing, |engine| {
    let shell = Shell::on(Database::fresh(engine));
    let keys = shell.run("keys list").expect(0).out;
    let wrong = shell.with("GRIDKEY_SECURITY_MASTER_KEY", WRONG_KEY);
    for line in ["serve --listen 127.0.0.1:0", "admin reset-link ada@acme.example", "keys rotate", "keys rotate --now"] {
        let answer = wrong.run(line).expect(1);
        assert!(answer.err.contains("master key") && answer.err.contains("security.master_key"), "{line}: {}", answer.err);
        assert_eq!(answer.err.lines().filter(|line| line.starts_with("error:")).count(), 1, "{line}: {}", answer.err);
        assert!(answer.err.lines().count() <= 3, "{line}: {}", answer.err);
        for key in [WRONG_KEY, MASTER_KEY] {
            assert!(!answer.err.contains(key), "{line}");
        }
    }
    assert_eq!(wrong.run("keys list").expect(0).out, keys, "no key was made under the wrong master key");
});

#[test]
fn a_database_that_is_away_or_damaged_is_told_in_words() {
    let away = Shell::on(Database::empty(Engine::Sqlite))
        .with("GRIDKEY_DATABASE_URL", "postgres://g:canary@127.0.0.1:1/x");
    for line in ["serve --listen 127.0.0.1:0", "keys list", "migrate status"] {
        let answer = away.run(line).expect(1);
        assert!(
            answer.err.contains("database.url") && !answer.err.contains("canary"),
            "{line}: {}",
            answer.err
        );
    }
    let shell = Shell::on(Database::fresh(Engine::Sqlite));
    run_sql(shell.database.as_ref().unwrap(), "DROP TABLE users");
    shell.run("admin reset-link ada@acme.example").expect(1);
    let missing =
        Shell::on(Database::empty(Engine::Sqlite)).with("GRIDKEY_DATABASE_URL", "sqlite:/nowhere/at/all.db");
    let answer = missing.run("serve --listen 127.0.0.1:0").expect(1);
    assert!(
        answer.err.contains("/nowhere/at/all.db") || answer.err.contains("database.url"),
        "{}",
        answer.err
    );
}

#[test]
fn a_port_that_is_taken_is_told_in_words() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let answer = Shell::bare().run(&format!("dev --port {port}")).expect(1);
    assert!(answer.err.contains(&port.to_string()) && answer.err.contains("--port"), "{}", answer.err);
    let answer =
        Shell::on(Database::fresh(Engine::Sqlite)).run(&format!("serve --listen 127.0.0.1:{port}")).expect(1);
    assert!(answer.err.contains(&port.to_string()), "{}", answer.err);
}

on_each!(
    /// Checklist 84.
    the_audit_log_is_verified_exported_and_shown,
    |engine| {
        let shell = Shell::on(Database::fresh(engine));
        std::fs::write(shell.path().join("more.toml"), "[[tenants]]\nslug = \"acme\"\ndisplay_name = \"Acme, renamed\"\n")
            .unwrap();
        shell.run("config apply more.toml").expect(0);
        let verify = shell.run("audit verify --output json").expect(0).json();
        assert_eq!((verify[0]["log"].as_str(), verify[0]["not_sealed"].as_str()), (Some("acme"), Some("1")));
        let shown = shell.run("audit tail --tenant acme").expect(0).out;
        assert!(shown.contains("tenant.update SUCCESS by system config apply on tenant acme from here"), "{shown}");
        for (form, expected) in [("jsonl", "{\"id\":"), ("json", "[\n{\"id\":"), ("csv", "id,timestamp,")] {
            let out = shell.run(&format!("audit export --tenant acme --format {form} --action tenant.*")).expect(0).out;
            assert!(out.starts_with(expected) && out.contains("Acme, renamed"), "{form}: {out}");
        }
        assert_eq!(shell.run("audit export --instance").expect(0).out, "");
        shell.run("audit export").expect(2);
        shell.run("audit verify --tenant nobody").expect(4);
        // Not sealed, and yet it has a number: somebody put it there.
        let database = shell.database.as_ref().unwrap();
        run_sql(database, "UPDATE audit_events SET sequence = 1");
        let broken = shell.run("audit verify").expect(1);
        assert!(broken.out.contains("BROKEN") && broken.out.contains("record of the chain is missing"), "{}", broken.out);
        assert!(broken.err.contains("tampered with"), "{}", broken.err);
    }
);
