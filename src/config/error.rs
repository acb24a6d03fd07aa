//! What can be wrong with a configuration. All of it is collected and told at once.

use std::fmt;

use super::settings::Setting;
use super::sources::Source;

/// Shown in place of a secret.
pub const HIDDEN: &str = "(hidden)";

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting (`server.listen`), or the unknown name that was found, or the file that cannot be read.
    pub key: String,
    /// The offending value: `(hidden)` for secrets, `None` where there is no value to speak of.
    pub value: Option<String>,
    /// Where the value came from; `None` when a required setting is absent.
    pub source: Option<Source>,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl ConfigError {
    /// A value that does not fit.
    pub(super) fn wrong(setting: &Setting, text: &str, source: Source, problem: impl Into<String>) -> Self {
        Self {
            key: setting.key.to_owned(),
            value: Some(shown(setting, text)),
            source: Some(source),
            problem: problem.into(),
        }
    }

    /// A setting whose value cannot even be read.
    pub(super) fn unreadable(key: impl Into<String>, source: Source, problem: impl Into<String>) -> Self {
        Self { key: key.into(), value: None, source: Some(source), problem: problem.into() }
    }

    /// A required setting that nobody gave.
    pub(super) fn missing(setting: &Setting) -> Self {
        let file = setting.file_variable().map_or_else(String::new, |name| format!(", {name}"));
        Self {
            key: setting.key.to_owned(),
            value: None,
            source: None,
            problem: format!(
                "required, but not set. Set {} under [{}] in the file, or {}{file}: {}",
                setting.name(),
                setting.section(),
                setting.variable(),
                (setting.form)(),
            ),
        }
    }

    /// Whether this is a required setting that nobody gave.
    pub(super) const fn is_missing(&self) -> bool {
        self.source.is_none()
    }
}

/// A value as it may be shown. An empty secret is shown as empty: it means "not set".
pub fn shown(setting: &Setting, text: &str) -> String {
    if setting.secret && !text.is_empty() { HIDDEN.to_owned() } else { text.to_owned() }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        match self.value.as_deref() {
            Some(HIDDEN) => write!(f, " = {HIDDEN}")?,
            Some(value) => write!(f, " = {value:?}")?,
            None => {}
        }
        if let Some(source) = &self.source {
            write!(f, " (from {source})")?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// Everything that is wrong, in the order of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub(super) Vec<ConfigError>);

impl ConfigErrors {
    /// The errors one by one.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the configuration has 1 error:")?,
            many => write!(f, "the configuration has {many} errors:")?,
        }
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ConfigErrors {}
