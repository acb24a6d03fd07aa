//! `/console`: pages for administrators, without scripts.

mod activity;
mod api_keys;
mod apis;
mod applications;
mod audit_log;
mod branding;
mod bulk;
mod empty;
mod entering;
mod import_export;
mod invitations;
mod key_list;
mod key_page;
mod notices;
mod overview;
mod own_keys;
mod pickers;
mod queries;
mod recycle_bin;
mod roles;
mod service_accounts;
mod sessions;
mod settings;
mod signatures;
mod system;
mod teams;
mod trials;
mod usage;
mod users;
mod webhooks;

use crate::support::{Browser, PASSWORD, Page, TestApp};

/// What is put into every text that a page shows: it must come out as text.
pub const CANARY: &str = "<script>x</script>\"'&";

impl TestApp {
    /// A browser in which somebody of the fixture looks at a page.
    pub async fn looking(&self, email: &str, at: &str) -> (Browser, Page) {
        let mut browser = self.browser();
        let password = if email.starts_with("grace@") { "another horse battery staple" } else { PASSWORD };
        let page = browser.enter(at, email, password).await;
        (browser, page)
    }
}

/// What a page says, with a check that it is one.
#[track_caller]
pub fn shown(page: &Page) -> &str {
    assert_eq!(page.reply.status, 200, "{} {}", page.at, page.reply.body);
    assert!(!page.reply.body.contains("<script>x"), "{}", page.reply.body);
    &page.reply.body
}

/// Sends a form with the fields that it hides, and with these for those that somebody fills in: unlike
/// [`Browser::submit`] it ticks no box that is not named.
pub async fn fill(browser: &Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    let hidden = page.form().fields;
    let kept = ["csrf", "once", "version", "kind"];
    let mut pairs: Vec<(&str, &str)> =
        kept.iter().filter_map(|name| Some((*name, hidden.get(*name)?.as_str()))).collect();
    pairs.extend_from_slice(typed);
    browser.post(&page.at, &pairs).await
}
