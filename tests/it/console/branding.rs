//! `/console/branding`.

use std::time::Duration;

use super::shown;
use crate::manage::branding::drawing;
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::tokens::ADA;
use crate::support::{Browser, PASSWORD, Page};

const GRACE: &str = "grace@acme.example";
const BRANDING: &str = "/console/branding";
const LOGO: &str = "/console/branding/logo";

/// Sends a file with the hidden fields of a page.
async fn send(browser: &Browser, page: &Page, file: &[u8], more: &[(&str, &str)]) -> Page {
    let fields = page.form().fields;
    let own = [("csrf", fields["csrf"].as_str()), ("version", fields["version"].as_str())];
    browser.post_file(LOGO, &[&own[..], more].concat(), ("logo", file)).await
}

on_both!(an_organisation_gets_its_colour_and_goes_back_to_everybodys, |app| {
    let (browser, page) = app.looking(ADA, BRANDING).await;
    assert!(shown(&page).contains("id=\"defaults\"") && shown(&page).contains("id=\"no-logo\""));
    for (input, bad) in
        [("accent", "red"), ("support_url", "javascript:alert(1)"), ("support_url", "<script>x</script>")]
    {
        let refused = browser.submit(&page, &[(input, bad)]).await;
        assert_eq!(refused.reply.status, 422, "{input}");
        assert!(refused.reply.body.contains(&format!("href=\"#{input}\"")), "{}", refused.reply.body);
        assert_eq!(refused.form().fields[input], bad);
        assert!(!refused.reply.body.contains("<script>x"), "{}", refused.reply.body);
    }
    let fields = [("accent", "#ffee00"), ("support_url", "mailto:help@acme.example")];
    let saved = browser.follow(browser.submit(&page, &fields).await).await;
    for part in [
        "id=\"flash\"",
        "id=\"contrasts\"",
        "href=\"/branding/ffee00.",
        "id=\"preview-dark\"",
        "#000000 / #ffee00",
    ] {
        assert!(shown(&saved).contains(part), "{part}: {}", saved.reply.body);
    }
    assert_eq!(saved.form().fields["support_url"], "mailto:help@acme.example");
    // Somebody was faster.
    let late = browser.submit(&page, &[("accent", "#123456")]).await;
    assert_eq!(late.reply.status, 422, "{}", late.reply.body);
    let reset = browser.follow(browser.submit(&saved, &[("reset_accent", "yes")]).await).await;
    assert!(shown(&reset).contains("id=\"defaults\""), "{}", reset.reply.body);
    assert_eq!(reset.form().fields["support_url"], "mailto:help@acme.example", "only the colour goes");
});

on_both!(a_logo_is_uploaded_without_scripts_and_removed, |app| {
    let (browser, page) = app.looking(ADA, BRANDING).await;
    for bad in [b"" as &[u8], b"GIF89a", b"\x89PNG\r\n\x1a\n", &vec![b' '; 100_000]] {
        let refused = send(&browser, &page, bad, &[]).await;
        assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
        assert!(refused.reply.body.contains("href=\"#logo\""), "{}", refused.reply.body);
    }
    let huge = send(&browser, &page, &vec![b' '; 1_200_000], &[]).await;
    assert_eq!(huge.reply.status, 413, "{}", huge.reply.body);
    let saved = browser.follow(send(&browser, &page, drawing("red").as_bytes(), &[]).await).await;
    assert!(shown(&saved).contains("id=\"current-logo\" src=\"/branding/"), "{}", saved.reply.body);
    assert_eq!(saved.reply.body.matches("<img class=\"mark\"").count(), 3, "one now, and two in the preview");
    let fields = saved.form().fields;
    let removal = [("csrf", fields["csrf"].as_str()), ("version", fields["version"].as_str())];
    let removed = browser.follow(browser.post("/console/branding/logo/remove", &removal).await).await;
    assert!(shown(&removed).contains("id=\"no-logo\""), "{}", removed.reply.body);
});

on_both!(a_form_with_a_file_is_guarded_as_every_other, |app| {
    let (browser, page) = app.looking(ADA, BRANDING).await;
    let svg = drawing("red");
    let forged = browser.post_file(LOGO, &[("csrf", "x")], ("logo", svg.as_bytes())).await;
    assert_eq!(forged.reply.status, 403, "{}", forged.reply.body);
    let twice = send(&browser, &page, svg.as_bytes(), &[("version", "x")]).await;
    assert_eq!(twice.reply.status, 400, "{}", twice.reply.body);
    let plain = browser.post(LOGO, &[("csrf", &page.form().fields["csrf"])]).await;
    assert_eq!(plain.reply.status, 415, "{}", plain.reply.body);
    assert!(!page.reply.body.contains("name=\"confirm_password\""));

    // Signed in a while ago, they give their password with the file.
    app.pass(Duration::from_secs(11 * 60));
    let late = browser.get(BRANDING).await;
    assert!(shown(&late).contains("name=\"confirm_password\""), "{}", late.reply.body);
    for wrong in [&[] as &[(&str, &str)], &[("confirm_password", "wrong")]] {
        let asked = send(&browser, &late, svg.as_bytes(), wrong).await;
        assert_eq!(asked.reply.status, 422, "{}", asked.reply.body);
        assert!(asked.reply.body.contains("href=\"#confirm_password\""), "{}", asked.reply.body);
        assert!(asked.reply.body.contains("id=\"no-logo\""));
    }
    let given = send(&browser, &late, svg.as_bytes(), &[("confirm_password", PASSWORD)]).await;
    assert_eq!(given.reply.status, 303, "{}", given.reply.body);
});

on_both!(looks_are_for_who_may_see_them, |app| {
    let (grace, page) = app.looking(GRACE, "/console").await;
    assert!(!shown(&page).contains(BRANDING));
    assert_eq!(grace.get(BRANDING).await.reply.status, 403);
    make_role(&app, "acme", "looker", &["tenant:read"]).await;
    give(&app, "acme", GRACE, "looker").await;
    let page = grace.get(BRANDING).await;
    assert!(shown(&page).contains("id=\"preview\"") && !shown(&page).contains("type=\"file\""));
    let csrf = grace.get("/account/profile").await.form().fields["csrf"].clone();
    let sent = grace.post_file(LOGO, &[("csrf", &csrf)], ("logo", drawing("red").as_bytes())).await;
    assert_eq!(sent.reply.status, 403, "{}", sent.reply.body);
    let sent = grace.post(BRANDING, &[("csrf", &csrf), ("accent", "#123456")]).await;
    assert_eq!(sent.reply.status, 403, "{}", sent.reply.body);
});
