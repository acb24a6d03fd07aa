//! What most commands begin with: the configuration, and with it the database or everything.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::failure::Failure;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Database, Loaded, LogFormat, Logging, Sources};
use crate::db::Db;
use crate::random::Random;
use crate::server::{StartError, bootstrap, check_schema, database_options};
use crate::telemetry::{self, Format};

/// Where the configuration is.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The configuration file. Else the one that GRIDKEY_CONFIG names, else gridkey.toml in this folder if there is
    /// one. Variables such as GRIDKEY_SERVER_LISTEN are stronger than the file.
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

impl ConfigArgs {
    /// The sources of the configuration, below these `overrides`.
    pub fn sources(&self, overrides: Vec<(String, String)>) -> Sources {
        Sources::of_process(self.config.clone(), overrides)
    }

    /// The whole configuration.
    pub fn load(&self) -> Result<Loaded, Failure> {
        Ok(Config::load(&self.sources(Vec::new()))?)
    }

    /// What is said about the database; the rest may be missing.
    pub fn database(&self) -> Result<Database, Failure> {
        Ok(Config::load_database(&self.sources(Vec::new()))?)
    }

    /// Everything, on a database that somebody else keeps up to date: a command for people must not change the schema
    /// under a server that runs.
    pub fn app(&self) -> Result<Arc<App>, Failure> {
        let mut config = self.load()?.config;
        config.database.migrate_on_start = false;
        Ok(bootstrap(config, Clock::System, Random::default())?)
    }
}

/// Opens a database whose schema is that of this program.
pub fn open_database(config: &Database) -> Result<Db, Failure> {
    let options = database_options(config);
    check_schema(&options)?;
    Ok(Db::open(&options)?)
}

/// Starts the log of a server.
pub fn start_logging(logging: &Logging) -> Result<(), Failure> {
    let format = match logging.format {
        LogFormat::Json => Format::Json,
        LogFormat::Text => Format::Text,
    };
    telemetry::start_logging(format, &logging.filter).map_err(Failure::failed)
}

/// A runtime for the few things that a command waits for.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(StartError::from)?)
}
