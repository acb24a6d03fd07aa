//! Forgotten passwords: the mail, the link, and what a new password ends.

use std::time::Duration;

use super::{
    ADA, GRACE, GRACES_PASSWORD, at_password, beside, carried_back, cookie, forget_password, mailed_links,
    next, open, setup_link,
};
use crate::on_both;
use crate::support::tokens::{alter, code as code_of, is_active, line, person, text};
use crate::support::{Engine, PASSWORD, Page, TestApp, authorize_web, query_of, runtime};

const NEW: &str = "seven unlikely marmots";

/// A fresh link for `email`: the `n`th mail to it.
async fn link(app: &TestApp, email: &str, n: usize) -> String {
    forget_password(&app.browser(), email).await;
    mailed_links(app, email, n).await[0].clone()
}

/// Whether Ada can sign in with this password.
async fn signs_in(app: &TestApp, password: &str) -> bool {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    browser.submit(&page, &[("password", password)]).await.reply.status == 303
}

/// Sends a new password by a link: the page that answers.
async fn choose(app: &TestApp, link: &str, password: &str) -> Page {
    let browser = app.browser();
    let page = open(&browser, link).await;
    assert_eq!(page.reply.status, 200, "{}", page.reply.body);
    browser.submit(&page, &[("password", password)]).await
}

on_both!(
    /// Checklist 64.
    the_link_changes_the_password_once, |app| {
    let link = link(&app, ADA, 1).await;
    assert!(link.starts_with(&format!("{}/login/reset?token=gkpr_", app.issuer())), "{link}");
    let (browser, late) = (app.browser(), app.browser());
    // Looking, as mail scanners do, does not use it up.
    for _ in 0..3 {
        assert_eq!(app.get(link.strip_prefix(&app.base).unwrap()).await.status, 200);
    }
    let (page, second) = (open(&browser, &link).await, open(&late, &link).await);
    assert!(page.reply.body.contains(ADA) && page.reply.body.contains("Acme Corporation"));
    let done = next(&browser, &page, &[("password", NEW)]).await;
    assert_eq!(done.path(), "/login/reset");
    assert!(done.reply.body.contains("Password changed"));
    assert!(signs_in(&app, NEW).await && !signs_in(&app, PASSWORD).await);
    for (browser, page) in [(&browser, &page), (&late, &second)] {
        let replayed = browser.submit(page, &[("password", "another unlikely marmot")]).await;
        assert_eq!(replayed.reply.status, 410);
    }
    let ended = browser.get(&link).await;
    assert_eq!(ended.reply.status, 410);
    assert!(ended.reply.body.contains("/login/forgot"), "the way to a new one");
    assert!(signs_in(&app, NEW).await);
});

on_both!(
    /// Checklist 64.
    a_link_ends_after_half_an_hour_and_with_every_other_change, |app| {
    let old = link(&app, ADA, 1).await;
    app.pass(Duration::from_secs(30 * 60 - 1));
    assert_eq!(app.browser().get(&old).await.reply.status, 200);
    app.pass(Duration::from_secs(1));
    assert_eq!(app.browser().get(&old).await.reply.status, 410);
    let (one, two) = (link(&app, ADA, 2).await, link(&app, ADA, 3).await);
    let graces = link(&app, GRACE, 1).await;
    assert_eq!(choose(&app, &two, NEW).await.reply.status, 303);
    assert_eq!(app.browser().get(&one).await.reply.status, 410, "the other link dies with it");
    assert_eq!(app.browser().get(&graces).await.reply.status, 200);
});

on_both!(
    /// Checklist 64.
    of_two_who_use_a_link_at_once_one_changes_the_password, |app| {
    let link = link(&app, ADA, 1).await;
    let tries = (0..8).map(|n| {
        let (app, link) = (&app, &link);
        async move {
            let browser = app.browser();
            let page = open(&browser, link).await;
            (browser, page, format!("marmots in unlikely places {n}"))
        }
    });
    let ready = futures::future::join_all(tries).await;
    let sent = ready.iter().map(|(browser, page, password)| async move {
        browser.submit(page, &[("password", password)]).await.reply.status
    });
    let statuses = futures::future::join_all(sent).await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    let winner = statuses.iter().position(|status| *status == 303).unwrap();
    assert!(signs_in(&app, &ready[winner].2).await);
});

on_both!(
    /// Checklist 64.
    the_link_leads_to_the_configured_address_whatever_the_request_says, |app| {
    let http = app.http();
    let page = app.get("/login/forgot").await;
    let value = cookie(&page).unwrap();
    let page = Page { at: "/login/forgot".into(), reply: page };
    let csrf = page.form().fields["csrf"].clone();
    let request = http
        .post(app.url("/login/forgot"))
        .header("cookie", format!("gridkey={value}"))
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("forwarded", "host=evil.example;proto=https")
        .form(&[("csrf", csrf.as_str()), ("email", ADA)]);
    let status = request.send().await.unwrap().status();
    if status == 303 {
        let links = mailed_links(&app, ADA, 1).await;
        assert!(links.iter().all(|link| link.starts_with(&format!("{}/login/reset?", app.issuer()))), "{links:?}");
    } else {
        assert!(status.is_client_error(), "{status}");
    }
    for one in app.app.mailer.as_inbox().unwrap().messages() {
        assert!(!one.mail.text.contains("evil"), "{}", one.mail.text);
    }
});

