//! Who is shown which addresses were compared, when an application asks for an answer at one that is not its own.

use crate::manage::people::{give, make_role};
use crate::support::tokens::ADA;
use crate::support::{Browser, Engine, PASSWORD, Page, TestApp, authorize_web};

const GRACE: &str = "grace@acme.example";
const GRACES_PASSWORD: &str = "another horse battery staple";
const HANK: &str = "hank@globex.example";
/// Differs from what is registered by its last letter.
const NEAR: &str = "https://portal.example.com/cb/";

async fn refused(browser: &Browser) -> Page {
    let page = browser.get(&authorize_web("openid", &[("redirect_uri", NEAR)])).await;
    assert_eq!(page.reply.status, 400, "{}", page.reply.body);
    assert_eq!(page.reply.header("location"), "");
    assert!(page.reply.body.contains("id=\"request-id\""), "{}", page.reply.body);
    page
}

/// Received and registered stand side by side, and what differs is marked.
#[track_caller]
fn compares(page: &Page) {
    let body = &page.reply.body;
    assert!(
        body.contains("id=\"received\" dir=\"ltr\">https://portal.example.com/cb<mark>/</mark></code>"),
        "{body}"
    );
    assert!(body.contains("<code dir=\"ltr\">https://portal.example.com/cb</code>"), "{body}");
}

#[track_caller]
fn tells_nothing(page: &Page) {
    assert!(!page.reply.body.contains("portal.example.com"), "{}", page.reply.body);
    assert!(!page.reply.body.contains("/console/"), "{}", page.reply.body);
}

async fn in_production() -> TestApp {
    TestApp::start_with(Engine::Sqlite, &[("security.development", "false"), ("mail.transport", "none")])
        .await
}

/// The link leads to the form in which the address is added.
async fn leads_to_the_form(browser: &mut Browser, page: &Page, (email, password): (&str, &str)) {
    let body = &page.reply.body;
    let start = body.find("id=\"add-redirect-uri\" href=\"").unwrap_or_else(|| panic!("no link: {body}"));
    let href = body[start..].split('"').nth(3).unwrap();
    assert!(href.starts_with("/console/applications/") && href.ends_with("#redirect_uris"), "{href}");
    let form = browser.enter(href.split('#').next().unwrap(), email, password).await;
    assert!(form.reply.body.contains("<textarea id=\"redirect_uris\""), "{}", form.reply.body);
}

#[test]
fn in_development_everybody_sees_both() {
    crate::support::runtime().block_on(async {
        let app = TestApp::start(Engine::Sqlite).await;
        let mut browser = app.browser();
        let page = refused(&browser).await;
        compares(&page);
        leads_to_the_form(&mut browser, &page, (ADA, PASSWORD)).await;
        // Without an address at all there is nothing to compare.
        let none = browser.get(&authorize_web("openid", &[("redirect_uri", "")])).await;
        assert!(none.reply.body.contains("id=\"received\" dir=\"ltr\">None</code>"), "{}", none.reply.body);
        let script = browser.get(&authorize_web("openid", &[("redirect_uri", "<script>x</script>")])).await;
        assert!(!script.reply.body.contains("<script>x"), "{}", script.reply.body);
    });
}

#[test]
fn in_production_an_administrator_of_the_organisation_sees_both() {
    crate::support::runtime().block_on(async {
        let app = in_production().await;
        let mut browser = app.browser();
        tells_nothing(&refused(&browser).await);
        browser.enter("/console", ADA, PASSWORD).await;
        let page = refused(&browser).await;
        compares(&page);
        leads_to_the_form(&mut browser, &page, (ADA, PASSWORD)).await;
        // Another browser is another person.
        tells_nothing(&refused(&app.browser()).await);
        // A session that has ended shows nothing any more.
        app.pass(std::time::Duration::from_secs(400 * 24 * 60 * 60));
        tells_nothing(&refused(&browser).await);
    });
}

#[test]
fn in_production_others_see_neither_whoever_they_are() {
    crate::support::runtime().block_on(async {
        let app = in_production().await;
        let mut grace = app.browser();
        grace.enter("/account", GRACE, GRACES_PASSWORD).await;
        tells_nothing(&refused(&grace).await);
        // Who may only look is not led to the form.
        make_role(&app, "acme", "looks", &["applications:read"]).await;
        give(&app, "acme", GRACE, "looks").await;
        let page = refused(&grace).await;
        compares(&page);
        assert!(!page.reply.body.contains("add-redirect-uri"), "{}", page.reply.body);

        // An administrator of another organisation is a stranger here, unless they may enter every one.
        let mut hank = app.browser();
        hank.enter("/console", HANK, PASSWORD).await;
        tells_nothing(&refused(&hank).await);
        make_role(&app, "globex", "enters", &["tenants:enter"]).await;
        give(&app, "globex", HANK, "enters").await;
        let page = refused(&hank).await;
        compares(&page);
        assert!(page.reply.body.contains("?tenant=acme#redirect_uris"), "{}", page.reply.body);
    });
}
