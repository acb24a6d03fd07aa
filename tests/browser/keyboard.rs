//! Signing in, and the life of a key, without a mouse.

use super::support::{ADA, Key, Scripts, Tab, run};

/// Whether the focus is on nothing, or has a ring around it (WCAG 2.2, 2.4.7) on something that is in the window and not
/// wholly behind something else (2.4.11).
const SEEN: &str = "(() => {
    const focused = document.activeElement;
    // What is inside a field for dates is the browser's own, and so is the ring around it.
    if (focused === document.body || focused.type === 'date') return true;
    if (getComputedStyle(focused).outlineStyle === 'none') return false;
    return [...focused.getClientRects()].some((box) => {
        const across = [box.left + 2, (box.left + box.right) / 2, box.right - 2];
        const down = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
        return across.some((x) => down.some((y) => {
            const there = document.elementFromPoint(x, y);
            return focused.contains(there) || (there && there.contains(focused) && there.localName === 'label');
        }));
    });
})()";

/// What has the focus, for whoever reads a failure.
const NAMED: &str = "((one) => `${one.localName}#${one.id} ${one.getAttribute('href') ?? one.name ?? ''}`)\
    (document.activeElement)";

/// The most that one has to press Tab on a page.
const MOST: usize = 80;

/// Presses Tab until what has the focus is this, and expects that the focus can be seen wherever it goes.
async fn tab_to_what(tab: &Tab, selector: &str) {
    let mut passed = Vec::new();
    while passed.len() < MOST {
        tab.press(Key::Tab).await;
        let seen: bool = tab.value(SEEN).await;
        let here: String = tab.value(NAMED).await;
        assert!(seen, "the focus cannot be seen on {here}");
        let there = format!("document.activeElement.matches({})", serde_json::Value::from(selector));
        if tab.value(&there).await {
            return;
        }
        passed.push(here);
    }
    panic!("Tab never leads to {selector}, but to {passed:#?}");
}

async fn tab_to(tab: &Tab, id: &str) {
    tab_to_what(tab, &format!("#{id}")).await;
}

/// Presses a key that leads to another page.
async fn leave_by(tab: &Tab, key: Key) {
    tab.leave(tab.press(key)).await;
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

#[test]
fn the_keyboard_alone_makes_a_key_and_revokes_it() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.open("/console").await;
        tab.write(ADA.email).await;
        leave_by(&tab, Key::Enter).await;
        tab.at("/login/password").await;
        tab.write(ADA.password()).await;
        leave_by(&tab, Key::Enter).await;
        tab.at("/console").await;

        tab_to_what(&tab, "nav a[href='/console/api-keys']").await;
        leave_by(&tab, Key::Enter).await;
        tab.at("/console/api-keys").await;
        // The first stop leads past the menu.
        tab.press(Key::Tab).await;
        assert!(tab.value::<bool>("document.activeElement.matches('.skip')").await);
        tab.press(Key::Enter).await;
        assert_eq!(tab.focus().await, "main");
        tab_to(&tab, "new-key").await;
        leave_by(&tab, Key::Enter).await;

        tab.at("/console/api-keys/new").await;
        tab_to(&tab, "name").await;
        tab.write("By hand").await;
        tab_to_what(&tab, "#level summary").await;
        tab.press(Key::Space).await;
        tab_to_what(&tab, "#level [type=checkbox]").await;
        tab_to_what(&tab, "main button[type=submit]").await;
        leave_by(&tab, Key::Space).await;
        assert!(tab.text("#secret").await.starts_with("gk_"));
        tab_to(&tab, "done").await;
        leave_by(&tab, Key::Enter).await;
        tab_to_what(&tab, "#key-actions a[href$='/revoke']").await;
        leave_by(&tab, Key::Enter).await;
        assert!(tab.text("main").await.contains("By hand"));
        tab_to_what(&tab, "main button[type=submit]").await;
        leave_by(&tab, Key::Enter).await;
        tab.shows("#flash").await;
    });
}
