//! The configuration as an operator meets it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::sections::SECTIONS;
use super::settings::{Fallback, Setting};
use super::*;

pub(super) const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Sources that load: the required settings and nothing else.
pub(super) fn sources(pairs: &[(&str, &str)]) -> Sources {
    let mut env = env(pairs);
    env.entry("GRIDKEY_SERVER_PUBLIC_URL".into()).or_insert_with(|| "https://id.example.com".into());
    if !env.contains_key("GRIDKEY_SECURITY_MASTER_KEY_FILE") {
        env.entry("GRIDKEY_SECURITY_MASTER_KEY".into()).or_insert_with(|| MASTER_KEY.into());
    }
    Sources { env, ..Sources::default() }
}

pub(super) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn errors(sources: &Sources) -> Vec<String> {
    Config::load(sources).unwrap_err().iter().map(ToString::to_string).collect()
}

pub(super) fn settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}

fn effective(loaded: &Loaded, key: &str) -> (String, String) {
    let one = loaded.effective.iter().find(|one| one.key == key).unwrap();
    (one.value.clone(), one.source.to_string())
}

#[test]
fn defaults_are_in_force_when_nothing_is_set() {
    let config = Config::load(&sources(&[])).unwrap().config;
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.issuer(), "https://id.example.com");
    assert!(config.server.trusted_proxies.is_empty());
    assert_eq!(config.server.body_limit.bytes(), 65_536);
    assert_eq!(config.database.url.expose(), "sqlite:gridkey.db");
    assert_eq!(config.database.connection_count(), 8);
    assert_eq!(config.tokens.authorization_code_lifetime, Duration::from_secs(60));
    assert_eq!(config.tokens.signing_algorithm, SigningAlgorithm::Rs256);
    assert_eq!(config.mail.transport, MailTransport::None);
    assert!(config.security.hash_slots() >= 1 && config.server.worker_count() >= 1);
    assert!(!config.security.development);
}

#[test]
fn each_source_is_stronger_than_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "gridkey.toml", "[server]\nworkers = 2\n");
    let mut sources = sources(&[]);
    let workers = |sources: &Sources| {
        let loaded = Config::load(sources).unwrap();
        (loaded.config.server.workers, effective(&loaded, "server.workers").1)
    };
    assert_eq!(workers(&sources), (0, "default".into()));
    sources.file = Some(file.clone());
    assert_eq!(workers(&sources), (2, file.display().to_string()));
    sources.env.insert("GRIDKEY_SERVER_WORKERS".into(), "3".into());
    assert_eq!(workers(&sources), (3, "GRIDKEY_SERVER_WORKERS".into()));
    sources.overrides = vec![("server.workers".into(), "4".into()), ("server.workers".into(), "5".into())];
    assert_eq!(workers(&sources), (5, "command line".into()));
}

#[test]
fn what_is_overridden_cannot_stop_a_start() {
    let mut sources =
        sources(&[("GRIDKEY_DATABASE_URL_FILE", "no/such/file"), ("GRIDKEY_SERVER_WORKERS", "many")]);
    assert_eq!(errors(&sources).len(), 2);
    sources.overrides =
        vec![("database.url".into(), "sqlite:dev.db".into()), ("server.workers".into(), "1".into())];
    assert_eq!(Config::load(&sources).unwrap().config.database.url.expose(), "sqlite:dev.db");
}

#[test]
fn all_errors_are_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "gridkey.toml",
        "[server]\nlisten = 8080\n[tokens]\nauthorization_code_lifetime = \"2m\"\nrsa_bits = 1024\n\
         [sessions]\nidle_lifetime = \"60d\"\n[mail]\ntransport = \"inbox\"\n",
    );
    let from = file.display().to_string();
    let sources = Sources {
        file: Some(file),
        env: env(&[("GRIDKEY_SECURITY_MASTER_KEY", "hunter2"), ("GRIDKEY_SERVER_BODY_LIMIT", "64")]),
        overrides: vec![("server.hsts".into(), "true".into())],
    };
    let expected = [
        "server.hsts (from command line): no such setting; did you mean security.hsts?".to_owned(),
        format!(
            "server.listen = \"8080\" (from {from}): expected an IP address and a port, such as 127.0.0.1:8080 or \
             [::]:8080"
        ),
        "server.public_url: required, but not set. Set public_url under [server] in the file, or \
         GRIDKEY_SERVER_PUBLIC_URL: a URL, such as https://id.example.com"
            .to_owned(),
        "server.body_limit = \"64\" (from GRIDKEY_SERVER_BODY_LIMIT): expected a size with its unit (B, KiB, MiB or \
         GiB), such as 64KiB"
            .to_owned(),
        "security.master_key = (hidden) (from GRIDKEY_SECURITY_MASTER_KEY): a master key is 32 random bytes in base64 \
         (make one with: openssl rand -base64 32)"
            .to_owned(),
        format!("tokens.authorization_code_lifetime = \"2m\" (from {from}): expected 1s to 60s"),
        format!("tokens.rsa_bits = \"1024\" (from {from}): expected one of: 2048, 3072, 4096"),
        format!(
            "sessions.idle_lifetime = \"60d\" (from {from}): expected no more than sessions.absolute_lifetime (30d, \
             from default)"
        ),
        format!(
            "mail.transport = \"inbox\" (from {from}): only for development, because anyone can read the inbox: \
             expected none or smtp, or security.development (false, from default) to be true"
        ),
    ];
    assert_eq!(errors(&sources), expected);
    let whole = Config::load(&sources).unwrap_err();
    assert!(whole.to_string().starts_with("the configuration has 9 errors:\n  server.hsts (from"), "{whole}");
    assert!(!format!("{whole:?}").contains("hunter2"));
}

