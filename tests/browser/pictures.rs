//! Pictures of the pages, wide and narrow, light and dark, and that none of them has to be scrolled sideways
//! (WCAG 2.2, 1.4.10). They are written to the folder in GRIDKEY_TEST_OUTPUT.

use std::path::{Path, PathBuf};

use super::mailed_links::open_newest_mail;
use super::support::{ADA, GRACE, SAM, Scripts, Start, Tab, run, run_from};

const WIDE: (i64, i64) = (1280, 800);
const NARROW: (i64, i64) = (320, 640);

#[expect(clippy::disallowed_methods, reason = "scripts/test says where pictures go")]
pub fn folder() -> PathBuf {
    let beside_the_build = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-output");
    let folder = std::env::var_os("GRIDKEY_TEST_OUTPUT").map_or_else(beside_the_build, PathBuf::from);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Pictures of this whole page: wide and narrow, light and dark, and one from right to left.
async fn take(tab: &Tab, name: &str) {
    for scheme in ["light", "dark"] {
        one(tab, name, ("wide", WIDE), scheme).await;
        one(tab, name, ("narrow", NARROW), scheme).await;
    }
    let _: String = tab.value("document.documentElement.dir = 'rtl'").await;
    one(tab, &format!("{name}-rtl"), ("narrow", NARROW), "light").await;
    let _: String = tab.value("document.documentElement.dir = 'ltr'").await;
    tab.appear(WIDE, "light").await;
}

async fn one(tab: &Tab, name: &str, (width, size): (&str, (i64, i64)), scheme: &str) {
    tab.appear(size, scheme).await;
    fits(tab, name, size.0).await;
    let height: i64 = tab.value("document.documentElement.scrollHeight").await;
    tab.appear((size.0, height.max(size.1)), scheme).await;
    tab.picture(&folder().join(format!("{name}-{width}-{scheme}.png"))).await;
}

/// Nothing reaches past the side of the window.
async fn fits(tab: &Tab, name: &str, width: i64) {
    let reach: i64 = tab.value("document.documentElement.scrollWidth").await;
    assert!(reach <= width, "{name} is {reach} pixels wide in a window of {width}");
}

#[test]
fn of_signing_in() {
    run(async |world| {
        world.chromium.allow("status of 422");
        let tab = world.tab(Scripts::On).await;
        tab.open("/dev/app").await;
        take(&tab, "app").await;
        tab.set_out().await;
        take(&tab, "identify").await;
        tab.identify(ADA).await;
        take(&tab, "password").await;
        tab.guess("not the one").await;
        take(&tab, "password-wrong").await;
        tab.prove(ADA).await;
        take(&tab, "consent").await;
        tab.consent().await;
        tab.is_signed_in(ADA).await;
        take(&tab, "app-signed-in").await;
        tab.open("/dev/app/start").await;
        tab.submit("#other-account").await;
        tab.submit("#other-account").await;
        tab.identify(SAM).await;
        take(&tab, "organization").await;
        tab.submit("#organization-acme").await;
        tab.prove(SAM).await;
        tab.consent().await;
        tab.open("/dev/app/start").await;
        tab.at("/login/account").await;
        take(&tab, "account").await;
        tab.open("/login/account").await;
        take(&tab, "accounts").await;
        tab.open("/oauth2/logout").await;
        take(&tab, "logout").await;
        tab.open("/login/signed-out").await;
        take(&tab, "signed-out").await;
    });
}

#[test]
fn of_trouble() {
    run(async |world| {
        for status in ["status of 400", "status of 422", "status of 429"] {
            world.chromium.allow(status);
        }
        let tab = world.tab(Scripts::On).await;
        tab.open("/login/password?interaction=gone").await;
        take(&tab, "error").await;
        let elsewhere = "redirect_uri=https://elsewhere.example/callback";
        tab.open(&format!("/oauth2/authorize?client_id=dev-app&response_type=code&{elsewhere}")).await;
        take(&tab, "redirect-uri").await;
        tab.open("/dev/app/callback?state=none").await;
        take(&tab, "app-problem").await;
        tab.set_out().await;
        tab.identify(GRACE).await;
        for _ in 0..11 {
            tab.guess("wrong").await;
        }
        take(&tab, "throttled").await;
        tab.submit("#forgot-link").await;
        take(&tab, "forgot").await;
        tab.fill("#email", GRACE.email).await;
        tab.submit("#forgot-submit").await;
        take(&tab, "forgot-sent").await;
        open_newest_mail(&tab).await;
        take(&tab, "mail").await;
        tab.submit("#text a").await;
        take(&tab, "reset").await;
        tab.fill("#password", "short").await;
        tab.submit("#reset-submit").await;
        take(&tab, "reset-refused").await;
    });
}

#[test]
fn of_setting_up() {
    run_from(Start::Empty, async |world| {
        world.chromium.allow("status of 410");
        let tab = world.tab(Scripts::On).await;
        tab.open(&world.server.setup_link().await).await;
        take(&tab, "setup").await;
        tab.open("/setup").await;
        take(&tab, "setup-ended").await;
        tab.open("/").await;
        take(&tab, "home").await;
        tab.open("/dev/app").await;
        take(&tab, "app-not-seeded").await;
    });
}

/// The picture of the README: `scripts/screenshots` keeps it.
#[test]
fn of_the_readme() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.set_out().await;
        tab.appear(WIDE, "light").await;
        tab.picture(&folder().join("sign-in.png")).await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        tab.open("/console/api-keys/new").await;
        tab.picture(&folder().join("new-key.png")).await;
    });
}

