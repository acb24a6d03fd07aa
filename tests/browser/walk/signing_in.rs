//! The pages in front of the sign-in, in the order in which somebody meets them.

use std::collections::BTreeSet;

use gridkey::routes;
use gridkey::server::Method;
use gridkey::web::paths;

use super::Walker;
use crate::support::SAM;

/// Rows that show nothing by themselves.
const NO_PAGES: &[(&str, &str)] = &[
    (paths::AUTHORIZE, "leads to the sign-in"),
    (paths::AUTHORIZE_CONTINUE, "leads back to the application"),
    (paths::LOGIN_SWITCH, "leads to the sign-in"),
    (paths::CHANGE_PASSWORD, "leads to the page for a forgotten password"),
    (paths::ARRIVAL, "leads to the page that was asked for"),
    (paths::AUTH_CALLBACK, "leads back to the application"),
    (paths::API_EXPLORER, "somebody else's program, shown as it is: explorer.rs"),
];

/// Looks at all of them: the rows of the table that were seen.
pub async fn walk(walker: &Walker, links: &[String], device: &str) -> BTreeSet<&'static str> {
    let tab = &walker.tab;
    let mut seen = BTreeSet::new();
    let mut look = async |row: &'static str| {
        walker.look(row).await;
        seen.insert(row);
    };
    for row in ["/", paths::LOGIN, paths::LOGIN_FORGOT, paths::LOGIN_SIGNED_OUT] {
        tab.open(row).await;
        look(row).await;
    }
    for (row, link) in [paths::LOGIN_RESET, paths::LOGIN_INVITATION, paths::SETUP].into_iter().zip(links) {
        tab.open(link).await;
        look(row).await;
    }
    tab.set_out().await;
    look(paths::LOGIN_IDENTIFY).await;
    tab.identify(SAM).await;
    tab.at(paths::LOGIN_ORGANIZATION).await;
    look(paths::LOGIN_ORGANIZATION).await;
    tab.submit("#organization-acme").await;
    tab.at(paths::LOGIN_PASSWORD).await;
    look(paths::LOGIN_PASSWORD).await;
    tab.prove(SAM).await;
    tab.at(paths::LOGIN_CONSENT).await;
    look(paths::LOGIN_CONSENT).await;
    tab.consent().await;
    tab.at("/dev/app").await;
    tab.open(device).await;
    look(paths::DEVICE).await;
    tab.submit("#device-submit").await;
    tab.at(paths::DEVICE_CONFIRM).await;
    look(paths::DEVICE_CONFIRM).await;
    tab.open(&format!("{}?answer=denied", paths::DEVICE_DONE)).await;
    look(paths::DEVICE_DONE).await;
    for row in [paths::LOGIN_ACCOUNT, paths::END_SESSION] {
        tab.open(row).await;
        tab.at(row).await;
        look(row).await;
    }
    seen
}

/// Every row of the table in front of the sign-in was seen, or says why it is not.
pub fn is_complete(seen: &BTreeSet<&str>) {
    let behind = |path: &String| path.starts_with(paths::CONSOLE) || path.starts_with(paths::ACCOUNT);
    let gets = routes::table(false).filter(|route| route.method() == Method::Get && route.is_page());
    let rows: Vec<String> = gets.flat_map(|route| route.paths()).filter(|path| !behind(path)).collect();
    for row in &rows {
        // An organisation's own issuer has the same pages at other addresses.
        let page = row.strip_prefix(paths::TENANT_PREFIX).unwrap_or(row);
        let excused = NO_PAGES.iter().any(|(known, _)| known == &page);
        assert!(excused != seen.contains(page), "{page} is opened by the walk, or is no page, and not both");
    }
    for (row, _) in NO_PAGES {
        assert!(rows.iter().any(|known| known == row), "{row} is no row of the table any more");
    }
}
