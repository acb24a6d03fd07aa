//! What lists show when there is nothing: of every page of the route table that shows a table.

use std::collections::BTreeSet;
use std::path::Path;

use gridkey::language::{Language, Words};
use gridkey::web::paths;
use serde_json::json;

use super::shown;
use crate::manage::people::give;
use crate::pages::{Api, CANARY, Fixture, Place, places};
use crate::support::tokens::{ADA, SPA};
use crate::support::{PASSWORD, TestApp, authorize_web};
use crate::{on_both, support::manager::Manager};

const GRACE: &str = "grace@acme.example";
const HANK: &str = "hank@globex.example";

/// How a list without rows is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Empty {
    /// What stands in the address from the first variable on, or behind the path; who looks; and the message.
    Shown(&'static str, &'static str, &'static str),
    /// Why it is never met, and the message.
    Never(&'static str, &'static str),
}

use Empty::{Never, Shown};

/// A new organisation, into which somebody looks from outside.
const VOID: &str = "?tenant=void";

/// Lists: what they say without rows, and the filter by which nothing is found, where they have filters.
#[rustfmt::skip]
const LISTS: &[(&str, Empty, &str)] = &[
    (paths::CONSOLE_USERS, Shown(VOID, ADA, "users-empty"), "q=nobody-begins-so"),
    (paths::CONSOLE_TEAMS, Shown(VOID, ADA, "teams-empty"), "q=nothing-begins-so"),
    (paths::CONSOLE_INVITATIONS, Shown(VOID, ADA, "invitations-empty"), "user=<viewer>"),
    (paths::CONSOLE_APPLICATIONS, Never("every organisation has that of the console", "applications-empty"), "q=nothing-begins-so"),
    (paths::CONSOLE_SERVICE_ACCOUNTS, Shown(VOID, ADA, "service-accounts-empty"), "q=nothing-begins-so"),
    (paths::CONSOLE_API_KEYS, Shown(VOID, ADA, "keys-empty"), "q=nothing-begins-so"),
    (paths::CONSOLE_SIGNING_KEYS, Shown(VOID, ADA, "signing-keys-empty"), "q=nothing-begins-so"),
    (paths::CONSOLE_ROLES, Never("every organisation has the roles of the product", "roles-empty"), "q=nothing-begins-so"),
    (paths::CONSOLE_APIS, Shown(VOID, ADA, "apis-empty"), "status=disabled&tenant=void"),
    (paths::CONSOLE_AUDIT_LOG, Never("looking into it is written down", "audit-empty"), "action=nothing.happened"),
    (paths::CONSOLE_SESSIONS, Shown(VOID, ADA, "sessions-empty"), "user=nobody@acme.example"),
    (paths::CONSOLE_USAGE, Shown(VOID, ADA, "usage-empty"), ""),
    (paths::CONSOLE_RECYCLE_BIN, Shown("", HANK, "recycle-bin-empty"), "kind=application&tenant=void"),
    (paths::CONSOLE_DOMAINS, Shown(VOID, ADA, "settings-domains-empty"), ""),
    (paths::CONSOLE_TENANTS, Never("there is at least that of who looks", ""), "q=nothing-begins-so"),
    (paths::CONSOLE_TOKEN_KEYS, Never("the server makes keys when it starts", "token-keys-empty"), ""),
    (paths::CONSOLE_TEAM_MEMBERS, Shown("<empty-team>/members", ADA, "team-members-empty"), ""),
    (paths::CONSOLE_USER_TEAMS, Shown("<invited-user>/teams", ADA, "user-teams-empty"), ""),
    (paths::CONSOLE_USER_SESSIONS, Shown("<invited-user>/sessions", ADA, "user-sessions-empty"), ""),
    (paths::CONSOLE_USER_PERMISSIONS, Shown("<invited-user>/permissions", ADA, "user-permissions-empty"), ""),
    (paths::CONSOLE_USER_ACTIVITY, Never("making somebody is written down", "user-activity-empty"), ""),
    (paths::CONSOLE_API_KEY, Shown("<disabled-key>", ADA, "key-waiting"), ""),
    (paths::CONSOLE_WEBHOOKS, Shown(VOID, ADA, "webhooks-empty"), "status=paused&tenant=void"),
    (paths::CONSOLE_WEBHOOK, Shown("<paused-webhook>", ADA, "deliveries-empty"), ""),
    (paths::ACCOUNT_API_KEYS, Shown("", GRACE, "keys-empty"), "q=nothing-begins-so"),
    (paths::ACCOUNT_API_KEY, Shown("<own-disabled-key>", ADA, "key-waiting"), ""),
    (paths::ACCOUNT_SIGNING_KEYS, Shown("", GRACE, "signing-keys-empty"), "q=nothing-begins-so"),
    (paths::ACCOUNT_APPS, Shown("", GRACE, "account-apps-empty"), ""),
    (paths::ACCOUNT_ACTIVITY, Never("signing in is written down", "account-activity-empty"), ""),
];

