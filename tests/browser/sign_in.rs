//! Signing in to the sample application, and out of it.

use super::support::{ADA, GRACE, SAM, Scripts, World, run};

async fn in_and_out(world: &World, scripts: Scripts) {
    let tab = world.tab(scripts).await;
    tab.sign_in(ADA).await;
    tab.sign_out().await;
    tab.open("/login/account").await;
    assert!(tab.is_seen("#nobody").await, "nobody is signed in any more");
}

#[test]
fn a_person_signs_in_and_out_without_scripts() {
    run(async |world| in_and_out(world, Scripts::Off).await);
}

#[test]
fn a_person_signs_in_and_out_with_scripts() {
    run(async |world| in_and_out(world, Scripts::On).await);
}

#[test]
fn a_typed_password_can_be_looked_at_where_scripts_run() {
    const SHOW: &str = "[data-shows=password]";
    const KIND: &str = "document.querySelector('#password').type";
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.set_out().await;
        tab.identify(ADA).await;
        tab.fill("#password", "half of it").await;
        assert_eq!(tab.value::<String>(KIND).await, "password");
        tab.click(SHOW).await;
        assert_eq!(tab.value::<String>(KIND).await, "text");
        tab.click(SHOW).await;
        assert_eq!(tab.value::<String>(KIND).await, "password");
        let plain = world.tab(Scripts::Off).await;
        plain.set_out().await;
        plain.identify(ADA).await;
        plain.shows(SHOW).await;
        assert!(!plain.is_seen(SHOW).await, "a button that does nothing is not shown");
    });
}

#[test]
fn somebody_in_several_organisations_chooses_one() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.set_out().await;
        tab.identify(SAM).await;
        tab.at("/login/organization").await;
        assert!(tab.text("#organization-form").await.contains("Acme Corporation"));
        tab.submit("#organization-globex").await;
        tab.prove(SAM).await;
        tab.at("/login/consent").await;
        assert!(tab.text("#account").await.contains("Globex Industries"));
        tab.consent().await;
        tab.is_signed_in(SAM).await;
    });
}

#[test]
fn two_people_in_one_browser_are_asked_which_of_them_it_is() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.sign_in(ADA).await;
        tab.open("/dev/app/start").await;
        tab.at("/login/consent").await;
        tab.submit("#other-account").await;
        tab.at("/login/account").await;
        tab.submit("#other-account").await;
        tab.identify(GRACE).await;
        tab.prove(GRACE).await;
        tab.consent().await;
        tab.is_signed_in(GRACE).await;

        tab.open("/dev/app/start").await;
        tab.at("/login/account").await;
        let people: Vec<String> =
            tab.value("[...document.querySelectorAll('.choice')].map(one => one.innerText)").await;
        assert_eq!(people.len(), 2, "{people:?}");
        let ada = people.iter().position(|text| text.contains(ADA.email)).unwrap();
        tab.submit(&format!(".choices li:nth-child({}) .choice", ada + 1)).await;
        tab.consent().await;
        tab.is_signed_in(ADA).await;
    });
}

/// Checklist 54.
#[test]
fn a_sign_in_that_began_in_one_browser_does_not_go_on_in_another() {
    run(async |world| {
        world.chromium.allow("status of 400");
        let tab = world.tab(Scripts::On).await;
        tab.set_out().await;
        tab.identify(ADA).await;
        tab.at("/login/password").await;
        let address: String = tab.value("location.href").await;
        let handover = address.replace("/login/password", "/oauth2/authorize/continue");
        let stranger = world.chromium.stranger(&world.server.base, Scripts::On).await;
        for address in [&address, &handover] {
            stranger.open(address).await;
            assert_eq!(stranger.text("h1").await, "This sign-in is over", "{address}");
            assert!(!stranger.is_seen("form").await);
        }
        tab.prove(ADA).await;
        tab.consent().await;
        tab.is_signed_in(ADA).await;
    });
}
