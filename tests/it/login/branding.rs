//! How an organisation looks on its sign-in pages.

use reqwest::Method;
use serde_json::json;

use super::{ADA, EVERYONE, GRACE, SAM, at_identify, at_password, button, mailed_links, next, open};
use crate::manage::branding::drawing;
use crate::on_both;
use crate::support::{PASSWORD, Page, Reply, TestApp, authorize_web};

const HELP: &str = "https://help.acme.example/";

/// Acme gets a colour, a support link and a logo; the path of the logo.
async fn dressed(app: &TestApp) -> String {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({ "accent": "#7a1fa2", "support_url": HELP });
    admin.call_with(Method::PATCH, "/v1/branding", Some(&body), &[]).await.expect(200);
    let request = app.http().put(app.url("/v1/branding/logo")).bearer_auth(&admin.token);
    let request = request.header("content-type", "image/svg+xml").body(drawing("red"));
    let looks = Reply::of(request.send().await.unwrap()).await.expect(200).json();
    looks["logo"]["url"].as_str().unwrap().strip_prefix(&app.issuer()).unwrap().to_owned()
}

#[track_caller]
fn is_dressed(page: &Page, logo: &str) {
    let body = &page.reply.body;
    for part in [
        "class=\"who looks\"",
        &format!("<img class=\"mark\" src=\"{logo}\" alt=\"\">"),
        "<link rel=\"stylesheet\" href=\"/branding/7a1fa2.",
        &format!("href=\"{HELP}\""),
    ] {
        assert!(body.contains(part), "{part} at {}: {body}", page.at);
    }
    assert!(body.contains("branded"), "{body}");
}

#[track_caller]
fn is_plain(page: &Page) {
    let body = &page.reply.body;
    assert!(!body.contains("/branding/") && !body.contains("class=\"who looks\""), "{}: {body}", page.at);
    assert!(!body.contains(HELP), "{body}");
}

on_both!(every_page_of_a_sign_in_looks_like_the_organisation, |app| {
    let logo = dressed(&app).await;
    let browser = app.browser();
    let identify = at_identify(&browser).await;
    is_dressed(&identify, &logo);
    is_dressed(&browser.submit(&identify, &[("email", "")]).await, &logo);
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    is_dressed(&password, &logo);
    is_dressed(&browser.submit(&password, &[("password", "wrong")]).await, &logo);
    let forgot = browser.get(&crate::login::beside(&password, "/login/forgot")).await;
    is_dressed(&forgot, &logo);
    // An error on the way, once it is known whose it is.
    let csrf = &identify.form().fields["csrf"];
    let pairs = [("csrf", csrf.as_str()), ("email", "a"), ("email", "b")];
    let broken = browser.post(&crate::login::beside(&identify, "/login/identify"), &pairs).await;
    assert_eq!(broken.reply.status, 400);
    is_dressed(&broken, &logo);
    is_plain(&browser.get("/login/identify").await);
});

on_both!(without_a_logo_the_name_and_its_first_letter_are_shown, |app| {
    let page = at_identify(&app.browser()).await;
    let body = &page.reply.body;
    assert!(
        body.contains("class=\"who looks\"")
            && body.contains("<span class=\"logo\" aria-hidden=\"true\">A</span>")
    );
    assert!(!body.contains("/branding/") && !body.contains("id=\"support\""), "{body}");
});

on_both!(where_everybody_signs_in_looks_tell_nobody_who_has_an_account, |app| {
    let logo = dressed(&app).await;
    let browser = app.browser();
    let board = async || open(&browser, &authorize_web("openid", EVERYONE)).await;
    is_plain(&board().await);
    // Ada is at Acme alone; nobody has the other address.
    for email in [ADA, "nobody@acme.example"] {
        let password = next(&browser, &board().await, &[("email", email)]).await;
        assert_eq!(password.path(), "/login/password");
        is_plain(&password);
    }
    // Sam is at two: the list shows their logos, and what was chosen from it is known.
    let list = next(&browser, &board().await, &[("email", SAM)]).await;
    assert_eq!(list.path(), "/login/organization");
    assert!(list.reply.body.contains(&format!("<img class=\"mark\" src=\"{logo}\"")), "{}", list.reply.body);
    assert!(
        list.reply.body.contains("<span class=\"logo\" aria-hidden=\"true\">G</span>"),
        "{}",
        list.reply.body
    );
    let chosen = button(&list, "organization", "Acme");
    let password = next(&browser, &list, &[("organization", &chosen)]).await;
    is_dressed(&password, &logo);
    // Whoever goes back and types another address sees nothing of it.
    let again = browser.get(&crate::login::beside(&password, "/login/identify")).await;
    let other = next(&browser, &again, &[("email", GRACE)]).await;
    is_plain(&other);
});

