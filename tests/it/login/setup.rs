//! First run: the link that makes the first organisation and its administrator.

use std::time::Duration;

use gridkey::clock::Clock;
use gridkey::login::store::needs_setup;
use gridkey::{roles, server, tenants, users};

use super::{EVERYONE, carried_back, next, open, setup_link};
use crate::on_both;
use crate::support::tokens::count;
use crate::support::{Browser, Database, authorize_web, empty_config};

const NEW: &str = "seven unlikely marmots";
const FIRST: &[(&str, &str)] = &[
    ("organization", "Über GmbH & Söhne"),
    ("name", "Fay First"),
    ("email", "fay@first.example"),
    ("password", NEW),
];

on_both!(
    /// Checklist 65.
    the_link_makes_an_organisation_and_its_administrator_and_signs_them_in, |app| {
    let link = setup_link(&app).await;
    assert!(link.starts_with(&format!("{}/setup?token=gksu_", app.issuer())), "{link}");
    let browser = app.browser();
    let page = open(&browser, &link).await;
    assert_eq!(page.reply.status, 200);
    let done = next(&browser, &page, FIRST).await;
    assert_eq!(done.path(), "/console");
    assert!(done.reply.body.contains("Fay First") && done.reply.body.contains("fay@first.example"), "{}", done.reply.body);
    let (held, verified) = app.app.db.read(|conn| {
        let tenant = tenants::store::find_by_slug(conn, "uber-gmbh-sohne")?.expect("a slug made from the name");
        assert_eq!(tenant.display_name, "Über GmbH & Söhne");
        let email = users::Email::parse("fay@first.example").unwrap();
        let user = users::store::find_by_email(conn, tenant.id, &email)?.unwrap();
        Ok::<_, gridkey::db::DbError>((roles::store::held_by(conn, tenant.id, user.id)?, user.email_verified))
    }).await.unwrap();
    assert!(held.iter().any(|role| role == "super_admin") && held.iter().any(|role| role == "tenant_admin"), "{held:?}");
    assert!(!verified, "nobody has looked into the mailbox yet");
});

on_both!(
    /// Checklist 65.
    a_link_works_once_and_takes_every_other_with_it, |app| {
    let (one, two) = (setup_link(&app).await, setup_link(&app).await);
    let (browser, late) = (app.browser(), app.browser());
    let (page, other) = (open(&browser, &one).await, open(&late, &two).await);
    next(&browser, &page, FIRST).await;
    let tenants = count(&app, "SELECT count(*) AS n FROM tenants").await;
    for (browser, page, link) in [(&browser, &page, &one), (&late, &other, &two)] {
        let again = browser.submit(page, &[&FIRST[1..], &[("organization", "Second")]].concat()).await;
        assert_eq!(again.reply.status, 410, "{}", again.reply.body);
        assert!(again.reply.header("set-cookie").is_empty());
        let shown = browser.get(link).await;
        assert_eq!(shown.reply.status, 410);
        assert!(shown.reply.body.contains("gridkey admin setup-link"), "{}", shown.reply.body);
    }
    assert_eq!(count(&app, "SELECT count(*) AS n FROM tenants").await, tenants);
});

on_both!(
    /// Checklist 65.
    of_many_who_use_a_link_at_once_one_gets_an_organisation, |app| {
    let link = setup_link(&app).await;
    let before = count(&app, "SELECT count(*) AS n FROM tenants").await;
    let open_one = |n: usize| {
        let (app, link) = (&app, &link);
        async move {
            let browser = app.browser();
            let page = open(&browser, link).await;
            (browser, page, format!("Organisation {n}"))
        }
    };
    let ready = futures::future::join_all((0..8).map(open_one)).await;
    let sent = ready.iter().map(|(browser, page, name)| async move {
        let form = [&FIRST[1..], &[("organization", name.as_str())]].concat();
        browser.submit(page, &form).await.reply.status
    });
    let statuses = futures::future::join_all(sent).await;
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [303, 410].contains(status)), "{statuses:?}");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM tenants").await, before + 1);
});

on_both!(
    /// Checklist 65.
    a_link_ends_after_a_day, |app| {
    let link = setup_link(&app).await;
    let browser = app.browser();
    let page = open(&browser, &link).await;
    app.pass(Duration::from_secs(24 * 3600 - 1));
    assert_eq!(browser.get(&link).await.reply.status, 200);
    app.pass(Duration::from_secs(1));
    assert_eq!(browser.get(&link).await.reply.status, 410);
    assert_eq!(browser.submit(&page, FIRST).await.reply.status, 410);
});

