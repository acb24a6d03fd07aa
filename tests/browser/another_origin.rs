//! Back to an application that lives on another origin. Chromium holds a form to the page's Content Security Policy
//! through every redirect, so each page that may be the last one has to name the application.

use super::support::{ADA, Application, Scripts, Tab, World, run};

async fn arrives(tab: &Tab, application: &Application, world: &World, method: &str) {
    tab.shows("#arrived").await;
    let arrival = application.arrival().await;
    assert_eq!(arrival.method, method);
    let param = |name: &str| arrival.params.get(name).map_or("", String::as_str);
    assert!(param("code").len() > 20, "{arrival:?}");
    assert_eq!((param("state"), param("iss")), ("st-1", world.server.base.as_str()));
}

/// Checklist 55.
#[test]
fn every_page_that_may_be_the_last_one_leads_to_the_application() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        let application = Application::start(&world.server, "localhost").await;
        tab.open(&application.authorize(&[])).await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        tab.consent().await;
        arrives(&tab, &application, world, "GET").await;
        // It was allowed for good, so now the password is the last question, and then the account.
        tab.open(&application.authorize(&[("prompt", "login")])).await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        arrives(&tab, &application, world, "GET").await;
        tab.open(&application.authorize(&[("prompt", "select_account")])).await;
        tab.at("/login/account").await;
        tab.submit(".choice").await;
        arrives(&tab, &application, world, "GET").await;
    });
}

#[test]
fn a_refusal_leads_to_the_application_too() {
    run(async |world| {
        let tab = world.tab(Scripts::Off).await;
        let application = Application::start(&world.server, "127.0.0.1").await;
        tab.open(&application.authorize(&[])).await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        tab.at("/login/consent").await;
        tab.submit("#deny").await;
        tab.shows("#arrived").await;
        let arrival = application.arrival().await;
        assert_eq!(arrival.params.get("error").map(String::as_str), Some("access_denied"), "{arrival:?}");
        assert!(!arrival.params.contains_key("code"));
    });
}

async fn posted(world: &World, scripts: Scripts) {
    let tab = world.tab(scripts).await;
    let application = Application::start(&world.server, "127.0.0.1").await;
    tab.open(&application.authorize(&[("response_mode", "form_post")])).await;
    tab.identify(ADA).await;
    tab.prove(ADA).await;
    tab.consent().await;
    if scripts == Scripts::Off {
        tab.submit("#answer button").await;
    }
    arrives(&tab, &application, world, "POST").await;
}

/// Checklist 14.
#[test]
fn an_answer_by_form_goes_on_by_itself_where_scripts_run() {
    run(async |world| posted(world, Scripts::On).await);
}

#[test]
fn an_answer_by_form_has_a_button_where_no_scripts_run() {
    run(async |world| posted(world, Scripts::Off).await);
}