/// Pages with tables that are no lists, or never without rows.
const NO_LISTS: &[(&str, &str)] = &[
    (paths::ACCOUNT_DEVICES, "the device that shows it"),
    (paths::ACCOUNT_ORGANISATIONS, "the organisation that is looked at"),
];

async fn filled(app: &TestApp, admin: &Manager<'_>) -> Fixture {
    let api = Api::of(&app.base, &admin.client_id, &admin.secret).await;
    api.post("tenants", json!({ "slug": "void", "display_name": "Void" })).await;
    let mut fixture = Fixture::build(&api, ADA, "spa").await;
    fixture.signed_in(&api).await;
    fixture
}

fn at(row: &str, rest: &str) -> String {
    format!("{}{rest}", row.split('{').next().unwrap())
}

on_both!(every_list_says_what_it_is_without_rows, |app| {
    give(&app, "acme", ADA, "super_admin").await;
    let admin = app.manager("acme", Some("super_admin")).await;
    let mut browser = app.browser();
    browser.walk(&authorize_web("openid", SPA), ADA, PASSWORD).await;
    let fixture = filled(&app, &admin).await;
    browser.enter("/console", ADA, PASSWORD).await;
    let (grace, _) = app.looking(GRACE, "/account").await;
    let (hank, _) = app.looking(HANK, "/console").await;
    let words = Words(Language::English);
    let nothing = words.t("nothing-matches");
    let mut wrong = Vec::new();
    for (row, empty, filter) in LISTS {
        if let Shown(rest, who, message) = empty {
            let looks = [(GRACE, &grace), (HANK, &hank)].into_iter().find(|(name, _)| name == who);
            let looks = looks.map_or(&browser, |(_, looks)| looks);
            let page = looks.get(&at(row, &fixture.fill(rest))).await;
            let says = format!("<div class=\"empty\"><h2>{}</h2>", words.t(message));
            if !shown(&page).contains(&says) {
                let says_instead = page.reply.body.split("<main").nth(1).unwrap().to_owned();
                wrong.push(format!("{row} does not say {says}, but {says_instead}"));
            }
        }
        if !filter.is_empty() {
            let page = browser.get(&fixture.fill(&format!("{row}?{filter}"))).await;
            if !shown(&page).contains(&nothing) || !page.reply.body.contains(&words.t("filter-clear")) {
                wrong.push(format!("{row} does not say that nothing matches"));
            }
        }
    }
    for Place { row, at, name } in places(&fixture) {
        let page = browser.get(&at).await;
        let main = shown(&page).split("<main").nth(1).unwrap();
        if page.reply.body.contains(CANARY) {
            wrong.push(format!("{name} shows a text as HTML"));
        }
        let list = LISTS.iter().find(|(known, ..)| *known == row);
        let excused = NO_LISTS.iter().any(|(known, _)| *known == row);
        if main.contains("<table id=") && list.is_none() && !excused {
            wrong.push(format!("{row} lists something, and is not in LISTS"));
        }
        let of_list = !row.contains('{');
        if of_list && main.contains("role=\"search\"") && list.is_none_or(|(.., filter)| filter.is_empty()) {
            wrong.push(format!("{row} has filters, and LISTS has none"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
});

/// The messages that templates show where there is nothing.
fn used(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            used(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let calls = text.split("call ui::empty(frame.t(\"").skip(1);
        found.extend(calls.map(|rest| rest.split('"').next().unwrap().to_owned()));
    }
}

#[test]
fn every_message_about_nothing_belongs_to_a_list() {
    let mut found = BTreeSet::new();
    used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut found);
    assert!(found.remove("nothing-matches") && found.len() > 15);
    // A file that has nothing to do is no list: `import_export.rs`.
    assert!(found.remove("import-no-changes"));
    let known: BTreeSet<String> = LISTS
        .iter()
        .map(|(_, empty, _)| match empty {
            Shown(.., message) | Never(_, message) => (*message).to_owned(),
        })
        .filter(|message| !message.is_empty())
        .collect();
    assert_eq!(found, known);
}
