//! What the management API refuses of a form, told by its code.

use std::fs;
use std::path::Path;

use gridkey::language::{Language, Words};

use super::{is_arabic, is_arabic_error};
use crate::on_both;
use crate::support::tokens::ADA;
use crate::support::{Browser, PASSWORD, TestApp};

/// Codes that no page brings about: of interfaces for programs, and of lists that pages ask rightly.
const FOR_PROGRAMS: &[&str] = &[
    "invalid_address",
    "invalid_digest",
    "invalid_format",
    "invalid_hint",
    "invalid_idempotency_key",
    "invalid_invitation",
    "invalid_position",
    "invalid_prefix",
    "invalid_ttl",
    "invalid_verify_request",
    "not_a_person",
    "replayed_request",
    "temporarily_unavailable",
];

#[test]
fn every_code_that_a_form_can_bring_about_has_a_sentence() {
    fn walk(folder: &Path, out: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else {
                out.push(fs::read_to_string(&path).unwrap().split("#[cfg(test)]").next().unwrap().to_owned());
            }
        }
    }
    let mut sources = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/manage"), &mut sources);
    let mut codes =
        std::collections::BTreeSet::from(["changed_meanwhile".to_owned(), "invalid_body".to_owned()]);
    for source in &sources {
        for call in ["Problem::invalid(", "Problem::conflict("] {
            for (at, _) in source.match_indices(call) {
                let first = source[at + call.len()..].trim_start();
                if let Some(rest) = first.strip_prefix('"') {
                    codes.insert(rest.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    assert!(codes.len() > 40, "{codes:?}");
    let missing: Vec<_> = codes
        .iter()
        .filter(|code| !FOR_PROGRAMS.contains(&code.as_str()))
        .filter(|code| !Words(Language::English).knows(&format!("refused-{}", code.replace('_', "-"))))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_permission_of_ours_is_described() {
    for known in gridkey::roles::CATALOGUE {
        let id = format!("permission-{}", known.name.replace([':', '_'], "-"));
        assert!(Words(Language::Arabic).knows(&id), "{id}");
    }
}

async fn ada(app: &TestApp) -> Browser {
    let mut browser = app.arabic();
    browser.enter("/console", ADA, PASSWORD).await;
    browser
}

on_both!(what_a_page_refuses_is_told_in_arabic, |app| {
    let browser = ada(&app).await;
    for at in ["/console/users/%00", "/console/roles/none", "/console/applications/none"] {
        is_arabic_error(at, &browser.get(at).await, 404);
    }
    is_arabic_error("query", &browser.get("/console/users?q=a&q=b").await, 400);
    is_arabic_error("cursor", &browser.get("/account/activity?cursor=x").await, 400);
    is_arabic_error("filter", &browser.get("/console/users?cursor=x").await, 400);
    let form = browser.get("/console/users/new").await;
    is_arabic_error("stale", &browser.submit(&form, &[("csrf", "old")]).await, 403);
    let fields = [("csrf", "x")];
    let elsewhere = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    is_arabic_error("foreign", &browser.post_with("/console/users/new", &fields, &elsewhere).await, 403);
    let mut grace = app.arabic();
    grace.enter("/account", "grace@acme.example", "another horse battery staple").await;
    is_arabic_error("forbidden", &grace.get("/console/users").await, 403);
});

on_both!(what_is_wrong_with_a_form_behind_the_sign_in_is_told_in_arabic, |app| {
    let browser = ada(&app).await;
    for (at, typed) in [
        ("/console/users/new", vec![("email", "ada"), ("display_name", "Ada")]),
        ("/console/users/new", vec![("email", ADA), ("display_name", "Ada")]),
        ("/console/roles/new", vec![("slug", "A B"), ("display_name", "x")]),
        ("/console/roles/new", vec![("slug", "fine"), ("display_name", "")]),
        ("/console/teams/new", vec![("slug", "A B"), ("display_name", "x")]),
        ("/console/apis/new", vec![("audience", "no"), ("display_name", "x"), ("permissions", "x")]),
        ("/console/service-accounts/new", vec![("slug", "A B"), ("display_name", "x")]),
        ("/console/signing-keys/new", vec![("name", "x"), ("public_key", "junk")]),
        ("/console/api-keys/new", vec![("name", ""), ("level", "read-only"), ("expiry", "30")]),
        ("/console/settings", vec![("display_name", "")]),
        ("/account/profile", vec![("display_name", "")]),
    ] {
        let form = browser.get(at).await;
        assert_eq!(form.reply.status, 200, "{at}: {}", form.reply.body);
        let refused = browser.submit(&form, &typed).await;
        assert_eq!(refused.reply.status, 422, "{at} {typed:?}: {}", refused.reply.body);
        let (start, end) = ("id=\"error-summary\"", "</ul>");
        let summary = &refused.reply.body[refused.reply.body.find(start).unwrap()..];
        let mut page = refused.clone();
        page.reply.body =
            format!("<html lang=\"ar\" dir=\"rtl\"><p {}", &summary[..summary.find(end).unwrap()]);
        assert!(refused.reply.body.contains("<html lang=\"ar\" dir=\"rtl\""));
        is_arabic(at, &page);
    }
});
