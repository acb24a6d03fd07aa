//! The sign-in pages, as browsers see them.

mod branding;
mod consent;
mod device;
mod enumeration;
mod escaping;
mod flow;
mod forgot;
mod forms;
mod sessions;
mod setup;
mod size;
mod throttle;

use std::collections::BTreeMap;

use gridkey::login::setup::{generate_setup_token, setup_url};
use gridkey::login::store::create_setup_link;

use crate::support::{Browser, PASSWORD, Page, Reply, TestApp, authorize_web, query_of};

const ADA: &str = "ada@acme.example";
const GRACE: &str = "grace@acme.example";
const GRACES_PASSWORD: &str = "another horse battery staple";
const SAM: &str = "sam@example.com";
/// The client of somebody else, which has to ask for consent.
const SPA: &[(&str, &str)] = &[("client_id", "spa"), ("redirect_uri", "https://spa.example.com/cb")];
/// The client for people of every organisation.
const EVERYONE: &[(&str, &str)] =
    &[("client_id", "everyone"), ("redirect_uri", "https://board.example.com/cb")];

/// Follows redirects from `path` to the first page.
async fn open(browser: &Browser, path: &str) -> Page {
    browser.follow(browser.get(path).await).await
}

/// Begins a sign-in to `web`, up to the page that asks for the address.
async fn at_identify(browser: &Browser) -> Page {
    let page = open(browser, &authorize_web("openid", &[])).await;
    assert_eq!(page.path(), "/login/identify", "{}", page.reply.body);
    page
}

/// Begins a sign-in to `web`, up to the page that asks for the password of `email`.
async fn at_password(browser: &Browser, email: &str) -> Page {
    let page = at_identify(browser).await;
    let page = browser.follow(browser.submit(&page, &[("email", email)]).await).await;
    assert_eq!(page.path(), "/login/password", "{}", page.reply.body);
    page
}

/// Sends the form of a page and expects a redirect with status 303: the page that it leads to, or where it leads away.
async fn next(browser: &Browser, page: &Page, fields: &[(&str, &str)]) -> Page {
    let answered = browser.submit(page, fields).await;
    assert_eq!(answered.reply.status, 303, "{} {}", page.at, answered.reply.body);
    browser.follow(answered).await
}

/// The parameters that the browser carries back to the application.
#[track_caller]
fn carried_back(page: &Page) -> BTreeMap<String, String> {
    assert_eq!(page.reply.status, 303, "{} {}", page.at, page.reply.body);
    query_of(page.reply.header("location"))
}

/// The same page under another path, on the same visit.
fn beside(page: &Page, path: &str) -> String {
    let (_, query) = page.at.split_once('?').unwrap();
    format!("{path}?{query}")
}

/// The values of the buttons of a page that have this name, with what stands on them.
fn buttons(page: &Page, name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for button in page.reply.body.split("<button").skip(1) {
        let (tag, text) = button.split_once('>').unwrap();
        if tag.contains(&format!(" name=\"{name}\"")) {
            let value = tag.split(" value=\"").nth(1).unwrap().split('"').next().unwrap();
            found.push((value.to_owned(), text.split("</button>").next().unwrap().to_owned()));
        }
    }
    found
}

/// The button with `text` on it.
fn button(page: &Page, name: &str, text: &str) -> String {
    let all = buttons(page, name);
    let found = all.iter().find(|(_, label)| label.contains(text));
    found.unwrap_or_else(|| panic!("no button {name} with {text}: {all:?}")).0.clone()
}

/// The value of the cookie that an answer sets.
fn cookie(reply: &Reply) -> Option<String> {
    let header = reply.header("set-cookie");
    let (_, rest) = header.split_once('=')?;
    Some(rest.split(';').next().unwrap().to_owned())
}

/// Signs Ada in to `web` and stops before the code is redeemed.
async fn ada_in(browser: &mut Browser) -> String {
    browser.code_for_web("openid", ADA, PASSWORD).await
}

/// How often argon2 ran.
fn argon2_runs(app: &TestApp) -> u64 {
    app.app.hasher.load().runs
}

