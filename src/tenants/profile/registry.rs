//! All profiles of a server: those that are part of the program, and those that its operator adds.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use foldhash::fast::RandomState;

use super::files::{Draft, put_together, read_file, read_folder};
use super::reading;
use super::{Door, Profile, ProfileName};
use crate::text::nearest;

/// Those that are part of the program.
const BUILT_IN: [(&str, &str); 5] = [
    ("native", include_str!("../profiles/native.toml")),
    ("polargrid", include_str!("../profiles/polargrid.toml")),
    ("thegrid", include_str!("../profiles/thegrid.toml")),
    ("scaigrid", include_str!("../profiles/scaigrid.toml")),
    ("poolside", include_str!("../profiles/poolside.toml")),
];

/// One thing that is wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// The file, or what else it came from.
    pub source: String,
    /// The setting: `errors.body`; empty for the file as a whole.
    pub key: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            return write!(f, "{}: {}", self.source, self.problem);
        }
        write!(f, "{} (from {}): {}", self.key, self.source, self.problem)
    }
}

/// Everything that is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileErrors(pub Vec<ProfileError>);

impl fmt::Display for ProfileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => f.write_str("the profiles have 1 error:")?,
            many => write!(f, "the profiles have {many} errors:")?,
        }
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for ProfileErrors {}

/// There is no profile of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no profile \"{name}\"; {}", .meant.as_ref().map_or_else(|| format!("there are: {known}"), |meant| format!("did you mean {meant}?")))]
pub struct UnknownProfile {
    /// The name.
    pub name: ProfileName,
    /// What may have been meant.
    pub meant: Option<String>,
    /// Those that there are.
    pub known: String,
}

/// All profiles of a server. They live as long as the process: whoever answers a request keeps a reference and no count.
#[derive(Clone, Copy)]
pub struct Profiles(&'static Known);

struct Known {
    native: &'static Profile,
    all: BTreeMap<ProfileName, &'static Profile>,
    /// In the order in which they count: our own before those that were added, each by name.
    ordered: Vec<&'static Profile>,
    addresses: Addresses,
    sources: BTreeMap<ProfileName, String>,
}

/// The addresses of all profiles. Every request asks for them, and most have none: those without variables are looked up,
/// and only the few others are tried.
struct Addresses {
    fixed: HashMap<String, Vec<Place>, RandomState>,
    /// Behind what stands in front of their first variable.
    patterns: Vec<(String, Place)>,
}

type Place = (&'static Profile, &'static Door);

impl Addresses {
    fn of(profiles: &[&'static Profile]) -> Self {
        let mut all = Self { fixed: HashMap::default(), patterns: Vec::new() };
        for (profile, door) in
            profiles.iter().flat_map(|profile| profile.doors.iter().map(move |door| (*profile, door)))
        {
            if door.path.variables().next().is_none() {
                all.fixed.entry(door.path.to_text()).or_default().push((profile, door));
            } else {
                let text = door.path.to_text();
                let start = text.split('{').next().unwrap_or_default().to_owned();
                all.patterns.push((start, (profile, door)));
            }
        }
        all
    }

    fn at<'a>(&'a self, method: &'a str, path: &'a str) -> impl Iterator<Item = Place> + 'a {
        let fixed = self.fixed.get(path).into_iter().flatten();
        let patterns =
            self.patterns.iter().filter(|(start, _)| path.starts_with(start)).map(|(_, place)| place);
        let all = fixed.chain(patterns).copied();
        all.filter(move |(_, door)| door.matches(method, path).is_some())
    }
}

impl fmt::Debug for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.all.keys()).finish()
    }
}

