//! Reads settings one by one, keeps what was right, and collects what was wrong.

use std::cmp::Ordering;

use super::error::{ConfigError, shown};
use super::layers::{Given, Layers};
use super::settings::{Fallback, Setting};
use super::sources::{Source, Sources};
use super::values::Value;

/// One setting as it counts in this process, for `gridkey config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// `server.listen`.
    pub key: &'static str,
    /// Its text; `(hidden)` for secrets.
    pub value: String,
    /// Where it came from.
    pub source: Source,
}

/// What became of one setting. It has no `Debug`, because its text may be a secret.
pub struct Field<T> {
    setting: &'static Setting,
    given: Option<Given>,
    value: Option<T>,
}

impl<T> Field<T> {
    /// The value, when it was right.
    pub const fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The value, when it was right.
    pub fn into_value(self) -> Option<T> {
        self.value
    }

    /// Whether nobody set it.
    pub fn is_default(&self) -> bool {
        self.given.as_ref().is_some_and(|given| given.source == Source::Default)
    }

    /// Key, value and source in words, for a message about another setting.
    pub fn describe(&self) -> String {
        let key = self.setting.key;
        match &self.given {
            Some(given) => format!("{key} ({}, from {})", shown(self.setting, &given.text), given.source),
            None => key.to_owned(),
        }
    }
}

/// Reads settings from the layers.
pub struct Reader<'a> {
    layers: Layers<'a>,
    effective: Vec<Effective>,
    errors: Vec<ConfigError>,
}

impl<'a> Reader<'a> {
    /// Opens the sources; unknown names and an unreadable file are its first errors.
    pub fn open(sources: &'a Sources) -> Self {
        let mut errors = Vec::new();
        Self { layers: Layers::open(sources, &mut errors), effective: Vec::new(), errors }
    }

    /// Reads one setting.
    pub fn read<T: Value>(&mut self, setting: &'static Setting) -> Field<T> {
        let given = match (self.layers.find(setting), setting.fallback) {
            (Some(given), _) => given,
            // The file that cannot be read may set it: neither is it missing, nor does its default count.
            (None, _) if self.layers.incomplete => return Field { setting, given: None, value: None },
            (None, Fallback::Default(text)) => Ok(Given { text: text.to_owned(), source: Source::Default }),
            (None, Fallback::Required(_)) => Err(ConfigError::missing(setting)),
        };
        let given = match given {
            Ok(given) => given,
            Err(why) => {
                self.errors.push(why);
                return Field { setting, given: None, value: None };
            }
        };
        self.effective.push(Effective {
            key: setting.key,
            value: shown(setting, &given.text),
            source: given.source.clone(),
        });
        match T::parse(&given.text).and_then(|value| within(value, setting)) {
            Ok(value) => Field { setting, given: Some(given), value: Some(value) },
            Err(problem) => {
                self.errors.push(ConfigError::wrong(setting, &given.text, given.source.clone(), problem));
                Field { setting, given: Some(given), value: None }
            }
        }
    }

    /// Adds an error to a setting that parsed but breaks a rule.
    pub fn refuse<T>(&mut self, field: &Field<T>, problem: impl Into<String>) {
        if let Some(given) = &field.given {
            self.errors.push(ConfigError::wrong(field.setting, &given.text, given.source.clone(), problem));
        }
    }

    /// Refuses `field` when it is more than `most`. Says nothing when either could not be read: that error is there
    /// already.
    pub fn at_most<T: PartialOrd>(&mut self, field: &Field<T>, most: &Field<T>) {
        if let (Some(value), Some(limit)) = (field.get(), most.get())
            && value > limit
        {
            self.refuse(field, format!("expected no more than {}", most.describe()));
        }
    }

    /// Refuses `field` when it is less than `least`.
    pub fn at_least<T: PartialOrd>(&mut self, field: &Field<T>, least: &Field<T>) {
        if let (Some(value), Some(limit)) = (field.get(), least.get())
            && value < limit
        {
            self.refuse(field, format!("expected no less than {}", least.describe()));
        }
    }

    /// What was read and what was wrong.
    pub fn finish(self) -> (Vec<Effective>, Vec<ConfigError>) {
        (self.effective, self.errors)
    }
}

fn within<T: Value>(value: T, setting: &Setting) -> Result<T, String> {
    let Some((least, most)) = setting.limits else { return Ok(value) };
    let low = T::parse(least)?.compare(&value).is_none_or(Ordering::is_le);
    let high = T::parse(most)?.compare(&value).is_none_or(Ordering::is_ge);
    if low && high { Ok(value) } else { Err(format!("expected {least} to {most}")) }
}
