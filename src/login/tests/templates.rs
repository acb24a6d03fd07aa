//! What must be true of every template and of the style sheet, read as text.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every template with its name, comments left out.
fn templates() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "html") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), without_comments(&text)));
            }
        }
    }
    let mut found = Vec::new();
    for folder in ["templates/login", "templates/components"] {
        walk(&root().join(folder), &mut found);
    }
    found.push(("base".into(), fs::read_to_string(root().join("templates/base.html")).unwrap()));
    assert!(found.len() > 10);
    found
}

fn without_comments(text: &str) -> String {
    text.split("{#")
        .enumerate()
        .map(|(at, part)| match part.split_once("#}") {
            Some((_, rest)) if at > 0 => rest,
            _ => part,
        })
        .collect()
}

/// Every start tag of this name.
fn tags<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.match_indices(&format!("<{name} ")).map(|(at, _)| text[at..].split('>').next().unwrap()).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The autofill field names of HTML that fit here; anything else is ignored by browsers, or guessed at.
const AUTOFILL: [&str; 9] = [
    "username webauthn",
    "username",
    "current-password",
    "new-password",
    "name",
    "organization",
    "email",
    "off",
    "{{ autocomplete }}",
];

#[test]
fn autocomplete_tokens_exist() {
    for (name, text) in templates() {
        for part in text.split("autocomplete=\"").skip(1) {
            let value = part.split('"').next().unwrap();
            assert!(AUTOFILL.contains(&value), "{name}: {value}");
        }
        for call in text.match_indices("form::email(").chain(text.match_indices("form::text(")) {
            let call = text[call.0..].split("%}").next().unwrap();
            assert!(AUTOFILL.iter().any(|token| call.contains(&format!("\"{token}\""))), "{name}: {call}");
        }
    }
}

#[test]
fn every_visible_input_has_a_label_and_an_autocomplete() {
    for (name, text) in templates() {
        for tag in tags(&text, "input") {
            if attribute(tag, "type") == Some("hidden") || tag.contains("aria-hidden=\"true\"") {
                continue;
            }
            let before = &text[..tag.as_ptr().addr() - text.as_ptr().addr()];
            // Inside its label, or named by it.
            if before.rfind("<label") <= before.rfind("</label>") {
                let id = attribute(tag, "id").unwrap_or_else(|| panic!("{name}: {tag}"));
                assert!(text.contains(&format!("<label for=\"{id}\">")), "{name}: {tag}");
            }
            // No browser fills a box in.
            if ["checkbox", "radio"].iter().any(|kind| attribute(tag, "type") == Some(kind)) {
                continue;
            }
            assert!(attribute(tag, "autocomplete").is_some(), "{name}: {tag}");
        }
    }
}

#[test]
fn forms_that_post_carry_a_token_and_buttons_say_what_they_are() {
    for (name, text) in templates() {
        for form in text.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            // How pages look is for whoever looks at them: there only the origin counts.
            let posts = form.contains("method=\"post\"") && !form.contains("paths::PREFERENCES");
            assert_eq!(posts, form.contains("name=\"csrf\""), "{name}: {form}");
        }
        for button in tags(&text, "button") {
            assert!(attribute(button, "type").is_some(), "{name}: {button}");
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for (name, text) in templates() {
        for bad in [
            " style=",
            "<style",
            "javascript:",
            "http://",
            "https://",
            "//cdn",
            " onclick",
            " onload",
            "|safe",
        ] {
            assert!(!text.contains(bad), "{name}: {bad}");
        }
        for script in text.match_indices("<script") {
            assert!(text[script.0..].starts_with("<script src=\"{{ crate::web::assets::path("), "{name}");
        }
    }
}

#[test]
fn the_style_sheets_know_no_left_and_right_and_load_nothing() {
    for sheet in ["static/app.css", "static/console.css"] {
        check_sheet(&fs::read_to_string(root().join(sheet)).unwrap());
    }
}

fn check_sheet(css: &str) {
    let rules: String =
        css.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, rest)| rest)).collect();
    for bad in [
        "left",
        "right",
        "margin-top",
        "margin-bottom",
        "padding-top",
        "padding-bottom",
        " width:",
        " height:",
        "max-width:",
        "max-height:",
        "min-width:",
        "min-height:",
        "border-top",
        "border-bottom",
        "@import",
        "url(",
        "@font-face",
        "!important",
    ] {
        assert!(!rules.contains(bad), "{bad}");
    }
    assert!(css.len() < 16 * 1024, "{} bytes", css.len());
}
