//! The way from an authorization request to the code, and that there is no other.

use std::time::Duration;

use super::{
    ADA, EVERYONE, GRACE, GRACES_PASSWORD, SAM, SPA, ada_in, at_identify, at_password, beside, button,
    buttons, carried_back, every_page, next, open,
};
use crate::on_both;
use crate::support::{PASSWORD, Page, TestApp, VERIFIER, authorize_web, jwt_claims};

/// Who signed in, by the ID token that a public client gets for its code.
async fn subject(app: &TestApp, client: &[(&str, &str)], code: &str) -> String {
    let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("code_verifier", VERIFIER)];
    form.extend_from_slice(client);
    let tokens = app.token(None, &form).await.expect(200);
    let claims = jwt_claims(&tokens.text("id_token"));
    let id = claims["sub"].as_str().unwrap().to_owned();
    let user = id.parse().unwrap();
    for slug in ["acme", "globex"] {
        let found = app.app.db.read(move |conn| {
            let tenant = crate::support::tokens::tenant(conn, slug)?.id;
            gridkey::users::store::find(conn, tenant, user)
        });
        if let Some(user) = found.await.unwrap() {
            return user.display_name;
        }
    }
    panic!("nobody has the subject {id}");
}

on_both!(
    /// Checklist 4.
    an_application_of_the_operator_needs_address_and_password_and_each_post_is_answered_by_303, |app| {
    let browser = app.browser();
    let first = browser.get(&authorize_web("openid", &[])).await;
    assert_eq!(first.reply.status, 303);
    let identify = browser.follow(first).await;
    assert_eq!(identify.path(), "/login/identify");
    let to_password = browser.submit(&identify, &[("email", ADA)]).await;
    assert_eq!(to_password.reply.status, 303, "{}", to_password.reply.body);
    let password = browser.follow(to_password).await;
    assert_eq!(password.path(), "/login/password");
    let signed_in = browser.submit(&password, &[("password", PASSWORD)]).await;
    assert_eq!(signed_in.reply.status, 303);
    assert!(signed_in.reply.header("location").contains("/oauth2/authorize/continue?interaction="));
    let back = browser.follow(signed_in).await;
    let query = carried_back(&back);
    assert!(query["code"].starts_with("gkac_"));
    assert_eq!((query["state"].as_str(), query["iss"].as_str()), ("st-1", app.issuer().as_str()));
});

on_both!(an_application_of_somebody_else_asks_and_cancel_says_access_denied, |app| {
    let browser = app.browser();
    let identify = open(&browser, &authorize_web("openid email", SPA)).await;
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    let consent = next(&browser, &password, &[("password", PASSWORD)]).await;
    assert_eq!(consent.path(), "/login/consent");
    let denied = next(&browser, &consent, &[("decision", "deny")]).await;
    let query = carried_back(&denied);
    assert!(denied.reply.header("location").starts_with("https://spa.example.com/cb?"));
    assert_eq!((query["error"].as_str(), query["state"].as_str()), ("access_denied", "st-1"));
    assert_eq!(query["iss"], app.issuer());
    assert!(!query.contains_key("code"));
    // Nothing is remembered of a refusal: the next request asks again.
    let again = open(&browser, &authorize_web("openid email", SPA)).await;
    assert_eq!(again.path(), "/login/consent");
    let allowed = next(&browser, &again, &[("decision", "allow")]).await;
    assert!(carried_back(&allowed).contains_key("code"));
});