#[test]
fn of_the_console() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.open("/console").await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        tab.at("/console").await;
        for (name, at) in [
            ("console-overview", "/console"),
            ("console-users", "/console/users"),
            ("console-user-new", "/console/users/new"),
            ("console-teams", "/console/teams"),
            ("console-applications", "/console/applications"),
            ("console-application-new", "/console/applications/new"),
            ("console-service-accounts", "/console/service-accounts"),
            ("console-api-keys", "/console/api-keys"),
            ("console-api-key-new", "/console/api-keys/new"),
            ("console-signing-key-new", "/console/signing-keys/new"),
            ("console-roles", "/console/roles"),
            ("console-role-new", "/console/roles/new"),
            ("console-audit-log", "/console/audit-log"),
            ("console-usage", "/console/usage"),
            ("console-security", "/console/settings/security"),
            ("console-tenants", "/console/system/tenants"),
        ] {
            tab.open(at).await;
            take(&tab, name).await;
        }
    });
}

/// Every part of pages in every state: wide, dark, narrow, and in Arabic.
#[test]
fn of_the_gallery() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.open("/dev/gallery").await;
        one(&tab, "gallery", ("wide", WIDE), "light").await;
        one(&tab, "gallery", ("wide", WIDE), "dark").await;
        one(&tab, "gallery", ("narrow", NARROW), "light").await;
        tab.appear(WIDE, "light").await;
        let _: String =
            tab.value("document.querySelector('#ui-pickers select[name=language]').value = 'ar'").await;
        tab.submit("#ui-pickers button").await;
        let language: String = tab.value("document.documentElement.lang").await;
        assert_eq!(language, "ar");
        one(&tab, "gallery-ar", ("wide", WIDE), "light").await;
        one(&tab, "gallery-ar", ("narrow", NARROW), "light").await;
    });
}

#[test]
fn of_ones_own_account() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.open("/account").await;
        tab.identify(GRACE).await;
        tab.prove(GRACE).await;
        tab.at("/account").await;
        for page in [
            "",
            "/profile",
            "/security",
            "/devices",
            "/apps",
            "/api-keys",
            "/activity",
            "/organisations",
            "/data",
        ] {
            tab.open(&format!("/account{page}")).await;
            take(&tab, &format!("account{}", page.replace('/', "-"))).await;
        }
    });
}

/// How an organisation's own looks come out; that they can be read is counted, not seen.
#[test]
fn of_an_organisation_with_looks_of_its_own() {
    run(async |world| {
        let tab = world.tab(Scripts::On).await;
        tab.open("/console/branding").await;
        tab.identify(ADA).await;
        tab.prove(ADA).await;
        tab.at("/console/branding").await;
        take(&tab, "branding-defaults").await;
        tab.fill("#accent", "#ffd400").await;
        tab.fill("#support_url", "https://help.acme.example").await;
        tab.submit("#colours form .primary").await;
        let choose = "(() => { const chosen = new DataTransfer(); const svg = '<svg xmlns=\"http://www.w3.org/2000/svg\" \
                      viewBox=\"0 0 120 40\"><script>alert(1)</script><rect width=\"120\" height=\"40\" rx=\"8\" \
                      fill=\"#ffd400\"/><path d=\"M12 30 24 8 36 30\" stroke=\"#222\" stroke-width=\"5\" fill=\"none\"/>\
                      <circle cx=\"90\" cy=\"20\" r=\"11\" fill=\"#222\"/></svg>'; \
                      chosen.items.add(new File([svg], 'logo.svg', { type: 'image/svg+xml' })); \
                      document.querySelector('#logo').files = chosen.files; return true; })()";
        assert!(tab.value::<bool>(choose).await);
        tab.submit("#logo-form button").await;
        tab.shows("#current-logo").await;
        take(&tab, "branding").await;

        let base = &world.server.base;
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", "dev-app")
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &format!("{base}/dev/app/callback"))
            .append_pair("scope", "openid")
            .append_pair("state", "st-1")
            .append_pair("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .append_pair("code_challenge_method", "S256")
            .finish();
        let tab = world.chromium.stranger(base, Scripts::On).await;
        tab.open(&format!("/t/acme/oauth2/authorize?{query}")).await;
        tab.shows(".looks img").await;
        let loaded: i64 = tab.value("document.querySelector('.looks img').naturalWidth").await;
        assert!(loaded > 0, "the logo is shown");
        for (scheme, button, text) in
            [("light", "rgb(255, 212, 0)", "rgb(0, 0, 0)"), ("dark", "rgb(255, 212, 0)", "rgb(0, 0, 0)")]
        {
            tab.appear(WIDE, scheme).await;
            let colors = "(() => { const style = getComputedStyle(document.querySelector('#identify-submit')); \
                          return [style.backgroundColor, style.color]; })()";
            assert_eq!(tab.value::<[String; 2]>(colors).await, [button, text], "{scheme}");
        }
        take(&tab, "branded-identify").await;
        tab.identify(ADA).await;
        take(&tab, "branded-password").await;
    });
}
