//! Single-use values of one kind are worth nothing as another.

use std::time::Duration;

use gridkey::login;
use gridkey::login::setup::generate_setup_token;
use gridkey::secret::generate_prefixed;
use gridkey::users;
use serde_json::json;

use crate::on_both;
use crate::support::{Browser, PASSWORD, TestApp, VERIFIER, authorize_web, tokens};

/// One living value of every kind.
struct Values {
    code: String,
    refresh: String,
    interaction: String,
    setup: String,
    reset: String,
    access: String,
    id: String,
}

const HOUR: Duration = Duration::from_secs(3_600);

async fn values(app: &TestApp, browser: &mut Browser) -> Values {
    let line = tokens::line(app, browser, "openid offline_access").await;
    let code = tokens::code(browser, "openid", &[]).await;
    let asked = browser.get(&authorize_web("openid", &[("prompt", "login")])).await;
    let (_, interaction) = asked.reply.header("location").split_once("interaction=").unwrap();
    let setup = generate_setup_token(&app.app.random);
    let reset = generate_prefixed("gkpr_", &app.app.random);
    let (digests, now) = ((setup.digest(), reset.digest()), app.app.now());
    tokens::alter(app, move |conn| {
        login::store::create_setup_link(conn, &digests.0, now, HOUR)?;
        let ada = tokens::person(conn, "acme", tokens::ADA)?;
        users::store::insert_reset(conn, ada.tenant_id, ada.id, &digests.1, (now, HOUR))
    })
    .await;
    Values {
        code,
        refresh: tokens::text(&line, "refresh_token"),
        interaction: interaction.to_owned(),
        setup: setup.expose().to_owned(),
        reset: reset.expose().to_owned(),
        access: tokens::text(&line, "access_token"),
        id: tokens::text(&line, "id_token"),
    }
}

impl Values {
    /// Every value but one, each as it is and with the sign of that one in front.
    fn all_but(&self, own: &str) -> Vec<String> {
        let all =
            [&self.code, &self.refresh, &self.interaction, &self.setup, &self.reset, &self.access, &self.id];
        let others = all.into_iter().filter(|value| *value != own);
        let sign = &own[..5];
        others.flat_map(|value| [value.clone(), format!("{sign}{}", value.get(5..).unwrap())]).collect()
    }
}

on_both!(
    /// Checklist 24.
    no_single_use_value_works_as_another,
    |app| {
        let mut browser = app.browser();
        let values = values(&app, &mut browser).await;
        for foreign in values.all_but(&values.code) {
            app.redeem(&foreign).await.expect_error(400, "invalid_grant");
            let body = json!({"code": foreign, "code_verifier": VERIFIER});
            assert!((400..500).contains(&app.post_json("/v1/auth/token", None, &body).await.status));
        }
        for foreign in values.all_but(&values.refresh) {
            app.refresh(&foreign).await.expect_error(400, "invalid_grant");
            let body = json!({"refresh_token": foreign});
            assert!((400..500).contains(&app.post_json("/v1/auth/refresh", None, &body).await.status));
        }
        for foreign in values.all_but(&values.interaction) {
            for path in ["/oauth2/authorize/continue", "/login/identify", "/login/password", "/login/consent", "/login/account"] {
                let page = browser.get(&format!("{path}?interaction={foreign}")).await;
                assert_eq!(page.reply.status, 400, "{path} {foreign}");
            }
        }
        for (own, path) in [(&values.setup, "/setup"), (&values.reset, "/login/reset")] {
            for foreign in values.all_but(own) {
                let page = browser.get(&format!("{path}?token={foreign}")).await;
                assert!((400..500).contains(&page.reply.status), "{path} {} {foreign}", page.reply.status);
                assert!(!page.reply.body.contains("name=\"password\""), "{path} {foreign}");
                let form = [("token", foreign.as_str()), ("password", PASSWORD), ("password_again", PASSWORD)];
                let page = browser.post(path, &form).await;
                assert!((400..500).contains(&page.reply.status), "{path} {} {foreign}", page.reply.status);
            }
        }
        every_value_still_works(&app, &browser, &values).await;
    }
);

/// None of the attempts used anything up: each failed because of the kind.
async fn every_value_still_works(app: &TestApp, browser: &Browser, values: &Values) {
    for (path, value) in [("/setup?token", &values.setup), ("/login/reset?token", &values.reset)] {
        let page = browser.get(&format!("{path}={value}")).await;
        assert_eq!(page.reply.status, 200, "{path}");
        assert!(page.reply.body.contains("name=\"password\""), "{path}");
    }
    assert_eq!(
        browser.get(&format!("/login/identify?interaction={}", values.interaction)).await.reply.status,
        200
    );
    app.redeem(&values.code).await.expect(200);
    app.refresh(&values.refresh).await.expect(200);
}