#[test]
fn unknown_names_are_refused_with_a_suggestion() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(
        folder.path(),
        "gridkey.toml",
        "public_url = \"x\"\nlogging = 1\n[server]\nlisen = \"x\"\nmaster_key = \"hunter2\"\nlisten_file = \"x\"\n\
         [sesions]\nidle = \"x\"\n[zebra]\n",
    );
    let from = file.display().to_string();
    let mut sources = sources(&[
        ("GRIDKEY_SERVER_LISTN", "x"),
        ("GRIDKEY_SERVER_LISTEN_FILE", "x"),
        ("GRIDKEY_QUUX", "x"),
        ("GRIDKEY_CONFIG", "gridkey.toml"),
        ("HOME", "x"),
    ]);
    sources.file = Some(file);
    let mut found = errors(&sources);
    found.sort();
    let mut expected = [
        format!("public_url (from {from}): no such setting; did you mean server.public_url?"),
        format!("logging (from {from}): expected a table: write [logging] and its settings below"),
        format!("server.lisen (from {from}): no such setting; did you mean server.listen?"),
        format!("server.master_key (from {from}): no such setting; did you mean security.master_key?"),
        format!("server.listen_file (from {from}): no such setting; did you mean server.listen?"),
        format!("sesions (from {from}): no such section; did you mean [sessions]?"),
        format!("zebra (from {from}): no such section; `gridkey config reference` lists all"),
        "GRIDKEY_SERVER_LISTN (from GRIDKEY_SERVER_LISTN): no such environment variable; did you mean \
         GRIDKEY_SERVER_LISTEN?"
            .into(),
        "GRIDKEY_SERVER_LISTEN_FILE (from GRIDKEY_SERVER_LISTEN_FILE): no such environment variable; did you mean \
         GRIDKEY_SERVER_LISTEN?"
            .into(),
        "GRIDKEY_QUUX (from GRIDKEY_QUUX): no such environment variable; `gridkey config reference` lists all".into(),
    ];
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn variables_that_kubernetes_makes_are_passed_over() {
    let links = [
        ("GRIDKEY_SERVICE_HOST", "10.0.0.1"),
        ("GRIDKEY_SERVICE_PORT", "80"),
        ("GRIDKEY_SERVICE_PORT_HTTP", "80"),
        ("GRIDKEY_PORT", "tcp://10.0.0.1:80"),
        ("GRIDKEY_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("GRIDKEY_PORT_80_TCP_PROTO", "tcp"),
        ("GRIDKEY_PORT_80_TCP_PORT", "80"),
        ("GRIDKEY_PORT_80_TCP_ADDR", "10.0.0.1"),
    ];
    assert!(Config::load(&sources(&links)).is_ok());
    assert_eq!(errors(&sources(&[("GRIDKEY_PORT", "8080")])).len(), 1);
}

#[test]
fn secrets_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let key = write(folder.path(), "master.key", &format!("{MASTER_KEY}\r\n"));
    let path = key.display().to_string();
    let loaded = Config::load(&sources(&[("GRIDKEY_SECURITY_MASTER_KEY_FILE", &path)])).unwrap();
    let by_value = Config::load(&sources(&[])).unwrap();
    assert_eq!(loaded.config.security.master_key.id(), by_value.config.security.master_key.id());
    let source = format!("{path}, named in GRIDKEY_SECURITY_MASTER_KEY_FILE");
    assert_eq!(effective(&loaded, "security.master_key"), ("(hidden)".into(), source));

    // A path in the configuration file is relative to that file.
    let toml =
        "[server]\npublic_url = \"https://id.example.com\"\n[security]\nmaster_key_file = \"master.key\"\n";
    let file = write(folder.path(), "gridkey.toml", toml);
    assert!(Config::load(&Sources { file: Some(file), ..Sources::default() }).is_ok());

    let none = errors(&sources(&[("GRIDKEY_SECURITY_MASTER_KEY_FILE", "no/such/file")]));
    assert!(none[0].starts_with(
        "security.master_key (from no/such/file, named in GRIDKEY_SECURITY_MASTER_KEY_FILE): the file cannot be read"
    ));
}

