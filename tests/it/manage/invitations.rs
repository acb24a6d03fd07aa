//! `/v1/invitations` and `/login/invitation`.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::people::{USERS, events, id_of, make_team};
use crate::on_both;
use crate::support::tokens::{count, is_active, text};
use crate::support::{Page, TestApp};

const INVITATIONS: &str = "/v1/invitations";
const KAY: &str = "kay@acme.example";
const PASSWORD: &str = "seven unlikely marmots";

/// Opens the link in a browser of its own and sends a password.
async fn join(app: &TestApp, link: &str, password: &str) -> Page {
    let browser = app.browser();
    let page = browser.get(link).await;
    assert_eq!(page.reply.status, 200, "{}", page.reply.body);
    browser.submit(&page, &[("password", password)]).await
}

async fn status(app: &TestApp, link: &str) -> u16 {
    app.browser().get(link).await.reply.status
}

on_both!(
    /// Checklist 64.
    whoever_is_invited_chooses_a_password_and_has_joined, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    make_team(&app, "acme", "ops", (&[], Some("tenant_viewer"))).await;
    let body = json!({ "email": KAY, "display_name": "Kay", "roles": ["editor"], "teams": ["ops"] });
    let made = admin.post(INVITATIONS, &body).await.expect(201);
    let sent = made.json();
    let (link, user) = (sent["link"].as_str().unwrap(), format!("{USERS}/{}", sent["user_id"].as_str().unwrap()));
    assert!(link.starts_with(&format!("{}/login/invitation?token=gkiv_", app.issuer())), "{link}");
    let mail = app.app.mailer.as_inbox().unwrap().messages().remove(0).mail;
    assert!(mail.to == KAY && mail.text.contains(link) && mail.text.contains("Acme Corporation"), "{}", mail.text);
    let listed = admin.get(INVITATIONS).await.expect(200);
    assert!(!listed.body.contains("gkiv_"));
    assert_eq!((&listed.json()["items"][0]["email"], &listed.json()["items"][0]["state"]), (&json!(KAY), &json!("pending")));
    assert_eq!(admin.get(&user).await.json()["status"], "invited");
    admin.call(Method::POST, &format!("{user}/password-reset")).await.expect_problem(409, "not_active");
    let page = app.browser().get(link).await;
    assert!(page.reply.body.contains(KAY) && page.reply.body.contains("Acme Corporation"));
    for weak in ["", "short", "password", KAY, "acme corporation"] {
        assert_eq!(join(&app, link, weak).await.reply.status, 422, "{weak}");
    }
    let joined = join(&app, link, PASSWORD).await;
    assert_eq!(joined.reply.header("location"), "/login/invitation?done=1");
    let welcome = app.get("/login/invitation?done=1").await.expect(200).body;
    assert!(welcome.contains("Welcome") && welcome.contains("href=\"/account\""), "{welcome}");
    assert_eq!(status(&app, link).await, 410);
    let seen = admin.get(&user).await.json();
    assert_eq!((&seen["status"], &seen["email_verified"]), (&json!("active"), &json!(true)));
    let held = admin.get(&format!("{user}/roles")).await.json();
    assert_eq!(held, json!({ "roles": ["editor"], "by_team": [{ "team": "ops", "roles": ["tenant_viewer"] }] }));
    let code = app.browser().code_for_web("openid", KAY, PASSWORD).await;
    assert!(is_active(&app, &text(&app.redeem(&code).await.expect(200).json(), "access_token")).await);
    let place = made.header("location");
    admin.delete(place).await.expect_problem(409, "invitation_ended");
    admin.call(Method::POST, &format!("{place}/resend")).await.expect_problem(409, "invitation_ended");
    assert_eq!(admin.get(INVITATIONS).await.json()["items"][0]["state"], "accepted");
    assert_eq!((events(&app, "invitation.create").await, events(&app, "invitation.accept").await), (1, 1));
    let leaked = "SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%gkiv_%'";
    assert_eq!(count(&app, leaked).await, 0);
});

on_both!(
    /// Checklist 64.
    of_eight_who_use_a_link_at_once_one_joins, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let sent = admin.post(INVITATIONS, &json!({ "email": KAY, "display_name": "Kay" })).await.expect(201).json();
    let link = sent["link"].as_str().unwrap();
    let tries = (0..8).map(|n| {
        let app = &app;
        async move {
            let browser = app.browser();
            let page = browser.get(link).await;
            (browser, page, format!("marmots in unlikely places {n}"))
        }
    });
    let ready = futures::future::join_all(tries).await;
    let posts = ready.iter().map(|(browser, page, password)| async move {
        browser.submit(page, &[("password", password)]).await.reply.status
    });
    let statuses = futures::future::join_all(posts).await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    let winner = statuses.iter().position(|status| *status == 303).unwrap();
    app.browser().code_for_web("openid", KAY, &ready[winner].2).await;
    assert_eq!(events(&app, "invitation.accept").await, 1);
});

