//! Names and typed words stand on the pages as text, whatever they hold.

use super::{ADA, beside, every_page, open, setup_link};
use crate::on_both;
use crate::support::authorize_web;
use crate::support::tokens::{alter, alter_client, person, tenant};

/// Does harm on a page that does not escape it, in text and in attributes.
const CANARY: &str = "\"'><img src=x onerror=alert(1)>&lt;";

fn holds_no_canary(name: &str, html: &str) {
    assert!(!html.contains("<img src=x") && !html.contains("\"'>"), "{name}: {html}");
}

on_both!(what_people_and_organisations_are_called_cannot_become_html, |app| {
    alter(&app, |conn| {
        let mut acme = tenant(conn, "acme")?;
        acme.display_name = CANARY.into();
        gridkey::tenants::store::update(conn, &acme)?;
        let mut ada = person(conn, "acme", ADA)?;
        ada.display_name = CANARY.into();
        gridkey::users::store::update(conn, ada.tenant_id, &ada)
    })
    .await;
    for client in ["web", "spa", "everyone"] {
        alter_client(&app, client, |client| client.display_name = CANARY.into()).await;
    }
    let mut shown = 0;
    for (name, page) in every_page(&app).await {
        holds_no_canary(name, &page.reply.body);
        shown += page.reply.body.matches("onerror=alert(1)").count();
    }
    assert!(shown > 20, "the names do stand on the pages: {shown}");
});

on_both!(what_is_typed_cannot_become_html, |app| {
    let browser = app.browser();
    let hinted = open(&browser, &authorize_web("openid", &[("login_hint", CANARY)])).await;
    assert!(hinted.reply.body.contains("onerror"), "the hint stands there");
    holds_no_canary("hint", &hinted.reply.body);
    let typed = browser.submit(&hinted, &[("email", CANARY)]).await;
    assert_eq!(typed.reply.status, 422);
    holds_no_canary("identify", &typed.reply.body);
    // Quotes and signs are allowed in a real address.
    let odd = "o'neil+\"<b>\"@example.com";
    for email in [odd, "a&b'c@example.com", "<b>@example.com"] {
        let answered = browser.submit(&hinted, &[("email", email)]).await;
        let page = browser.follow(answered).await;
        assert!(
            !page.reply.body.contains("<b>") && !page.reply.body.contains("\"o'neil+\"<"),
            "{}",
            page.reply.body
        );
    }
    let forgot = open(&browser, &beside(&hinted, "/login/forgot")).await;
    let typed = browser.submit(&forgot, &[("email", CANARY)]).await;
    holds_no_canary("forgot", &typed.reply.body);
    let setup = open(&browser, &setup_link(&app).await).await;
    let typed = browser
        .submit(
            &setup,
            &[
                ("organization", CANARY),
                ("name", CANARY),
                ("slug", CANARY),
                ("email", CANARY),
                ("password", "x"),
            ],
        )
        .await;
    assert_eq!(typed.reply.status, 422);
    holds_no_canary("set-up", &typed.reply.body);
    let state = authorize_web("openid", &[("state", CANARY), ("nonce", CANARY)]);
    holds_no_canary("state", &open(&browser, &state).await.reply.body);
});
