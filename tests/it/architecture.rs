//! Keeps the house as ARCHITECTURE.md draws it: who may import whom, where diesel and actix are known, and how long a
//! file may grow. Reads the sources as text.

use std::fs;
use std::path::{Path, PathBuf};

/// Lowest first: a record may use those before it, never those after.
const RECORDS: &[&str] = &[
    "tenants",
    "branding",
    "keyring",
    "limits",
    "revocations",
    "audit",
    "webhooks",
    "teams",
    "roles",
    "users",
    "invitations",
    "service_accounts",
    "resource_servers",
    "credentials",
    "api_keys",
    "request_keys",
    "clients",
    "sessions",
    "consents",
    "device_authorizations",
    "interactions",
    "tokens",
];
const DOORS: &[&str] =
    &["oauth", "auth_flow", "login", "manage", "edge", "docs", "dev", "ops", "console", "account"];
/// What doors reach records through: everything that a handler has at hand, who looks at a page, and whole organisations
/// as files.
const REACHED: &[&str] = &["app", "viewer", "seed"];
/// `systems` stands in front of the doors: it knows what they are called elsewhere, and none of them knows it.
const WIRING: &[&str] = &["main", "lib", "cli", "server", "routes", "jobs", "openapi", "systems"];
/// Base modules and what each of them may use besides `std` and other crates.
const BASE: &[(&str, &[&str])] = &[
    ("cache", &[]),
    ("clock", &[]),
    ("id", &[]),
    ("language", &["text"]),
    ("text", &["text"]),
    ("random", &["clock", "id"]),
    ("secret", &["random"]),
    ("telemetry", &[]),
    ("mail", &["clock", "secret", "text", "id", "random"]),
    ("config", &["secret", "text"]),
    ("db", &["clock", "id", "secret", "text"]),
    ("web", &["clock", "language", "random", "secret", "telemetry", "text"]),
];

struct Source {
    path: PathBuf,
    module: String,
    text: String,
}

impl Source {
    fn file_name(&self) -> &str {
        self.path.file_name().unwrap().to_str().unwrap()
    }

    /// The part before the unit tests, which may use what they like. Files of nothing but tests are named so.
    fn product(&self) -> &str {
        let is_tests = self.file_name() == "tests.rs"
            || self.file_name().ends_with("_tests.rs")
            || self.path.components().any(|part| part.as_os_str() == "tests");
        if is_tests { "" } else { self.text.split("#[cfg(test)]").next().unwrap_or_default() }
    }

