//! Deeds: when they make sense, and what they take.

use crate::viewer::{Failure, Viewer};

/// Something that can be done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Its name in the address.
    pub name: &'static str,
    /// The message that names it.
    pub label: &'static str,
    /// The message that says what it does.
    pub effect: &'static str,
    /// The states of the object in which it makes sense; empty for all of them.
    pub states: &'static [&'static str],
    /// What it takes.
    pub permission: &'static str,
    /// Whether something ends by it.
    pub danger: bool,
}

impl Deed {
    /// Whether the viewer may do it to an object in this state.
    pub fn fits(&self, viewer: &Viewer, status: &str) -> bool {
        (self.states.is_empty() || self.states.contains(&status)) && viewer.may(self.permission)
    }
}

/// The way to the question for a deed.
#[derive(Clone, Debug)]
pub struct DeedLink {
    /// The address.
    pub href: String,
    /// What is done.
    pub label: String,
    /// Whether something ends by it.
    pub danger: bool,
}

/// What the viewer may do to the object whose page is at `at`.
pub fn links(viewer: &Viewer, deeds: &[Deed], (at, status): (&str, &str)) -> Vec<DeedLink> {
    let fitting = deeds.iter().filter(|deed| deed.fits(viewer, status));
    fitting
        .map(|deed| DeedLink {
            href: viewer.at(format!("{at}/{}", deed.name)).text(),
            label: viewer.words().t(deed.label),
            danger: deed.danger,
        })
        .collect()
}

/// The deed of an address, if it is one that the viewer may do to an object in this state.
///
/// # Errors
/// 404 otherwise.
pub fn named<'a>(
    viewer: &Viewer,
    deeds: &'a [Deed],
    (name, status): (&str, &str),
) -> Result<&'a Deed, Failure> {
    let known = deeds.iter().find(|deed| deed.name == name && deed.fits(viewer, status));
    known.ok_or(Failure::NotFound)
}
