//! Letting a device in: its code is typed, the person signs in, and is asked whether they started it.

use std::time::Duration;

use gridkey::audit;

use super::{ADA, GRACE, GRACES_PASSWORD, SPA, ada_in, beside, button, buttons, next, open};
use crate::on_both;
use crate::support::devices::{CLIENT, Device};
use crate::support::tokens::{alter_client, count, lines};
use crate::support::{PASSWORD, Page, TestApp};

const WRONG: &str = "is wrong, has expired, or was used already";

on_both!(the_code_leads_through_the_sign_in_to_a_question_that_says_everything, |app| {
    app.allow_devices().await;
    let device = app.begin_device("openid email reports:read").await;
    app.pass(Duration::from_secs(120));
    let mut browser = app.browser();
    let entry = browser.get("/device").await;
    assert_eq!(entry.reply.status, 200);
    assert!(entry.reply.body.contains("such as WDJB-MJHT"), "{}", entry.reply.body);
    let typed = device.user_code.replace('-', " ").to_lowercase();
    let identify = next(&browser, &entry, &[("user_code", &format!(" {typed} "))]).await;
    assert_eq!(identify.path(), "/login/identify");
    assert!(identify.reply.body.contains("Acme Desktop"), "for whom");
    let password = next(&browser, &identify, &[("email", ADA)]).await;
    let question = next(&browser, &password, &[("password", PASSWORD)]).await;
    assert_eq!(question.path(), "/device/confirm");
    for needed in [
        "Let Acme Desktop use your account?",
        "id=\"application-owner\">Acme Corporation<",
        "know who you are",
        "see your e-mail address",
        "use the permission “reports:read”",
        "2 minutes ago",
        "id=\"device-address\">127.0.0.1<",
        "Ada Lovelace",
        ADA,
        "id=\"warning\"",
        "id=\"other-account\"",
        "It keeps this access until you sign out",
    ] {
        assert!(question.reply.body.contains(needed), "{needed}: {}", question.reply.body);
    }
    let answers: Vec<_> = buttons(&question, "decision").into_iter().map(|(value, _)| value).collect();
    assert_eq!(answers, ["allow", "deny"]);
    app.poll(&device.code).await.expect_error(400, "authorization_pending");
    let undecided = browser.submit(&question, &[]).await;
    assert_eq!(undecided.reply.status, 422);
    let done = next(&browser, &question, &[("decision", "allow")]).await;
    assert_eq!(done.at, "/device/done?answer=allowed");
    assert!(done.reply.body.contains("You can close this window"), "{}", done.reply.body);
    app.pass(Duration::from_secs(5));
    app.poll(&device.code).await.expect(200);
    // The form is still open somewhere: what was decided is decided.
    assert_eq!(browser.submit(&question, &[("decision", "deny")]).await.reply.status, 400);
    let again = browser.type_code(&device.user_code).await;
    assert!(again.reply.status == 422 && again.reply.body.contains(WRONG), "{}", again.reply.body);
    // Whoever is signed in already is asked all the same, every time.
    let second = app.begin_device("openid").await;
    let page = browser.question(&second, ADA).await;
    assert_eq!(page.path(), "/device/confirm");
});

on_both!(a_code_in_the_address_is_filled_in_and_never_sent_by_itself, |app| {
    app.allow_devices().await;
    let device = app.begin_device("openid").await;
    let browser = app.browser();
    let page = browser.get(&device.complete).await;
    assert_eq!(page.reply.status, 200);
    assert_eq!(page.form().fields["user_code"], device.user_code);
    assert!(page.reply.body.contains("Compare this code"), "{}", page.reply.body);
    assert!(
        !page.reply.body.contains("Acme Desktop") && !page.reply.body.contains("<script"),
        "{}",
        page.reply.body
    );
    assert_eq!(count(&app, "SELECT count(*) AS n FROM interactions").await, 0);
    let canary = "\"'><img src=x onerror=alert(1)>";
    let odd: String = url::form_urlencoded::byte_serialize(canary.as_bytes()).collect();
    let page = browser.get(&format!("/device?user_code={odd}")).await;
    assert!(page.reply.status == 200 && !page.reply.body.contains("<img src=x"), "{}", page.reply.body);
    assert_eq!(browser.get("/device?user_code=A&user_code=B").await.reply.status, 400);
    assert_eq!(browser.get("/device/done?answer=<b>").await.reply.header("location"), "/device");
});