on_both!(
    /// Checklist 65.
    without_a_link_nothing_can_be_set_up, |app| {
    let browser = app.browser();
    for token in ["", "gksu_", "gksu_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "junk", "%00"] {
        assert_eq!(browser.get(&format!("/setup?token={token}")).await.reply.status, 410, "{token}");
        assert_eq!(browser.post("/setup", &[FIRST, &[("token", token)]].concat()).await.reply.status, 410, "{token}");
    }
    assert_eq!(browser.get("/setup").await.reply.status, 410);
});

on_both!(
    /// Checklist 59, 65.
    everything_that_is_wrong_is_said_at_once_and_the_link_stays_good, |app| {
    let browser = app.browser();
    let page = open(&browser, &setup_link(&app).await).await;
    let wrong = [("organization", " "), ("slug", "-Not a slug-"), ("name", ""), ("email", "nobody"), ("password", "short")];
    let refused = browser.submit(&page, &wrong).await;
    assert_eq!(refused.reply.status, 422);
    for field in ["organization", "slug", "name", "email", "password"] {
        assert!(refused.reply.body.contains(&format!("id=\"{field}-error\"")), "{field}: {}", refused.reply.body);
    }
    assert!(refused.reply.body.contains("value=\"nobody\""), "what was typed stands there again");
    let taken = browser.submit(&refused, &[FIRST, &[("slug", "acme")]].concat()).await;
    assert_eq!(taken.reply.status, 422);
    assert!(taken.reply.body.contains("id=\"slug-error\""), "{}", taken.reply.body);
    for weak in ["fay@first.example", "password1", "Fay First"] {
        let refused = browser.submit(&page, &[FIRST, &[("password", weak)]].concat()).await;
        assert_eq!(refused.reply.status, 422, "{weak}");
    }
    assert_eq!(browser.submit(&taken, &[FIRST, &[("slug", "first")]].concat()).await.reply.status, 303);
});

on_both!(
    /// Checklist 65.
    an_empty_server_has_no_account_and_no_password, |fixture| {
    let engine = fixture.engine;
    let (database, base, app, _running) = tokio::task::spawn_blocking(move || {
        let database = Database::empty(engine);
        let listener = server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let config = empty_config(&database.url, &[("server.public_url", &base)]);
        let app = server::bootstrap(config, Clock::System, gridkey::random::Random::default()).unwrap();
        let running = server::start(std::sync::Arc::clone(&app), listener, false).unwrap();
        (database, base, app, running)
    })
    .await
    .unwrap();
    assert!(app.db.read(needs_setup).await.unwrap());
    let browser = Browser::new(&base);
    assert_eq!(browser.get(&authorize_web("openid", &[])).await.reply.status, 400, "there is no application yet");
    assert_eq!(browser.get("/setup").await.reply.status, 410, "no link, no set-up");
    assert_eq!(browser.get("/login").await.reply.status, 200);
    assert_eq!(app.db.read(tenants::store::count).await.unwrap(), 0, "and so nobody");
    let token = gridkey::login::setup::generate_setup_token(&app.random);
    let (digest, now) = (token.digest(), app.now());
    app.db
        .write(move |conn| gridkey::login::store::create_setup_link(conn, &digest, now, Duration::from_secs(60)))
        .await
        .unwrap();
    let link = gridkey::login::setup::setup_url(app.config.server.issuer(), &token);
    let page = open(&browser, &link).await;
    let done = next(&browser, &page, FIRST).await;
    assert_eq!(done.path(), "/console");
    assert!(!app.db.read(needs_setup).await.unwrap());
    drop(database);
});

on_both!(the_new_administrator_signs_in_by_the_password_from_then_on, |app| {
    let browser = app.browser();
    let page = open(&browser, &setup_link(&app).await).await;
    next(&browser, &page, FIRST).await;
    let fresh = app.browser();
    let board = open(&fresh, &authorize_web("openid", EVERYONE)).await;
    let password = next(&fresh, &board, &[("email", "FAY@first.example")]).await;
    let back = next(&fresh, &password, &[("password", NEW)]).await;
    assert!(carried_back(&back).contains_key("code"));
});