/// A set-up link, as the command line prints it.
async fn setup_link(app: &TestApp) -> String {
    let token = generate_setup_token(&app.app.random);
    let (digest, now, lifetime) = (token.digest(), app.now(), app.app.config.sign_in.setup_link_lifetime);
    app.app.db.write(move |conn| create_setup_link(conn, &digest, now, lifetime)).await.unwrap();
    setup_url(&app.issuer(), &token)
}

/// The links of the newest mail to `email`, waiting for it: it is written after the answer.
async fn mailed_links(app: &TestApp, email: &str, at_least: usize) -> Vec<String> {
    let inbox = app.app.mailer.as_inbox().unwrap();
    for _ in 0..2_000 {
        let mails: Vec<_> = inbox.messages().into_iter().filter(|one| one.mail.to == email).collect();
        if mails.len() >= at_least {
            let text = mails[0].mail.text.clone();
            return text.lines().filter(|line| line.contains("://")).map(str::to_owned).collect();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("no mail to {email}");
}

/// Asks for a reset link in a browser of its own.
async fn forget_password(browser: &Browser, email: &str) -> Page {
    let page = open(browser, "/login/forgot").await;
    next(browser, &page, &[("email", email)]).await
}

/// Every page that people can meet, each with a name. It leaves the server with a browser in which Ada is signed in.
async fn every_page(app: &TestApp) -> Vec<(&'static str, Page)> {
    every_page_in(app, app.browser()).await
}

/// The same in this browser.
pub async fn every_page_in(app: &TestApp, mut browser: Browser) -> Vec<(&'static str, Page)> {
    let mut all = Vec::new();
    let identify = at_identify(&browser).await;
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    all.push(("identify, wrong", browser.submit(&identify, &[("email", "nobody")]).await));
    all.push(("password, wrong", browser.submit(&password, &[("password", "wrong")]).await));
    all.push(("forgot, on the way", open(&browser, &beside(&password, "/login/forgot")).await));
    let wrong = open(&browser, "/login/forgot").await;
    all.push(("forgot, wrong", browser.submit(&wrong, &[("email", "")]).await));
    all.push(("sent", forget_password(&browser, ADA).await));
    let link = mailed_links(app, ADA, 1).await[0].clone();
    let reset = open(&browser, &link).await;
    all.push(("reset, wrong", browser.submit(&reset, &[("password", "short")]).await));
    all.push(("reset ended", browser.get("/login/reset?token=gkpr_x").await));
    all.push(("reset done", browser.get("/login/reset?done=1").await));
    let setup = open(&browser, &setup_link(app).await).await;
    all.push(("set-up, wrong", browser.submit(&setup, &[("email", "x")]).await));
    all.push(("set-up ended", browser.get("/setup?token=gksu_x").await));
    let board = open(&browser, &authorize_web("openid", EVERYONE)).await;
    all.push(("organisation", next(&browser, &board, &[("email", SAM)]).await));
    all.push(("signed out", browser.get("/login/signed-out").await));
    all.push(("nobody", browser.get("/login/account").await));
    all.push(("start", browser.get("/login").await));
    all.push(("over", browser.get("/login/password?interaction=gkin_x").await));
    all.push(("not found", browser.get("/login/nothing").await));
    all.push(("forgot", wrong));
    all.push(("identify", identify));
    all.push(("password", password));
    all.push(("reset", reset));
    all.push(("set-up", setup));
    ada_in(&mut browser).await;
    all.push(("signed in", browser.get("/login/account").await));
    all.push(("account", open(&browser, &authorize_web("openid", &[("prompt", "select_account")])).await));
    all.push(("consent", open(&browser, &authorize_web("openid profile email", SPA)).await));
    app.allow_devices().await;
    let device = app.begin_device("openid email").await;
    all.push(("device code, wrong", browser.type_code("x").await));
    all.push(("device code", browser.get(&device.complete).await));
    all.push(("device", browser.question(&device, ADA).await));
    all.push(("device done", browser.get("/device/done?answer=allowed").await));
    all
}
