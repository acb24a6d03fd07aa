//! Deeds: when they make sense, and what they take.

use serde_json::json;

use crate::viewer::{Address, ApiAnswer, Failure, LocalApi, Refusal, Viewer};

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
    /// A deed by which nothing ends: its name in the address, the messages that name it and say what it does, in which
    /// states of the object it makes sense, and what it takes.
    pub const fn new(
        name: &'static str,
        (label, effect): (&'static str, &'static str),
        (states, permission): (&'static [&'static str], &'static str),
    ) -> Self {
        Self { name, label, effect, states, permission, danger: false }
    }

    /// The same, but something ends by it.
    pub const fn ending(self) -> Self {
        Self { danger: true, ..self }
    }

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

/// Does one of `deeds` that is called for many objects the same, and is the same: switches the object off or on, puts it into
/// the recycle bin, or takes it out again. Nothing for any other. `at` is the object in the API, and what hangs on it.
///
/// # Errors
/// What the API refuses.
pub async fn turn(
    viewer: &Viewer,
    api: &LocalApi,
    (deeds, name): (&[Deed], &str),
    at: impl Fn(&str) -> Address,
) -> Result<Option<ApiAnswer>, Refusal> {
    if !deeds.iter().any(|deed| deed.name == name) {
        return Ok(None);
    }
    let (method, rest, status) = match name {
        "disable" => ("PATCH", "", Some("disabled")),
        "suspend" => ("PATCH", "", Some("suspended")),
        "enable" | "activate" => ("PATCH", "", Some("active")),
        "delete" => ("DELETE", "", None),
        "restore" => ("POST", "/restore", None),
        _ => return Ok(None),
    };
    let body = status.map(|status| json!({ "status": status }));
    viewer.send(api, (method, &at(rest)), body, None).await.map(Some)
}
