//! Loading: read every setting, apply the rules between settings, and answer with all or with every error.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::{ConfigError, ConfigErrors};
use super::reader::{Effective, Reader};
use super::sections::{Config, Database, Draft, Profiles};
use super::sources::{self, Sources};

/// A configuration in which everything is right.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    /// Every setting as text, with its source.
    pub effective: Vec<Effective>,
}

impl Config {
    /// Loads the configuration, or tells everything that is wrong with it.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigErrors> {
        let (draft, effective, errors) = read(sources);
        match draft.finish() {
            Some(config) if errors.is_empty() => Ok(Loaded { config, effective }),
            _ => Err(ConfigErrors(errors)),
        }
    }

    /// Only the database, for commands such as `gridkey migrate` that run where the server's address and keys are not
    /// known. What is set must be right all the same; only what is absent elsewhere is forgiven.
    pub fn load_database(sources: &Sources) -> Result<Database, ConfigErrors> {
        let (draft, _, mut errors) = read(sources);
        errors.retain(|error| !error.is_missing() || is_database(error));
        match draft.database.finish() {
            Some(database) if errors.is_empty() => Ok(database),
            _ => Err(ConfigErrors(errors)),
        }
    }

    /// Only the profiles, for commands that look at them where nothing else is set up.
    pub fn load_profiles(sources: &Sources) -> Result<Profiles, ConfigErrors> {
        let (draft, _, mut errors) = read(sources);
        errors.retain(|error| !error.is_missing());
        match draft.profiles.finish() {
            Some(profiles) if errors.is_empty() => Ok(profiles),
            _ => Err(ConfigErrors(errors)),
        }
    }

    /// Where the programs of whoever runs this one keep what is theirs (XDG Base Directory). `None` for somebody without a
    /// home.
    pub fn person_folder() -> Option<PathBuf> {
        sources::person_folder()
    }

    /// The process's `GRIDKEY_` variables.
    pub fn environment() -> BTreeMap<String, String> {
        sources::environment()
    }
}

fn read(sources: &Sources) -> (Draft, Vec<Effective>, Vec<ConfigError>) {
    let mut reader = Reader::open(sources);
    let draft = Draft::read(&mut reader);
    draft.check(&mut reader);
    let (effective, errors) = reader.finish();
    (draft, effective, errors)
}

fn is_database(error: &ConfigError) -> bool {
    error.key.starts_with("database.")
}
