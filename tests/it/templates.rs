//! The templates as texts: no word of a page stands in one, and every part of pages stands in the gallery.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")
}

/// The templates with their names.
fn templates() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|ending| ending == "html") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                out.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    walk(&root(), &mut out);
    assert!(out.len() > 80);
    out
}

/// What stands in a template between two marks becomes a mark.
fn without(text: &str, start: &str, end: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(start) {
        out.push_str(&rest[..at]);
        out.push('\u{1}');
        let length = rest[at..].find(end).unwrap_or_else(|| panic!("{start} without {end}: {rest}"));
        rest = &rest[at + length + end.len()..];
    }
    out + rest
}

/// The words that a template has of its own, in text and in attributes that are read out.
fn own_words(template: &str) -> Vec<String> {
    let mut html = template.to_owned();
    for (start, end) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<pre", "</pre>"), ("<code", "</code>")] {
        html = without(&html, start, end);
    }
    let mut found = Vec::new();
    for name in ["aria-label", "title", "placeholder", "alt"] {
        for (at, opening) in html.match_indices(&format!(" {name}=\"")) {
            let rest = &html[at + opening.len()..];
            found.push(rest[..rest.find('"').unwrap()].to_owned());
        }
    }
    found.extend(without(&html, "<", ">").split('\u{1}').map(str::to_owned));
    let is_word = |text: &str| {
        let mut letters = text.chars().filter(|c| c.is_ascii_alphabetic());
        letters.next().is_some() && letters.next().is_some()
    };
    found.retain(|text| is_word(&text.replace("Gridkey", "").replace("API", "")));
    found
}

/// Tables of which every row leads somewhere, whoever looks: what takes the focus brings itself into view.
const REACHED_BY_ROWS: [&str; 14] = [
    "account/apps.html",
    "account/devices.html",
    "console/apis/list.html",
    "console/applications/list.html",
    "console/audit_log/table.html",
    "console/invitations/list.html",
    "console/roles/list.html",
    "console/service_accounts/list.html",
    "console/system/tenants.html",
    "console/teams/list.html",
    "console/users/list.html",
    "console/users/teams.html",
    "dev/gallery.html",
    "dev/mail.html",
];

#[test]
fn every_table_that_may_be_too_wide_can_be_scrolled_by_keyboard() {
    let mut by_rows = Vec::new();
    for (name, text) in templates() {
        for (at, frame) in text.match_indices("class=\"table-frame\"") {
            if !text[at + frame.len()..].starts_with(" tabindex=\"0\" role=\"region\" aria-label=\"") {
                by_rows.push(name.clone());
            }
        }
    }
    by_rows.sort();
    assert_eq!(by_rows, REACHED_BY_ROWS);
}

#[test]
fn no_word_of_a_page_stands_in_its_template() {
    let mut problems = Vec::new();
    for (name, text) in templates() {
        // Pages of a development server are for those who develop with it, and macros may make attributes of tags.
        if name.starts_with("dev/") {
            continue;
        }
        let text = if name == "components/form.html" {
            without(&text, "{%- macro described(", "{%- endmacro -%}")
        } else {
            text
        };
        let inside = ["data-theme=", "class=\"shell\""];
        for words in own_words(&text) {
            if !inside.iter().any(|attribute| words.contains(attribute)) {
                problems.push(format!("{name}: {:?}", words.trim()));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn words_of_a_template_are_found() {
    assert_eq!(own_words("<p>{{ x }} Hello</p><img alt=\"A dog\">").len(), 2);
    assert_eq!(own_words("<p class=\"muted\">{{ frame.t(\"id\") }} – <code>x y</code></p>"), [""; 0]);
}

#[test]
fn every_part_stands_in_the_gallery() {
    let all = templates();
    let gallery = &all.iter().find(|(name, _)| name == "dev/gallery.html").unwrap().1;
    let imports: Vec<(String, String)> = all
        .iter()
        .filter(|(name, _)| name == "dev/gallery.html" || name == "console/layout.html")
        .flat_map(|(_, text)| text.split("{% import \"").skip(1))
        .map(|rest| {
            let (file, rest) = rest.split_once("\" as ").unwrap();
            (file.to_owned(), rest.split(' ').next().unwrap().to_owned())
        })
        .collect();
    let mut missing = Vec::new();
    for (file, text) in all.iter().filter(|(name, _)| name.starts_with("components/")) {
        let Some((_, scope)) = imports.iter().find(|(imported, _)| imported == file) else {
            missing.push(format!("{file} is not imported"));
            continue;
        };
        for (at, opening) in text.match_indices("macro ").filter(|(at, _)| text[..*at].ends_with("{%- ")) {
            let name = text[at + opening.len()..].split('(').next().unwrap();
            if !gallery.contains(&format!("call {scope}::{name}(")) {
                missing.push(format!("{scope}::{name}"));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}
