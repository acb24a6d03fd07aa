//! Figures that keep up with what happens, where scripts run and somebody looks at them.

use std::time::Duration;

use serde_json::json;

use super::pages::Api;
use super::support::{ADA, Scripts, Tab, World, run};

/// Longer than figures stay as they are.
const A_WHILE: Duration = Duration::from_secs(7);
/// How often the page asked for itself.
const ASKED: &str =
    "performance.getEntriesByType('resource').filter((one) => one.initiatorType === 'xmlhttprequest').length";

/// A key that nobody has used yet.
struct Unused {
    at: String,
    secret: String,
}

async fn key(world: &World) -> Unused {
    let api = Api::of(&world.server.base, "admin-cli", "admin-cli-development-secret").await;
    let made = api.post("api-keys", json!({ "name": "Watched" })).await;
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    Unused { at: format!("/console/api-keys/{}", text("id")), secret: text("key") }
}

impl Unused {
    async fn is_used(&self, world: &World) {
        let request = reqwest::Client::new().get(format!("{}/v1/me", world.server.base));
        let answer = request.bearer_auth(&self.secret).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

/// Ada at a page of the console.
async fn looking(world: &World, scripts: Scripts, at: &str) -> Tab {
    let tab = world.tab(scripts).await;
    tab.begin_with("const real = Date.now; window.later = 0; Date.now = () => real() + window.later;").await;
    tab.open(at).await;
    tab.identify(ADA).await;
    tab.prove(ADA).await;
    tab.at(at).await;
    if scripts == Scripts::On {
        assert!(tab.value::<bool>("(window.mark = 1, typeof htmx === 'object')").await);
    }
    tab
}

async fn asked(tab: &Tab) -> u32 {
    tab.value(ASKED).await
}

async fn asks_again(tab: &Tab, before: u32) {
    tab.until("another look", &format!("{ASKED} > {before} && !document.querySelector('.htmx-request')"))
        .await;
}

/// Waits for longer than figures stay as they are, and expects that they do.
async fn asks_for_nothing(tab: &Tab, before: u32) {
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(asked(tab).await, before);
}

async fn stayed(tab: &Tab, at: &str) {
    assert!(tab.value::<bool>("window.mark === 1").await, "the page was loaded anew");
    assert_eq!(tab.value::<String>("location.pathname").await, at);
}

#[test]
fn a_use_shows_up_by_itself_and_disturbs_nobody() {
    run(async |world| {
        let key = key(world).await;
        let tab = looking(world, Scripts::On, &key.at).await;
        assert!(tab.is_seen("#live .empty").await && !tab.is_seen("#uses").await);
        assert_eq!(tab.value::<u32>("document.querySelectorAll('#usage [aria-live=off]').length").await, 1);
        let never = tab.text("#last-used").await;
        key.is_used(world).await;
        tab.until("the use", "document.querySelectorAll('#uses tbody tr').length === 1").await;
        stayed(&tab, &key.at).await;
        assert_ne!(tab.text("#last-used").await, never);
        assert!(
            tab.value::<bool>("document.activeElement === document.body").await,
            "the focus stays where it was"
        );
        assert!(tab.is_seen("#live svg").await && !tab.is_seen("#live .empty").await);

        // Who reads the numbers is left in peace, and finds them open afterwards.
        tab.click("#live details summary").await;
        let before = asked(&tab).await;
        asks_for_nothing(&tab, before).await;
        tab.click("h1").await;
        asks_again(&tab, before).await;
        assert!(tab.value::<bool>("document.querySelector('#live details').open").await);
        stayed(&tab, &key.at).await;

        // What was scrolled to stays in view.
        let frame = "document.querySelector('#uses').closest('.table-frame')";
        tab.appear((320, 640), "light").await;
        assert_eq!(tab.value::<u32>(&format!("{frame}.scrollLeft = 20, {frame}.scrollLeft")).await, 20);
        asks_again(&tab, asked(&tab).await).await;
        assert_eq!(tab.value::<u32>(&format!("{frame}.scrollLeft")).await, 20);
        tab.appear((1280, 800), "light").await;

        tab.open("/console/usage").await;
        assert!(tab.value::<bool>("!!(window.mark = 1)").await);
        let cell = "Number(document.querySelector('#keys tbody td').textContent)";
        let counted: u32 = tab.value(cell).await;
        key.is_used(world).await;
        tab.until("one more", &format!("{cell} > {counted}")).await;
        // A click into the table is nobody's work with it.
        tab.click("#keys tbody td").await;
        assert!(tab.value::<bool>("document.activeElement.matches('.table-frame')").await);
        asks_again(&tab, asked(&tab).await).await;
        stayed(&tab, "/console/usage").await;
    });
}

#[test]
fn where_nobody_is_nothing_is_asked_for() {
    run(async |world| {
        let key = key(world).await;
        let tab = looking(world, Scripts::On, &key.at).await;
        asks_again(&tab, 0).await;
        tab.value::<u32>("window.later = 16 * 60 * 1000").await;
        let before = asked(&tab).await;
        asks_for_nothing(&tab, before).await;
        assert!(tab.value::<bool>("document.dispatchEvent(new PointerEvent('pointermove'))").await);
        asks_again(&tab, before).await;
    });
}

#[test]
fn a_sign_in_that_has_ended_ends_it_and_shows_no_other_page() {
    run(async |world| {
        let key = key(world).await;
        let tab = looking(world, Scripts::On, &key.at).await;
        let heading = tab.text("h1").await;
        tab.remember("gridkey", "nobody").await;
        let before = asked(&tab).await;
        asks_again(&tab, before).await;
        let before = asked(&tab).await;
        asks_for_nothing(&tab, before).await;
        stayed(&tab, &key.at).await;
        assert_eq!(tab.text("h1").await, heading);
        assert!(tab.is_seen("#live .empty").await);
    });
}

#[test]
fn without_scripts_figures_are_those_of_when_the_page_was_opened() {
    run(async |world| {
        let key = key(world).await;
        let tab = looking(world, Scripts::Off, &key.at).await;
        assert!(tab.is_seen("#live .empty").await);
        key.is_used(world).await;
        tokio::time::sleep(A_WHILE).await;
        assert!(tab.is_seen("#live .empty").await);
        tab.reload().await;
        assert!(tab.is_seen("#uses").await && tab.is_seen("#live svg").await);
        tab.open("/console/usage").await;
        assert!(tab.is_seen("#keys").await);
    });
}
