//! Each deed is written down once, with who did it, and nothing else is.

use std::time::Duration;

use gridkey::audit::{self, EventFilter};
use gridkey::db::DbError;
use gridkey::login::setup::{generate_setup_token, setup_url};
use gridkey::login::store::create_setup_link;
use gridkey::seed;
use gridkey::users::UserStatus;

use crate::on_both;
use crate::support::tokens::{ADA, SPA, alter, count, person, tenant, text};
use crate::support::{Browser, PASSWORD, Page, TestApp, authorize_web, basic};

/// What happened, oldest first: `action outcome reason actor target`, with the log in front when it is the instance's.
async fn deeds(app: &TestApp) -> Vec<String> {
    let read = app.app.db.read(|conn| {
        let mut all = Vec::new();
        for log in audit_logs(conn)? {
            all.extend(audit::store::list(conn, log, &EventFilter::default(), None, 500)?.rows);
        }
        all.sort_by_key(|row| row.entry.id);
        Ok::<_, DbError>(all)
    });
    let told = |row: audit::Sealed| {
        let entry = row.entry;
        let log = if entry.tenant_id == audit::Event::instance() { "instance: " } else { "" };
        let who = format!("{}:{}", entry.actor_kind, entry.actor_name);
        let words = [&entry.action, &entry.outcome, &entry.reason, &who, &entry.target_kind];
        let words: Vec<&str> =
            words.into_iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        format!("{log}{}", words.join(" "))
    };
    read.await.unwrap().into_iter().map(told).collect()
}

fn audit_logs(conn: &mut gridkey::db::Conn<'_>) -> Result<Vec<gridkey::tenants::TenantId>, DbError> {
    let tenants = gridkey::tenants::store::list(conn, &Default::default(), None, 100)?;
    Ok(tenants.into_iter().map(|tenant| tenant.id).chain([audit::Event::instance()]).collect())
}

/// What happened since the last time somebody asked.
struct Since<'a> {
    app: &'a TestApp,
    seen: usize,
}

impl Since<'_> {
    async fn are(&mut self, expected: &[&str]) {
        // Identifiers sort by milliseconds: apart, so that the order is that of the deeds.
        self.app.pass(Duration::from_millis(10));
        let all = deeds(self.app).await;
        assert_eq!(all[self.seen..], *expected, "{all:#?}");
        self.seen = all.len();
    }

    /// The same for what is written after the answer.
    async fn become_soon(&mut self, expected: &[&str]) {
        for _ in 0..2_000 {
            if deeds(self.app).await.len() > self.seen {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.are(expected).await;
    }
}

async fn open(browser: &Browser, path: &str) -> Page {
    browser.follow(browser.get(path).await).await
}

async fn at_password(browser: &Browser, email: &str) -> Page {
    let page = open(browser, &authorize_web("openid", &[])).await;
    browser.follow(browser.submit(&page, &[("email", email)]).await).await
}

const ADA_IN: &str = "session.create success user:ada@acme.example session";
const ADA_OUT: &str = "session.end success user:ada@acme.example session";

on_both!(
    /// Checklist 84.
    signing_in_and_out_is_written_down_with_its_outcome, |app| {
    let mut since = Since { app: &app, seen: 0 };
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    since.are(&[ADA_IN]).await;
    let last = "SELECT count(*) AS n FROM users WHERE last_sign_in_at IS NOT NULL";
    assert_eq!(count(&app, last).await, 1);
    // An account that is there is used: nothing happens but a code.
    browser.code_for_web("openid", ADA, PASSWORD).await;
    since.are(&[]).await;
    let page = browser.get("/login/account").await;
    browser.submit(&page, &[("action", "sign_out_all")]).await;
    since.are(&[ADA_OUT]).await;

    for (email, password, reason) in [
        (ADA, "wrong", "session.create failure wrong_password anonymous:ada@acme.example user"),
        ("nobody@acme.example", PASSWORD, "session.create failure unknown_user anonymous:nobody@acme.example user"),
    ] {
        let other = app.browser();
        let page = at_password(&other, email).await;
        assert_eq!(other.submit(&page, &[("password", password)]).await.reply.status, 422);
        since.are(&[reason]).await;
    }
    alter(&app, |conn| {
        let mut ada = person(conn, "acme", ADA)?;
        ada.status = UserStatus::Suspended;
        gridkey::users::store::update(conn, ada.tenant_id, &ada)
    })
    .await;
    let other = app.browser();
    let page = at_password(&other, ADA).await;
    assert_eq!(other.submit(&page, &[("password", PASSWORD)]).await.reply.status, 422);
    since.are(&["session.create failure not_active anonymous:ada@acme.example user"]).await;
});

on_both!(
    /// Checklist 84.
    a_guess_that_is_not_looked_at_is_written_down_too, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    let mut answers = Vec::new();
    for _ in 0..12 {
        answers.push(browser.submit(&page, &[("password", "wrong")]).await.reply.status);
    }
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 2, "{answers:?}");
    let of = |reason: &str| format!("SELECT count(*) AS n FROM audit_events WHERE reason = '{reason}'");
    assert_eq!(count(&app, of("throttled")).await, 2);
    assert_eq!(count(&app, of("wrong_password")).await, 10);
    assert_eq!(deeds(&app).await.len(), 12);
});