/// What stands beside the field.
fn complaint(page: &Page) -> String {
    let (_, rest) = page
        .reply
        .body
        .split_once("id=\"user_code-error\">")
        .unwrap_or_else(|| panic!("{}", page.reply.body));
    rest.split("</p>").next().unwrap().to_owned()
}

on_both!(
    /// Checklist 61: whatever is wrong with a code is told in the same words, and every attempt counts.
    wrong_expired_and_used_codes_are_told_alike_and_guessing_is_slowed_down,
    |app| {
        app.allow_devices().await;
        let (used, old) = (app.let_in("openid", ADA).await, app.begin_device("openid").await);
        app.pass(Duration::from_secs(600));
        let browser = app.browser();
        let empty = browser.type_code("  ").await;
        assert_eq!(complaint(&empty).rsplit('>').next().unwrap().trim(), "Enter the code.");
        let mut told = std::collections::BTreeSet::new();
        for code in ["BBBB-BBBB", "BBB", "1234-5678", &old.user_code, &used.user_code] {
            let page = browser.type_code(code).await;
            assert_eq!(page.reply.status, 422, "{code}");
            told.insert(complaint(&page));
        }
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told.first().unwrap().contains(WRONG), "{told:?}");
        for _ in 0..5 {
            assert_eq!(browser.type_code("CCCC-CCCC").await.reply.status, 422);
        }
        // Not even the right one is looked at now, in this browser.
        let device = app.begin_device("openid").await;
        let blocked = browser.type_code(&device.user_code).await;
        assert_eq!(blocked.reply.status, 429, "{}", blocked.reply.body);
        let wait: u64 = blocked.reply.header("retry-after").parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
        assert_eq!(app.browser().type_code(&device.user_code).await.reply.status, 303, "another browser");
        app.pass(Duration::from_secs(wait));
        assert_eq!(browser.type_code(&device.user_code).await.reply.status, 303);
    }
);

on_both!(
    /// Checklist 61: a new cookie for each guess helps nobody.
    guessing_with_many_browsers_is_slowed_down_at_the_source,
    |app| {
        app.allow_devices().await;
        let device = app.begin_device("openid").await;
        for n in 0..100 {
            let answered = app.browser().type_code("CCCC-CCCC").await;
            assert_eq!(answered.reply.status, 422, "{n}");
        }
        assert_eq!(app.browser().type_code(&device.user_code).await.reply.status, 429);
    }
);

on_both!(
    /// Checklist 75: whoever belongs to another organisation than the application is asked for another account.
    people_of_another_organisation_cannot_let_a_device_in,
    |app| {
        app.allow_devices().await;
        let device = app.begin_device("openid").await;
        let mut hank = app.browser();
        let own = [("client_id", "globex-web"), ("redirect_uri", "https://globex.example.com/cb")];
        hank.walk(&crate::support::authorize_web("openid", &own), "hank@globex.example", PASSWORD).await;
        let page = hank.follow(hank.type_code(&device.user_code).await).await;
        assert_eq!(page.path(), "/login/identify", "his session does not count here");
        let page = next(&hank, &page, &[("email", "hank@globex.example")]).await;
        let refused = hank.submit(&page, &[("password", PASSWORD)]).await;
        assert_eq!(refused.reply.status, 422);
        let question = format!("/device/confirm?{}", page.at.split_once('?').unwrap().1);
        assert_eq!(open(&hank, &question).await.path(), "/login/identify");
        let forced = hank.post(&question, &[("decision", "allow")]).await;
        assert!(forced.reply.header("location").starts_with("/login/identify"), "{forced:?}");
        app.poll(&device.code).await.expect_error(400, "authorization_pending");
        // An application for everybody, at the issuer of one organisation.
        alter_client(&app, CLIENT, |client| client.all_tenants = true).await;
        let form = [("client_id", CLIENT), ("scope", "openid")];
        let begun = app.post("/t/acme/oauth2/device_authorization", None, &form).await.expect(200);
        let page = hank.follow(hank.type_code(&begun.text("user_code")).await).await;
        assert_eq!(page.path(), "/login/identify");
        // At the instance's issuer he may.
        let device = app.begin_device("openid").await;
        let page = hank.follow(hank.type_code(&device.user_code).await).await;
        assert!(page.path() == "/device/confirm" && page.reply.body.contains("Hank Scorpio"), "{page:?}");
    }
);

