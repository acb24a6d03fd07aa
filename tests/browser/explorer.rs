//! The API explorer works without any other server, and under our policy: a complaint of the browser fails the test.

use super::support::{Scripts, run};

#[test]
fn the_explorer_lists_every_kind_of_call_and_opens_one() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.open("/docs/api").await;
        tab.until("the calls", "document.querySelectorAll('.opblock').length > 60").await;
        let foreign: Vec<String> = tab
            .value("performance.getEntriesByType('resource').map(one => one.name).filter(name => !name.startsWith(location.origin))")
            .await;
        assert!(foreign.is_empty(), "{foreign:?}");
        tab.click("#operations-users-list_users .opblock-summary-control").await;
        tab.until(
            "its answers",
            "document.querySelector('#operations-users-list_users .responses-table') !== null",
        )
        .await;
    });
}

#[test]
fn without_scripts_the_explorer_points_to_the_description() {
    run(async |world| {
        let tab = world.tab(Scripts::Off).await;
        tab.open("/docs/api").await;
        assert_eq!(tab.text("noscript a").await, "/openapi.json");
    });
}
