//! What every page with a form keeps to: who may send it, what it says about itself, what it never runs.

use std::collections::BTreeSet;

use super::{
    ADA, EVERYONE, GRACE, GRACES_PASSWORD, SAM, SPA, ada_in, at_identify, at_password, button, carried_back,
    cookie, every_page, forget_password, mailed_links, next, open, setup_link,
};
use crate::on_both;
use crate::support::tokens::count;
use crate::support::{Browser, PASSWORD, Page, TestApp, authorize_web};

/// A form, filled in right, with the ways in which it can be forged.
struct Case {
    name: &'static str,
    page: Page,
    fields: Vec<(&'static str, String)>,
}

/// Each form of the product, on a browser that may send it.
async fn every_form(app: &TestApp, browser: &mut Browser) -> Vec<Case> {
    let case = |name, page, fields: &[(&'static str, &str)]| Case {
        name,
        page,
        fields: fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
    };
    let mut all = Vec::new();
    ada_in(browser).await;
    let consent = open(browser, &authorize_web("openid email", SPA)).await;
    let chooser = open(browser, &authorize_web("openid", &[("prompt", "select_account")])).await;
    let session = button(&chooser, "session", "Ada");
    let board = open(browser, &authorize_web("openid", &[EVERYONE, &[("prompt", "login")]].concat())).await;
    let organization = next(browser, &board, &[("email", SAM)]).await;
    let identify = open(browser, &authorize_web("openid", &[("prompt", "login")])).await;
    let again = open(browser, &authorize_web("openid", &[("prompt", "login")])).await;
    let password = next(browser, &again, &[("email", GRACE)]).await;
    let asked = app.browser();
    let mails = app.app.mailer.as_inbox().unwrap().messages().len();
    forget_password(&asked, GRACE).await;
    let reset = open(browser, &mailed_links(app, GRACE, mails + 1).await[0]).await;
    let setup = open(browser, &setup_link(app).await).await;
    let new = "seven unlikely marmots";
    all.push(case("identify", identify, &[("email", ADA)]));
    all.push(case("organisation", organization, &[("organization", "globex")]));
    all.push(case("password", password, &[("password", GRACES_PASSWORD)]));
    all.push(case("consent", consent, &[("decision", "allow")]));
    all.push(case("account", chooser, &[("session", &session)]));
    all.push(case("forgot", open(browser, "/login/forgot").await, &[("email", ADA)]));
    all.push(case("reset", reset, &[("password", new)]));
    let first =
        [("organization", "First"), ("name", "Fay"), ("email", "fay@first.example"), ("password", new)];
    all.push(case("set-up", setup, &first));
    app.allow_devices().await;
    let devices = [app.begin_device("openid").await, app.begin_device("openid").await];
    let typed = browser.get("/device").await;
    all.push(case("device code", typed, &[("user_code", &devices[0].user_code)]));
    all.push(case("device", browser.question(&devices[1], ADA).await, &[("decision", "allow")]));
    all.push(case("sign out", browser.get("/login/account").await, &[]));
    all
}

/// What would show that a form was looked at.
async fn state(app: &TestApp) -> String {
    let mut all = Vec::new();
    for sql in [
        "SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL",
        "SELECT count(*) AS n FROM consents",
        "SELECT count(*) AS n FROM password_resets",
        "SELECT count(*) AS n FROM setup_links WHERE used_at IS NOT NULL",
        "SELECT count(*) AS n FROM tenants",
        "SELECT count(*) AS n FROM device_authorizations WHERE state <> 'pending'",
        "SELECT count(*) AS n FROM interactions WHERE device_authorization_id IS NOT NULL",
    ] {
        all.push(count(app, sql).await);
    }
    format!("{all:?} {}", super::argon2_runs(app))
}

async fn refused(
    app: &TestApp,
    browser: &Browser,
    case: &Case,
    csrf: Option<&str>,
    headers: &[(&str, &str)],
) {
    let before = state(app).await;
    let mut all = case.page.form().fields;
    all.remove("csrf");
    if let Some(csrf) = csrf {
        all.insert("csrf".into(), csrf.into());
    }
    all.extend(case.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    let pairs: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let action = case.page.form().action;
    let answered = browser.post_with(&action, &pairs, headers).await;
    let what = format!("{} {csrf:?} {headers:?}", case.name);
    assert_eq!(answered.reply.status, 422, "{what}: {}", answered.reply.body);
    assert!(answered.reply.header("set-cookie").is_empty(), "{what}");
    assert!(answered.reply.body.contains("<title>Error: "), "{what}: {}", answered.reply.body);
    assert!(answered.reply.body.contains("Nothing was changed"), "{what}");
    assert!(answered.form().fields.contains_key("csrf"), "the form stands there again: {what}");
    assert_eq!(state(app).await, before, "{what}");
}

on_both!(
    /// Checklist 53.
    a_form_without_its_own_token_does_nothing_and_stands_there_again, |app| {
    let (mut browser, mut other) = (app.browser(), app.browser());
    let cases = every_form(&app, &mut browser).await;
    let theirs = every_form(&app, &mut other).await;
    let own = [("origin", app.base.as_str()), ("sec-fetch-site", "same-origin")];
    for (case, their) in cases.iter().zip(&theirs) {
        let right = case.page.form().fields["csrf"].clone();
        let mut flipped = right.clone();
        flipped.replace_range(..1, if right.starts_with('A') { "B" } else { "A" });
        for csrf in [None, Some(""), Some("x"), Some(flipped.as_str()), Some(their.page.form().fields["csrf"].as_str())] {
            refused(&app, &browser, case, csrf, &own).await;
        }
        // That of another form of this very browser.
        for foreign in cases.iter().filter(|foreign| foreign.name != case.name) {
            refused(&app, &browser, case, Some(foreign.page.form().fields["csrf"].as_str()), &own).await;
        }
    }
});

on_both!(
    /// Checklist 53.
    a_form_that_another_site_sends_does_nothing_even_with_the_right_token, |app| {
    let mut browser = app.browser();
    for case in every_form(&app, &mut browser).await {
        let csrf = case.page.form().fields["csrf"].clone();
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "http://127.0.0.1"), ("sec-fetch-site", "same-origin")],
            &[("origin", app.base.as_str()), ("origin", "https://evil.example")],
        ] {
            refused(&app, &browser, &case, Some(&csrf), headers).await;
        }
    }
});

