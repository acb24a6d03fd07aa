//! What can be wrong with a seed file, and where. All of it is collected and told at once.

use std::fmt;

/// A place in the file, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// Something read from the file, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub value: T,
    pub place: Place,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError {
    /// Where.
    pub place: Place,
    /// What is wrong and what would be right. It never shows a secret.
    pub problem: String,
    /// The permission that whoever applies the file lacks, if that is what is wrong.
    pub lacks: Option<String>,
}

impl SeedError {
    /// Something that would be wrong whoever applied the file.
    pub(super) fn new(place: Place, problem: impl Into<String>) -> Self {
        Self { place, problem: problem.into(), lacks: None }
    }
}

/// Everything that is wrong, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedErrors {
    origin: String,
    errors: Vec<SeedError>,
}

impl SeedErrors {
    pub(super) fn new(origin: &str, mut errors: Vec<SeedError>) -> Self {
        errors.sort_by_key(|error| error.place);
        Self { origin: origin.to_owned(), errors }
    }

    /// The first permission that whoever applies the file lacks.
    pub fn lacks(&self) -> Option<&str> {
        self.errors.iter().find_map(|error| error.lacks.as_deref())
    }

    /// The errors one by one.
    pub fn iter(&self) -> impl Iterator<Item = &SeedError> {
        self.errors.iter()
    }
}

impl fmt::Display for SeedErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = &self.origin;
        match self.errors.len() {
            1 => write!(f, "{origin} has 1 error; nothing was changed:")?,
            many => write!(f, "{origin} has {many} errors; nothing was changed:")?,
        }
        self.errors.iter().try_for_each(|SeedError { place, problem, .. }| {
            write!(f, "\n  {origin}:{}:{}: {problem}", place.line, place.column)
        })
    }
}

impl std::error::Error for SeedErrors {}

/// How many errors are told at once: whoever has more mends these first.
pub(super) const MOST_ERRORS: usize = 200;

/// Below this likeness (0 to 1) a suggestion would puzzle more than help.
const LIKENESS: f64 = 0.6;

/// `; did you mean "users"?`, when one of the known words is near.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(word, known), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map_or_else(String::new, |(_, known)| format!("; did you mean \"{known}\"?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_words_are_suggested() {
        assert_eq!(did_you_mean("user", ["tenants", "users"]), "; did you mean \"users\"?");
        assert_eq!(did_you_mean("xyz", ["tenants", "users"]), "");
    }
}
