//! Lists in a browser: with scripts, filters and pages exchange the list and nothing else; without them each is a page.

use std::fmt::Write as _;

use super::support::{ADA, Key, Scripts, Tab, World, run};

/// More people than a page shows.
const PEOPLE: u32 = 120;

/// The list of people, with more of them than a page shows.
async fn people(world: &World, scripts: Scripts) -> Tab {
    let mut seed = String::from("[[tenants]]\nslug = \"acme\"\ndisplay_name = \"Acme Corporation\"\n");
    for number in 0..PEOPLE {
        let _ = write!(
            seed,
            "\n[[users]]\ntenant = \"acme\"\nemail = \"p{number:03}@acme.example\"\nname = \"Person {number:03}\"\n"
        );
    }
    world.server.seed(seed).await;
    let tab = world.tab(scripts).await;
    tab.open("/console/users").await;
    tab.identify(ADA).await;
    tab.prove(ADA).await;
    tab.at("/console/users").await;
    tab
}

/// The page has not been left since the mark was made.
async fn stayed(tab: &Tab) {
    assert!(tab.value::<bool>("window.mark === 1").await, "the page was loaded anew");
}

async fn search(tab: &Tab) -> String {
    tab.value("decodeURIComponent(location.search)").await
}

async fn mark(tab: &Tab) {
    assert!(tab.value::<bool>("(window.mark = 1, typeof htmx === 'object')").await, "htmx is there");
}

/// Waits for a list that has this many rows and no other request on its way.
async fn rows(tab: &Tab, count: u32) {
    let there = format!(
        "document.querySelectorAll('#list tbody tr').length === {count} && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
    );
    tab.until("the rows", &there).await;
}

#[test]
fn a_filter_exchanges_the_list_alone() {
    run(async |world| {
        let tab = people(world, Scripts::On).await;
        rows(&tab, 50).await;
        assert_eq!(tab.text("#list-count").await, "50 entries on this page, and more on the next");
        mark(&tab).await;

        // Typed and sent by the Enter key: the focus stays where it is.
        tab.fill("input[name=q]", "p00").await;
        tab.value::<bool>("(document.activeElement.id = 'typed', true)").await;
        tab.press(Key::Enter).await;
        rows(&tab, 10).await;
        stayed(&tab).await;
        assert_eq!(tab.focus().await, "typed");
        assert_eq!(tab.text("#list-count").await, "10 entries");
        assert!(search(&tab).await.contains("q=p00"), "{}", search(&tab).await);
        assert!(tab.text("#recipes").await.contains("curl") || tab.is_seen("#recipes").await);
        let recipes: String = tab.value("document.querySelector('#recipes').textContent").await;
        assert!(recipes.contains("q=p00"), "{recipes}");
        let back: String = tab.value("document.querySelector('#user-menu [name=back]').value").await;
        assert!(back.contains("q=p00"), "{back}");
        assert!(tab.is_seen("#unfiltered a").await);

        // A choice is applied at once.
        let choose = "(() => { const s = document.querySelector('form.filters select[name=status]'); s.focus(); s.value = 'suspended'; \
                      s.dispatchEvent(new Event('change', { bubbles: true })); return true; })()";
        assert!(tab.value::<bool>(choose).await);
        tab.until("nothing that matches", "!!document.querySelector('#list .empty')").await;
        stayed(&tab).await;
        assert_eq!(tab.text("#list-count").await, "No entry");
        assert!(tab.value::<bool>("document.activeElement.name === 'status'").await);
        assert!(search(&tab).await.contains("status=suspended"));

        // Back and back again: the lists as they were, and the filters with them.
        tab.back().await;
        rows(&tab, 10).await;
        assert!(search(&tab).await.contains("q=p00") && !search(&tab).await.contains("suspended"));
        assert_eq!(tab.value::<String>("document.querySelector('input[name=q]').value").await, "p00");
        tab.back().await;
        rows(&tab, 50).await;
        assert_eq!(search(&tab).await, "");
    });
}

#[test]
fn pages_follow_each_other_in_place() {
    run(async |world| {
        let tab = people(world, Scripts::On).await;
        mark(&tab).await;
        tab.click("#next-page").await;
        tab.until("the second page", "location.search.includes('cursor=')").await;
        rows(&tab, 50).await;
        stayed(&tab).await;
        tab.until("the focus", "document.activeElement.id === 'list'").await;
        // Where the list begins is seen, and a box in it can be used as before.
        let seen = "(() => { const top = document.getElementById('list').getBoundingClientRect().top; return top >= -1 && top < innerHeight; })()";
        assert!(tab.value::<bool>(seen).await);
        let exact: String = tab.value("document.querySelector('#list time')?.title ?? 'none'").await;
        assert!(!exact.ends_with('Z'), "{exact}");
        tab.click("#next-page").await;
        tab.until("the last page", "!document.querySelector('#next-page')").await;
        stayed(&tab).await;
        tab.until("the focus", "document.activeElement.id === 'list'").await;
        tab.back().await;
        rows(&tab, 50).await;
        assert!(tab.is_seen("#next-page").await);
    });
}

#[test]
fn a_sign_in_that_has_ended_is_asked_for_as_ever() {
    run(async |world| {
        let tab = people(world, Scripts::On).await;
        mark(&tab).await;
        tab.remember("gridkey", "nobody").await;
        tab.leave(tab.click("form.filters button[type=submit]")).await;
        tab.at("/login/identify").await;
        assert!(tab.value::<bool>("window.mark === undefined").await);
    });
}

#[test]
fn without_scripts_filters_and_pages_are_pages() {
    run(async |world| {
        let tab = people(world, Scripts::Off).await;
        tab.fill("input[name=q]", "p00").await;
        tab.submit("form.filters button[type=submit]").await;
        assert!(tab.text("#list").await.contains("p009@acme.example"));
        tab.submit("#unfiltered a").await;
        tab.submit("#next-page").await;
        assert!(search(&tab).await.contains("cursor="));
        tab.back().await;
        assert!(tab.is_seen("#next-page").await);
    });
}
