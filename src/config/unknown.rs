//! Names that no setting has. A misspelt setting must not be ignored: the server would run with a default that its
//! operator believes to have changed.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::ConfigError;
use super::sections::SECTIONS;
use super::settings::{Section, Setting};
use super::sources::{CLIENT_VARIABLES, FILE_VARIABLE, PREFIX, Source};
use crate::text::nearest;

/// Refuses unknown sections and keys of the file. Their values are never shown: a misspelt key may hold a secret.
pub fn in_file(path: &Path, table: &toml::Table, errors: &mut Vec<ConfigError>) {
    let source = Source::File(path.to_owned());
    for (name, value) in table {
        let section = SECTIONS.iter().find(|section| section.name == name);
        match (section, value) {
            (Some(section), toml::Value::Table(keys)) => {
                let unknown =
                    keys.keys().filter(|key| !has_key(section, key)).map(|key| format!("{name}.{key}"));
                errors.extend(unknown.map(|key| no_such_key(key, source.clone())));
            }
            (Some(_), _) => {
                let problem = format!("expected a table: write [{name}] and its settings below");
                errors.push(ConfigError::unreadable(name, source.clone(), problem));
            }
            (None, toml::Value::Table(_)) => errors.push(no_such_section(name, source.clone())),
            (None, _) => errors.push(no_such_key(name.clone(), source.clone())),
        }
    }
}

/// Refuses unknown `GRIDKEY_` variables.
pub fn in_environment(env: &BTreeMap<String, String>, errors: &mut Vec<ConfigError>) {
    let known: Vec<String> = settings()
        .flat_map(|setting| [Some(setting.variable()), setting.file_variable()])
        .flatten()
        .chain([FILE_VARIABLE.to_owned()])
        .collect();
    for (name, value) in env {
        let Some(short) = name.strip_prefix(PREFIX) else { continue };
        if known.contains(name) || CLIENT_VARIABLES.contains(&name.as_str()) || is_service_link(name, value) {
            continue;
        }
        let nearest = nearest(short, known.iter().filter_map(|known| known.strip_prefix(PREFIX)));
        let problem = no_such("environment variable", nearest.map(|short| format!("{PREFIX}{short}")));
        errors.push(ConfigError::unreadable(name, Source::Environment(name.clone()), problem));
    }
}

/// Refuses unknown keys from the command line.
pub fn on_command_line(overrides: &[(String, String)], errors: &mut Vec<ConfigError>) {
    for (key, _) in overrides {
        if !settings().any(|setting| setting.key == key) {
            errors.push(no_such_key(key.clone(), Source::CommandLine));
        }
    }
}

fn settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| section.settings)
}

fn has_key(section: &Section, key: &str) -> bool {
    section.settings.iter().any(|one| one.name() == key || one.file_name().is_some_and(|name| name == key))
}

fn no_such_key(key: String, source: Source) -> ConfigError {
    let bare = key.rsplit('.').next().unwrap_or_default();
    // The right word in the wrong section is the likeliest slip.
    let elsewhere = settings().find(|setting| setting.name() == bare).map(|setting| setting.key);
    let meant = elsewhere.or_else(|| nearest(&key, settings().map(|setting| setting.key)));
    let problem = no_such("setting", meant.map(str::to_owned));
    ConfigError::unreadable(key, source, problem)
}

fn no_such_section(name: &str, source: Source) -> ConfigError {
    let meant = nearest(name, SECTIONS.iter().map(|section| section.name));
    ConfigError::unreadable(name, source, no_such("section", meant.map(|name| format!("[{name}]"))))
}

fn no_such(what: &str, meant: Option<String>) -> String {
    match meant {
        Some(meant) => format!("no such {what}; did you mean {meant}?"),
        None => format!("no such {what}; `gridkey config reference` lists all"),
    }
}

/// Kubernetes gives every container variables that name the services beside it. A service called `gridkey` makes
/// `GRIDKEY_SERVICE_HOST`, `GRIDKEY_SERVICE_PORT_HTTP`, `GRIDKEY_PORT` and `GRIDKEY_PORT_8080_TCP_ADDR`: not settings,
/// and no mistake of the operator.
fn is_service_link(name: &str, value: &str) -> bool {
    let protocol =
        name.rsplit_once("_PORT_").map_or("", |(_, rest)| rest.trim_start_matches(char::is_numeric));
    name.ends_with("_SERVICE_HOST")
        || name.ends_with("_SERVICE_PORT")
        || name.contains("_SERVICE_PORT_")
        || (name.ends_with("_PORT") && value.contains("://"))
        || ["_TCP", "_UDP", "_SCTP"].iter().any(|one| protocol.starts_with(one))
}
