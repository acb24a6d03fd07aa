//! How much a browser loads to show the pages on which somebody says who they are and proves it.

use std::collections::BTreeSet;

use super::{ADA, at_identify, at_password};
use crate::on_both;
use crate::support::{Page, TestApp};

/// What a page and all that it names may be on the wire.
const MOST: usize = 30 * 1024;

/// The page, and what it names, as browsers get it: pages are not compressed, files are.
async fn loaded(app: &TestApp, page: &Page) -> usize {
    let files: BTreeSet<&str> =
        page.reply.body.split(['"', '\'']).filter(|text| text.starts_with("/static/")).collect();
    assert!(files.iter().any(|file| file.contains(".css")), "{files:?}");
    let mut size = page.reply.body.len();
    for file in files {
        let asked = app.http().get(app.url(file)).header("accept-encoding", "gzip, br").send().await.unwrap();
        assert!(asked.status().is_success(), "{file}");
        size += asked.bytes().await.unwrap().len();
    }
    size
}

on_both!(a_sign_in_page_is_small_with_all_that_it_loads, |app| {
    let browser = app.browser();
    for page in [at_identify(&browser).await, at_password(&browser, ADA).await] {
        let size = loaded(&app, &page).await;
        assert!((2_000..=MOST).contains(&size), "{}: {size} bytes", page.path());
    }
});

on_both!(the_two_steps_tell_password_managers_who_and_what, |app| {
    let browser = app.browser();
    let identify = at_identify(&browser).await.reply.body;
    assert!(identify.contains("autocomplete=\"username webauthn\""), "{identify}");
    let password = at_password(&browser, ADA).await.reply.body;
    assert!(password.contains("autocomplete=\"username\""), "{password}");
    assert!(password.contains("autocomplete=\"current-password\""), "{password}");
});
