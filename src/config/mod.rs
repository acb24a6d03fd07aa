//! Configuration: built-in defaults, a TOML file, the environment and the command line, each stronger than the one
//! before it.
//!
//! Owns every setting with its documentation, default, form and limits; the only reading of the process environment;
//! the example file and the reference page. Never knows what the rest of the program does with a value, and never
//! shows a secret: not in an error, not in the effective listing, not in `Debug`.
//!
//! One table drives everything. A file in `sections/` declares its settings once, with the `section!` macro; the
//! struct, its reading, the listing of `gridkey config show`, the example of `gridkey config init`, the reference and
//! the refusal of unknown names all come from that declaration.
//!
//! Neither figment nor config reads it. figment had its last release in 2024 and stops at the first value that does
//! not fit; config keeps no source for each value and cannot report all errors at once. A person who sets up a server
//! should see everything that is wrong in one go, and for each value where it came from.

mod error;
mod layers;
mod load;
mod reader;
mod reference;
mod sections;
mod settings;
mod sources;
#[cfg(test)]
mod tests;
mod unknown;
mod values;

pub use error::{ConfigError, ConfigErrors};
pub use load::Loaded;
pub use reader::Effective;
pub use reference::{example_toml, reference_markdown};
pub use sections::{
    Audit, Config, Database, Edge, LogFormat, Logging, Mail, MailTransport, Profiles, RevocationsThrough,
    RsaBits, Security, Server, Sessions, SignIn, SignatureQueryMode, SignatureReplayPolicy, SigningAlgorithm,
    Synchronous, Tokens,
};
pub use sources::{Source, Sources};
pub use values::{ByteSize, HostNames};
