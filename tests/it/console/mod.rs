//! `/console`: pages for administrators, without scripts.

mod api_keys;
mod bulk;
mod entering;
mod invitations;
mod recycle_bin;
mod settings;
mod system;
mod teams;
mod users;

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