on_both!(whoever_has_several_accounts_says_which_one, |app| {
    app.allow_devices().await;
    let mut browser = app.browser();
    ada_in(&mut browser).await;
    let device = app.begin_device("openid").await;
    let first = browser.follow(browser.type_code(&device.user_code).await).await;
    assert!(first.reply.body.contains("Ada Lovelace"));
    // Somebody else signs in on the same visit.
    let identify = open(&browser, &beside(&first, "/login/identify")).await;
    let password = next(&browser, &identify, &[("email", GRACE)]).await;
    let second = next(&browser, &password, &[("password", GRACES_PASSWORD)]).await;
    assert!(second.path() == "/device/confirm" && second.reply.body.contains("Grace Hopper"), "{second:?}");
    // The page that showed Ada allows nothing for Grace.
    let stale = browser.submit(&first, &[("decision", "allow")]).await;
    assert_eq!(stale.reply.status, 422, "{}", stale.reply.body);
    app.poll(&device.code).await.expect_error(400, "authorization_pending");
    let other = app.begin_device("openid").await;
    let chooser = browser.follow(browser.type_code(&other.user_code).await).await;
    assert_eq!(chooser.path(), "/login/account");
    let session = button(&chooser, "session", "Ada");
    let question = next(&browser, &chooser, &[("session", &session)]).await;
    assert!(question.path() == "/device/confirm" && question.reply.body.contains("Ada Lovelace"));
    next(&browser, &question, &[("decision", "allow")]).await;
    let access = app.poll(&other.code).await.expect(200).text("access_token");
    let ada =
        lines(&app, "SELECT CAST(id AS text) AS line FROM users WHERE email_key = 'ada@acme.example'").await;
    assert_eq!(crate::support::jwt_claims(&access)["sub"], ada[0].as_str());
});

on_both!(
    /// Checklist 53: a visit belongs to the browser that began it, and is of no use at other pages.
    a_question_belongs_to_its_browser_and_to_its_device,
    |app| {
        app.allow_devices().await;
        let device = app.begin_device("openid").await;
        let mut browser = app.browser();
        let question = browser.question(&device, ADA).await;
        let mut other = app.browser();
        ada_in(&mut other).await;
        assert_eq!(other.get(&question.at).await.reply.status, 400);
        assert_eq!(other.submit(&question, &[("decision", "allow")]).await.reply.status, 400);
        let query = question.at.split_once('?').unwrap().1.to_owned();
        // No code for a browser comes of it, nor a consent.
        let resumed = browser.get(&format!("/oauth2/authorize/continue?{query}")).await;
        assert_eq!(resumed.reply.status, 400, "{}", resumed.reply.body);
        let consent = browser.get(&format!("/login/consent?{query}")).await;
        assert!(consent.reply.header("location").starts_with("/device/confirm"), "{consent:?}");
        // And the visit of an authorization request lets no device in.
        let page = open(&browser, &crate::support::authorize_web("openid email", SPA)).await;
        assert_eq!(page.path(), "/login/consent");
        let elsewhere = browser.get(&beside(&page, "/device/confirm")).await;
        assert_eq!(elsewhere.reply.status, 400);
        assert_eq!(count(&app, "SELECT count(*) AS n FROM authorization_codes WHERE redirect_uri = ''").await, 0);
    }
);

