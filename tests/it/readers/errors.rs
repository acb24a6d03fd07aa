//! Pages that say what went wrong before, on, and after the way in.

use super::{is_arabic, is_arabic_error};
use crate::login::every_page_in;
use crate::on_both;
use crate::support::tokens::{ADA, SPA};
use crate::support::{Browser, PASSWORD, Page, TestApp, authorize_web};

/// A request of a browser, made by hand.
async fn sent(app: &TestApp, request: reqwest::RequestBuilder) -> Page {
    let request = request.header("accept-language", "ar").header("accept", "text/html");
    let reply = crate::support::Reply::of(request.send().await.unwrap()).await;
    Page { at: app.issuer(), reply }
}

on_both!(every_page_on_the_way_in_speaks_arabic, |app| {
    for (name, page) in every_page_in(&app, app.arabic()).await {
        is_arabic(name, &page);
    }
});

on_both!(addresses_that_lead_nowhere_are_told_in_arabic, |app| {
    let browser = app.arabic();
    for at in [
        "/nothing",
        "/login/nothing",
        "/console/nothing",
        "/account/nothing",
        "/docs/nothing",
        "/t/none/oauth2/authorize",
    ] {
        is_arabic_error(at, &browser.get(at).await, 404);
    }
    for at in ["/login/signed-out", "/docs/api", "/console"] {
        let page = browser.post(at, &[]).await;
        is_arabic_error(at, &page, 405);
        assert!(page.reply.header("allow").contains("GET"), "{at}");
    }
    is_arabic_error("long", &browser.get(&format!("/login?{}", "x".repeat(8_200))).await, 414);
    let client = app.http();
    let padded = client.get(app.url("/login")).header("x-padding", "x".repeat(17_000));
    is_arabic_error("headers", &sent(&app, padded).await, 431);
    // Programs are told as before.
    let program = client.get(app.url("/nothing")).send().await.unwrap();
    assert_eq!(program.headers()["content-type"], "application/problem+json");
    let program = client.get(app.url("/v1/nothing")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(program.headers()["content-type"], "application/problem+json");
});

on_both!(forms_that_cannot_be_read_are_told_in_arabic, |app| {
    let browser = app.arabic();
    let large = "x".repeat(70 * 1024);
    is_arabic_error("large", &browser.post("/login/forgot", &[("email", &large)]).await, 413);
    let many: Vec<(String, &str)> = (0..101).map(|n| (format!("f{n}"), "x")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    is_arabic_error("many", &browser.post("/login/forgot", &many).await, 400);
    is_arabic_error("twice", &browser.post("/login/forgot", &[("email", "a"), ("email", "b")]).await, 400);
    is_arabic_error("query", &browser.get("/login?a=1&a=2").await, 400);
    is_arabic_error("bytes", &browser.get("/login?a=%FF").await, 400);
    let client = app.http();
    let json = client.post(app.url("/login/forgot")).header("content-type", "application/json").body("{}");
    is_arabic_error("kind", &sent(&app, json).await, 415);
});

on_both!(what_applications_get_wrong_is_told_in_arabic, |app| {
    let browser = app.arabic();
    let long = "x".repeat(8_000);
    for (name, at) in [
        ("over", "/oauth2/authorize/continue?interaction=gone".to_owned()),
        ("flow", "/v1/auth/callback?state=gone".to_owned()),
        ("client", authorize_web("openid", &[("client_id", "nobody")])),
        ("address", authorize_web("openid", &[("redirect_uri", "https://evil.example/")])),
        ("twice", format!("{}&client_id=web", authorize_web("openid", &[]))),
        ("hint", "/oauth2/logout?id_token_hint=x".to_owned()),
        ("who", "/oauth2/logout?client_id=nobody".to_owned()),
        ("where", "/oauth2/logout?client_id=web&post_logout_redirect_uri=https://evil.example/".to_owned()),
    ] {
        is_arabic_error(name, &browser.get(&at).await, 400);
    }
    is_arabic_error("long", &browser.post("/oauth2/authorize", &[("state", &long)]).await, 400);
    is_arabic_error("logout, long", &browser.post("/oauth2/logout", &[("state", &long)]).await, 400);
    let mut signed_in = app.arabic();
    signed_in.walk(&authorize_web("openid", &[]), ADA, PASSWORD).await;
    is_arabic("logout", &signed_in.get("/oauth2/logout").await);
    is_arabic_error("stale", &signed_in.post("/oauth2/logout", &[("csrf", "old")]).await, 403);
    let form_post = authorize_web("openid", &[("response_mode", "form_post")]);
    let answer = signed_in.get(&form_post).await;
    if answer.reply.status == 200 {
        is_arabic("answer", &answer);
    }
    let consent = signed_in.follow(signed_in.get(&authorize_web("openid email", SPA)).await).await;
    is_arabic("consent", &consent);
});

/// A form of the sign-in that was sent from elsewhere, or from an old page.
async fn forged(browser: &Browser, page: &Page) -> [Page; 2] {
    let form = page.form();
    let fields: Vec<(&str, &str)> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let elsewhere = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    [
        browser.post_with(&form.action, &fields, &elsewhere).await,
        browser.submit(page, &[("csrf", "old"), ("email", ADA)]).await,
    ]
}

on_both!(what_is_wrong_with_a_form_of_the_way_in_is_told_in_arabic, |app| {
    let browser = app.arabic();
    let identify = browser.follow(browser.get(&authorize_web("openid", &[])).await).await;
    for page in forged(&browser, &identify).await {
        assert_eq!(page.reply.status, 422, "{}", page.reply.body);
        is_arabic("forged", &page);
    }
    let long = format!("{}@example.com", "x".repeat(240));
    for wrong in ["", "ada", "a@b@c", "@example.com", "ada@-", &long] {
        let page = browser.submit(&identify, &[("email", wrong)]).await;
        assert_eq!(page.reply.status, 422, "{wrong}");
        is_arabic(wrong, &page);
    }
    let password = browser.follow(browser.submit(&identify, &[("email", ADA)]).await).await;
    let mut last = browser.submit(&password, &[("password", "wrong")]).await;
    is_arabic("wrong", &last);
    for _ in 0..12 {
        last = browser.submit(&password, &[("password", "wrong")]).await;
    }
    is_arabic_error("throttled", &last, 429);
    assert!(last.reply.body.contains("id=\"throttled-wait\">دقيقتين"), "{}", last.reply.body);
});
