//! `/console/api-keys` and `/account/api-keys`.

use serde_json::json;

use super::{CANARY, shown};
use crate::on_both;
use crate::support::tokens::ADA;
use crate::support::{Page, TestApp};

/// The secret that a page shows.
pub fn secret(page: &Page) -> String {
    let body = shown(page);
    let start = body.find("id=\"secret\">").unwrap_or_else(|| panic!("no secret: {body}")) + 12;
    body[start..start + body[start..].find('<').unwrap()].to_owned()
}

/// The address of the first key of a list.
pub fn first_key(list: &Page) -> String {
    let table =
        shown(list).split("id=\"keys\"").nth(1).unwrap_or_else(|| panic!("no table: {}", list.reply.body));
    table.split("<th scope=\"row\"><a href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Whose key it is, by the call that its page shows.
async fn works(app: &TestApp, key: &str) -> bool {
    app.http().get(app.url("/v1/me")).bearer_auth(key).send().await.unwrap().status() == 200
}

on_both!(a_key_is_made_used_rotated_and_revoked_on_its_pages, |app| {
    let (browser, empty) = app.looking(ADA, "/account/api-keys").await;
    assert!(shown(&empty).contains("No API keys yet"));
    let form = browser.get("/account/api-keys/new").await;
    let made =
        browser.submit(&form, &[("name", "Deployment"), ("level", "read-only"), ("expiry", "30")]).await;
    let first = secret(&made);
    assert!(first.starts_with("gk_") && made.reply.body.contains("GRIDKEY_API_KEY"));
    assert_eq!(made.reply.header("cache-control"), "no-store");
    assert!(works(&app, &first).await);

    // The same form again makes no second key and shows no secret.
    let again =
        browser.submit(&form, &[("name", "Deployment"), ("level", "read-only"), ("expiry", "30")]).await;
    assert!(shown(&again).contains("id=\"repeated\"") && !again.reply.body.contains(&first));
    let list = browser.get("/account/api-keys").await;
    assert_eq!(shown(&list).matches("Deployment</bdi>").count(), 1);
    let at = first_key(&list);
    assert!(shown(&browser.get(&at).await).contains("Operational"));

    let asked = browser.get(&format!("{at}/rotate")).await;
    let rotated = browser.submit(&asked, &[("grace", "3600")]).await;
    let second = secret(&rotated);
    assert!(second != first && works(&app, &first).await && works(&app, &second).await);
    assert!(shown(&browser.get(&at).await).contains("id=\"previous-secret\""));

    for (action, works_after) in [("disable", false), ("enable", true), ("revoke", false)] {
        let asked = browser.get(&format!("{at}/{action}")).await;
        assert!(shown(&asked).contains("Deployment"), "{action}");
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains("id=\"flash\""), "{action}");
        assert_eq!(works(&app, &second).await, works_after, "{action}");
    }
    assert!(!works(&app, &first).await);
    assert_eq!(browser.get(&format!("{at}/rotate")).await.reply.status, 404);
});

on_both!(what_is_wrong_with_a_form_is_said_and_nothing_is_lost, |app| {
    let (browser, _) = app.looking(ADA, "/account/api-keys").await;
    let form = browser.get("/account/api-keys/new").await;
    for (field, text, part) in [
        ("expiry", "never", "href=\"#expires_at\""),
        ("rate_limit", "many", "href=\"#rate_limit\""),
        ("allowed_addresses", "everywhere", "href=\"#allowed_addresses\""),
        ("level", "king", "There is a problem"),
    ] {
        let refused = browser
            .submit(
                &form,
                &[
                    ("name", CANARY),
                    ("level", "read-only"),
                    ("expiry", "30"),
                    ("never_confirmed", ""),
                    (field, text),
                ],
            )
            .await;
        assert_eq!(refused.reply.status, 422, "{field}: {}", refused.reply.body);
        assert!(refused.reply.body.contains(part), "{field}: {}", refused.reply.body);
        assert!(!refused.reply.body.contains("<script>x"));
        assert_eq!(refused.form().fields["name"], CANARY);
    }
});

on_both!(a_key_is_changed_on_its_page, |app| {
    let (browser, _) = app.looking(ADA, "/account/api-keys").await;
    let form = browser.get("/account/api-keys/new").await;
    browser.submit(&form, &[("name", "One"), ("level", "read-only"), ("expiry", "30")]).await;
    let list = browser.get("/account/api-keys").await;
    let at = first_key(&list);
    let page = browser.get(&at).await;
    let fields = [
        ("name", CANARY),
        ("level", "read-only"),
        ("rate_limit", "60"),
        ("allowed_addresses", "192.0.2.0/24"),
    ];
    let done = browser.follow(browser.submit(&page, &fields).await).await;
    assert!(shown(&done).contains("id=\"flash\"") && done.reply.body.contains("192.0.2.0/24"));
    let late = browser.submit(&page, &fields).await;
    assert_eq!(late.reply.status, 422);
});

on_both!(everybodys_keys_are_for_administrators, |app| {
    let (browser, page) = app.looking(ADA, "/console/api-keys").await;
    assert!(shown(&page).contains("No API keys yet"));
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let made = manager.post("/v1/api-keys", &json!({ "name": "Robot" })).await.expect(201).json();
    let page = browser.get("/console/api-keys").await;
    assert!(shown(&page).contains("Robot"), "{}", page.reply.body);
    let at = format!("/console/api-keys/{}", made["id"].as_str().unwrap());
    let asked = browser.get(&format!("{at}/revoke")).await;
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("Revoked"));

    let (grace, own) = app.looking("grace@acme.example", "/account/api-keys").await;
    assert!(shown(&own).contains("No API keys yet"));
    assert_eq!(grace.get("/console/api-keys").await.reply.status, 403);
    assert_eq!(grace.get(&at).await.reply.status, 404);
    assert_eq!(grace.get("/console/api-keys/new").await.reply.status, 403);
});