on_both!(links_end_with_time_and_with_every_newer_word, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let made = admin.post(INVITATIONS, &json!({ "email": KAY, "display_name": "Kay" })).await.expect(201);
    let (place, first) = (made.header("location").to_owned(), made.text("link"));
    let user = format!("{USERS}/{}", made.text("user_id"));
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    app.pass(week - Duration::from_secs(1));
    assert_eq!(status(&app, &first).await, 200);
    app.pass(Duration::from_secs(1));
    assert_eq!(status(&app, &first).await, 410);
    let admin = app.manager("acme", Some("tenant_admin")).await;
    assert_eq!(admin.get(INVITATIONS).await.json()["items"][0]["state"], "expired");
    let second = admin.call(Method::POST, &format!("{place}/resend")).await.expect(200).text("link");
    let third = admin.call(Method::POST, &format!("{place}/resend")).await.expect(200).text("link");
    assert_eq!((status(&app, &second).await, status(&app, &third).await), (410, 200));
    admin.delete(&place).await.expect(204);
    assert_eq!(status(&app, &third).await, 410);
    assert_eq!(admin.get(INVITATIONS).await.json()["items"][0]["state"], "revoked");
    admin.delete(&place).await.expect_problem(409, "invitation_ended");
    let again = json!({ "user_id": id_of(&user) });
    let fourth = admin.post(INVITATIONS, &again).await.expect(201).text("link");
    let fifth = admin.post(INVITATIONS, &again).await.expect(201).text("link");
    assert_eq!((status(&app, &fourth).await, status(&app, &fifth).await), (410, 200));
    // Another address gets another link.
    admin.patch(&user, &json!({ "email": "mcnulty@acme.example" })).await.expect(200);
    assert_eq!(status(&app, &fifth).await, 410);
    let sixth = admin.post(INVITATIONS, &again).await.expect(201).text("link");
    admin.delete(&user).await.expect(204);
    assert_eq!(status(&app, &sixth).await, 410);
    assert_eq!(
        admin.call(Method::POST, &format!("{user}/restore")).await.expect(200).text("status"),
        "invited"
    );
    assert_eq!(status(&app, &sixth).await, 410);
    let last = admin.post(INVITATIONS, &again).await.expect(201).text("link");
    admin.patch(&user, &json!({ "status": "suspended" })).await.expect(200);
    assert_eq!(status(&app, &last).await, 410);
    admin.post(INVITATIONS, &again).await.expect_problem(409, "not_invited");
    app.get("/login/invitation").await.expect(410);
});

on_both!(a_repeated_invitation_is_one_and_is_mailed_once, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let body = json!({ "email": KAY, "display_name": "Kay" });
    let key = [("idempotency-key", "k1")];
    let first = admin.call_with(Method::POST, INVITATIONS, Some(&body), &key).await.expect(201);
    let again = admin.call_with(Method::POST, INVITATIONS, Some(&body), &key).await.expect(201);
    assert_eq!((first.json(), again.header("idempotency-replayed")), (again.json(), "true"));
    assert_eq!(app.app.mailer.as_inbox().unwrap().messages().len(), 1);
    admin.post(INVITATIONS, &body).await.expect_problem(409, "already_exists");
    for (bad, code) in [
        (json!({}), "invalid_invitation"),
        (json!({ "email": "x@acme.example" }), "invalid_invitation"),
        (
            json!({ "email": "x@acme.example", "display_name": "X", "user_id": first.json()["user_id"] }),
            "invalid_invitation",
        ),
        (json!({ "user_id": first.json()["user_id"], "roles": ["editor"] }), "invalid_invitation"),
        (json!({ "email": "a@b@acme.example", "display_name": "X" }), "invalid_email"),
        (json!({ "email": "x@acme.example", "display_name": "" }), "invalid_display_name"),
        (json!({ "email": "x@acme.example", "display_name": "X", "roles": ["nothing"] }), "unknown_role"),
    ] {
        admin.post(INVITATIONS, &bad).await.expect_problem(422, code);
    }
    for member in ["email_verified", "tenant_id", "status", "password", "expires_at"] {
        let bad = json!({ "email": "x@acme.example", "display_name": "X", member: true });
        admin.post(INVITATIONS, &bad).await.expect_problem(400, "invalid_body");
    }
});

on_both!(
    /// Checklist 24, 53.
    tokens_of_other_kinds_and_forged_forms_let_nobody_in, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let link = admin.post(INVITATIONS, &json!({ "email": KAY, "display_name": "Kay" })).await.expect(201).text("link");
    let token = link.split("token=").nth(1).unwrap();
    let body = token.strip_prefix("gkiv_").unwrap();
    let browser = app.browser();
    for foreign in [
        format!("gkpr_{body}"), format!("gksu_{body}"), body.to_owned(), token.to_uppercase(), format!("{token}x"),
        token[..token.len() - 1].to_owned(), "gkiv_".into(), String::new(), "%00".into(), "gkiv_%00".into(),
    ] {
        assert_eq!(browser.get(&format!("/login/invitation?token={foreign}")).await.reply.status, 410, "{foreign}");
        let sent = browser.post("/login/invitation", &[("token", &foreign), ("password", PASSWORD)]).await;
        assert_eq!(sent.reply.status, 410, "{foreign}");
    }
    assert_eq!(browser.get(&format!("/login/reset?token=gkpr_{body}")).await.reply.status, 410);
    assert_eq!(browser.get(&format!("/setup?token=gksu_{body}")).await.reply.status, 410);
    // The form of one browser is of no use in another, nor one without its token.
    let page = browser.get(&link).await;
    let other = app.browser();
    other.get(&link).await;
    assert_eq!(other.submit(&page, &[("password", PASSWORD)]).await.reply.status, 422);
    let sent = browser.post("/login/invitation", &[("token", token), ("password", PASSWORD)]).await;
    assert_eq!(sent.reply.status, 422);
    assert_eq!(browser.submit(&page, &[("password", PASSWORD)]).await.reply.status, 303);
});