#[test]
fn a_secret_given_twice_is_refused() {
    let both = sources(&[("GRIDKEY_MAIL_SMTP_URL", "smtp://a"), ("GRIDKEY_MAIL_SMTP_URL_FILE", "b")]);
    assert_eq!(
        errors(&both),
        [
            "mail.smtp_url (from GRIDKEY_MAIL_SMTP_URL): both GRIDKEY_MAIL_SMTP_URL and GRIDKEY_MAIL_SMTP_URL_FILE are set: \
         unset one of them"
        ]
    );
    let folder = tempfile::tempdir().unwrap();
    let file =
        write(folder.path(), "gridkey.toml", "[mail]\nsmtp_url = \"smtp://a\"\nsmtp_url_file = \"b\"\n");
    let both = Sources { file: Some(file.clone()), ..sources(&[]) };
    assert_eq!(
        errors(&both),
        [format!(
            "mail.smtp_url (from {}): both smtp_url and smtp_url_file are set: remove one of them",
            file.display()
        )]
    );
}

#[test]
fn secrets_are_hidden_wherever_they_are_shown() {
    let url = "postgres://gridkey:hunter2@db/gridkey";
    let loaded = Config::load(&sources(&[("GRIDKEY_DATABASE_URL", url)])).unwrap();
    assert_eq!(effective(&loaded, "database.url"), ("(hidden)".into(), "GRIDKEY_DATABASE_URL".into()));
    assert_eq!(effective(&loaded, "mail.smtp_url"), (String::new(), "default".into()));
    assert_eq!(loaded.effective.len(), settings().count());
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(MASTER_KEY), "{shown}");
    assert_eq!(
        errors(&sources(&[("GRIDKEY_DATABASE_URL", "mysql://hunter2")])),
        ["database.url = (hidden) (from GRIDKEY_DATABASE_URL): expected sqlite:PATH or \
         postgres://USER:PASSWORD@HOST:PORT/NAME"]
    );
}

#[test]
fn a_damaged_file_is_told_without_its_content_and_without_follow_up_errors() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "gridkey.toml", "[security]\nmaster_key = \"hunter2\n");
    // The default of what the file may set is no ground for an error either.
    let env = env(&[("GRIDKEY_SESSIONS_ABSOLUTE_LIFETIME", "1h")]);
    let damaged = errors(&Sources { file: Some(file), env, ..Sources::default() });
    assert_eq!(damaged.len(), 1, "{damaged:?}");
    assert!(damaged[0].contains("line 2 is not TOML") && !damaged[0].contains("hunter2"), "{damaged:?}");
    let absent = errors(&Sources { file: Some("no/such.toml".into()), ..Sources::default() });
    assert!(
        absent.len() == 1 && absent[0].starts_with("configuration file (from no/such.toml): cannot be read")
    );
}

#[test]
fn the_public_url_is_https_but_on_loopback() {
    let problems = |url| match Config::load(&sources(&[("GRIDKEY_SERVER_PUBLIC_URL", url)])) {
        Ok(_) => 0,
        Err(errors) => errors.iter().count(),
    };
    for good in [
        "https://id.example.com",
        "https://id.example.com/",
        "https://id.example.com:8443",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://127.8.9.10",
        "http://[::1]:8080",
    ] {
        assert_eq!(problems(good), 0, "{good}");
    }
    for bad in [
        "http://id.example.com",
        "http://localhost.example.com",
        "http://128.0.0.1",
        "ftp://id.example.com",
        "id.example.com",
        "https://id.example.com/auth",
        "https://id.example.com?",
        "https://id.example.com#",
        "https://user@id.example.com",
        "https://",
        "",
    ] {
        assert_eq!(problems(bad), 1, "{bad}");
    }
    assert_eq!(problems("http://user@id.example.com/a?b#c"), 5);
}