    /// The top-level modules of this crate that the code names.
    fn imports(&self) -> Vec<String> {
        let code: String = self
            .product()
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        let mut found = Vec::new();
        for (at, _) in code.match_indices("crate::") {
            let rest = &code[at + "crate::".len()..];
            if let Some(group) = rest.strip_prefix('{') {
                let group = &group[..group.find('}').unwrap_or(group.len())];
                found.extend(group.split(',').map(|item| first_word(item.trim())));
            } else {
                found.push(first_word(rest));
            }
        }
        found.retain(|name| !name.is_empty() && name != &self.module);
        found
    }
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn sources() -> Vec<Source> {
    fn walk(dir: &Path, root: &Path, out: &mut Vec<Source>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, out);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let relative = path.strip_prefix(root).unwrap().to_owned();
                let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
                let module = first.trim_end_matches(".rs").to_owned();
                out.push(Source { text: fs::read_to_string(&path).unwrap(), path: relative, module });
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut out = Vec::new();
    walk(&root, &root, &mut out);
    assert!(out.len() > 100, "the walk found the sources");
    out
}

fn complain(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_module_has_a_tier() {
    let known = |module: &str| {
        RECORDS.contains(&module)
            || DOORS.contains(&module)
            || WIRING.contains(&module)
            || BASE.iter().any(|(name, _)| *name == module)
            || REACHED.contains(&module)
    };
    let problems: Vec<String> = sources()
        .iter()
        .filter(|source| !known(&source.module))
        .map(|source| {
            format!("{}: give its module a place in this test and in ARCHITECTURE.md", source.path.display())
        })
        .collect();
    complain(&problems);
}

#[test]
fn arrows_point_downward() {
    let mut problems = Vec::new();
    for source in sources() {
        for import in source.imports() {
            let is_base = BASE.iter().any(|(name, _)| *name == import);
            let allowed = match source.module.as_str() {
                module if WIRING.contains(&module) => true,
                module if DOORS.contains(&module) => {
                    is_base || RECORDS.contains(&import.as_str()) || REACHED.contains(&import.as_str())
                }
                "viewer" | "seed" => is_base || RECORDS.contains(&import.as_str()) || import == "app",
                "app" => is_base || RECORDS.contains(&import.as_str()),
                module => match RECORDS.iter().position(|record| *record == module) {
                    Some(place) => {
                        let lower = RECORDS[..place].contains(&import.as_str());
                        lower || is_base && import != "web" && import != "config"
                    }
                    None => BASE.iter().any(|(name, may)| *name == module && may.contains(&import.as_str())),
                },
            };
            let known = is_base
                || RECORDS.contains(&import.as_str())
                || DOORS.contains(&import.as_str())
                || WIRING.contains(&import.as_str())
                || REACHED.contains(&import.as_str());
            if known && !allowed {
                problems.push(format!("{}: {} must not use {import}", source.path.display(), source.module));
            }
        }
    }
    complain(&problems);
}

#[test]
fn diesel_is_known_to_db_and_stores_only() {
    let problems: Vec<String> = sources()
        .iter()
        .filter(|source| source.module != "db" && source.file_name() != "store.rs")
        .filter(|source| source.product().contains("diesel::"))
        .map(|source| format!("{}: queries belong into a store.rs", source.path.display()))
        .collect();
    complain(&problems);
}

/// Files beside pages that are no pages.
const NO_PAGES: &[&str] = &["mod.rs", "view.rs", "form.rs", "menu.rs", "samples.rs", "whose.rs"];

/// diesel compiles the insertion of a row with an optional column anew each time, unless its `None` is NULL.
#[test]
fn rows_are_inserted_by_a_text_that_is_kept() {
    let (mut problems, mut rows) = (Vec::new(), 0);
    for source in sources() {
        for row in source.text.split("#[derive(").skip(1) {
            let head = row.split("struct ").next().unwrap_or_default();
            let derived = head.split(')').next().unwrap_or_default();
            if !derived.split(", ").any(|name| name == "Insertable") {
                continue;
            }
            rows += 1;
            if head.matches("treat_none_as_default_value = false").count() != 1 {
                problems.push(format!("{}: {derived}", source.path.display()));
            }
        }
    }
    assert!(rows > 20);
    complain(&problems);
}

#[test]
fn actix_is_known_to_the_edge_only() {
    let edge = |source: &Source| {
        ["web", "server", "routes"].contains(&source.module.as_str())
            || ["endpoints.rs", "pages.rs"].contains(&source.file_name())
            || DOORS.contains(&source.module.as_str()) && source.file_name() == "error.rs"
            // A noun has many pages there, each in a file of its own; what is no page is named for what it is.
            || ["console", "account"].contains(&source.module.as_str()) && !NO_PAGES.contains(&source.file_name())
    };
    let problems: Vec<String> = sources()
        .iter()
        .filter(|source| !edge(source) && source.product().contains("actix_web"))
        .map(|source| format!("{}: only endpoints.rs, pages.rs and web/ know actix", source.path.display()))
        .collect();
    complain(&problems);
}

#[test]
fn files_and_functions_stay_readable() {
    let mut problems = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > 400 {
            problems.push(format!("{}: {lines} lines; grow a folder before 400", source.path.display()));
        }
        let mut start = None;
        for (number, line) in source.text.lines().enumerate() {
            let body = line.trim_start();
            let indent = line.len() - body.len();
            if start.is_none() && is_function(body) && line.trim_end().ends_with(['{', '(', '>', ',']) {
                start = Some((number, indent));
            }
            if let Some((from, at)) = start
                && indent == at
                && (body == "}" || body.ends_with(';') && number > from)
            {
                if number - from > 70 {
                    problems.push(format!(
                        "{}:{}: a function of {} lines",
                        source.path.display(),
                        from + 1,
                        number - from
                    ));
                }
                start = None;
            }
        }
    }
    complain(&problems);
}

fn is_function(line: &str) -> bool {
    let words = ["pub", "pub(crate)", "pub(super)", "async", "const"];
    line.split_whitespace().find(|word| !words.contains(word)) == Some("fn")
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
        let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn lints_are_expected_with_a_reason_never_allowed() {
    let problems: Vec<String> = sources()
        .iter()
        .flat_map(|source| {
            source
                .text
                .lines()
                .enumerate()
                .filter(|(_, line)| line.contains("allow(") && line.trim_start().starts_with("#"))
                .map(|(number, _)| format!("{}:{}", source.path.display(), number + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    complain(&problems);
}