on_both!(mailed_links_and_signing_out_look_like_it_too, |app| {
    let logo = dressed(&app).await;
    let mut browser = app.browser();
    let forgot = next(&browser, &open(&browser, "/login/forgot").await, &[("email", ADA)]).await;
    assert_eq!(forgot.reply.status, 200);
    let link = mailed_links(&app, ADA, 1).await.remove(0);
    is_dressed(&browser.get(&link).await, &logo);

    browser.code_for_web("openid", ADA, PASSWORD).await;
    is_dressed(&browser.get("/login/account").await, &logo);
    let asked = open(&browser, "/t/acme/oauth2/logout").await;
    assert!(asked.reply.body.contains("id=\"logout-form\""), "{}", asked.reply.body);
    assert!(asked.reply.body.contains(&logo), "{}", asked.reply.body);
    let out = next(&browser, &asked, &[]).await;
    assert_eq!(out.path(), "/login/signed-out");
    is_dressed(&out, &logo);
    for junk in ["x", "", "00000000-0000-7000-8000-000000000001"] {
        is_plain(&browser.get(&format!("/login/signed-out?organization={junk}")).await);
    }
});

on_both!(a_name_cannot_break_out_of_the_page, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let me = admin.get("/v1/me").await.expect(200).json();
    let at = format!("/v1/tenants/{}", me["tenant"]["id"].as_str().unwrap());
    admin.patch(&at, &json!({ "display_name": "<script>x</script>\"'&" })).await.expect(200);
    let help = "https://help.acme.example/\"><script>x</script>";
    admin.patch("/v1/branding", &json!({ "support_url": help })).await.expect(200);
    let page = at_password(&app.browser(), ADA).await;
    assert!(!page.reply.body.contains("<script>x"), "{}", page.reply.body);
    assert!(page.reply.body.contains("id=\"support\""), "{}", page.reply.body);
});

on_both!(a_server_of_one_organisation_looks_like_it_everywhere, |app| {
    let logo = dressed(&app).await;
    let root = app.manager("acme", Some("super_admin")).await;
    let listed = root.get("/v1/tenants?q=globex").await.expect(200).json();
    let globex = format!("/v1/tenants/{}", listed["items"][0]["id"].as_str().unwrap());
    root.patch(&globex, &json!({ "status": "suspended" })).await.expect(200);
    let browser = app.browser();
    let identify = open(&browser, &authorize_web("openid", EVERYONE)).await;
    is_dressed(&identify, &logo);
    is_dressed(&next(&browser, &identify, &[("email", "nobody@acme.example")]).await, &logo);
});

on_both!(pages_outside_of_a_sign_in_look_like_whoever_they_are_for_as_far_as_that_is_known, |app| {
    let logo = dressed(&app).await;
    let stranger = app.browser();
    for at in ["/login", "/login/forgot", "/device"] {
        is_plain(&stranger.get(at).await);
        // Named, as an organisation's own issuer is.
        is_dressed(&stranger.get(&format!("{at}?organization=acme")).await, &logo);
        for other in ["globex", "nobody", "%3Cscript%3E", ""] {
            let page = stranger.get(&format!("{at}?organization={other}")).await;
            assert_eq!(page.reply.status, 200, "{at} {other}");
            assert!(!page.reply.body.contains(HELP), "{at} {other} {}", page.reply.body);
        }
    }
    // Everybody who is signed in here belongs to one organisation. What codes a device shows tells nobody more.
    let (browser, _) = app.looking(ADA, "/account").await;
    for at in ["/login/forgot", "/device", "/device?user_code=BCDF-GHJK", "/device/done?answer=allowed"] {
        is_dressed(&browser.get(at).await, &logo);
    }
    is_plain(&stranger.get("/device?user_code=BCDF-GHJK").await);
});