on_both!(
    /// Checklist 53.
    a_form_sent_by_its_own_page_works_with_and_without_the_headers_of_new_browsers, |app| {
    for headers in [
        vec![],
        vec![("origin", app.base.clone())],
        vec![("origin", app.base.clone()), ("sec-fetch-site", "same-origin".to_owned())],
        vec![("origin", "null".to_owned()), ("sec-fetch-site", "same-origin".to_owned())],
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let browser = app.browser();
        let page = at_identify(&browser).await;
        let csrf = page.form().fields["csrf"].clone();
        let answered = browser.post_with(&page.at, &[("csrf", &csrf), ("email", ADA)], &headers).await;
        assert_eq!(answered.reply.status, 303, "{headers:?} {}", answered.reply.body);
    }
});

on_both!(
    /// Checklist 54.
    nobody_can_be_signed_in_by_a_visit_that_somebody_else_began, |app| {
    // The attacker goes as far as the password page and hands the address, the form and its token to the victim.
    let attacker = app.browser();
    let bait = at_password(&attacker, GRACE).await;
    let victim = app.browser();
    let (csrf, own) = (bait.form().fields["csrf"].clone(), app.base.clone());
    let form = [("csrf", csrf.as_str()), ("password", GRACES_PASSWORD)];
    // Without a cookie, and with one of the victim's own.
    for _ in 0..2 {
        let seen = victim.get(&bait.at).await;
        assert_eq!(seen.reply.status, 400);
        let sent = victim.post_with(&bait.at, &form, &[("origin", &own)]).await;
        assert_eq!(sent.reply.status, 400, "{}", sent.reply.body);
        assert!(cookie(&sent.reply).is_none());
        at_identify(&victim).await;
    }
    // Nor does a sign-in of the attacker's finish in the victim's browser.
    let ready = attacker.submit(&bait, &[("password", GRACES_PASSWORD)]).await;
    let resume = ready.reply.header("location").to_owned();
    let taken = victim.get(&resume).await;
    assert_eq!((taken.reply.status, taken.reply.header("location")), (400, ""));
    assert!(carried_back(&attacker.get(&resume).await).contains_key("code"), "the attacker's own browser goes on");
});

/// The tags of this name, each without its `<` and `>`.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!("<{name}");
    html.match_indices(&opening)
        .map(|(at, _)| &html[at + 1..at + html[at..].find('>').unwrap()])
        .filter(|tag| tag.len() == name.len() || !tag.as_bytes()[name.len()].is_ascii_alphanumeric())
        .collect()
}

fn value<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

/// The autofill tokens that these pages may use (HTML, "autofill").
const AUTOFILL: &[&str] = &[
    "username",
    "current-password",
    "new-password",
    "one-time-code",
    "webauthn",
    "organization",
    "name",
    "off",
];

