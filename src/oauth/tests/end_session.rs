//! Signing out on an application's wish.

use std::time::Duration;

use super::endpoints::{Reply, cookie};
use super::house::{House, ISSUER, Tokens};
use crate::clients::{AuthMethod, Client};
use crate::secret::Secret;
use crate::sessions::Session;
use crate::tenants::Tenant;
use crate::users::User;

const LOGOUT: &str = "/oauth2/logout";
const BYE: &str = "https://app.example/bye";

/// Ada, signed in to `app` in her browser.
struct Scene {
    house: House,
    acme: Tenant,
    app: Client,
    ada: User,
    browser: Secret,
    session: Session,
    tokens: Tokens,
}

impl Scene {
    async fn new() -> Self {
        let house = House::new();
        let acme = house.tenant("acme");
        let (app, ada) = (house.client(&acme, "app", AuthMethod::None), house.user(&acme, "ada"));
        let browser = Secret::generate(house.random());
        let session = house.session(&ada, &browser);
        let tokens = house.sign_in(&ada, &app, Some(&session), "openid").await;
        Self { house, acme, app, ada, browser, session, tokens }
    }

    async fn get(&self, params: &[(&str, &str)]) -> Reply {
        self.get_at("", params).await
    }

    async fn get_at(&self, prefix: &str, params: &[(&str, &str)]) -> Reply {
        let (name, value) = cookie(&self.browser);
        self.house.get(&url(prefix, params), &[(name, &value)]).await
    }

    async fn confirm(&self, prefix: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let (name, value) = cookie(&self.browser);
        let all: Vec<_> = [(name, value.as_str())].into_iter().chain(headers.iter().copied()).collect();
        self.house.post(&format!("{prefix}{LOGOUT}"), form, &all).await
    }

    fn signed_in(&self) -> bool {
        self.house.is_open(&self.session)
    }
}

fn url(prefix: &str, params: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    format!("{prefix}{LOGOUT}?{query}")
}

fn hidden(page: &Reply, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.body.split(&start).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&")
}

fn leads_to(reply: &Reply, location: &str) {
    assert_eq!((reply.status, reply.header("location")), (303, location), "{reply:?}");
}

/// Our own page, in the looks of the organisation that was left.
fn leads_to_our_page(reply: &Reply) {
    let (page, of) = reply.header("location").split_once('?').unwrap_or_default();
    assert_eq!((reply.status, page), (303, "/login/signed-out"), "{reply:?}");
    assert!(of.starts_with("organization="), "{reply:?}");
}

fn is_error_page(reply: &Reply, status: u16) {
    assert_eq!((reply.status, reply.header("location")), (status, ""), "{reply:?}");
    assert!(reply.header("content-type").starts_with("text/html"));
    assert!(!reply.body.contains("href=\"http"), "nothing that was sent becomes a link");
}

fn is_question(reply: &Reply) {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(reply.body.contains("id=\"logout-form\"") && reply.body.contains("ada@example.com"));
}

#[tokio::test]
async fn a_token_of_this_browsers_session_is_enough() {
    let scene = Scene::new().await;
    scene.house.app.clock.advance(Duration::from_secs(3_600));
    let hint = scene.tokens.id.as_str();
    let reply =
        scene.get(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "a b")]).await;
    leads_to(&reply, "https://app.example/bye?state=a+b");
    assert!(!scene.signed_in());
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    assert!(scene.house.family(&scene.tokens).revoked_at.is_some(), "its tokens end with it");
}

#[tokio::test]
async fn without_an_address_our_own_page_follows() {
    let scene = Scene::new().await;
    leads_to_our_page(&scene.get(&[("id_token_hint", &scene.tokens.id)]).await);
    assert!(!scene.signed_in());
}