impl Profiles {
    /// The profiles of this program and those in a folder.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn load(folder: Option<&Path>) -> Result<Self, ProfileErrors> {
        let mut files: Vec<(String, String, String)> = BUILT_IN
            .iter()
            .map(|(name, text)| ((*name).to_owned(), "this program".to_owned(), (*text).to_owned()))
            .collect();
        let mut errors = Vec::new();
        if let Some(folder) = folder {
            read_folder(folder, &mut files, &mut errors);
        }
        Self::of_files(files, errors)
    }

    /// The profiles of this program and one that a file holds.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn with_file(path: &Path, folder: Option<&Path>) -> Result<(Self, ProfileName), ProfileErrors> {
        let mut files: Vec<(String, String, String)> = BUILT_IN
            .iter()
            .map(|(name, text)| ((*name).to_owned(), "this program".to_owned(), (*text).to_owned()))
            .collect();
        let mut errors = Vec::new();
        if let Some(folder) = folder {
            read_folder(folder, &mut files, &mut errors);
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let of_program = BUILT_IN.iter().any(|(name, _)| *name == stem);
        // Whoever checks a file that already lies in the folder checks that one.
        if !of_program {
            files.retain(|(name, ..)| *name != stem);
        }
        if let Some(file) = read_file(path, &mut errors) {
            files.push(file);
        }
        let all = Self::of_files(files, errors)?;
        let name = stem.parse().unwrap_or_default();
        Ok((all, name))
    }

    fn of_files(
        files: Vec<(String, String, String)>,
        mut errors: Vec<ProfileError>,
    ) -> Result<Self, ProfileErrors> {
        let mut drafts: Vec<Draft> = Vec::new();
        for (name, source, text) in files {
            let refuse =
                |problem: String| ProfileError { source: source.clone(), key: String::new(), problem };
            let (name, table) = match (name.parse::<ProfileName>(), text.parse::<toml::Table>()) {
                (Ok(name), Ok(table)) => (name, table),
                (Err(why), _) => {
                    errors.push(refuse(format!("{why}: rename the file \"{name}.toml\"")));
                    continue;
                }
                (_, Err(why)) => {
                    errors.push(refuse(format!("not TOML: {}", why.to_string().trim_end())));
                    continue;
                }
            };
            if drafts.iter().any(|draft| draft.name == name) {
                let problem = format!(
                    "there is a profile \"{name}\" already; take another name and say from = \"{name}\""
                );
                errors.push(refuse(problem));
                continue;
            }
            drafts.push(Draft { name, source, table });
        }
        let mut ordered = Vec::new();
        let mut sources = BTreeMap::new();
        for draft in &drafts {
            let read = put_together(draft, &drafts).and_then(|table| reading::profile(&draft.name, &table));
            match read {
                Ok(profile) => {
                    sources.insert(draft.name.clone(), draft.source.clone());
                    ordered.push(profile);
                }
                Err(found) => errors.extend(found.into_iter().map(|(key, problem)| ProfileError {
                    source: draft.source.clone(),
                    key,
                    problem,
                })),
            }
        }
        if !errors.is_empty() {
            return Err(ProfileErrors(errors));
        }
        let ordered: Vec<&'static Profile> =
            ordered.into_iter().map(|profile| &*Box::leak(Box::new(profile))).collect();
        let Some(native) = ordered.iter().copied().find(|profile| profile.name == ProfileName::NATIVE) else {
            return Err(ProfileErrors(Vec::new()));
        };
        Ok(Self(Box::leak(Box::new(Known {
            native,
            all: ordered.iter().map(|profile| (profile.name.clone(), *profile)).collect(),
            addresses: Addresses::of(&ordered),
            ordered,
            sources,
        }))))
    }

    /// Our own.
    pub fn native(self) -> &'static Profile {
        self.0.native
    }

    /// Those of this program first, then those that were added.
    pub fn iter(self) -> impl Iterator<Item = &'static Profile> {
        self.0.ordered.iter().copied()
    }

    /// Where a profile came from.
    pub fn source(self, name: &ProfileName) -> &'static str {
        self.0.sources.get(name).map_or("", String::as_str)
    }

    /// The profile of this name.
    ///
    /// # Errors
    /// When there is none: with what may have been meant.
    pub fn find(self, name: &ProfileName) -> Result<&'static Profile, UnknownProfile> {
        self.0.all.get(name).copied().ok_or_else(|| {
            let names = || self.0.ordered.iter().map(|profile| profile.name.as_str());
            UnknownProfile {
                name: name.clone(),
                meant: nearest(name.as_str(), names()).map(str::to_owned),
                known: names().collect::<Vec<_>>().join(", "),
            }
        })
    }

    /// The first profile whose keys begin so.
    pub fn of_prefix(self, prefix: &str) -> Option<&'static Profile> {
        self.iter().find(|profile| profile.keys.prefix == prefix)
    }

    /// The first profile that has this address for whoever comes.
    pub fn of_open_address(self, method: &str, path: &str) -> Option<(&'static Profile, &'static Door)> {
        self.0.addresses.at(method, path).find(|(_, door)| door.is_open)
    }

    /// Whether any profile has an address here.
    pub fn has_address(self, method: &str, path: &str) -> bool {
        self.0.addresses.at(method, path).next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(files: &[(&str, &str)]) -> Result<Profiles, Vec<String>> {
        let mut all: Vec<(String, String, String)> = BUILT_IN
            .iter()
            .map(|(name, text)| ((*name).into(), "this program".into(), (*text).into()))
            .collect();
        all.extend(files.iter().map(|(name, text)| ((*name).into(), format!("{name}.toml"), (*text).into())));
        Profiles::of_files(all, Vec::new())
            .map_err(|errors| errors.0.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn those_of_the_program_are_right() {
        let all = Profiles::load(None).unwrap();
        let prefixes: Vec<_> = all.iter().map(|profile| profile.keys.prefix.as_str()).collect();
        assert_eq!(prefixes, ["gk_", "pg_", "tg_", "sgk_", "ps-"]);
        assert_eq!(all.native().name, ProfileName::NATIVE);
        assert_eq!(all.of_prefix("ps-").unwrap().name, ProfileName::POOLSIDE);
    }

    #[test]
    fn one_that_is_taken_from_another_changes_single_values() {
        let text =
            "from = \"scaigrid\"\n[errors.codes]\ntoken_expired = \"SESSION_EXPIRED\"\n[limits]\nkey = 7\n";
        let all = with(&[("older", text)]).unwrap();
        let (older, base) =
            (all.find(&"older".parse().unwrap()).unwrap(), all.find(&ProfileName::SCAIGRID).unwrap());
        assert_eq!(older.errors.codes["token_expired"], "SESSION_EXPIRED");
        assert_eq!(older.errors.codes["invalid_token"], base.errors.codes["invalid_token"]);
        assert_eq!((older.rates.key, older.rates.tenant), (Some(7), base.rates.tenant));
        assert_eq!(
            (older.errors.body.clone(), older.doors.len()),
            (base.errors.body.clone(), base.doors.len())
        );
        let unknown = all.find(&"scaigird".parse().unwrap()).unwrap_err();
        assert_eq!(unknown.to_string(), "there is no profile \"scaigird\"; did you mean scaigrid?");
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_its_source() {
        let wrong = "from = \"native\"\n[keys]\nprefx = \"x_\"\nprefix = \"X\"\n[errors]\nbody = '{\"a\":\"$mesage\"}'\n\
                     [doors.a]\nat = \"FETCH /x\"\nto = \"GET /y/{id}\"\n[limits]\nkey = 0\n";
        let errors = with(&[
            ("wrong", wrong),
            ("lost", "from = \"polargird\""),
            ("round", "from = \"round\""),
            ("BAD", ""),
            ("native", ""),
            ("bare", "about = \"x\""),
            ("broken", "= 1"),
        ])
        .unwrap_err();
        for part in [
            "keys.prefx (from wrong.toml): no such setting; did you mean keys.prefix?",
            "keys.prefix (from wrong.toml): expected 1 to 16",
            "errors.body (from wrong.toml): \"$mesage\" is no place here",
            "doors.a.at (from wrong.toml): \"FETCH\" is not one of",
            "limits.key (from wrong.toml): expected a number from 1 to 1000000",
            "from (from lost.toml): there is no profile \"polargird\"; did you mean polargrid?",
            "from (from round.toml): \"round\" is taken from itself",
            "BAD.toml: the name of a profile is",
            "native.toml: there is a profile \"native\" already",
            "keys.prefix (from bare.toml): it is missing",
            "session.answer (from bare.toml): it is missing",
            "broken.toml: not TOML",
        ] {
            assert!(errors.iter().any(|error| error.starts_with(part)), "{part}\n{}", errors.join("\n"));
        }
    }
}
