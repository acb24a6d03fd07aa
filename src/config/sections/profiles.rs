//! `[profiles]`

use std::path::PathBuf;

use crate::config::settings::section;
use crate::config::values::{HostNames, Shape, Value};

/// Hosts, each with the slug of the organisation whose door it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostDoors(pub Vec<(String, String)>);

impl Value for HostDoors {
    const SHAPE: Shape = Shape::List;

    fn form() -> String {
        "hosts and slugs of organisations, such as api.example.com=acme".into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut doors: Vec<(String, String)> = Vec::new();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let wrong = || format!("\"{item}\" does not fit: expected {}", Self::form());
            let (host, slug) = item.split_once('=').ok_or_else(wrong)?;
            let host = HostNames::parse(host.trim())?.0.pop().ok_or_else(wrong)?;
            let slug = slug.trim();
            let fits = (1..=63).contains(&slug.len())
                && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !fits {
                return Err(wrong());
            }
            if doors.iter().any(|(known, _)| *known == host) {
                return Err(format!("\"{host}\" stands there twice"));
            }
            doors.push((host, slug.to_owned()));
        }
        Ok(Self(doors))
    }
}

section! {
    /// Which published interfaces there are, and at which hosts organisations have doors of their own.
    pub struct Profiles in "profiles" {
        /// A folder of further profiles, `NAME.toml` each. Empty: there are those of the program. They are read at the start;
        /// a file that is wrong keeps the server from starting.
        folder: String = Default(""),
        /// Hosts that are the door of one organisation: `HOST=SLUG`. Who comes to one is answered in the words of that
        /// organisation's profile, known or not, and only its own keys and tokens are taken there. With a port where it is not
        /// the usual one.
        hosts: HostDoors = Default(""),
    }
}

impl Profiles {
    /// The folder, if there is one.
    pub fn folder(&self) -> Option<PathBuf> {
        (!self.folder.is_empty()).then(|| PathBuf::from(&self.folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_is_the_door_of_one_organisation() {
        let doors = HostDoors::parse("API.polar.example = polar, localhost:8443=grid").unwrap();
        let pair = |host: &str, slug: &str| (host.to_owned(), slug.to_owned());
        assert_eq!(doors.0, [pair("api.polar.example", "polar"), pair("localhost:8443", "grid")]);
        for bad in ["a.example", "a.example=", "=x", "a.example=A", "a.example=x,a.example=y", "a/b=x"] {
            assert!(HostDoors::parse(bad).is_err(), "{bad}");
        }
    }
}
