//! Where values come from, and the one reading of the process environment.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// Every variable of ours begins so.
pub const PREFIX: &str = "GRIDKEY_";

/// The variable that names the configuration file: not a setting, because it is needed before any setting is read.
pub const FILE_VARIABLE: &str = "GRIDKEY_CONFIG";

/// The variables of the commands that speak to a server: they are no settings of one, and no mistake either.
pub const CLIENT_VARIABLES: [&str; 7] = [
    "GRIDKEY_URL",
    "GRIDKEY_TOKEN",
    "GRIDKEY_CLIENT_ID",
    "GRIDKEY_CLIENT_SECRET",
    "GRIDKEY_CLIENT_SECRET_FILE",
    "GRIDKEY_SIGNING_KEY",
    "GRIDKEY_SIGNING_KEY_FILE",
];

/// The configuration file that is read when none is named.
pub const DEFAULT_FILE: &str = "gridkey.toml";

/// All that a configuration is made of, weakest first. It has no `Debug`, because it holds secrets in clear.
#[derive(Clone, Default)]
pub struct Sources {
    /// The TOML file. When it is given, it must exist.
    pub file: Option<PathBuf>,
    /// Environment variables. Those that do not begin with `GRIDKEY_` are ignored.
    pub env: BTreeMap<String, String>,
    /// Settings from the command line, as (`server.listen`, value). The last one of a key counts.
    pub overrides: Vec<(String, String)>,
}

impl Sources {
    /// The sources of a real start: the process environment, and as file the one named on the command line, else the
    /// one that `GRIDKEY_CONFIG` names, else `gridkey.toml` in the working directory when there is one.
    pub fn of_process(file: Option<PathBuf>, overrides: Vec<(String, String)>) -> Self {
        let env = environment();
        let named =
            file.or_else(|| env.get(FILE_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from));
        let file = named.or_else(|| Path::new(DEFAULT_FILE).exists().then(|| PathBuf::from(DEFAULT_FILE)));
        Self { file, env, overrides }
    }
}

/// The process's `GRIDKEY_` variables. A value that is not UTF-8 arrives with U+FFFD in it, which the reader refuses.
///
/// Names are listed first and values fetched one by one, because `std::env::vars` panics when any variable of the
/// process, also a foreign one, is not UTF-8.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the process environment")]
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with(PREFIX))
        .filter_map(|name| {
            let value = std::env::var_os(&name)?.to_string_lossy().into_owned();
            Some((name, value))
        })
        .collect()
}

/// `XDG_CONFIG_HOME`, or `.config` at home.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the process environment")]
pub fn person_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))
}

/// Where one value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// The TOML file at this path.
    File(PathBuf),
    /// This environment variable.
    Environment(String),
    /// The content of a file of its own.
    SecretFile {
        /// The file with the secret.
        path: PathBuf,
        /// Which variable, or which configuration file, names it.
        named_in: String,
    },
    /// A flag of the command line.
    CommandLine,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Environment(name) => f.write_str(name),
            Self::SecretFile { path, named_in } => write!(f, "{}, named in {named_in}", path.display()),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}
