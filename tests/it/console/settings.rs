//! `/console/settings`.

use super::{CANARY, shown};
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::tokens::ADA;

const GRACE: &str = "grace@acme.example";
const SECURITY: &str = "/console/settings/security";
const DOMAINS: &str = "/console/settings/domains";

on_both!(an_organisation_gets_another_name, |app| {
    let (browser, early) = app.looking(ADA, "/console/settings").await;
    assert!(shown(&early).contains("Compatibility profile"), "{}", early.reply.body);
    let refused = browser.submit(&early, &[("display_name", "")]).await;
    assert_eq!(refused.reply.status, 422);
    assert!(refused.reply.body.contains(r##"href="#display_name""##), "{}", refused.reply.body);
    let done = browser.follow(browser.submit(&early, &[("display_name", CANARY)]).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    assert_eq!(done.form().fields["display_name"], CANARY);
    let late = browser.submit(&early, &[("display_name", "Acme")]).await;
    assert_eq!(late.reply.status, 422);
    assert_eq!(late.form().fields["display_name"], "Acme");
});

on_both!(lifetimes_and_keys_are_set_and_taken_back, |app| {
    let (browser, page) = app.looking(ADA, SECURITY).await;
    shown(&page);
    for (input, bad) in [
        ("sessions_idle", "soon"),
        ("sessions_idle", "1"),
        ("passwords_minimum_length", "7"),
        ("lifetimes_refresh_token", "5"),
        ("lifetimes_refresh_token_idle", "5"),
        ("api_keys_prefix", "NO"),
        ("audit_retention_days", "0"),
    ] {
        let refused = browser.submit(&page, &[(input, bad)]).await;
        assert_eq!(refused.reply.status, 422, "{input} {bad}: {}", refused.reply.body);
        assert!(
            refused.reply.body.contains(&format!("href=\"#{input}\"")),
            "{input}: {}",
            refused.reply.body
        );
        assert_eq!(refused.form().fields[input], bad);
    }
    let fields = [("sessions_idle", "3600"), ("api_keys_prefix", "acme_"), ("api_keys_key_rate_limit", "60")];
    let saved = browser.follow(browser.submit(&page, &fields).await).await;
    assert!(shown(&saved).contains("id=\"flash\""), "{}", saved.reply.body);
    let form = saved.form();
    for (input, value) in fields {
        assert_eq!(form.fields[input], value);
    }
    assert!(saved.reply.body.contains("name=\"disable_on_spike\" value=\"yes\" checked"));
    let back = browser.follow(browser.submit(&saved, &[("sessions_idle", "")]).await).await;
    assert_eq!(back.form().fields["sessions_idle"], "");
    assert_eq!(back.form().fields["api_keys_prefix"], "acme_");
    // Somebody was faster.
    assert_eq!(browser.submit(&page, &[("sessions_idle", "60")]).await.reply.status, 422);
});

on_both!(domains_are_for_who_may_change_every_organisation, |app| {
    let (browser, page) = app.looking(ADA, DOMAINS).await;
    assert!(!shown(&page).contains("name=\"domains\""), "{}", page.reply.body);
    let csrf = browser.get("/console/settings").await.form().fields["csrf"].clone();
    let sent = browser.post(DOMAINS, &[("csrf", &csrf), ("domains", "new.example")]).await;
    assert_eq!(sent.reply.status, 403, "{}", sent.reply.body);

    give(&app, "acme", ADA, "super_admin").await;
    let (browser, page) = app.looking(ADA, DOMAINS).await;
    let refused = browser.submit(&page, &[("domains", "new.example\nlocalhost")]).await;
    assert_eq!(refused.reply.status, 422);
    assert!(refused.reply.body.contains("new.example\nlocalhost</textarea>"), "{}", refused.reply.body);
    let saved =
        browser.follow(browser.submit(&page, &[("domains", "b.example\r\na.example\r\n")]).await).await;
    assert!(shown(&saved).contains("<bdi>a.example</bdi>"), "{}", saved.reply.body);
    let none = browser.follow(browser.submit(&saved, &[("domains", "")]).await).await;
    assert!(shown(&none).contains("No domains"), "{}", none.reply.body);
});

on_both!(settings_are_for_who_may_see_them, |app| {
    let (grace, page) = app.looking(GRACE, "/console").await;
    assert!(!shown(&page).contains("/console/settings"), "{}", page.reply.body);
    for at in ["/console/settings", SECURITY, DOMAINS, "/console/settings/recycle-bin"] {
        assert_eq!(grace.get(at).await.reply.status, 403, "{at}");
    }
    make_role(&app, "acme", "looker", &["tenant:read"]).await;
    give(&app, "acme", GRACE, "looker").await;
    for at in ["/console/settings", SECURITY] {
        let page = grace.get(at).await;
        assert!(!shown(&page).contains("class=\"primary\""), "{at}");
        assert_eq!(grace.submit(&page, &[]).await.reply.status, 403, "{at}");
    }
});
