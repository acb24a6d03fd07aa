//! Words and deeds of a key's life: rotate, disable, enable, revoke.

pub mod pages;

use super::Whose;
use super::view::ApiKey;
use crate::language::Words;
use crate::viewer::Viewer;

/// What can be done in which state; the last says whether it is dangerous.
pub(super) const ACTIONS: &[(&str, &[&str], bool)] = &[
    ("rotate", &["active", "expired", "disabled"], false),
    ("disable", &["active"], false),
    ("enable", &["disabled"], false),
    ("revoke", &["active", "expired", "disabled"], true),
];

/// What can be done to this key: address, words, and whether it is dangerous.
pub(super) fn actions(viewer: &Viewer, key: &ApiKey) -> Vec<(String, String, bool)> {
    let whose = Whose::of(&viewer.path);
    let may =
        whose == Whose::Own || viewer.may("api_keys:administer") || viewer.may("service_accounts:update");
    ACTIONS
        .iter()
        .filter(|(_, states, _)| may && states.contains(&key.status.as_str()))
        .map(|(name, _, danger)| {
            let href = viewer.at(format!("{}/{}/{name}", whose.path(), key.id)).text();
            (href, viewer.words().t(&format!("key-{name}")), *danger)
        })
        .collect()
}

/// How a request ended, in words.
pub(super) fn outcome(words: Words, outcome: &str) -> String {
    let id = format!("key-outcome-{}", outcome.replace('_', "-"));
    if words.knows(&id) { words.t(&id) } else { outcome.to_owned() }
}

/// What a key was brought to, in words.
pub(super) fn door(words: Words, door: &str) -> String {
    let id = format!("key-door-{}", door.replace('_', "-"));
    if words.knows(&id) { words.t(&id) } else { door.to_owned() }
}
