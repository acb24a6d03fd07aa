//! Every error code that the description names can be had, and no answer has one that it does not name.
//!
//! [`MANAGEMENT`](calls::MANAGEMENT) is a table of calls, each with the code that it provokes; what needs more than a
//! call stands in `circumstances.rs`. A documented code that neither provokes fails the test, and so does a call that is
//! answered otherwise than its row says.

mod calls;
mod circumstances;

use std::collections::{BTreeMap, BTreeSet};

use gridkey::openapi;
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::Reply;
use crate::support::manager::Manager;

/// Codes that take a server which is going down, or ten seconds, and the file whose tests have them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("degraded", include_str!("../operations.rs")),
    ("draining", include_str!("../../../src/ops/health.rs")),
    ("body_too_slow", include_str!("../../../src/web/problem.rs")),
];

/// What the description says can go wrong: the codes of each operation and status.
struct Documented(BTreeMap<(String, String), BTreeSet<(u16, String)>>);

impl Documented {
    fn read() -> Self {
        let document: Value = serde_json::from_str(&openapi::to_json()).unwrap();
        let mut all = BTreeMap::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let mut codes = BTreeSet::new();
                for (status, response) in operation["responses"].as_object().unwrap() {
                    let status: u16 = status.parse().unwrap();
                    let text = response["description"].as_str().unwrap();
                    let named = text.split('`').skip(1).step_by(2).filter(|word| is_code(word));
                    codes.extend(named.filter(|_| status >= 400).map(|code| (status, code.to_owned())));
                }
                all.insert((method.to_uppercase(), path.clone()), codes);
            }
        }
        Self(all)
    }

    /// All codes, whoever answers them.
    fn codes(&self) -> BTreeSet<&str> {
        self.0.values().flatten().map(|(_, code)| code.as_str()).collect()
    }

    /// The codes of the operation that a request is for. A part that is fixed goes before one that varies.
    fn of(&self, method: &str, path: &str) -> &BTreeSet<(u16, String)> {
        let asked: Vec<&str> = path.split('/').collect();
        let fits = |pattern: &str| {
            let parts: Vec<&str> = pattern.split('/').collect();
            parts.len() == asked.len()
                && parts.iter().zip(&asked).all(|(part, asked)| part.starts_with('{') || part == asked)
        };
        let candidates = self.0.iter().filter(|((known, pattern), _)| known == method && fits(pattern));
        let best = candidates.min_by_key(|((_, pattern), _)| pattern.matches('{').count());
        best.unwrap_or_else(|| panic!("{method} {path} is not described")).1
    }
}

/// Whether a word in backticks is a code, and neither a permission, a scope nor a setting.
fn is_code(word: &str) -> bool {
    // Members of an application, which a description names.
    if ["first_party", "all_tenants"].contains(&word) {
        return false;
    }
    ["degraded", "draining", "unauthenticated"].contains(&word)
        || word.contains('_') && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// The code of an answer, in whichever shape its door tells it.
fn code_of(reply: &Reply) -> String {
    let body = reply.json();
    let places = [&body["code"], &body["error"]["code"], &body["error"]];
    places.iter().find_map(|place| place.as_str()).unwrap_or_default().to_owned()
}

/// What was provoked so far.
pub struct Seen {
    documented: Documented,
    codes: BTreeSet<String>,
    problems: Vec<String>,
}

impl Seen {
    /// Compares an answer with what it should be and with what is said about its operation.
    pub fn note(&mut self, code: &str, (method, path): (&str, &str), reply: &Reply) {
        let path = path.split('?').next().unwrap();
        let answered = (reply.status, code_of(reply));
        let name = format!("{method} {path}: {} {}", answered.0, answered.1);
        if answered.1 != code {
            self.problems.push(format!("{name}, not {code}: {}", reply.body));
        }
        if !self.documented.of(method, path).contains(&answered) {
            self.problems.push(format!("{name} is not described"));
        }
        self.codes.insert(answered.1);
    }

    /// Sends a call and notes the answer.
    pub async fn provoke(
        &mut self,
        code: &str,
        manager: &Manager<'_>,
        (method, path): (&str, &str),
        (body, headers): (Option<&Value>, &[(&str, &str)]),
    ) {
        let verb: Method = method.parse().unwrap();
        let reply = manager.call_with(verb, path, body, headers).await;
        self.note(code, (method, path), &reply);
    }
}

on_both!(every_documented_code_can_be_had_and_no_other_is_answered, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let places = calls::places(&app, &root).await;
    let mut seen = Seen { documented: Documented::read(), codes: BTreeSet::new(), problems: Vec::new() };
    for (code, method, path, body) in calls::MANAGEMENT {
        let path = places.iter().fold((*path).to_owned(), |path, (name, id)| path.replace(name, id));
        let body = places.iter().fold((*body).to_owned(), |body, (name, id)| body.replace(name, id));
        let body: Option<Value> = (!body.is_empty()).then(|| serde_json::from_str(&body).unwrap());
        seen.provoke(code, &root, (method, &path), (body.as_ref(), &[])).await;
    }
    circumstances::managing(&app, &root, &places, &mut seen).await;
    circumstances::speaking_oauth(&app, &mut seen).await;
    circumstances::signing_in(&app, &mut seen).await;
    circumstances::overloaded(&app, &mut seen).await;
    circumstances::too_late(&app, &root, &mut seen).await;

    let mut problems = std::mem::take(&mut seen.problems);
    for (code, tests) in ELSEWHERE {
        assert!(tests.contains(&format!("\"{code}\"")), "{code} is not where it should be");
        assert!(seen.codes.insert((*code).to_owned()), "{code} is provoked here");
    }
    let missing = seen.documented.codes().into_iter().filter(|code| !seen.codes.contains(*code));
    problems.extend(missing.map(|code| format!("nothing provokes {code}")));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
});

#[test]
fn codes_are_told_from_permissions_scopes_and_settings() {
    let documented = Documented::read();
    assert!(documented.codes().len() > 60, "{:?}", documented.codes());
    for no_code in [
        "users:read",
        "first_party",
        "gridkey:manage",
        "settings.audiences",
        "Retry-After",
        "service_accounts:read",
    ] {
        assert!(!is_code(no_code), "{no_code}");
    }
    let bulk = documented.of("POST", "/v1/users/bulk");
    assert!(bulk.contains(&(422, "invalid_bulk".to_owned())), "the fixed path goes first");
    assert_eq!(json!(bulk).as_array().unwrap().len(), bulk.len());
}