on_both!(who_has_accounts_in_several_organisations_chooses_one_of_them, |app| {
    let browser = app.browser();
    let request = authorize_web("openid", EVERYONE);
    let identify = open(&browser, &request).await;
    let choice = next(&browser, &identify, &[("email", SAM)]).await;
    assert_eq!(choice.path(), "/login/organization");
    let offered: Vec<String> = buttons(&choice, "organization").into_iter().map(|(value, _)| value).collect();
    assert_eq!(offered, ["acme", "globex"]);
    // Before the choice there is no password to try: it belongs to nobody yet.
    for wrong in ["", "initech", "ACME", "acme,globex", "%"] {
        let refused = browser.submit(&choice, &[("organization", wrong)]).await;
        assert_eq!(refused.reply.status, 422, "{wrong}");
        assert_eq!(buttons(&refused, "organization").len(), 2);
    }
    let password = next(&browser, &choice, &[("organization", "globex")]).await;
    assert_eq!(password.path(), "/login/password");
    let other = browser.submit(&password, &[("password", PASSWORD)]).await;
    assert_eq!(other.reply.status, 422, "Sam's password at Acme is none at Globex");
    let back = next(&browser, &password, &[("password", "a globex battery staple")]).await;
    assert_eq!(subject(&app, EVERYONE, &carried_back(&back)["code"]).await, "Sam at Globex");
});

on_both!(who_has_one_account_or_none_is_not_asked_for_an_organisation, |app| {
    for email in [ADA, "nobody@nowhere.example"] {
        let browser = app.browser();
        let identify = open(&browser, &authorize_web("openid", EVERYONE)).await;
        let page = next(&browser, &identify, &[("email", email)]).await;
        assert_eq!(page.path(), "/login/password", "{email}");
        assert_eq!(open(&browser, &beside(&page, "/login/organization")).await.path(), "/login/identify");
    }
    // An application of one organisation never offers another.
    let browser = app.browser();
    let identify = at_identify(&browser).await;
    assert_eq!(next(&browser, &identify, &[("email", SAM)]).await.path(), "/login/password");
});

on_both!(people_of_other_organisations_do_not_get_in, |app| {
    let browser = app.browser();
    let password = at_password(&browser, "hank@globex.example").await;
    let refused = browser.submit(&password, &[("password", PASSWORD)]).await;
    assert_eq!(refused.reply.status, 422, "Hank's password is right, but not here");
    // Not even with a session that he has in this browser.
    let mut browser = app.browser();
    let globex = authorize_web(
        "openid",
        &[("client_id", "globex-web"), ("redirect_uri", "https://globex.example.com/cb")],
    );
    browser.walk(&globex, "hank@globex.example", PASSWORD).await;
    assert_eq!(open(&browser, &authorize_web("openid", &[])).await.path(), "/login/identify");
});

on_both!(
    /// Checklist 9.
    no_step_can_be_skipped, |app| {
    let browser = app.browser();
    let identify = at_identify(&browser).await;
    for later in ["/login/password", "/login/organization", "/login/consent", "/login/account", "/oauth2/authorize/continue"] {
        let page = open(&browser, &beside(&identify, later)).await;
        assert_eq!(page.path(), "/login/identify", "{later}");
    }
    let csrf = identify.form().fields["csrf"].clone();
    for later in ["/login/password", "/login/organization", "/login/consent", "/login/account"] {
        for form in [
            &[][..],
            &[("csrf", csrf.as_str()), ("password", PASSWORD), ("email", ADA), ("decision", "allow"), ("organization", "acme")],
        ] {
            let answered = browser.post(&beside(&identify, later), form).await;
            let led = answered.reply.header("location");
            assert!(led.is_empty() || led.starts_with("/login/identify?"), "{later} led to {led}");
            assert_ne!(answered.reply.status, 200);
            assert!(answered.reply.header("set-cookie").is_empty(), "{later} signed somebody in");
        }
    }
    // With the address alone nobody is signed in.
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    for later in ["/login/consent", "/oauth2/authorize/continue"] {
        let page = open(&browser, &beside(&password, later)).await;
        assert_eq!(page.path(), "/login/identify", "{later}");
    }
});