on_both!(
    /// Checklist 84.
    tokens_are_written_down_when_they_end_and_not_when_they_begin, |app| {
    let mut since = Since { app: &app, seen: 0 };
    let mut browser = app.browser();
    let code = browser.code_for_web("openid offline_access", ADA, PASSWORD).await;
    let first = app.redeem(&code).await.expect(200).json();
    app.refresh(&text(&first, "refresh_token")).await.expect(200);
    app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await.expect(200);
    since.are(&[ADA_IN]).await;
    for _ in 0..2 {
        app.redeem(&code).await.expect_error(400, "invalid_grant");
    }
    since.are(&["token.replay failure code_replayed service:web token"]).await;

    let code = browser.code_for_web("openid offline_access", ADA, PASSWORD).await;
    let second = text(&app.redeem(&code).await.expect(200).json(), "refresh_token");
    let third = app.refresh(&second).await.expect(200).text("refresh_token");
    app.refresh(&third).await.expect(200);
    app.pass(Duration::from_secs(3_600));
    app.refresh(&second).await.expect_error(400, "invalid_grant");
    app.refresh(&second).await.expect_error(400, "invalid_grant");
    since.are(&["token.replay failure refresh_token_replayed service:web token"]).await;

    let code = browser.code_for_web("openid offline_access", ADA, PASSWORD).await;
    let tokens = app.redeem(&code).await.expect(200).json();
    for kind in ["access_token", "refresh_token"] {
        for _ in 0..2 {
            let token = text(&tokens, kind);
            app.post("/oauth2/revoke", Some(&app.web()), &[("token", &token)]).await.expect(200);
        }
        since.are(&["token.revoke success service:web token"]).await;
    }
    app.post("/oauth2/revoke", Some(&app.web()), &[("token", "junk")]).await.expect(200);
    since.are(&[]).await;
});

on_both!(
    /// Checklist 84.
    a_sign_out_by_an_application_or_by_a_token_is_one_event, |app| {
    let mut since = Since { app: &app, seen: 0 };
    let mut browser = app.browser();
    let code = browser.code_for_web("openid", ADA, PASSWORD).await;
    let tokens = app.redeem(&code).await.expect(200).json();
    let hint = text(&tokens, "id_token");
    since.are(&[ADA_IN]).await;
    browser.get(&format!("/oauth2/logout?id_token_hint={hint}")).await;
    browser.get(&format!("/oauth2/logout?id_token_hint={hint}")).await;
    since.are(&[ADA_OUT]).await;

    let code = browser.code_for_web("openid", ADA, PASSWORD).await;
    let access = text(&app.redeem(&code).await.expect(200).json(), "access_token");
    since.are(&[ADA_IN]).await;
    let logout = app.http().post(app.url("/v1/auth/logout")).bearer_auth(&access).send().await.unwrap();
    assert_eq!(logout.status(), 204);
    since.are(&[ADA_OUT]).await;
});

on_both!(
    /// Checklist 84.
    a_consent_is_one_event_with_what_was_allowed, |app| {
    let mut since = Since { app: &app, seen: 0 };
    let mut browser = app.browser();
    browser.code_for_web("openid", ADA, PASSWORD).await;
    since.are(&[ADA_IN]).await;
    let page = open(&browser, &authorize_web("openid email", SPA)).await;
    assert_eq!(page.path(), "/login/consent");
    browser.submit(&page, &[("decision", "deny")]).await;
    since.are(&[]).await;
    let page = open(&browser, &authorize_web("openid email", SPA)).await;
    browser.submit(&page, &[("decision", "allow")]).await;
    since.are(&["consent.grant success user:ada@acme.example application"]).await;
    let scopes = "SELECT count(*) AS n FROM audit_events WHERE action = 'consent.grant' AND changes LIKE '%email%'";
    assert_eq!(count(&app, scopes).await, 1);
});

