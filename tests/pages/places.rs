//! Every page behind the sign-in, out of the route table.

use gridkey::routes;
use gridkey::server::Method;
use gridkey::web::paths;

use super::Fixture;

/// A page to be opened.
#[derive(Clone, Debug)]
pub struct Place {
    /// The row of the table.
    pub row: String,
    /// The address.
    pub at: String,
    /// The address with names for what is of this run alone.
    pub name: String,
}

/// Rows that are opened under other addresses than their own, each with what stands there for the part from the first
/// variable on, or behind the path. Names in `<>` are those of the fixture.
#[rustfmt::skip]
const EXAMPLES: &[(&str, &[&str])] = &[
    (paths::CONSOLE, &["", "?tenant=canary"]),
    (paths::CONSOLE_USERS, &["", "?q=<typed>", "?status=deleted"]),
    (paths::CONSOLE_USER, &["<user>", "<invited-user>", "<suspended-user>", "<deleted-user>"]),
    (paths::CONSOLE_USER_ROLES, &["<user>/roles"]),
    (paths::CONSOLE_USER_TEAMS, &["<user>/teams"]),
    (paths::CONSOLE_USER_SESSIONS, &["<viewer>/sessions", "<user>/sessions"]),
    (paths::CONSOLE_USER_PERMISSIONS, &["<user>/permissions"]),
    (paths::CONSOLE_USER_ACTIVITY, &["<viewer>/activity", "<user>/activity"]),
    (paths::CONSOLE_USER_ACTION, &["<user>/reset-link", "<user>/sign-out", "<user>/suspend", "<suspended-user>/activate", "<user>/delete", "<deleted-user>/restore"]),
    (paths::CONSOLE_TEAMS, &["", "?q=<typed>"]),
    (paths::CONSOLE_TEAM, &["<team>"]),
    (paths::CONSOLE_TEAM_MEMBERS, &["<team>/members", "<empty-team>/members"]),
    (paths::CONSOLE_TEAM_ROLES, &["<team>/roles"]),
    (paths::CONSOLE_TEAM_DELETE, &["<empty-team>/delete"]),
    (paths::CONSOLE_INVITATION_ACTION, &["<invitation>/resend", "<invitation>/revoke"]),
    (paths::CONSOLE_RECYCLE_BIN_ACTION, &["user/<deleted-user>/restore", "application/<deleted-application>/purge", "service_account/<deleted-account>/purge", "tenant/<deleted-tenant>/purge"]),
    (paths::CONSOLE_TENANTS, &["", "?q=<typed>"]),
    (paths::CONSOLE_TENANT, &["<other-tenant>", "<deleted-tenant>"]),
    (paths::CONSOLE_TENANT_ACTION, &["<other-tenant>/suspend", "<suspended-tenant>/activate", "<other-tenant>/delete", "<deleted-tenant>/restore"]),
    (paths::CONSOLE_APPLICATIONS, &["", "?q=<typed>"]),
    (paths::CONSOLE_APPLICATION_NEW, &["", "?kind=web", "?kind=device", "?kind=machine"]),
    (paths::CONSOLE_APPLICATION, &["<application>", "<deleted-application>"]),
    (paths::CONSOLE_APPLICATION_PREVIEW, &["<consented>/preview", "<consented>/preview?user=<viewer>", "<application>/preview?user=<viewer>"]),
    (paths::CONSOLE_APPLICATION_TEST, &["<consented>/test?user=<viewer>", "<application>/test"]),
    (paths::CONSOLE_APPLICATION_ACTION, &["<application>/disable", "<disabled-application>/enable", "<application>/delete", "<deleted-application>/restore", "<application>/add-secret", "<application>/remove-secret?secret=<secret>"]),
    (paths::CONSOLE_SERVICE_ACCOUNTS, &["", "?q=<typed>"]),
    (paths::CONSOLE_SERVICE_ACCOUNT, &["<account>", "<deleted-account>"]),
    (paths::CONSOLE_SERVICE_ACCOUNT_ROLES, &["<account>/roles"]),
    (paths::CONSOLE_CREDENTIAL_NEW, &["<account>/new-credential"]),
    (paths::CONSOLE_SERVICE_ACCOUNT_ACTION, &["<account>/disable", "<disabled-account>/enable", "<account>/delete", "<deleted-account>/restore", "<account>/add-secret?credential=<credential>", "<account>/remove-credential?credential=<credential>"]),
    (paths::CONSOLE_ROLES, &["", "?q=<typed>"]),
    (paths::CONSOLE_ROLE, &["<role>"]),
    (paths::CONSOLE_ROLE_ACTION, &["<role>/delete"]),
    (paths::CONSOLE_API, &["<api>", "<disabled-api>"]),
    (paths::CONSOLE_API_ACTION, &["<api>/disable", "<disabled-api>/enable", "<api>/delete"]),
    (paths::CONSOLE_AUDIT_LOG, &["", "?action=<typed>"]),
    (paths::CONSOLE_AUDIT_EVENT, &["<event>"]),
    (paths::CONSOLE_SESSIONS, &["", "?user=<viewer>"]),
    (paths::CONSOLE_SESSION_END, &["<session>/end"]),
    (paths::CONSOLE_API_KEYS, &["", "?q=<typed>"]),
    (paths::CONSOLE_API_KEY, &["<key>", "<disabled-key>"]),
    (paths::CONSOLE_API_KEY_ACTION, &["<key>/rotate", "<key>/disable", "<disabled-key>/enable", "<key>/revoke"]),
    (paths::ACCOUNT_API_KEY, &["<own-key>"]),
    (paths::ACCOUNT_API_KEY_ACTION, &["<own-key>/rotate", "<own-key>/disable", "<own-disabled-key>/enable", "<own-key>/revoke"]),
    (paths::CONSOLE_SIGNING_KEY, &["<signing-key>", "<disabled-signing-key>"]),
    (paths::CONSOLE_SIGNING_KEY_ACTION, &["<signing-key>/disable", "<disabled-signing-key>/enable", "<signing-key>/revoke"]),
    (paths::ACCOUNT_SIGNING_KEY, &["<own-signing-key>"]),
    (paths::ACCOUNT_SIGNING_KEY_ACTION, &["<own-signing-key>/disable", "<own-disabled-signing-key>/enable", "<own-signing-key>/revoke"]),
    (paths::CONSOLE_SIGNING_KEY_CHECK, &["<signing-key>/check"]),
    (paths::ACCOUNT_SIGNING_KEY_CHECK, &["<own-signing-key>/check"]),
    (paths::CONSOLE_WEBHOOK, &["<webhook>", "<paused-webhook>"]),
    (paths::CONSOLE_WEBHOOK_ACTION, &["<webhook>/test", "<webhook>/pause", "<paused-webhook>/resume", "<webhook>/rotate-secret", "<webhook>/delete"]),
    (paths::CONSOLE_WEBHOOK_DELIVERY, &["<webhook>/deliveries/<delivery>"]),
    (paths::ACCOUNT_DEVICE, &["<session>/end"]),
    (paths::ACCOUNT_APP, &["<consented>/remove"]),
];

