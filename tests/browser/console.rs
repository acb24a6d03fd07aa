//! The console in a browser: a key's whole life without scripts and with them, by the story of who administers an
//! organisation.

use super::support::{ADA, Scripts, Start, Tab, World, run, run_from};

/// Opens a page behind the sign-in, and signs in on the way.
async fn enter(tab: &Tab, at: &str) {
    tab.open(at).await;
    tab.identify(ADA).await;
    tab.prove(ADA).await;
    tab.at(at).await;
}

/// Calls with a key, as the page of its secret shows: whether it is let in.
async fn works(curl: &str) -> bool {
    let line = curl.to_owned();
    let run = move || {
        std::process::Command::new("sh")
            .arg("-c")
            .arg(format!("{line} -s -o /dev/null -w '%{{http_code}}'"))
            .output()
    };
    let said = tokio::task::spawn_blocking(run).await.unwrap().unwrap();
    String::from_utf8(said.stdout).unwrap() == "200"
}

/// Sends the filters of a list, and waits for what it then shows: with scripts no other page comes.
async fn filter(tab: &Tab, then: &str) {
    tab.click("form.filters button[type=submit]").await;
    tab.until("what the filters leave", &format!("document.readyState === 'complete' && {then}")).await;
}

async fn life_of_a_key(world: &World, scripts: Scripts) {
    let tab = world.tab(scripts).await;
    enter(&tab, "/console").await;
    key_of_a_service_account(&tab).await;
}

/// A service account gets a key, which is used, rotated and revoked; the log tells of it.
async fn key_of_a_service_account(tab: &Tab) {
    // A service account, and a key for it.
    tab.open("/console/service-accounts/new").await;
    tab.fill("#slug", "billing").await;
    tab.fill("#display_name", "Billing").await;
    tab.submit("main form button[type=submit]").await;
    tab.open("/console/api-keys/new").await;
    let choose = "(() => { const o = [...document.querySelectorAll('#owner option')].find((o) => o.text === 'Billing (billing)'); \
                  o.selected = true; return o.value; })()";
    let owner: String = tab.value(choose).await;
    assert!(owner.starts_with("service_account:"), "{owner}");
    tab.fill("#name", "Nightly run").await;
    tab.submit("main form button[type=submit]").await;
    let (secret, curl) = (tab.text("#secret").await, tab.text("#sample-curl").await);
    assert!(secret.starts_with("gk_") && curl.contains(&secret), "{curl}");
    tab.submit("#done").await;
    assert!(tab.text("#usage").await.contains("Waiting for the first request"));

    // Its use is seen within a few seconds.
    assert!(works(&curl).await);
    for _ in 0..40 {
        if !tab.text("#usage").await.contains("Waiting") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        tab.reload().await;
    }
    tab.shows("#usage .chart svg").await;

    // Rotated with a grace, both secrets work; revoked, neither does.
    let rotate = "[...document.querySelectorAll('#key-actions a')].find((a) => a.pathname.endsWith('/rotate')).pathname";
    let at: String = tab.value(rotate).await;
    tab.open(&at).await;
    tab.submit("main form button[type=submit]").await;
    let newer = tab.text("#sample-curl").await;
    assert!(works(&curl).await && works(&newer).await);
    tab.submit("#done").await;
    tab.shows("#previous-secret").await;
    tab.open(&at.replace("/rotate", "/revoke")).await;
    assert!(tab.text("main").await.contains("Nightly run"));
    tab.submit("main form button[type=submit]").await;
    tab.shows("#flash").await;
    assert!(!works(&curl).await && !works(&newer).await);

    // And all of it is in the log.
    tab.open("/console/audit-log").await;
    let log = tab.text("main").await;
    for deed in ["service_account.create", "api_key.create", "api_key.rotate", "api_key.revoke"] {
        assert!(log.contains(deed), "{deed}: {log}");
    }
    tab.fill("input[name=action]", "api_key.revoke").await;
    filter(tab, "!document.querySelector('#events')?.innerText.includes('api_key.create')").await;
    let log = tab.text("#events").await;
    assert!(log.contains("api_key.revoke"), "{log}");
    tab.fill("input[name=action]", "nothing.happened").await;
    filter(tab, "document.querySelector('main').innerText.includes('Nothing matches')").await;
    tab.open("/console/audit-log").await;
}

#[test]
fn a_key_is_made_used_rotated_and_revoked_without_scripts() {
    run(async |world| life_of_a_key(world, Scripts::Off).await);
}

#[test]
fn a_key_is_made_used_rotated_and_revoked_with_scripts() {
    run(async |world| life_of_a_key(world, Scripts::On).await);
}

/// The whole story of a new administrator, with nothing but what the pages say.
#[test]
fn a_new_administrator_finds_everything_from_the_set_up_link_to_the_audit_log() {
    run_from(Start::Empty, async |world| {
        let (tab, link) = (world.tab(Scripts::Off).await, world.server.setup_link().await);
        tab.open(&link).await;
        for (field, text) in [
            ("#organization", "Initech"),
            ("#name", "Joan Clarke"),
            ("#email", "joan@initech.example"),
            ("#password", "quilted-thunder-basket"),
        ] {
            tab.fill(field, text).await;
        }
        tab.submit("#setup-submit").await;
        tab.at("/console").await;
        assert!(tab.text("#checklist").await.contains("Invite a user"));

        tab.open("/console/system/tenants/new").await;
        tab.fill("#display_name", "Umbrella").await;
        tab.fill("#slug", "umbrella").await;
        tab.submit("main form button[type=submit]").await;
        assert!(tab.text("main").await.contains("umbrella"));

        tab.open("/console/users/new").await;
        tab.fill("#email", "mark@initech.example").await;
        tab.fill("#display_name", "Mark").await;
        tab.submit("main form button[type=submit]").await;
        assert!(tab.text("#invitation-link").await.contains("/login/invitation?token="));

        tab.open("/console/applications/new?kind=machine").await;
        tab.fill("#display_name", "Ledger").await;
        tab.submit("main form button[type=submit]").await;
        assert!(tab.text("main").await.contains("secret"));

        key_of_a_service_account(&tab).await;
        let log = tab.text("main").await;
        for deed in ["tenant.create", "invitation.create", "application.create"] {
            assert!(log.contains(deed), "{deed}: {log}");
        }
    });
}
