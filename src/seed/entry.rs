//! Reading one table of the file, key by key. Every key that does not fit is written down with its place and reading
//! goes on; keys that nobody asked for are refused at the end. (A derived `Deserialize` would stop at the first.)

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;
use std::hash::Hash;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{MOST_ERRORS, Place, Placed, SeedError, did_you_mean};
use super::places::Places;
use crate::text::UnknownText;

/// The text of the file, and what was found wrong with it so far.
pub(super) struct Findings<'t> {
    places: Places<'t>,
    pub errors: Vec<SeedError>,
}

impl<'t> Findings<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { places: Places::new(text), errors: Vec::new() }
    }

    pub fn place(&self, offset: usize) -> Place {
        self.places.of(offset)
    }

    pub fn refuse(&mut self, place: Place, problem: impl Into<String>) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(SeedError::new(place, problem));
        }
    }
}

/// One table of the file while it is being read.
pub(super) struct Entry<'f, 't> {
    found: &'f mut Findings<'t>,
    path: String,
    place: Place,
    table: DeTable<'t>,
    asked: Vec<&'static str>,
    places: BTreeMap<&'static str, Place>,
}

impl<'f, 't> Entry<'f, 't> {
    /// `path` is what the table is called in messages.
    pub fn new(
        found: &'f mut Findings<'t>,
        path: impl Into<String>,
        place: Place,
        table: DeTable<'t>,
    ) -> Self {
        Self { found, path: path.into(), place, table, asked: Vec::new(), places: BTreeMap::new() }
    }

    /// Where the table begins.
    pub const fn place(&self) -> Place {
        self.place
    }

