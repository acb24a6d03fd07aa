//! `/console/signing-keys/{id}/check`.

use gridkey::request_keys::QueryMode;
use serde_json::json;

use super::{CANARY, shown};
use crate::on_both;
use crate::support::signing::{Draft, FINGERPRINT, PUBLIC_KEY, secret};
use crate::support::tokens::ADA;

const BODY: &str = "{\"a\":1,\n\"b\":2}";

on_both!(a_signature_is_checked_on_a_page, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let made = manager.post("/v1/signing-keys", &json!({ "name": "Desk", "public_key": PUBLIC_KEY })).await;
    let at = format!("/console/signing-keys/{}", made.expect(201).json()["id"].as_str().unwrap());
    let (browser, page) = app.looking(ADA, &at).await;
    assert!(shown(&page).contains("id=\"check-signature\""), "{}", page.reply.body);
    let form = browser.get(&format!("{at}/check")).await;
    assert!(shown(&form).contains(FINGERPRINT) && !form.reply.body.contains("id=\"verdict\""));

    let now = app.now().seconds();
    let draft = Draft::new("POST", "/v1/orders?a=1", BODY).grid(&secret(), now, QueryMode::Include);
    let (timestamp, signature) = (now.to_string(), draft.get("x-thegrid-signature").to_owned());
    // A browser sends line breaks with a carriage return.
    let typed = BODY.replace('\n', "\r\n");
    let fields = [
        ("method", "POST"),
        ("target", "/v1/orders?a=1"),
        ("body", typed.as_str()),
        ("timestamp", &timestamp),
        ("signature", &signature),
    ];
    let good = browser.submit(&form, &fields).await;
    assert!(shown(&good).contains("This request would be taken"), "{}", good.reply.body);
    let expected = format!("{now}POST/v1/orders?a=1{{&#34;a&#34;:1,\\n&#34;b&#34;:2}}");
    assert!(good.reply.body.contains(&expected), "{expected}: {}", good.reply.body);
    let again = browser.submit(&form, &fields).await;
    assert!(shown(&again).contains("This request would be taken"), "nothing is used up");

    let wrong = browser.submit(&form, &[fields.as_slice(), &[("target", "/v1/orders?a=2")]].concat()).await;
    assert!(shown(&wrong).contains("This request would be refused"), "{}", wrong.reply.body);
    assert!(wrong.reply.body.contains("<code>signature_invalid</code>"));
    assert!(wrong.reply.body.contains("POST/v1/orders?a=2"));
    assert_eq!(wrong.form().fields["signature"], signature, "what was typed stays");
    app.pass(std::time::Duration::from_secs(300));
    let late = browser.submit(&form, &fields).await;
    assert!(shown(&late).contains("The signature fits, and yet"), "{}", late.reply.body);
    assert!(late.reply.body.contains("The signature is too old."));
});

on_both!(what_cannot_be_read_is_said_and_nothing_is_lost, |app| {
    let manager = app.manager("acme", Some("tenant_admin")).await;
    let made = manager.post("/v1/signing-keys", &json!({ "name": CANARY, "public_key": PUBLIC_KEY })).await;
    let at = format!("/console/signing-keys/{}/check", made.expect(201).json()["id"].as_str().unwrap());
    let (browser, form) = app.looking(ADA, &at).await;
    let bad = browser.submit(&form, &[("headers", "no colon"), ("body", CANARY)]).await;
    assert_eq!(bad.reply.status, 422, "{}", bad.reply.body);
    assert!(bad.reply.body.contains("href=\"#headers\"") && bad.reply.body.contains("no colon</textarea>"));
    assert!(!bad.reply.body.contains("<script>x"));
    let unsigned = browser.submit(&form, &[("target", CANARY)]).await;
    assert!(shown(&unsigned).contains("says too little"), "{}", unsigned.reply.body);
    assert_eq!(browser.post(&at, &[("method", "GET")]).await.reply.status, 403, "no token");
    let (grace, _) = app.looking("grace@acme.example", "/account").await;
    assert_eq!(grace.get(&at).await.reply.status, 404);
});
