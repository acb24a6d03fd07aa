//! The words of pages: every message that a page asks for is there, none is there for nobody, and every language says the
//! same things with the same parts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use gridkey::language::{Language, messages};

/// Names of messages with the names of what is put into them.
fn known(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (file, text) in messages(language) {
        let mut id = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
                name.clone_into(&mut id);
                assert!(all.insert(id.clone(), BTreeSet::new()).is_none(), "{language}/{file}: {id} stands there twice");
            }
            let parts = line.match_indices('$').map(|(at, _)| {
                let rest = &line[at + 1..];
                rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())].to_owned()
            });
            if let Some(names) = all.get_mut(&id) {
                names.extend(parts);
            }
        }
    }
    all
}

/// Everything that asks for messages: sources without their tests, and templates.
fn texts() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "html") {
                let text = fs::read_to_string(&path).unwrap();
                let product = text.split("#[cfg(test)]").next().unwrap().to_owned();
                out.push((path.display().to_string(), product));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    walk(&root.join("src"), &mut out);
    walk(&root.join("templates"), &mut out);
    out
}

/// The text literals of a source or template.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|part| !part.is_empty() && part.len() < 100)
}

fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn every_message_that_is_asked_for_is_there() {
    let known = known(Language::English);
    let mut missing = Vec::new();
    for (path, text) in texts() {
        for call in [".t(\"", ".t1(\"", ".t2(\""] {
            for (at, _) in text.match_indices(call) {
                let id = text[at + call.len()..].split('"').next().unwrap();
                if !known.contains_key(id) {
                    missing.push(format!("{path}: {id}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn no_message_is_there_for_nobody() {
    let mut used = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for (_, text) in texts() {
        for literal in literals(&text) {
            match literal.split_once('{') {
                Some((beginning, _)) if is_id(beginning) && beginning.ends_with('-') => {
                    beginnings.insert(beginning.to_owned());
                }
                None if is_id(literal) => {
                    used.insert(literal.to_owned());
                }
                _ => {}
            }
        }
    }
    let unused: Vec<String> = known(Language::English)
        .into_keys()
        .filter(|id| !used.contains(id) && !id.starts_with("done-"))
        .filter(|id| !beginnings.iter().any(|beginning| id.starts_with(beginning.as_str())))
        .collect();
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

#[test]
fn every_language_says_the_same_with_the_same_parts() {
    let english = known(Language::English);
    let mut problems = Vec::new();
    for language in Language::ALL {
        let here = known(*language);
        for (id, parts) in &english {
            match here.get(id) {
                None => problems.push(format!("{language}: {id} is missing")),
                Some(own) if own != parts => problems.push(format!("{language}: {id} has {own:?}, not {parts:?}")),
                Some(_) => {}
            }
        }
        problems.extend(here.keys().filter(|id| !english.contains_key(*id)).map(|id| format!("{language}: {id} is of no use")));
    }
    assert!(problems.is_empty(), "{}\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_file_can_be_read_whole() {
    for language in Language::ALL {
        for (file, text) in messages(*language) {
            if let Err((_, errors)) = fluent_bundle::FluentResource::try_new(text) {
                panic!("{language}/{file}: {errors:?}");
            }
        }
    }
}
