//! `gridkey dev`: a server with everything in a folder of its own, for developing on one's own machine.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::admin::offer_setup;
use super::failure::Failure;
use super::load::start_logging;
use super::output::say;
use super::{config, private};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Sources};
use crate::dev::{CLIENTS, seed_text, welcome};
use crate::manage::call::SCOPE;
use crate::random::Random;
use crate::seed::{Mode, Report};
use crate::server::{self, StartError};
use crate::web::paths;

/// Run a server to develop with, on this machine only: with examples in it, an inbox instead of a mail server, and
/// pages under /dev. What it stores is kept from run to run.
#[derive(Debug, Args)]
pub struct Dev {
    /// The port on localhost. 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// A file with organisations, people and applications, instead of the examples. Here passwords may stand in clear.
    #[arg(long, value_name = "FILE", conflicts_with = "no_seed")]
    seed: Option<PathBuf>,
    /// Begin with nothing, as a real server does.
    #[arg(long)]
    no_seed: bool,
    /// Open the browser.
    #[arg(long)]
    open: bool,
    /// Forget what earlier runs stored.
    #[arg(long)]
    fresh: bool,
    /// The folder for database and master key.
    #[arg(long, value_name = "FOLDER", default_value = ".gridkey-dev")]
    data: PathBuf,
}

/// The application of the examples that is a program without people.
const MACHINE: &str = "worker";
/// The application of the examples that is the credential of a super admin.
const MANAGER: &str = "admin-cli";
const DATABASE: &str = "gridkey.db";
const MASTER_KEY: &str = "master.key";

/// Runs the server until it is told to stop.
pub fn run(args: &Dev) -> Result<(), Failure> {
    let listener = server::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, args.port))).map_err(|why| {
        let taken = matches!(&why, StartError::Listen { why, .. } if why.kind() == ErrorKind::AddrInUse);
        let failure = Failure::from(why);
        if taken {
            failure.fix("stop the other program, or choose a port with --port (0 takes a free one)")
        } else {
            failure
        }
    })?;
    let address = listener.local_addr().map_err(StartError::from)?;
    let folder = Folder(&args.data);
    folder.prepare(args.fresh).map_err(|why| {
        Failure::failed(format!("the folder {} cannot be used: {why}", args.data.display()))
            .fix("choose another one with --data")
    })?;
    let config = Config::load(&folder.sources(address, Config::environment()))?.config;
    start_logging(&config.logging)?;
    let app = server::bootstrap(config, Clock::System, Random::default())?;
    let report = seed(&app, args, address.port())?;
    let running = server::start(Arc::clone(&app), listener, true)?;
    greet(&app, args, report.as_ref())?;
    let start_page = format!("{}{}", app.config.server.issuer(), paths::DEV_APP);
    if args.open && open::that_detached(start_page).is_err() {
        say("No browser could be opened: open the address yourself.");
    }
    running.wait().map_err(|why| Failure::failed(format!("the server failed: {why}")))
}

/// Puts the examples in, or the file that was named, or nothing.
fn seed(app: &App, args: &Dev, port: u16) -> Result<Option<Report>, Failure> {
    match (&args.seed, args.no_seed) {
        (_, true) => Ok(None),
        (Some(file), _) => config::apply(app, file, Mode::default()).map(Some),
        (None, _) => config::apply_text(app, &seed_text(port), "the examples", Mode::default()).map(Some),
    }
}

/// Says how to begin.
fn greet(app: &App, args: &Dev, report: Option<&Report>) -> Result<(), Failure> {
    let url = app.config.server.issuer();
    say(format!("\nGridkey runs at {url} and keeps its data in {}. Ctrl-C stops it.\n", args.data.display()));
    match report {
        None => offer_setup(app)?,
        Some(_) if args.seed.is_none() => say(welcome(url)),
        Some(report) => say(format!("{report}\n\nMails  {url}{}\n", paths::DEV_MAIL)),
    }
    say(format!("Try it\n  curl {url}{}", paths::JWKS));
    let is_seeded = args.seed.is_none() && !args.no_seed;
    if let Some(secret) = is_seeded.then(|| secret_of(MACHINE)).flatten() {
        say(format!("  curl -u {MACHINE}:{secret} -d grant_type=client_credentials {url}{}\n", paths::TOKEN));
    }
    if let Some(secret) = is_seeded.then(|| secret_of(MANAGER)).flatten() {
        say(manage(url, secret));
    }
    Ok(())
}

