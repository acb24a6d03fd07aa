//! `gridkey profile`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::failure::{Exit, Failure};
use super::load::ConfigArgs;
use super::output::{Output, OutputArgs, Table, say};
use crate::config::Config;
use crate::tenants::{Profile as Interface, ProfileErrors, ProfileName, Profiles};

/// The published interfaces that organisations can choose from.
#[derive(Debug, Args)]
pub struct Profile {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the profiles of this program and those of profiles.folder.
    List(OutputArgs),
    /// Print one, put together with what it is taken from.
    Show {
        /// Its name.
        name: String,
        #[command(flatten)]
        list: OutputArgs,
    },
    /// Tell everything that is wrong with a file.
    Check {
        /// The file: NAME.toml.
        file: PathBuf,
    },
}

/// Does what was asked.
pub fn run(args: &Profile) -> Result<(), Failure> {
    let folder = folder(&args.config)?;
    match &args.command {
        Command::List(list) => {
            let all = Profiles::load(folder.as_deref()).map_err(wrong)?;
            let mut table = Table::new(&["name", "keys", "errors", "doors", "from", "about"]);
            for profile in all.iter() {
                table.row([
                    Some(profile.name.to_string()),
                    Some(profile.keys.prefix.clone()),
                    Some(profile.errors.content_type.clone()),
                    Some(profile.doors.len().to_string()),
                    Some(all.source(&profile.name).to_owned()),
                    Some(profile.about.clone()),
                ]);
            }
            table.print(list.output);
        }
        Command::Show { name, list } => {
            let all = Profiles::load(folder.as_deref()).map_err(wrong)?;
            show(find(all, name)?, list.output);
        }
        Command::Check { file } => {
            if !file.exists() {
                return Err(Failure::new(Exit::NotFound, format!("there is no file {}", file.display())));
            }
            let (all, name) = Profiles::with_file(file, folder.as_deref()).map_err(wrong)?;
            let profile = find(all, name.as_str())?;
            say(format!(
                "{} is right: keys {}, {} addresses",
                profile.name,
                profile.keys.prefix,
                profile.doors.len()
            ));
        }
    }
    Ok(())
}

/// The folder that the configuration names. These commands need nothing else of it, so what else is missing is forgiven.
fn folder(config: &ConfigArgs) -> Result<Option<PathBuf>, Failure> {
    Ok(Config::load_profiles(&config.sources(Vec::new()))?.folder().filter(|folder| folder != Path::new("")))
}

fn wrong(errors: ProfileErrors) -> Failure {
    Failure::new(Exit::Usage, errors).fix("`gridkey profile show native` prints a whole profile")
}

fn find(all: Profiles, name: &str) -> Result<&'static Interface, Failure> {
    let unknown = |why: &dyn std::fmt::Display| {
        Failure::new(Exit::NotFound, why).fix("`gridkey profile list` lists all")
    };
    let name: ProfileName = name.parse().map_err(|why| unknown(&why))?;
    all.find(&name).map_err(|why| unknown(&why))
}

fn show(profile: &Interface, output: Output) {
    if output == Output::Table {
        return say(profile.source.trim_end());
    }
    let document: toml::Table = profile.source.parse().unwrap_or_default();
    say(output.document(&json!({ "name": profile.name.as_str(), "profile": document })));
}