on_both!(
    /// Checklist 9.
    an_empty_post_to_any_step_changes_nothing, |app| {
    let mut browser = app.browser();
    let identify = open(&browser, &authorize_web("openid", SPA)).await;
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    let only_csrf = |page: &Page| page.form().fields["csrf"].clone();
    for page in [&identify, &password] {
        let csrf = only_csrf(page);
        for form in [&[][..], &[("csrf", csrf.as_str())]] {
            let refused = browser.post(&page.at, form).await;
            assert_eq!(refused.reply.status, 422, "{}", page.at);
            assert_eq!(refused.path(), page.path());
        }
    }
    let consent = next(&browser, &password, &[("password", PASSWORD)]).await;
    let csrf = only_csrf(&consent);
    for form in [&[][..], &[("csrf", csrf.as_str())], &[("csrf", csrf.as_str()), ("decision", "yes")]] {
        assert_eq!(browser.post(&consent.at, form).await.reply.status, 422);
    }
    assert_eq!(open(&browser, &beside(&consent, "/oauth2/authorize/continue")).await.path(), "/login/consent");
    ada_in(&mut browser).await;
    let chooser = open(&browser, &authorize_web("openid", &[("prompt", "select_account")])).await;
    let csrf = only_csrf(&chooser);
    for form in [&[][..], &[("csrf", csrf.as_str())], &[("csrf", csrf.as_str()), ("session", "")]] {
        assert_eq!(browser.post(&chooser.at, form).await.reply.status, 422);
    }
    assert_eq!(open(&browser, &beside(&chooser, "/oauth2/authorize/continue")).await.path(), "/login/account");
});

on_both!(
    /// Checklist 9.
    a_step_that_was_taken_cannot_be_replayed, |app| {
    let browser = app.browser();
    let identify = at_identify(&browser).await;
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    let back = next(&browser, &password, &[("password", PASSWORD)]).await;
    assert!(carried_back(&back).contains_key("code"));
    for (page, fields) in [(&identify, ("email", ADA)), (&password, ("password", PASSWORD))] {
        let replayed = browser.submit(page, &[fields]).await;
        assert_eq!(replayed.reply.status, 400, "{}", page.at);
        assert!(replayed.reply.header("location").is_empty() && replayed.reply.header("set-cookie").is_empty());
    }
});

on_both!(
    /// Checklist 9.
    an_address_that_is_typed_later_does_not_change_who_signed_in, |app| {
    let browser = app.browser();
    let identify = open(&browser, &authorize_web("openid", SPA)).await;
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    let consent = next(&browser, &password, &[("password", PASSWORD)]).await;
    assert_eq!(consent.path(), "/login/consent");
    let identify = open(&browser, &beside(&consent, "/login/identify")).await;
    assert_eq!(next(&browser, &identify, &[("email", GRACE)]).await.path(), "/login/password");
    let consent = open(&browser, &beside(&consent, "/oauth2/authorize/continue")).await;
    assert_eq!(consent.path(), "/login/consent");
    assert!(consent.reply.body.contains(ADA) && !consent.reply.body.contains(GRACE));
    let back = next(&browser, &consent, &[("decision", "allow")]).await;
    assert_eq!(subject(&app, SPA, &carried_back(&back)["code"]).await, "Ada Lovelace");
});

on_both!(two_people_in_one_browser_choose_and_a_third_can_sign_in_beside_them, |app| {
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    browser.walk(&authorize_web("openid", &[("prompt", "login")]), GRACE, GRACES_PASSWORD).await;
    // Consent is asked for once and then remembered for each.
    let choose = [SPA, &[("prompt", "select_account")]].concat();
    for (name, consents) in [("Ada Lovelace", true), ("Grace Hopper", true), ("Ada Lovelace", false)] {
        let chooser = open(&browser, &authorize_web("openid", &choose)).await;
        assert_eq!(chooser.path(), "/login/account");
        assert_eq!(buttons(&chooser, "session").len(), 2);
        let mut page = next(&browser, &chooser, &[("session", &button(&chooser, "session", name))]).await;
        if consents {
            assert_eq!(page.path(), "/login/consent");
            assert!(page.reply.body.contains(name));
            page = next(&browser, &page, &[("decision", "allow")]).await;
        }
        assert_eq!(subject(&app, SPA, &carried_back(&page)["code"]).await, name);
    }
    let chooser = open(&browser, &authorize_web("openid", &choose)).await;
    let other = open(&browser, &beside(&chooser, "/login/identify")).await;
    assert!(
        chooser.reply.body.contains(&format!("href=\"{}\"", other.at)),
        "the link to use another account"
    );
    let password = next(&browser, &other, &[("email", SAM)]).await;
    next(&browser, &password, &[("password", PASSWORD)]).await;
    let chooser = open(&browser, &authorize_web("openid", &choose)).await;
    assert_eq!(buttons(&chooser, "session").len(), 3);
});