on_both!(
    /// Checklist 36, 52.
    a_new_password_ends_every_session_and_token_of_the_person_and_of_nobody_else, |app| {
    let (mut one, mut two, mut graces) = (app.browser(), app.browser(), app.browser());
    let first = line(&app, &mut one, "openid email offline_access").await;
    let second = line(&app, &mut two, "openid").await;
    let url = graces.walk(&authorize_web("openid", &[]), GRACE, GRACES_PASSWORD).await;
    let theirs = app.redeem(&query_of(&url)["code"]).await.expect(200).json();
    let code = code_of(&mut one, "openid", &[]).await;
    let link = link(&app, ADA, 1).await;
    assert_eq!(choose(&app, &link, NEW).await.reply.status, 303);
    for tokens in [&first, &second] {
        assert!(!is_active(&app, &text(tokens, "access_token")).await);
        app.get_as("/oauth2/userinfo", &text(tokens, "access_token")).await.expect(401);
        app.refresh(&text(tokens, "refresh_token")).await.expect_error(400, "invalid_grant");
    }
    app.redeem(&code).await.expect_error(400, "invalid_grant");
    for browser in [&one, &two] {
        let silent = open(browser, &authorize_web("openid", &[("prompt", "none")])).await;
        assert_eq!(carried_back(&silent)["error"], "login_required");
    }
    assert!(is_active(&app, &text(&theirs, "access_token")).await);
    let silent = open(&graces, &authorize_web("openid", &[("prompt", "none")])).await;
    assert!(carried_back(&silent).contains_key("code"));
    // The owner hears of it, without a link that would be of use to a thief.
    let notice = app.app.mailer.as_inbox().unwrap().messages().remove(0).mail;
    assert_eq!(notice.subject, "Your password was changed");
    assert!(notice.text.contains("Acme Corporation") && !notice.text.contains("token="), "{}", notice.text);
});