on_both!(what_was_decided_stands_once_in_the_log_and_among_what_was_allowed, |app| {
    app.allow_devices().await;
    let told = "SELECT action || ' ' || outcome || ' ' || actor_name || ' ' || target_name AS line FROM audit_events \
                WHERE action LIKE 'device.%' ORDER BY id";
    let consents = "SELECT count(*) AS n FROM consents";
    let denied = app.begin_device("openid email").await;
    app.browser().answer_device(&denied, ADA, "deny").await;
    assert_eq!(count(&app, consents).await, 0);
    app.pass(Duration::from_millis(10));
    app.let_in("openid email", ADA).await;
    let expected =
        ["device.deny success ada@acme.example native", "device.approve success ada@acme.example native"];
    assert_eq!(lines(&app, told).await, expected);
    assert_eq!(count(&app, consents).await, 1);
    let changes = "SELECT count(*) AS n FROM audit_events WHERE action = 'device.approve' AND changes LIKE '%email%' \
                   AND changes LIKE '%127.0.0.1%'";
    assert_eq!(count(&app, changes).await, 1);
    // What belongs to the operator asks too, but is not among what somebody allowed.
    alter_client(&app, CLIENT, |client| client.first_party = true).await;
    app.let_in("openid profile", ADA).await;
    let profile = "SELECT count(*) AS n FROM consents WHERE CAST(scopes AS text) LIKE '%profile%'";
    assert_eq!(count(&app, profile).await, 0);
    assert!(
        !audit::Event::new(&app.app.random, (audit::Event::instance(), app.now()), "device.approve")
            .may_end_something()
    );
});

on_both!(a_question_that_is_over_says_why, |app| {
    app.allow_devices().await;
    let (late, answered) = (app.begin_device("openid").await, app.begin_device("openid").await);
    let mut browser = app.browser();
    let pages = [browser.question(&late, ADA).await, browser.question(&answered, ADA).await];
    app.browser().answer_device(&answered, "sam@example.com", "deny").await;
    let page = browser.submit(&pages[1], &[("decision", "allow")]).await;
    assert!(page.reply.status == 410 && page.reply.body.contains("used already"), "{}", page.reply.body);
    app.pass(Duration::from_secs(600));
    for page in [browser.get(&pages[0].at).await, browser.submit(&pages[0], &[("decision", "allow")]).await] {
        assert!(page.reply.status == 410 && page.reply.body.contains("has expired"), "{}", page.reply.body);
        assert!(page.reply.body.contains("href=\"/device\""), "the way to another code");
    }
    app.poll(&late.code).await.expect_error(400, "expired_token");
});

/// A device that calls itself this.
async fn called(app: &TestApp, name: &str) -> Device {
    let form = [("client_id", CLIENT), ("scope", "openid")];
    let request =
        app.http().post(app.url("/oauth2/device_authorization")).form(&form).header("user-agent", name);
    let begun = crate::support::Reply::of(request.send().await.unwrap()).await.expect(200);
    Device {
        code: begun.text("device_code"),
        user_code: begun.text("user_code"),
        complete: begun.text("verification_uri_complete"),
    }
}

on_both!(what_a_device_calls_itself_is_shown_as_text, |app| {
    app.allow_devices().await;
    let device = called(&app, "\"'><img src=x onerror=alert(1)>&lt;").await;
    let page = app.browser().question(&device, ADA).await;
    assert!(page.reply.body.contains("onerror=alert(1)"), "it does stand there: {}", page.reply.body);
    assert!(!page.reply.body.contains("<img src=x"), "{}", page.reply.body);
    let long = called(&app, &"x".repeat(5_000)).await;
    let page = app.browser().question(&long, ADA).await;
    assert!(page.reply.body.contains(&"x".repeat(200)) && !page.reply.body.contains(&"x".repeat(201)));
});

on_both!(the_pages_speak_the_readers_language, |app| {
    app.allow_devices().await;
    for (language, word) in [
        ("de", "Gerät verbinden"),
        ("fr", "Connecter un appareil"),
        ("es", "Conectar un dispositivo"),
        ("zh-Hans", "连接设备"),
        ("ar", "ربط جهاز"),
    ] {
        let request = app.http().get(app.url("/device")).header("accept-language", language);
        let page = crate::support::Reply::of(request.send().await.unwrap()).await.expect(200);
        assert!(page.body.contains(word), "{language}: {}", page.body);
        assert_eq!(page.body.contains("dir=\"rtl\""), language == "ar");
    }
});