on_both!(only_an_account_of_this_browser_and_this_application_can_be_chosen, |app| {
    let (mut mine, mut theirs) = (app.browser(), app.browser());
    ada_in(&mut mine).await;
    theirs.code_for_web("openid", GRACE, GRACES_PASSWORD).await;
    let request = authorize_web("openid", &[("prompt", "select_account")]);
    let foreign = button(&open(&theirs, &request).await, "session", "Grace");
    let chooser = open(&mine, &request).await;
    for wrong in [foreign.as_str(), "00000000-0000-7000-8000-000000000000", "junk", ""] {
        let refused = mine.submit(&chooser, &[("session", wrong)]).await;
        assert_eq!(refused.reply.status, 422, "{wrong}");
        assert_eq!(buttons(&refused, "session").len(), 1);
    }
    let globex = [
        ("client_id", "globex-web"),
        ("redirect_uri", "https://globex.example.com/cb"),
        ("prompt", "select_account"),
    ];
    let other = open(&mine, &authorize_web("openid", &globex)).await;
    assert_eq!(other.path(), "/login/identify", "Ada has no account there, so there is nothing to choose");
});

on_both!(pages_of_a_sign_in_that_is_over_say_so_to_people, |app| {
    let browser = app.browser();
    let password = at_password(&browser, ADA).await;
    app.pass(Duration::from_secs(31 * 60));
    let stranger = app.browser();
    let pages =
        ["identify", "password", "organization", "consent", "account"].map(|page| format!("/login/{page}"));
    for path in pages.iter().map(String::as_str).chain(["/oauth2/authorize/continue"]) {
        for visitor in [&browser, &stranger] {
            let page = visitor.get(&beside(&password, path)).await;
            assert_eq!(page.reply.status, 400, "{path}");
            assert!(page.reply.header("content-type").starts_with("text/html"), "{path}");
            assert!(page.reply.body.contains("This sign-in is over"), "{path}: {}", page.reply.body);
            assert!(
                page.reply.body.contains("start again") || page.reply.body.contains("Start again"),
                "{path}: {}",
                page.reply.body
            );
            assert!(page.reply.body.contains("request-id"));
        }
    }
    for path in [
        "/login/identify",
        "/login/password?interaction=",
        "/login/consent?interaction=gkin_%00",
        "/login?interaction=x",
    ] {
        assert_eq!(browser.get(path).await.reply.status, 400, "{path}");
    }
    // Who has forgotten a password needs the link all the same.
    assert_eq!(browser.get(&beside(&password, "/login/forgot")).await.reply.status, 200);
});

on_both!(
    /// Checklist 10.
    no_page_leads_or_loads_from_outside, |app| {
    for (name, page) in every_page(&app).await {
        assert_eq!(page.reply.header("referrer-policy"), "no-referrer", "{name}");
        assert_eq!(page.reply.header("cache-control"), "no-store", "{name}");
        let body = &page.reply.body;
        for attribute in ["src=\"", "href=\"", "action=\"", "url("] {
            for (at, _) in body.match_indices(attribute) {
                let value = &body[at + attribute.len()..];
                assert!(
                    value.starts_with('#') || value.starts_with('/') && !value.starts_with("//"),
                    "{name}: {}", value.lines().next().unwrap()
                );
            }
        }
        assert!(!body.contains("http-equiv") && !body.contains("<iframe") && !body.contains("@import"), "{name}");
    }
});