/// How to manage the server by curl and by the command line.
fn manage(url: &str, secret: &str) -> String {
    let (token, tenants) = (paths::TOKEN, paths::TENANTS);
    format!(
        "Manage it
  TOKEN=$(curl -s -u {MANAGER}:{secret} -d grant_type=client_credentials -d scope={SCOPE} {url}{token} \\
    | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')
  curl -H \"Authorization: Bearer $TOKEN\" {url}{tenants}
or
  export GRIDKEY_URL={url} GRIDKEY_CLIENT_ID={MANAGER} GRIDKEY_CLIENT_SECRET={secret}
  gridkey tenant list
"
    )
}

fn secret_of(client_id: &str) -> Option<&'static str> {
    CLIENTS.iter().find(|client| client.client_id == client_id)?.secret
}

/// The folder of a server in development.
struct Folder<'a>(&'a Path);

impl Folder<'_> {
    /// Makes what is not there yet: the folder, a note that keeps it out of git, and the master key. With `fresh`, what
    /// earlier runs stored goes first: our own files only, whatever else lies there.
    fn prepare(&self, fresh: bool) -> std::io::Result<()> {
        private::create_folder(self.0)?;
        if fresh {
            for suffix in ["", "-wal", "-shm"] {
                remove(&self.path(&format!("{DATABASE}{suffix}")))?;
            }
            remove(&self.path(MASTER_KEY))?;
        }
        write_new(&self.path(".gitignore"), "*\n")?;
        let key = STANDARD.encode(Random::default().bytes::<32>());
        write_new(&self.path(MASTER_KEY), &format!("{key}\n"))
    }

    /// Where the configuration comes from: what makes it a server in development is fixed, the rest can be tried out
    /// through the environment.
    fn sources(&self, address: SocketAddr, mut env: BTreeMap<String, String>) -> Sources {
        for setting in ["SECURITY_MASTER_KEY", "DATABASE_URL"] {
            env.remove(&format!("GRIDKEY_{setting}"));
            env.remove(&format!("GRIDKEY_{setting}_FILE"));
        }
        env.insert("GRIDKEY_SECURITY_MASTER_KEY_FILE".into(), self.path(MASTER_KEY).display().to_string());
        env.entry("GRIDKEY_LOGGING_FORMAT".into()).or_insert_with(|| "text".into());
        let overrides = [
            ("server.listen", address.to_string()),
            ("server.public_url", format!("http://localhost:{}", address.port())),
            ("database.url", format!("sqlite:{}", self.path(DATABASE).display())),
            ("security.development", "true".to_owned()),
            ("mail.transport", "inbox".to_owned()),
        ];
        let overrides = overrides.map(|(key, value)| (key.to_owned(), value)).into();
        Sources { file: None, env, overrides }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

/// Writes a file unless there is one.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    match private::create_new(path) {
        Ok(mut file) => file.write_all(text.as_bytes()),
        Err(why) if why.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(why) => Err(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_kept_from_run_to_run_and_forgets_only_our_own_files() {
        let outer = tempfile::tempdir().unwrap();
        let inner = outer.path().join("data");
        let folder = Folder(&inner);
        let key = || fs::read_to_string(inner.join(MASTER_KEY)).unwrap();
        folder.prepare(false).unwrap();
        let first = key();
        folder.prepare(false).unwrap();
        assert_eq!(key(), first);
        fs::write(inner.join(DATABASE), "old").unwrap();
        fs::write(inner.join("notes.txt"), "mine").unwrap();
        folder.prepare(true).unwrap();
        assert_ne!(key(), first);
        assert!(!inner.join(DATABASE).exists() && inner.join("notes.txt").exists());
        assert_eq!(fs::read_to_string(inner.join(".gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn the_examples_have_a_program_to_try_out() {
        let secret = secret_of(MANAGER).unwrap();
        assert!(secret_of(MACHINE).is_some());
        let text = manage("http://localhost:1", secret);
        assert!(text.contains("s/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/"), "{text}");
    }

    #[test]
    fn the_configuration_is_right_and_stays_on_this_machine() {
        let folder = tempfile::tempdir().unwrap();
        Folder(folder.path()).prepare(false).unwrap();
        let env = [("GRIDKEY_SECURITY_MASTER_KEY", "junk"), ("GRIDKEY_SERVER_LISTEN", "0.0.0.0:80")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let sources = Folder(folder.path()).sources("127.0.0.1:8080".parse().unwrap(), env);
        let config = Config::load(&sources).unwrap().config;
        assert!(config.security.development && config.server.listen.ip().is_loopback());
        assert_eq!(config.server.issuer(), "http://localhost:8080");
    }
}