#[tokio::test]
async fn a_form_does_the_same_with_and_without_its_cookie() {
    let scene = Scene::new().await;
    let form =
        [("id_token_hint", scene.tokens.id.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
    let foreign = scene.house.post(LOGOUT, &form, &[]).await;
    leads_to(&foreign, &url("", &form));
    assert!(scene.signed_in());
    leads_to(&scene.confirm("", &form, &[]).await, "https://app.example/bye?state=s");
    assert!(!scene.signed_in());
}

#[tokio::test]
async fn a_forged_token_is_an_error_and_never_a_redirect() {
    let scene = Scene::new().await;
    let other = House::new();
    let tenant = other.tenant("acme");
    let elsewhere = other.client(&tenant, "app", AuthMethod::None);
    let foreign = other.sign_in(&other.user(&tenant, "ada"), &elsewhere, None, "openid").await.id;
    let mut flipped = scene.tokens.id.clone();
    flipped.replace_range(
        flipped.len() - 9..flipped.len() - 8,
        if flipped[flipped.len() - 9..].starts_with('A') { "B" } else { "A" },
    );
    let issuer = scene.house.issuer(Some(&scene.acme));
    let of_tenant = scene.house.sign_in_at(&issuer, &scene.ada, &scene.app, None, "openid").await.id;
    for hint in
        [foreign.as_str(), &flipped, &of_tenant, &scene.tokens.access, "a.b.c", "eyJhbGciOiJub25lIn0.e30."]
    {
        let reply = scene
            .get(&[("id_token_hint", hint), ("client_id", "app"), ("post_logout_redirect_uri", BYE)])
            .await;
        is_error_page(&reply, 400);
    }
    assert!(scene.signed_in());
}

#[tokio::test]
async fn only_registered_addresses_of_a_known_client_are_gone_to() {
    let scene = Scene::new().await;
    scene.house.client(&scene.acme, "other", AuthMethod::None);
    let hint = scene.tokens.id.as_str();
    for params in [
        &[("post_logout_redirect_uri", BYE)][..],
        &[("id_token_hint", hint), ("post_logout_redirect_uri", "https://app.example/bye?x=1")],
        &[("id_token_hint", hint), ("post_logout_redirect_uri", "https://evil.example/")],
        &[("id_token_hint", hint), ("post_logout_redirect_uri", "https://app.example/cb")],
        &[("client_id", "app"), ("post_logout_redirect_uri", "https://other.example/bye")],
        &[("client_id", "nobody"), ("post_logout_redirect_uri", BYE)],
        &[("client_id", "nobody")],
        &[("client_id", "other"), ("id_token_hint", hint)],
        &[("id_token_hint", hint), ("id_token_hint", hint)],
        &[("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("post_logout_redirect_uri", BYE)],
    ] {
        is_error_page(&scene.get(params).await, 400);
    }
    assert!(scene.signed_in());
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked_and_one_click_is_enough() {
    let scene = Scene::new().await;
    let grace = scene.house.user(&scene.house.tenant("other"), "grace");
    let second = scene.house.session(&grace, &scene.browser);
    let page =
        scene.get(&[("client_id", "app"), ("post_logout_redirect_uri", BYE), ("state", "a&\"b")]).await;
    is_question(&page);
    assert!(page.body.contains("The app") && page.body.contains("grace@example.com"));
    assert!(page.header("content-security-policy").contains("form-action 'self' https://app.example;"));
    assert!(scene.signed_in());
    let csrf = hidden(&page, "csrf");
    assert_eq!(hidden(&page, "client_id"), "app");
    let form = [
        ("csrf", csrf.as_str()),
        ("client_id", "app"),
        ("post_logout_redirect_uri", BYE),
        ("state", "a&\"b"),
    ];
    let reply = scene.confirm("", &form, &[("origin", ISSUER)]).await;
    leads_to(&reply, "https://app.example/bye?state=a%26%22b");
    assert!(!scene.signed_in() && !scene.house.is_open(&second));
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    leads_to(&scene.confirm("", &form, &[]).await, "https://app.example/bye?state=a%26%22b");
}

#[tokio::test]
async fn the_answer_to_the_question_cannot_be_forged() {
    let scene = Scene::new().await;
    let page = scene.get(&[]).await;
    is_question(&page);
    let csrf = hidden(&page, "csrf");
    assert_eq!(csrf.len(), 43);
    let other = Secret::generate(scene.house.random());
    let elsewhere = scene.house.app.csrf.token(&other, "logout");
    for (form, headers) in [
        (vec![("csrf", "")], vec![]),
        (vec![("csrf", "x")], vec![]),
        (vec![("csrf", elsewhere.as_str())], vec![]),
        (vec![("csrf", csrf.as_str())], vec![("origin", "https://evil.example")]),
        (vec![("csrf", csrf.as_str())], vec![("sec-fetch-site", "cross-site")]),
        (vec![("csrf", csrf.as_str())], vec![("origin", "null")]),
    ] {
        is_error_page(&scene.confirm("", &form, &headers).await, 403);
    }
    let with_evil_address =
        [("csrf", csrf.as_str()), ("client_id", "app"), ("post_logout_redirect_uri", "https://evil.example")];
    is_error_page(&scene.confirm("", &with_evil_address, &[]).await, 400);
    assert!(scene.signed_in());
    let own = [("origin", "null"), ("sec-fetch-site", "same-origin")];
    leads_to(&scene.confirm("", &[("csrf", &csrf)], &own).await, "/login/signed-out");
    assert!(!scene.signed_in());
}

#[tokio::test]
async fn another_accounts_token_makes_us_ask() {
    let scene = Scene::new().await;
    let eve = scene.house.user(&scene.acme, "eve");
    let hers = Secret::generate(scene.house.random());
    let session = scene.house.session(&eve, &hers);
    let token = scene.house.sign_in(&eve, &scene.app, Some(&session), "openid").await.id;
    is_question(&scene.get(&[("id_token_hint", &token)]).await);
    assert!(scene.signed_in() && scene.house.is_open(&session));
}

#[tokio::test]
async fn of_two_accounts_only_the_named_one_ends() {
    let scene = Scene::new().await;
    let eve = scene.house.user(&scene.acme, "eve");
    let second = scene.house.session(&eve, &scene.browser);
    let reply = scene.get(&[("id_token_hint", &scene.tokens.id)]).await;
    leads_to_our_page(&reply);
    assert_eq!(reply.header("set-cookie"), "", "the browser still has somebody");
    assert!(!scene.signed_in() && scene.house.is_open(&second));
}

#[tokio::test]
async fn with_nobody_signed_in_it_goes_on() {
    let scene = Scene::new().await;
    let params = [("client_id", "app"), ("post_logout_redirect_uri", BYE)];
    leads_to(&scene.house.get(&url("", &params), &[]).await, BYE);
    leads_to(&scene.house.get(LOGOUT, &[]).await, "/login/signed-out");
    assert!(scene.signed_in(), "another browser's session is not concerned");
}

#[tokio::test]
async fn an_organisations_issuer_sees_its_own_sessions_only() {
    let scene = Scene::new().await;
    let other = scene.house.tenant("other");
    let grace = scene.house.user(&other, "grace");
    let second = scene.house.session(&grace, &scene.browser);
    let page = scene.get_at("/t/acme", &[]).await;
    is_question(&page);
    assert!(!page.body.contains("grace") && page.body.contains("action=\"/t/acme/oauth2/logout\""));
    let form = [("csrf", &*hidden(&page, "csrf"))];
    let reply = scene.confirm("/t/acme", &form, &[]).await;
    leads_to_our_page(&reply);
    assert_eq!(reply.header("set-cookie"), "");
    assert!(!scene.signed_in() && scene.house.is_open(&second));
    is_error_page(&scene.get_at("/t/other", &[("client_id", "app")]).await, 400);
    is_error_page(&scene.get_at("/t/nobody", &[]).await, 404);
}
