//! The layers over the defaults: for one setting, the strongest text that somebody gave.

use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::settings::Setting;
use super::sources::{Source, Sources};
use super::unknown;
use super::values::Shape;

/// A text and where it came from. It has no `Debug`, because it may be a secret.
pub struct Given {
    /// The text, before it is parsed.
    pub text: String,
    /// Its source.
    pub source: Source,
}

/// What one layer says of a setting: nothing, a text, or something that cannot be used.
type Answer = Option<Result<Given, ConfigError>>;

/// The command line, the environment and the file.
pub struct Layers<'a> {
    sources: &'a Sources,
    file: Option<File>,
    /// A file was named and could not be read: what it would have set is not known.
    pub incomplete: bool,
}

struct File {
    path: PathBuf,
    table: toml::Table,
}

impl<'a> Layers<'a> {
    /// Reads the file and looks for names that no setting has. What is wrong is added to `errors`.
    pub fn open(sources: &'a Sources, errors: &mut Vec<ConfigError>) -> Self {
        let file =
            sources.file.as_deref().and_then(|path| File::read(path).map_err(|why| errors.push(why)).ok());
        let incomplete = sources.file.is_some() && file.is_none();
        if let Some(file) = &file {
            unknown::in_file(&file.path, &file.table, errors);
        }
        unknown::in_environment(&sources.env, errors);
        unknown::on_command_line(&sources.overrides, errors);
        Self { sources, file, incomplete }
    }

    /// The strongest answer. What it hides is not looked at, so that a start can be saved by overriding a value.
    pub fn find(&self, setting: &Setting) -> Answer {
        self.on_command_line(setting)
            .or_else(|| self.in_environment(setting))
            .or_else(|| self.file.as_ref().and_then(|file| file.find(setting)))
    }

    fn on_command_line(&self, setting: &Setting) -> Answer {
        let (_, text) = self.sources.overrides.iter().rev().find(|(key, _)| key == setting.key)?;
        Some(Ok(Given { text: text.clone(), source: Source::CommandLine }))
    }

    fn in_environment(&self, setting: &Setting) -> Answer {
        let name = setting.variable();
        let file_name = setting.file_variable();
        let text = self.sources.env.get(&name);
        let path = file_name.as_ref().and_then(|file_name| self.sources.env.get(file_name));
        let named_in = file_name.unwrap_or_default();
        match (text, path) {
            (None, None) => None,
            (Some(text), None) if text.contains('\u{FFFD}') => {
                Some(Err(ConfigError::wrong(setting, text, Source::Environment(name), "expected UTF-8")))
            }
            (Some(text), None) => Some(Ok(Given { text: text.clone(), source: Source::Environment(name) })),
            (None, Some(path)) => Some(secret_file(setting, PathBuf::from(path), named_in)),
            (Some(_), Some(_)) => {
                let problem = format!("both {name} and {named_in} are set: unset one of them");
                Some(Err(ConfigError::unreadable(setting.key, Source::Environment(name), problem)))
            }
        }
    }
}

impl File {
    fn read(path: &Path) -> Result<Self, ConfigError> {
        let source = Source::File(path.to_owned());
        let text = std::fs::read_to_string(path).map_err(|why| {
            ConfigError::unreadable("configuration file", source.clone(), format!("cannot be read: {why}"))
        })?;
        let table = text.parse().map_err(|why: toml::de::Error| {
            // The error's own text quotes the line, and that line may hold a secret.
            let line = why
                .span()
                .and_then(|span| text.get(..span.start))
                .map_or(0, |before| before.matches('\n').count());
            let problem = format!("line {} is not TOML: {}", line + 1, why.message());
            ConfigError::unreadable("configuration file", source, problem)
        })?;
        Ok(Self { path: path.to_owned(), table })
    }

    fn find(&self, setting: &Setting) -> Answer {
        let table = self.table.get(setting.section())?.as_table()?;
        let file_name = setting.file_name();
        let value = table.get(setting.name());
        let path = file_name.as_ref().and_then(|file_name| table.get(file_name));
        let source = Source::File(self.path.clone());
        match (value, path) {
            (None, None) => None,
            (Some(value), None) => Some(match text_of(setting, value) {
                Ok(text) => Ok(Given { text, source }),
                Err(problem) => Err(ConfigError::wrong(setting, &value.to_string(), source, problem)),
            }),
            (None, Some(toml::Value::String(path))) => {
                // A path is relative to the file that names it, so that the two can be moved together.
                let path = self.path.parent().map_or_else(|| PathBuf::from(path), |folder| folder.join(path));
                Some(secret_file(setting, path, self.path.display().to_string()))
            }
            (None, Some(_)) => Some(Err(ConfigError::unreadable(
                setting.key,
                source,
                format!("{}_file: expected the path of a file in quotes", setting.name()),
            ))),
            (Some(_), Some(_)) => Some(Err(ConfigError::unreadable(
                setting.key,
                source,
                format!("both {0} and {0}_file are set: remove one of them", setting.name()),
            ))),
        }
    }
}

/// A TOML value as the text that the environment would hold.
fn text_of(setting: &Setting, value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(flag) => Ok(flag.to_string()),
        toml::Value::Array(items) if setting.shape == Shape::List => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            items
                .map(|items| items.join(","))
                .ok_or_else(|| format!("expected {}, each in quotes", (setting.form)()))
        }
        other => Err(format!("expected {}, not a TOML {}", (setting.form)(), other.type_str())),
    }
}

/// The content of a file, without the line end that editors and `echo` leave behind.
fn secret_file(setting: &Setting, path: PathBuf, named_in: String) -> Result<Given, ConfigError> {
    let content = std::fs::read_to_string(&path);
    let source = Source::SecretFile { path, named_in };
    match content {
        Ok(text) => Ok(Given { text: text.trim_end_matches(['\r', '\n']).to_owned(), source }),
        Err(why) => {
            Err(ConfigError::unreadable(setting.key, source, format!("the file cannot be read: {why}")))
        }
    }
}
