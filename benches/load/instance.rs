//! A Gridkey that is measured: the real program with its own folder, database and port, configured by the environment.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::process::{Process, output_of};
use super::seed::{self, Cost};
use super::wire::{Wire, get};

/// How long a server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to wait between two attempts to reach a server that starts.
const PAUSE: Duration = Duration::from_millis(1);
/// What a client asks a new server first.
pub const FIRST_REQUEST: &str = "/oauth2/jwks";

/// Where instances are made, and what all of them have in common.
#[derive(Clone, Default)]
pub struct Site {
    /// The program.
    pub gridkey: PathBuf,
    /// The folder that theirs are made in.
    pub folder: PathBuf,
    /// Settings of whoever started the benchmark, as (`logging.filter`, value): stronger than all others.
    pub settings: Vec<(String, String)>,
    /// A library that is loaded into every program that is measured, before its own.
    pub preload: Option<PathBuf>,
}

impl Site {
    /// Has a program load that library.
    pub fn prepare<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match &self.preload {
            Some(library) => command.env("LD_PRELOAD", library),
            None => command,
        }
    }
}

/// What an instance is made with, beyond the defaults.
#[derive(Clone)]
pub struct Plan {
    /// The name of its folder.
    pub name: &'static str,
    /// How hard passwords are hashed.
    pub cost: Cost,
    /// Where the data lies; a file in the folder when there is no URL.
    pub database_url: Option<String>,
    /// Further settings, as (`server.workers`, value).
    pub settings: &'static [(&'static str, &'static str)],
}

impl Plan {
    /// As it is delivered.
    pub const DEFAULT: Self =
        Self { name: "default", cost: Cost::DEFAULT, database_url: None, settings: &[] };
    /// Without waiting for the disk, and with passwords that cost nothing.
    pub const FAST: Self = Self {
        name: "fast",
        cost: Cost::LEAST,
        database_url: None,
        settings: &[("database.synchronous", "normal")],
    };
}

/// Where the data of an instance lies.
pub enum Database {
    /// In this file.
    Sqlite(PathBuf),
    /// Behind this URL.
    Postgres(String),
}

/// An instance; it need not run.
pub struct Instance {
    site: Site,
    folder: PathBuf,
    plan: Plan,
    address: SocketAddr,
    server: Option<Process>,
}

impl Instance {
    /// A folder for it, and nothing in it.
    pub fn new(site: &Site, plan: Plan) -> Result<Self> {
        let folder = site.folder.join(format!("instance-{}", plan.name));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder)?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        Ok(Self { site: site.clone(), folder, plan, address, server: None })
    }

    /// One that runs and knows everybody.
    pub async fn seeded(site: &Site, plan: Plan) -> Result<Self> {
        let mut new = Self::new(site, plan)?;
        new.start().await?;
        new.seed()?;
        Ok(new)
    }

    /// A second one with the same data, under another name. The first one must not run.
    pub fn copy(&self, name: &'static str) -> Result<Self> {
        let copy = Self::new(&self.site, Plan { name, ..self.plan.clone() })?;
        seed::settle(&self.database())?;
        fs::copy(self.database(), copy.database()).context("copying a database")?;
        Ok(copy)
    }

    /// Its SQLite file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("gridkey.db")
    }

    /// Where its data lies.
    pub fn store(&self) -> Database {
        self.plan.database_url.clone().map_or_else(|| Database::Sqlite(self.database()), Database::Postgres)
    }

    /// Has it hash passwords so hard from the next start on.
    pub const fn set_cost(&mut self, cost: Cost) {
        self.plan.cost = cost;
    }

    /// Stops it and removes its folder: what is large should not stay.
    pub fn remove(&mut self) -> Result<()> {
        self.stop()?;
        Ok(fs::remove_dir_all(&self.folder)?)
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn server(&self) -> Result<&Process> {
        self.server.as_ref().with_context(|| format!("the instance {} does not run", self.plan.name))
    }

    /// How hard its passwords are hashed.
    pub const fn cost(&self) -> Cost {
        self.plan.cost
    }

    /// Starts it, and tells how long it took to the first answer.
    pub async fn start(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        // The log goes where it costs a write and nothing else.
        let child = self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.with_context(|| format!("starting {}", self.site.gridkey.display()))?;
        let mut server = Process::new(child, self.address);
        let request = get(self.address, FIRST_REQUEST, &[]);
        loop {
            if let Ok(mut wire) = Wire::open(self.address).await
                && wire.send(&request).await.is_ok_and(|answer| answer.status == 200)
            {
                break;
            }
            if let Err(why) = server.still_runs() {
                bail!("{why}; it said: {}", self.complaint()?);
            }
            if begun.elapsed() > PATIENCE {
                bail!("no answer within {} seconds", PATIENCE.as_secs());
            }
            tokio::time::sleep(PAUSE).await;
        }
        let time = begun.elapsed();
        self.server = Some(server);
        Ok(time)
    }

    /// Stops it.
    pub fn stop(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Process::stop)
    }

    /// Tells it of everybody in the seed file.
    pub fn seed(&self) -> Result<()> {
        let file = self.folder.join("seed.toml");
        fs::write(&file, seed::file(self.plan.cost)?)?;
        output_of(self.command(&["config", "apply"]).arg(&file))?;
        Ok(())
    }

    /// Why it does not start.
    fn complaint(&self) -> Result<String> {
        let output = self.command(&["config", "check"]).output()?;
        Ok(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let Cost { kib, passes } = self.plan.cost;
        let address = self.address;
        let file = format!("sqlite:{}", self.database().display());
        let mut command = Command::new(&self.site.gridkey);
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null()).env_clear();
        for (key, value) in [
            ("server.listen", address.to_string()),
            ("server.public_url", format!("http://{address}")),
            ("server.drain_timeout", "0s".into()),
            ("database.url", self.plan.database_url.clone().unwrap_or(file)),
            ("security.master_key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".into()),
            ("security.argon2_memory", format!("{kib}KiB")),
            ("security.argon2_iterations", passes.to_string()),
            // Everybody signs in from one address here.
            ("sign_in.attempts_per_source", "1000000".into()),
            ("sign_in.attempts_per_account", "1000".into()),
        ] {
            command.env(variable(key), value);
        }
        for (key, value) in self.plan.settings {
            command.env(variable(key), value);
        }
        for (key, value) in &self.site.settings {
            command.env(variable(key), value);
        }
        self.site.prepare(&mut command);
        command
    }
}

/// The variable that sets a setting.
fn variable(key: &str) -> String {
    format!("GRIDKEY_{}", key.replace('.', "_").to_uppercase())
}