on_both!(
    /// Checklist 59.
    a_weak_password_is_refused_in_words_and_the_link_stays_good, |app| {
    let link = link(&app, ADA, 1).await;
    let browser = app.browser();
    let page = open(&browser, &link).await;
    for (weak, word) in [
        ("", "Enter a new password"),
        ("vK9#qZ2", "at least 8 characters"),
        ("äöü ßé€", "at least 8 characters"),
        ("password", "easy to guess"),
        ("12345678", "easy to guess"),
        ("qwertyuiop", "easy to guess"),
        ("ada@acme.example", "easy to guess"),
        ("adalovelace", "easy to guess"),
        ("acme corporation", "easy to guess"),
        ("gridkey1", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
    ] {
        let refused = browser.submit(&page, &[("password", weak)]).await;
        assert_eq!(refused.reply.status, 422, "{weak}");
        assert!(refused.reply.body.contains(word), "{weak}: {}", refused.reply.body);
        assert!(weak.is_empty() || !refused.reply.body.contains(&format!("value=\"{weak}\"")) || weak == ADA, "{weak}");
    }
    assert!(signs_in(&app, PASSWORD).await, "nothing was changed");
    assert_eq!(browser.submit(&page, &[("password", NEW)]).await.reply.status, 303);
});

on_both!(
    /// Checklist 59.
    long_passwords_spaces_and_every_script_work_and_nothing_is_cut_off, |app| {
    let long = "marmots read unlikely almanacs beside seven quiet lighthouses at dusk ".repeat(3);
    for (n, good) in [
        "vK9#qZ2!",
        "  spaces at both ends of it  ",
        "пять тихих сурков читают",
        "五匹の静かなマーモットが本を読む",
        "marmot 🦫 lighthouse 🗼 dusk",
        long.as_str(),
    ].iter().enumerate() {
        let link = link(&app, ADA, 2 * n + 1).await;
        assert_eq!(choose(&app, &link, good).await.reply.status, 303, "{good}");
        assert!(signs_in(&app, good).await, "{good}");
        let mut shorter = (*good).to_owned();
        shorter.pop();
        for near in [shorter, format!("{good}x"), good.trim().to_uppercase()] {
            assert!(near == *good || !signs_in(&app, &near).await, "{near}");
        }
        // Five mails an hour for one address.
        app.pass(Duration::from_secs(60 * 60));
    }
});

on_both!(
    /// Checklist 24.
    tokens_of_other_kinds_are_no_links, |app| {
    let mut browser = app.browser();
    let tokens = line(&app, &mut browser, "openid").await;
    let code = code_of(&mut browser, "openid", &[]).await;
    let setup = setup_link(&app).await;
    let setup = setup.split("token=").nth(1).unwrap().to_owned();
    let page = at_password(&app.browser(), ADA).await;
    let interaction = page.at.split("interaction=").nth(1).unwrap().to_owned();
    let reset = link(&app, ADA, 1).await.split("token=").nth(1).unwrap().to_owned();
    let body = |token: &str| token.split_once('_').unwrap().1.to_owned();
    let mut foreign = vec![code.clone(), setup.clone(), interaction.clone(), text(&tokens, "refresh_token")];
    foreign.extend([&code, &setup, &interaction].map(|token| format!("gkpr_{}", body(token))));
    foreign.extend([body(&reset), reset.to_uppercase(), format!("{reset}x"), reset[..reset.len() - 1].to_owned()]);
    foreign.extend(["", "gkpr_", "%00", "gkpr_%00"].map(str::to_owned));
    for token in foreign {
        let encoded: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let page = browser.get(&format!("/login/reset?token={encoded}")).await;
        assert_eq!(page.reply.status, 410, "{token}");
        let sent = browser.post("/login/reset", &[("token", token.as_str()), ("password", NEW)]).await;
        assert_eq!(sent.reply.status, 410, "{token}");
    }
    // Nor is a link of use anywhere else.
    assert_eq!(browser.get(&format!("/setup?token={reset}")).await.reply.status, 410);
    assert_eq!(browser.get(&format!("/setup?token=gksu_{}", body(&reset))).await.reply.status, 410);
    app.redeem(&format!("gkac_{}", body(&reset))).await.expect_error(400, "invalid_grant");
    assert_eq!(browser.get(&format!("/login/password?interaction=gkin_{}", body(&reset))).await.reply.status, 400);
    assert!(signs_in(&app, PASSWORD).await);
});

on_both!(
    /// Checklist 29.
    a_link_of_somebody_who_is_shut_out_meanwhile_is_of_no_use, |app| {
    let link = link(&app, ADA, 1).await;
    let browser = app.browser();
    let page = open(&browser, &link).await;
    alter(&app, |conn| {
        let mut ada = person(conn, "acme", ADA)?;
        ada.status = gridkey::users::UserStatus::Suspended;
        gridkey::users::store::update(conn, ada.tenant_id, &ada)
    })
    .await;
    assert_eq!(browser.submit(&page, &[("password", NEW)]).await.reply.status, 410);
    assert_eq!(browser.get(&link).await.reply.status, 410);
});

on_both!(who_has_accounts_in_several_organisations_gets_a_link_for_each, |app| {
    forget_password(&app.browser(), "sam@example.com").await;
    let links = mailed_links(&app, "sam@example.com", 1).await;
    assert_eq!(links.len(), 2);
    let mail = app.app.mailer.as_inbox().unwrap().messages().remove(0).mail;
    assert!(mail.text.contains("Acme Corporation") && mail.text.contains("Globex Industries"));
    let browser = app.browser();
    for (link, name) in links.iter().zip(["Acme Corporation", "Globex Industries"]) {
        assert!(open(&browser, link).await.reply.body.contains(name));
    }
});

on_both!(the_way_back_to_the_sign_in_is_kept, |app| {
    let browser = app.browser();
    let password = at_password(&browser, ADA).await;
    let page = open(&browser, &beside(&password, "/login/forgot")).await;
    assert_eq!(page.form().fields.get("email").map(String::as_str), Some(ADA), "what was typed stands there");
    let sent = next(&browser, &page, &[]).await;
    assert!(sent.reply.body.contains("Check your mail"));
    let back = beside(&password, "/login/identify");
    assert!(sent.reply.body.contains(&format!("href=\"{back}\"")), "{}", sent.reply.body);
    let link = mailed_links(&app, ADA, 1).await[0].clone();
    choose(&app, &link, NEW).await;
    let page = open(&browser, &back).await;
    let page = next(&browser, &page, &[("email", ADA)]).await;
    assert!(carried_back(&next(&browser, &page, &[("password", NEW)]).await).contains_key("code"));
});

on_both!(the_address_that_password_managers_look_for_leads_there, |app| {
    let found = app.get("/.well-known/change-password").await.expect(302);
    assert_eq!(found.header("location"), "/login/forgot");
});

#[test]
fn a_server_without_mail_says_so_and_accepts_links_of_the_command_line() {
    runtime().block_on(async {
        let settings = [
            ("security.development", "false"),
            ("mail.transport", "none"),
            ("server.public_url", "https://id.example.com"),
        ];
        let app = TestApp::start_with(Engine::Sqlite, &settings).await;
        let page = app.get("/login/forgot").await.expect(200);
        assert!(
            page.body.contains("This server sends no mail") && !page.body.contains("id=\"forgot-form\""),
            "{}",
            page.body
        );
        let sent = app.post("/login/forgot", None, &[("email", ADA)]).await.expect(200);
        assert!(sent.body.contains("This server sends no mail"));
    });
}