#[test]
fn rules_between_settings() {
    let keys = |pairs: &[(&str, &str)]| -> Vec<String> {
        match Config::load(&sources(pairs)) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(|error| error.key.clone()).collect(),
        }
    };
    assert_eq!(
        keys(&[("GRIDKEY_TOKENS_JWKS_MAX_AGE", "10m"), ("GRIDKEY_TOKENS_KEY_PUBLISH_AHEAD", "5m")]),
        ["tokens.key_publish_ahead"]
    );
    assert_eq!(
        keys(&[("GRIDKEY_TOKENS_REFRESH_TOKEN_LIFETIME", "1d")]),
        ["tokens.refresh_token_idle_lifetime"]
    );
    assert_eq!(keys(&[("GRIDKEY_TOKENS_KEY_ROTATION_INTERVAL", "1h")]), ["tokens.key_publish_ahead"]);
    assert_eq!(keys(&[("GRIDKEY_TOKENS_REFRESH_RETRY_LIMIT", "5s")]), ["tokens.refresh_reuse_grace"]);
    assert_eq!(
        keys(&[("GRIDKEY_SIGN_IN_MINIMUM_PASSWORD_LENGTH", "7")]),
        ["sign_in.minimum_password_length"]
    );
    assert_eq!(
        keys(&[("GRIDKEY_SIGN_IN_PASSWORD_RESET_LIFETIME", "61m")]),
        ["sign_in.password_reset_lifetime"]
    );
    assert_eq!(keys(&[("GRIDKEY_MAIL_TRANSPORT", "smtp")]), ["mail.smtp_url", "mail.from"]);
    let mail = [("GRIDKEY_MAIL_TRANSPORT", "smtp"), ("GRIDKEY_MAIL_FROM", "id@example.com")];
    assert!(keys(&[mail[0], mail[1], ("GRIDKEY_MAIL_SMTP_URL", "smtps://u:p@mail.example.com")]).is_empty());
    assert_eq!(keys(&[mail[0], mail[1], ("GRIDKEY_MAIL_SMTP_URL", "mail.example.com")]), ["mail.smtp_url"]);
    assert!(
        keys(&[("GRIDKEY_MAIL_TRANSPORT", "inbox"), ("GRIDKEY_SECURITY_DEVELOPMENT", "true")]).is_empty()
    );
    assert_eq!(keys(&[("GRIDKEY_LOGGING_FILTER", "gridkey=loud")]), ["logging.filter"]);
    // A setting that could not be read makes no second error in the rules that compare it.
    assert_eq!(keys(&[("GRIDKEY_SESSIONS_ABSOLUTE_LIFETIME", "soon")]), ["sessions.absolute_lifetime"]);
}

#[test]
fn lists_are_arrays_in_the_file_and_have_commas_in_a_variable() {
    let folder = tempfile::tempdir().unwrap();
    let file =
        write(folder.path(), "gridkey.toml", "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n");
    let proxies = |sources: &Sources| Config::load(sources).unwrap().config.server.trusted_proxies;
    let mut sources = Sources { file: Some(file), ..sources(&[]) };
    let from_file = proxies(&sources);
    sources.env.insert("GRIDKEY_SERVER_TRUSTED_PROXIES".into(), "10.0.0.0/8, ::1".into());
    assert_eq!(from_file, proxies(&sources));
    assert_eq!(from_file.len(), 2);
    let file = write(
        folder.path(),
        "bad.toml",
        "[server]\ntrusted_proxies = [1]\nlisten = [\"[::1]:80\"]\nworkers = 1.5\n",
    );
    let sources = Sources { file: Some(file), ..self::sources(&[]) };
    assert_eq!(errors(&sources).len(), 3);
}

#[test]
fn the_database_alone_needs_nothing_else() {
    let url = ("GRIDKEY_DATABASE_URL", "postgres://db/gridkey");
    let alone = Sources { env: env(&[url]), ..Sources::default() };
    assert_eq!(Config::load_database(&alone).unwrap().url.expose(), url.1);
    let wrong = Sources { env: env(&[url, ("GRIDKEY_SERVER_LISTEN", "x")]), ..Sources::default() };
    assert_eq!(Config::load_database(&wrong).unwrap_err().iter().count(), 1);
}

#[test]
fn every_setting_is_documented_and_its_names_are_its_own() {
    let mut names = BTreeSet::new();
    for setting in settings() {
        assert!(setting.doc.iter().any(|line| line.ends_with('.')), "{} has no sentence", setting.key);
        assert!(!setting.name().ends_with("_file"), "{} reads like the file of a secret", setting.key);
        for name in [Some(setting.variable()), setting.file_variable()].into_iter().flatten() {
            assert!(names.insert(name), "{} shares its variable", setting.key);
        }
        if let (true, Fallback::Required(example)) = (setting.secret, setting.fallback) {
            assert_eq!(example, "", "{} shows a secret that people would copy", setting.key);
        }
    }
}