on_both!(
    /// Checklist 84.
    a_forgotten_password_is_two_events_and_no_secret, |app| {
    let mut since = Since { app: &app, seen: 0 };
    let browser = app.browser();
    let page = open(&browser, "/login/forgot").await;
    browser.submit(&page, &[("email", ADA)]).await;
    since.become_soon(&["password.reset_request success anonymous:ada@acme.example user"]).await;
    let inbox = app.app.mailer.as_inbox().unwrap();
    let mut link = String::new();
    for _ in 0..2_000 {
        let found = inbox.messages().into_iter().find(|one| one.mail.to == ADA);
        if let Some(message) = found {
            link = message.mail.text.lines().find(|line| line.contains("://")).unwrap().trim().to_owned();
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let page = open(&browser, &link).await;
    let done = browser.submit(&page, &[("password", "seven unlikely marmots")]).await;
    assert_eq!(done.reply.status, 303, "{}", done.reply.body);
    since.are(&["password.change success user:ada@acme.example user"]).await;
    browser.submit(&page, &[("password", "another unlikely marmot")]).await;
    since.are(&[]).await;
    let page = open(&browser, "/login/forgot").await;
    browser.submit(&page, &[("email", "nobody@acme.example")]).await;
    since
        .become_soon(&["instance: password.reset_request failure unknown_user anonymous:nobody@acme.example user"])
        .await;
});

on_both!(
    /// Checklist 84.
    the_first_set_up_is_one_event_in_the_new_log, |app| {
    let mut since = Since { app: &app, seen: 0 };
    let token = generate_setup_token(&app.app.random);
    let (digest, now) = (token.digest(), app.now());
    let printed = app.app.db.write(move |conn| create_setup_link(conn, &digest, now, Duration::from_secs(60)));
    printed.await.unwrap();
    let browser = app.browser();
    let page = open(&browser, &setup_url(&app.issuer(), &token)).await;
    let wishes = [
        ("organization", "First"),
        ("name", "Fay First"),
        ("email", "fay@first.example"),
        ("password", "seven unlikely marmots"),
    ];
    assert_eq!(browser.submit(&page, &wishes).await.reply.status, 303);
    since.are(&["setup.complete success user:fay@first.example tenant"]).await;
});

on_both!(
    /// Checklist 84.
    a_seed_file_is_one_event_for_each_object_that_it_changes, |app| {
    let text = r#"
        [[tenants]]
        slug = "acme"
        display_name = "Acme renamed"
        [[roles]]
        tenant = "acme"
        slug = "auditor"
        display_name = "Auditor"
        permissions = ["audit:read"]
        [[users]]
        tenant = "acme"
        email = "ada@acme.example"
        name = "Ada Lovelace"
        password = "seven unlikely marmots"
        roles = ["auditor"]
        [[clients]]
        tenant = "acme"
        client_id = "web"
        display_name = "Portal"
    "#;
    let mut since = Since { app: &app, seen: 0 };
    for (dry_run, expected) in [
        (true, &[][..]),
        (false, &[
            "application.update success system:config apply application",
            "role.create success system:config apply role",
            "tenant.update success system:config apply tenant",
            "user.update success system:config apply user",
        ]),
        (false, &[]),
    ] {
        let (app, file) = (app.app.clone(), seed::SeedFile::parse(text, "x.toml", seed::Rules { development: true }));
        let file = file.unwrap_or_else(|why| panic!("{why}"));
        tokio::task::spawn_blocking(move || {
            seed::apply(&seed::Ground::of(&app), app.now(), file, seed::Mode { dry_run, ..seed::Mode::default() })
                .unwrap();
        })
        .await
        .unwrap();
        // One moment has no order.
        let mut all = deeds(since.app).await;
        let mut new = all.split_off(since.seen);
        since.seen += new.len();
        new.sort();
        assert_eq!(new, expected);
    }
    let secret = "SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%marmots%' OR changes LIKE '%argon2%'";
    assert_eq!(count(&app, secret).await, 0);
    let told = "SELECT count(*) AS n FROM audit_events WHERE changes LIKE '%(hidden)%' AND changes LIKE '%auditor%'";
    assert_eq!(count(&app, told).await, 1, "a new password, and which role came to it");
});

on_both!(
    /// Checklist 84.
    what_a_stranger_writes_stays_on_one_line, |app| {
    let browser = app.browser();
    let page = at_password(&browser, ADA).await;
    let form = page.form();
    let mut fields: Vec<(&str, &str)> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| *name != "password").collect();
    fields.push(("password", "wrong"));
    let origin = app.base.clone();
    let headers = [("origin", origin.as_str()), ("user-agent", "evil\tagent {\"status\":\"SUCCESS\"}")];
    browser.post_with(&form.action, &fields, &headers).await;
    let secret = app.app.random.text();
    drop(app.token(Some(&basic("nobody", &secret)), &[("grant_type", "client_credentials")]).await);
    let globex = alter(&app, |conn| tenant(conn, "acme")).await;
    let rows = app
        .app
        .db
        .read(move |conn| audit::store::list(conn, globex.id, &EventFilter::default(), None, 10))
        .await
        .unwrap()
        .rows;
    assert_eq!(rows.len(), 1);
    for row in rows {
        let agent = &row.entry.user_agent;
        assert!(agent.contains("evil") && !agent.chars().any(char::is_control), "{agent:?}");
    }
});
