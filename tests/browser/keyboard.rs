//! Signing in without a mouse.

use super::support::{ADA, Key, Scripts, Tab, run};

/// Whether the focus can be seen, or is on nothing.
const RINGED: &str = "document.activeElement === document.body
    || getComputedStyle(document.activeElement).outlineStyle !== 'none'";

/// Presses Tab until this has the focus, and expects that the focus can be seen wherever it goes.
async fn tab_to(tab: &Tab, id: &str) {
    let mut passed = Vec::new();
    while passed.len() < 20 {
        tab.press(Key::Tab).await;
        let ringed: bool = tab.value(RINGED).await;
        let here = tab.focus().await;
        assert!(ringed, "the focus cannot be seen on {here}");
        if here == id {
            return;
        }
        passed.push(here);
    }
    panic!("Tab never leads to {id}, but to {passed:?}");
}

#[test]
fn the_keyboard_alone_leads_in_and_out() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.open("/dev/app").await;
        tab_to(&tab, "sign-in").await;
        tab.press(Key::Enter).await;

        tab.at("/login/identify").await;
        assert_eq!(tab.focus().await, "email");
        tab.write(ADA.email).await;
        tab_to(&tab, "identify-submit").await;
        tab_to(&tab, "forgot-link").await;
        tab.click("#email").await;
        tab.press(Key::Enter).await;

        tab.at("/login/password").await;
        assert_eq!(tab.focus().await, "password");
        tab.write(ADA.password()).await;
        tab.press(Key::Enter).await;

        tab.at("/login/consent").await;
        tab_to(&tab, "allow").await;
        tab.press(Key::Enter).await;

        tab.is_signed_in(ADA).await;
        tab_to(&tab, "sign-out").await;
        tab.press(Key::Enter).await;
        tab.shows("#signed-out").await;
    });
}