/// Rows that are no pages.
const NO_PAGES: &[(&str, &str)] = &[
    (paths::CONSOLE_AUDIT_LOG_FILE, "a file to be kept"),
    (paths::CONSOLE_USERS_BULK, "leads back to the list, where the form is"),
    (paths::CONSOLE_API_KEYS_BULK, "leads back to the list, where the form is"),
    (paths::CONSOLE_API_KEYS_FILE, "a file to be kept"),
    (paths::CONSOLE_IMPORT_EXPORT_FILE, "a file to be kept"),
    (paths::CONSOLE_API_KEY_USAGE_FILE, "a file to be kept"),
    (paths::ACCOUNT_API_KEYS_BULK, "leads back to the list, where the form is"),
    (paths::ACCOUNT_API_KEYS_FILE, "a file to be kept"),
    (paths::ACCOUNT_API_KEY_USAGE_FILE, "a file to be kept"),
];

/// The pages of the console and of one's own account. Every row of the table is opened, or says why it is not.
pub fn places(fixture: &Fixture) -> Vec<Place> {
    let gets = routes::table(false).filter(|route| route.method() == Method::Get && route.is_page());
    let rows: Vec<String> = gets
        .flat_map(|route| route.paths())
        .filter(|path| path.starts_with(paths::CONSOLE) || path.starts_with(paths::ACCOUNT))
        .collect();
    for (row, _) in EXAMPLES.iter().map(|(row, _)| (*row, "")).chain(NO_PAGES.iter().copied()) {
        assert!(rows.iter().any(|known| known == row), "{row} is no row of the table any more");
    }
    let opened = rows.into_iter().filter(|row| !NO_PAGES.iter().any(|(known, _)| known == row));
    opened.flat_map(|row| examples(&row, fixture)).collect()
}

fn examples(row: &str, fixture: &Fixture) -> Vec<Place> {
    let start = row.split('{').next().unwrap();
    let plain: &[&str] = &[""];
    let known = EXAMPLES.iter().find(|(known, _)| *known == row).map(|(_, examples)| *examples);
    let examples = known.or_else(|| (start == row).then_some(plain));
    let examples = examples.unwrap_or_else(|| panic!("{row} has no example in tests/pages/places.rs"));
    let place = |example: &&str| {
        let name = format!("{start}{example}");
        Place { row: row.to_owned(), at: fixture.fill(&name), name }
    };
    examples.iter().map(place).collect()
}