    /// Where the keys stand that were read so far.
    pub fn places(&self) -> BTreeMap<&'static str, Place> {
        self.places.clone()
    }

    /// Writes down what is wrong with a key.
    pub fn refuse(&mut self, key: &str, place: Place, problem: impl Display) {
        self.found.refuse(place, format!("{}.{key}: {problem}", self.path));
    }

    /// A text that `read` understands. What `read` complains about is shown, so it must not repeat a secret.
    pub fn text<T, E: Display>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Placed<T>> {
        let (place, value) = self.raw(key)?;
        self.read_text(key, place, &value, read)
    }

    /// A text that must be there.
    pub fn required_text<T, E: Display>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Placed<T>> {
        if !self.table.contains_key(key) {
            self.asked.push(key);
            self.found.refuse(self.place, format!("{} needs {key}", self.path));
            return None;
        }
        self.text(key, read)
    }

    /// One of the fixed words of an enumeration.
    pub fn choice<T: FromStr>(&mut self, key: &'static str) -> Option<Placed<T>>
    where
        T::Err: Display,
    {
        self.text(key, str::parse)
    }

    /// A list of texts, each of which `read` understands; without the items that it does not.
    pub fn texts<T, E: Display>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Vec<Placed<T>>> {
        let (place, value) = self.raw(key)?;
        let DeValue::Array(items) = value else {
            self.refuse(key, place, "expected a list of texts, such as [\"one\", \"two\"]");
            return None;
        };
        let items = items.into_iter().filter_map(|item| {
            let place = self.found.place(item.span().start);
            self.read_text(key, place, item.get_ref(), &read)
        });
        Some(items.collect())
    }

    /// [`Entry::texts`] in which nothing may stand twice.
    pub fn set<T: Eq + Hash + Clone, E: Display>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Vec<Placed<T>>> {
        let items = self.texts(key, read)?;
        let mut seen = HashSet::new();
        for item in &items {
            if !seen.insert(item.value.clone()) {
                self.refuse(key, item.place, "the same entry stands in this list before");
            }
        }
        Some(items)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let (place, value) = self.raw(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.refuse(key, place, "expected true or false, without quotes");
        }
        flag
    }

    /// A whole number between `least` and `most`; `what` says so in words.
    pub fn number(&mut self, key: &'static str, (least, most): (u32, u32), what: &str) -> Option<u32> {
        let (place, value) = self.raw(key)?;
        let number = match value {
            DeValue::Integer(_) => i64::deserialize(Spanned::new(0..0, value).into_deserializer()).ok(),
            _ => None,
        };
        let fits =
            number.and_then(|number| u32::try_from(number).ok()).filter(|n| (least..=most).contains(n));
        if fits.is_none() {
            self.refuse(key, place, what);
        }
        fits
    }

    /// A table inside this one.
    pub fn nested<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Entry<'_, 't>) -> T) -> Option<T> {
        let (place, value) = self.raw(key)?;
        let DeValue::Table(table) = value else {
            self.refuse(key, place, format_args!("expected a table, such as {key} = {{ ... }}"));
            return None;
        };
        let mut inner = Entry::new(self.found, format!("{}.{key}", self.path), place, table);
        let value = read(&mut inner);
        inner.finish();
        Some(value)
    }

    /// Refuses the keys that nobody asked for. Their values are not shown: a misspelt key may hold a secret.
    pub fn finish(self) {
        for key in self.table.keys() {
            let place = self.found.place(key.span().start);
            let meant = did_you_mean(key.get_ref(), self.asked.iter().copied());
            let meant =
                if meant.is_empty() { format!("; it may have: {}", self.asked.join(", ")) } else { meant };
            self.found.refuse(place, format!("{} has no key \"{}\"{meant}", self.path, key.get_ref()));
        }
    }

    fn raw(&mut self, key: &'static str) -> Option<(Place, DeValue<'t>)> {
        self.asked.push(key);
        let value = self.table.remove(key)?;
        let place = self.found.place(value.span().start);
        self.places.insert(key, place);
        Some((place, value.into_inner()))
    }

    fn read_text<T, E: Display>(
        &mut self,
        key: &str,
        place: Place,
        value: &DeValue<'_>,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Placed<T>> {
        let Some(text) = value.as_str() else {
            self.refuse(key, place, "expected a text in quotes");
            return None;
        };
        match read(text) {
            // No text of ours has one, and not every database can be asked for it.
            Ok(_) if text.contains('\0') => {
                self.refuse(key, place, "expected a text without NUL characters");
                None
            }
            Ok(value) => Some(Placed { value, place }),
            Err(problem) => {
                self.refuse(key, place, problem);
                None
            }
        }
    }
}

/// The longest name for people.
const LONGEST_NAME: usize = 200;

/// Reads a name for people: one line that shows something.
pub(super) fn display_name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.trim() != text {
        return Err("expected a name without white space at its ends".into());
    }
    line(text, LONGEST_NAME)
}

/// The longest description.
const LONGEST_DESCRIPTION: usize = 1_000;

/// Reads what something is for: line breaks are allowed.
pub(super) fn description(text: &str) -> Result<String, String> {
    line(&text.replace('\n', " "), LONGEST_DESCRIPTION).map(|_| text.to_owned())
}

/// Reads a state that a file may bring something into: not the recycle bin.
pub(super) fn unless_deleted<T: FromStr<Err = UnknownText>>(text: &str) -> Result<T, String> {
    if text == "deleted" {
        return Err(
            "a file puts nothing into the recycle bin by name; leave it out and apply with --prune".into()
        );
    }
    text.parse().map_err(|why: UnknownText| {
        let words: Vec<&str> = why.expected.iter().copied().filter(|word| *word != "deleted").collect();
        format!("\"{}\" is not one of: {}", why.found, words.join(", "))
    })
}

/// Reads one line of at most `longest` characters.
pub(super) fn line(text: &str, longest: usize) -> Result<String, String> {
    if text.chars().count() > longest {
        return Err(format!("expected at most {longest} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("expected one line without control characters".into());
    }
    Ok(text.to_owned())
}
