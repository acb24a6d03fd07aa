//! What goes wrong on the way, and what a person sees of it.

use super::support::{ADA, Scripts, run};

#[test]
fn a_wrong_password_is_explained_and_leads_back_to_the_field() {
    run(async |world| {
        world.chromium.allow("status of 422");
        let tab = world.tab(Scripts::On).await;
        tab.set_out().await;
        tab.identify(ADA).await;
        tab.guess("not the one").await;
        tab.shows("#error-summary").await;
        assert_eq!(tab.focus().await, "error-summary", "who cannot see the page hears first what is wrong");
        assert!(tab.value::<String>("document.title").await.starts_with("Error: "));
        assert!(
            tab.value::<bool>("document.querySelector('#password').getAttribute('aria-invalid') === 'true'")
                .await
        );
        let described =
            "document.getElementById(document.querySelector('#password').getAttribute('aria-describedby'))";
        let said: String = tab.value(&format!("{described}.innerText")).await;
        assert!(said.contains("not right"), "{said}");
        tab.click("#error-summary a").await;
        tab.until("the field", "document.activeElement.id === 'password'").await;
        tab.prove(ADA).await;
        tab.consent().await;
        tab.is_signed_in(ADA).await;
    });
}

#[test]
fn going_back_and_loading_again_does_no_harm() {
    run(async |world| {
        world.chromium.allow("status of 400");
        let tab = world.tab(Scripts::On).await;
        tab.set_out().await;
        tab.identify(ADA).await;
        tab.at("/login/password").await;
        tab.reload().await;
        tab.at("/login/password").await;
        tab.back().await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        tab.at("/login/consent").await;
        tab.reload().await;
        tab.consent().await;
        tab.is_signed_in(ADA).await;
        tab.back().await;
        // Chromium may show the page again without asking for it.
        if tab.is_seen("#allow").await {
            tab.submit("#allow").await;
        }
        assert_eq!(tab.text("h1").await, "This sign-in is over");
        assert!(tab.text("#error-next").await.contains("start again"));
        tab.open("/dev/app").await;
        tab.is_signed_in(ADA).await;
    });
}

#[test]
fn too_many_guesses_end_on_a_page_that_helps() {
    run(async |world| {
        world.chromium.allow("status of 422");
        world.chromium.allow("status of 429");
        let tab = world.tab(Scripts::Off).await;
        tab.set_out().await;
        tab.identify(ADA).await;
        for guess in 1..=10 {
            tab.guess(&format!("wrong {guess}")).await;
            tab.shows("#error-summary").await;
        }
        tab.guess(ADA.password()).await;
        assert!(tab.text("#throttled").await.contains("Try again in"));
        tab.submit("#forgot-link").await;
        tab.at("/login/forgot").await;
    });
}