on_both!(forms_tell_browsers_and_screen_readers_what_their_fields_are, |app| {
    for (name, page) in every_page(&app).await {
        let html = &page.reply.body;
        let labels: BTreeSet<&str> =
            tags(html, "label").into_iter().filter_map(|tag| value(tag, "for")).collect();
        let ids: Vec<&str> =
            html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: ids stand once: {ids:?}");
        for input in tags(html, "input") {
            let kind = value(input, "type").unwrap_or("text");
            if kind == "hidden" {
                continue;
            }
            let tokens = value(input, "autocomplete").unwrap_or_else(|| panic!("{name}: {input}"));
            assert!(tokens.split(' ').all(|token| AUTOFILL.contains(&token)), "{name}: {input}");
            if kind == "password" {
                assert!(tokens.ends_with("-password"), "{name}: {input}");
                assert!(!input.contains("onpaste") && !input.contains("maxlength"), "{name}: {input}");
            }
            let hidden = value(input, "aria-hidden") == Some("true");
            assert!(
                hidden || labels.contains(value(input, "id").unwrap()),
                "{name} has no label for {input}"
            );
        }
        let names: BTreeSet<&str> =
            tags(html, "input").into_iter().filter_map(|tag| value(tag, "autocomplete")).collect();
        if names.contains("current-password") || names.contains("new-password") {
            assert!(
                names.iter().any(|tokens| tokens.starts_with("username")),
                "{name}: a password belongs to somebody"
            );
        }
        for described in html.split(" aria-describedby=\"").skip(1) {
            for id in described.split('"').next().unwrap().split(' ') {
                assert!(ids.contains(&id), "{name}: {id}");
            }
        }
        assert!(tags(html, "html")[0].contains("lang=\"en\""), "{name}");
        assert_eq!(tags(html, "h1").len(), 1, "{name}");
    }
});

on_both!(a_page_with_an_error_says_so_in_its_title_and_at_its_top, |app| {
    for (name, page) in every_page(&app).await {
        let html = &page.reply.body;
        let title = html.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
        if page.reply.status == 422 {
            assert!(title.starts_with("Error: "), "{name}: {title}");
            assert!(html.contains("id=\"error-summary\" role=\"alert\""), "{name}");
            let summary = html.split("id=\"error-summary\"").nth(1).unwrap().split("</div>").next().unwrap();
            for link in summary.split("href=\"#").skip(1) {
                let field = link.split('"').next().unwrap();
                let input =
                    tags(html, "input").into_iter().find(|tag| value(tag, "id") == Some(field)).unwrap();
                assert!(input.contains("aria-invalid=\"true\""), "{name}: {input}");
                assert!(html.contains(&format!("id=\"{field}-error\"")), "{name}: {field}");
            }
        } else {
            assert!(!title.contains("Error") && !html.contains("error-summary"), "{name}: {title}");
        }
        assert!(title.len() > 5, "{name}: {title}");
        // What was typed stands there again, but never a password.
        assert!(!html.contains("value=\"wrong\"") && !html.contains("value=\"short\""), "{name}");
    }
});

on_both!(
    /// Checklist 55.
    every_page_forbids_scripts_and_frames_and_posts_only_here_and_to_its_application, |app| {
    let on_the_way = |page: &Page| page.at.contains("interaction=") && page.reply.status != 400;
    for (name, page) in every_page(&app).await {
        let policy = page.reply.header("content-security-policy").to_owned();
        let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
        for needed in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(directives.contains(&needed), "{name}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http:"), "{name}: {policy}");
        let scripts = directives.iter().find(|one| one.starts_with("script-src"));
        assert!(scripts.is_none_or(|one| *one == "script-src 'self'"), "{name}: {policy}");
        let forms = directives.iter().find(|one| one.starts_with("form-action")).unwrap_or_else(|| panic!("{name}: {policy}"));
        if on_the_way(&page) {
            let target = match name {
                "organisation" => " https://board.example.com",
                "consent" => " https://spa.example.com",
                // Nobody is led back: the program is somewhere else.
                "device" => "",
                _ => " https://portal.example.com",
            };
            assert_eq!(*forms, format!("form-action 'self'{target}"), "{name}");
        } else if page.reply.status < 400 {
            assert!(["form-action 'self'", "form-action 'none'"].contains(forms), "{name}: {forms}");
        }
        let html = &page.reply.body;
        assert!(!html.contains("<style") && !html.contains(" style=\"") && !html.contains("javascript:"), "{name}");
        for script in html.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/static/") && script.contains("defer></script>"), "{name}: {script}");
        }
        for tag in html.split('<') {
            let tag = tag.split('>').next().unwrap();
            assert!(!tag.split_whitespace().any(|part| part.starts_with("on") && part.contains('=')), "{name}: {tag}");
        }
        assert_eq!(page.reply.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(page.reply.header("cross-origin-opener-policy"), "same-origin", "{name}");
    }
});

on_both!(a_form_is_refused_when_it_repeats_a_field_or_is_no_form, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    let csrf = page.form().fields["csrf"].clone();
    let twice = [("csrf", csrf.as_str()), ("password", "x"), ("password", PASSWORD)];
    let answered = browser.post(&page.at, &twice).await;
    assert_eq!(answered.reply.status, 400);
    assert!(answered.reply.header("set-cookie").is_empty());
    let big = "x".repeat(2_000_000);
    let answered = browser.post(&page.at, &[("csrf", csrf.as_str()), ("password", &big)]).await;
    assert_eq!(answered.reply.status, 413);
    let json = app
        .http()
        .post(app.url(&page.at))
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert!([400, 415].contains(&json.status().as_u16()), "{}", json.status());
    assert_eq!(
        next(&browser, &page, &[("password", PASSWORD)]).await.reply.status,
        303,
        "nothing of that did harm"
    );
});
