//! Links that somebody was sent: to a new password, and to set a server up.

use super::support::{ADA, Scripts, Start, Tab, Who, run, run_from};

/// Opens the newest mail. It may still be on its way.
pub async fn open_newest_mail(tab: &Tab) {
    for _ in 0..100 {
        tab.open("/dev/mail").await;
        if tab.is_seen("#messages").await {
            tab.submit("#messages tbody a").await;
            return;
        }
    }
    panic!("no mail arrives");
}

async fn a_new_password(tab: &Tab) {
    const NEW: &str = "quilted-thunder-basket";
    tab.set_out().await;
    tab.submit("#forgot-link").await;
    tab.at("/login/forgot").await;
    tab.fill("#email", ADA.email).await;
    tab.submit("#forgot-submit").await;
    tab.shows("#message").await;
    open_newest_mail(tab).await;
    tab.submit("#text a").await;
    tab.at("/login/reset").await;
    assert_eq!(tab.value::<String>("document.querySelector('#username').value").await, ADA.email);
    tab.fill("#password", NEW).await;
    tab.submit("#reset-submit").await;
    tab.shows("#message").await;

    tab.set_out().await;
    tab.identify(ADA).await;
    tab.guess(NEW).await;
    tab.consent().await;
    tab.is_signed_in(ADA).await;
}

#[test]
fn a_forgotten_password_is_replaced_through_a_mail() {
    run(async |world| a_new_password(&world.tab(Scripts::On).await).await);
}

#[test]
fn a_forgotten_password_is_replaced_without_scripts() {
    run(async |world| a_new_password(&world.tab(Scripts::Off).await).await);
}

#[test]
fn a_set_up_link_makes_the_first_administrator_and_signs_them_in() {
    const FIRST: Who = Who { email: "joan@initech.example", name: "Joan Clarke" };
    run_from(Start::Empty, async |world| {
        world.chromium.allow("status of 410");
        let (tab, link) = (world.tab(Scripts::On).await, world.server.setup_link().await);
        tab.open(&link).await;
        tab.fill("#organization", "Initech").await;
        tab.fill("#name", FIRST.name).await;
        tab.fill("#email", FIRST.email).await;
        tab.fill("#password", "quilted-thunder-basket").await;
        tab.submit("#setup-submit").await;
        tab.at("/console").await;
        assert!(tab.text(".topbar").await.contains("Initech"));
        tab.shows("#checklist").await;
        tab.open("/login/account").await;
        let accounts = tab.text("#accounts").await;
        assert!(
            [FIRST.name, FIRST.email, "Initech"].iter().all(|word| accounts.contains(word)),
            "{accounts}"
        );
        tab.open(&link).await;
        assert_eq!(tab.text("h1").await, "This link has ended");
    });
}
