//! Organisations: an issuer for each, and the walls between them.

use gridkey::tenants::{self, TenantStatus};
use serde_json::Value;

use crate::on_both;
use crate::support::{
    Browser, PASSWORD, Reply, TestApp, VERIFIER, authorize_web, basic, jwt_claims, query_of, tokens,
};

const GLOBEX: &[(&str, &str)] =
    &[("client_id", "globex-web"), ("redirect_uri", "https://globex.example.com/cb")];
const EVERYONE: &[(&str, &str)] =
    &[("client_id", "everyone"), ("redirect_uri", "https://board.example.com/cb")];
const HANK: &str = "hank@globex.example";
const SAM: &str = "sam@example.com";

fn globex() -> String {
    basic("globex-web", "globex-secret-globex-secret-globex-1")
}

fn at_acme(path: &str) -> String {
    format!("/t/acme{path}")
}

/// Redeems a code of `web` at an issuer's own token endpoint.
async fn redeem_at(app: &TestApp, prefix: &str, code: &str) -> Reply {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", "https://portal.example.com/cb"),
        ("code_verifier", VERIFIER),
    ];
    app.post(&format!("{prefix}/oauth2/token"), Some(&app.web()), &form).await
}

async fn code_at_acme(browser: &mut Browser) -> String {
    let url =
        browser.walk(&at_acme(&authorize_web("openid offline_access", &[])), tokens::ADA, PASSWORD).await;
    query_of(&url)["code"].clone()
}

async fn line_at_acme(app: &TestApp, browser: &mut Browser) -> Value {
    let code = code_at_acme(browser).await;
    redeem_at(app, "/t/acme", &code).await.expect(200).json()
}

async fn set_status(app: &TestApp, slug: &'static str, status: TenantStatus) {
    let changed = tokens::alter(app, move |conn| {
        let tenant = tokens::tenant(conn, slug)?;
        tenants::store::update(conn, &tenants::Tenant { status, ..tenant })
    });
    assert!(changed.await);
}

on_both!(
    /// Checklist 3, 44.
    an_organisations_issuer_stands_in_everything_it_says,
    |app| {
        let issuer = format!("{}/t/acme", app.issuer());
        let mut browser = app.browser();
        let url = browser.walk(&at_acme(&authorize_web("openid offline_access", &[])), tokens::ADA, PASSWORD).await;
        let back = query_of(&url);
        assert_eq!(back["iss"], issuer);
        let line = redeem_at(&app, "/t/acme", &back["code"]).await.expect(200).json();
        let (access, id) = (jwt_claims(&tokens::text(&line, "access_token")), jwt_claims(&tokens::text(&line, "id_token")));
        assert_eq!((&access["iss"], &id["iss"]), (&Value::from(issuer.clone()), &Value::from(issuer.clone())));
        assert_eq!(access["aud"], serde_json::json!([issuer]));
        let told = app.get_as("/t/acme/oauth2/userinfo", &tokens::text(&line, "access_token")).await.expect(200).json();
        assert_eq!(told["sub"], id["sub"]);
        let refused = browser.get(&at_acme(&authorize_web("openid", &[("scope", "unknown")]))).await;
        assert_eq!(query_of(refused.reply.header("location"))["iss"], issuer, "errors too");

        let at_root = tokens::line(&app, &mut browser, "openid").await;
        let id_at_root = jwt_claims(&tokens::text(&at_root, "id_token"));
        assert_eq!(id_at_root["iss"], app.issuer());
        assert_eq!(id_at_root["sub"], id["sub"], "the same person, whichever issuer speaks of her");
    }
);

on_both!(
    /// Checklist 21, 75.
    what_one_issuer_gave_out_is_worth_nothing_at_another,
    |app| {
        let mut browser = app.browser();
        let code = code_at_acme(&mut browser).await;
        redeem_at(&app, "", &code).await.expect_error(400, "invalid_grant");
        let root_code = tokens::code(&mut browser, "openid", &[]).await;
        redeem_at(&app, "/t/acme", &root_code).await.expect_error(400, "invalid_grant");

        let acme = line_at_acme(&app, &mut browser).await;
        let root = tokens::line(&app, &mut browser, "openid offline_access").await;
        for (line, own, others) in [(&acme, "/t/acme", ["", "/t/globex"]), (&root, "", ["/t/acme", "/t/globex"])] {
            let (access, refresh) = (tokens::text(line, "access_token"), tokens::text(line, "refresh_token"));
            for other in others {
                app.get_as(&format!("{other}/oauth2/userinfo"), &access).await.expect_error(401, "invalid_token");
            }
            let other = others[0];
            let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
            app.post(&format!("{other}/oauth2/token"), Some(&app.web()), &form).await.expect_error(400, "invalid_grant");
            for token in [&access, &refresh] {
                app.post(&format!("{other}/oauth2/revoke"), Some(&app.web()), &[("token", token)]).await.expect(200);
            }
            let hint = format!("{other}/oauth2/logout?id_token_hint={}", tokens::text(line, "id_token"));
            assert_eq!(browser.get(&hint).await.reply.status, 400, "a hint of another issuer");
            app.get_as(&format!("{own}/oauth2/userinfo"), &access).await.expect(200);
            app.post(&format!("{own}/oauth2/token"), Some(&app.web()), &form).await.expect(200);
        }
    }
);

on_both!(
    /// Checklist 75: as if they were not there.
    people_and_applications_of_another_organisation_are_unknown_at_an_issuer,
    |app| {
        let page = app.browser().get(&at_acme(&authorize_web("openid", GLOBEX))).await;
        let unknown = app.browser().get(&at_acme(&authorize_web("openid", &[("client_id", "nobody")]))).await;
        assert_eq!((page.reply.status, unknown.reply.status), (400, 400));
        let plain = |page: &crate::support::Page| page.reply.body.replace(page.reply.header("x-request-id"), "");
        assert_eq!(plain(&page), plain(&unknown), "no word about whether it exists");
        let machine = [("grant_type", "client_credentials")];
        let refused = app.post("/t/acme/oauth2/token", Some(&globex()), &machine).await.expect_error(401, "invalid_client");
        let nobody = app.post("/t/acme/oauth2/token", Some(&basic("nobody", "x")), &machine).await;
        assert_eq!(refused.text("error_description"), nobody.text("error_description"));
        app.post("/t/globex/oauth2/token", Some(&app.worker()), &machine).await.expect_error(401, "invalid_client");
        app.post("/t/acme/oauth2/introspect", Some(&globex()), &[("token", "x")]).await.expect_error(401, "invalid_client");

        // Hank's address and password are right, but not here.
        let browser = app.browser();
        let mut page = browser.follow(browser.get(&at_acme(&authorize_web("openid", EVERYONE))).await).await;
        page = browser.follow(browser.submit(&page, &[("email", HANK)]).await).await;
        assert_eq!(page.path(), "/login/password", "the same next step as for anybody");
        let done = browser.submit(&page, &[("password", PASSWORD)]).await;
        assert_eq!(done.reply.status, 422, "{}", done.reply.body);
        let mut browser = app.browser();
        let url = browser.walk(&authorize_web("openid", EVERYONE), HANK, PASSWORD).await;
        assert!(query_of(&url).contains_key("code"), "at the instance he may");
        let silent = at_acme(&authorize_web("openid", &[EVERYONE, &[("prompt", "none")]].concat()));
        let page = browser.get(&silent).await;
        assert_eq!(query_of(page.reply.header("location"))["error"], "login_required", "his session does not count here");
    }
);

on_both!(an_organisation_that_is_not_there_is_told_in_each_doors_shape, |app| {
    for slug in ["nobody", "ACME", "acme%20", "acme%00", "%F0%9F%A6%80", "..%2Facme", &"x".repeat(3_000)] {
        let machine = [("grant_type", "client_credentials")];
        app.post(&format!("/t/{slug}/oauth2/token"), Some(&app.worker()), &machine)
            .await
            .expect_error(404, "invalid_request");
        app.post(&format!("/t/{slug}/oauth2/introspect"), Some(&app.worker()), &[("token", "x")])
            .await
            .expect_error(404, "invalid_request");
        app.get(&format!("/t/{slug}/oauth2/jwks")).await.expect_error(404, "invalid_request");
        app.get_as(&format!("/t/{slug}/oauth2/userinfo"), "x").await.expect_error(404, "invalid_request");
        let page = app.browser().get(&format!("/t/{slug}{}", authorize_web("openid", &[]))).await;
        assert_eq!(page.reply.status, 404, "{slug}");
        assert!(page.reply.header("content-type").starts_with("text/html"), "{slug}");
        assert_eq!(app.browser().get(&format!("/t/{slug}/oauth2/logout")).await.reply.status, 404);
    }
});

on_both!(
    /// Checklist 29, 52.
    in_a_suspended_organisation_nothing_works,
    |app| {
        let mut browser = app.browser();
        let at_root = tokens::line(&app, &mut browser, "openid offline_access").await;
        let own = line_at_acme(&app, &mut browser).await;
        let code = code_at_acme(&mut browser).await;
        let machine = [("grant_type", "client_credentials")];
        let program = app.token(Some(&app.worker()), &machine).await.expect(200).text("access_token");
        let url = app.browser().walk(&authorize_web("openid", GLOBEX), HANK, PASSWORD).await;
        assert!(query_of(&url).contains_key("code"));
        set_status(&app, "acme", TenantStatus::Suspended).await;

        app.get("/t/acme/oauth2/jwks").await.expect(404);
        app.get("/t/acme/.well-known/openid-configuration").await.expect(404);
        redeem_at(&app, "/t/acme", &code).await.expect_error(404, "invalid_request");
        app.token(Some(&app.worker()), &machine).await.expect_error(401, "invalid_client");
        app.refresh(&tokens::text(&at_root, "refresh_token")).await.expect_error(401, "invalid_client");
        app.get_as("/oauth2/userinfo", &tokens::text(&at_root, "access_token")).await.expect(401);
        app.get_as("/t/acme/oauth2/userinfo", &tokens::text(&own, "access_token")).await.expect(404);
        let asked = app.post("/oauth2/introspect", Some(&app.worker()), &[("token", &program)]).await;
        asked.expect_error(401, "invalid_client");
        let page = browser.get(&authorize_web("openid", &[])).await;
        assert_eq!((page.reply.status, page.reply.header("location")), (400, ""), "its applications are unknown");

        let url = app.browser().walk(&authorize_web("openid", GLOBEX), HANK, PASSWORD).await;
        assert!(query_of(&url).contains_key("code"), "the others are not concerned");
        set_status(&app, "acme", TenantStatus::Active).await;
        app.refresh(&tokens::text(&at_root, "refresh_token")).await.expect(200);
    }
);

on_both!(
    /// Checklist 29: an application of a suspended organisation holds tokens of other organisations' people too.
    a_suspended_organisations_application_learns_nothing_about_anybody,
    |app| {
        let url = app.browser().walk(&authorize_web("openid", EVERYONE), HANK, PASSWORD).await;
        let access = redeem_for_board(&app, &query_of(&url)["code"]).await.expect(200).text("access_token");
        app.get_as("/oauth2/userinfo", &access).await.expect(200);
        set_status(&app, "acme", TenantStatus::Suspended).await;
        app.get_as("/oauth2/userinfo", &access).await.expect_error(401, "invalid_token");
    }
);

async fn redeem_for_board(app: &TestApp, code: &str) -> Reply {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "everyone"),
        ("code", code),
        ("redirect_uri", "https://board.example.com/cb"),
        ("code_verifier", VERIFIER),
    ];
    app.token(None, &form).await
}

/// Signs Sam in to the application for everybody, in the organisation that is chosen.
async fn sam_at(app: &TestApp, organisation: &str, password: &str) -> Reply {
    let browser = app.browser();
    let mut page = browser.follow(browser.get(&authorize_web("openid email", EVERYONE)).await).await;
    page = browser.follow(browser.submit(&page, &[("email", SAM)]).await).await;
    assert_eq!(page.path(), "/login/organization");
    assert!(page.reply.body.contains("Acme Corporation") && page.reply.body.contains("Globex Industries"));
    page = browser.follow(browser.submit(&page, &[("organization", organisation)]).await).await;
    assert_eq!(page.path(), "/login/password");
    let done = browser.follow(browser.submit(&page, &[("password", password)]).await).await;
    let query = query_of(done.reply.header("location"));
    redeem_for_board(app, &query["code"]).await.expect(200)
}

on_both!(
    /// Checklist 44, 75.
    one_address_in_two_organisations_is_two_people,
    |app| {
        let acme = jwt_claims(&sam_at(&app, "acme", PASSWORD).await.text("access_token"));
        let globex = jwt_claims(&sam_at(&app, "globex", "a globex battery staple").await.text("access_token"));
        assert_ne!(acme["sub"], globex["sub"]);
        assert_ne!(acme["tenant_id"], globex["tenant_id"]);
    }
);

on_both!(
    /// Checklist 9, 60, 75.
    only_an_offered_organisation_is_accepted_and_each_has_its_own_password,
    |app| {
        let browser = app.browser();
        let mut page = browser.follow(browser.get(&authorize_web("openid", EVERYONE)).await).await;
        page = browser.follow(browser.submit(&page, &[("email", SAM)]).await).await;
        for wrong in ["", "nobody", "ACME", "acme ", "Acme Corporation", "' OR 1=1 --"] {
            let again = browser.submit(&page, &[("organization", wrong)]).await;
            assert_eq!(again.reply.status, 422, "{wrong}: {}", again.reply.body);
        }
        let password_page = browser.follow(browser.submit(&page, &[("organization", "globex")]).await).await;
        let refused = browser.submit(&password_page, &[("password", PASSWORD)]).await;
        assert_eq!(refused.reply.status, 422, "the password of the other account");

        // Somebody with one account is not asked, and cannot choose the other.
        let browser = app.browser();
        let mut page = browser.follow(browser.get(&authorize_web("openid", EVERYONE)).await).await;
        let forged = page.at.replace("/login/identify", "/login/organization");
        page = browser.follow(browser.submit(&page, &[("email", HANK)]).await).await;
        assert_eq!(page.path(), "/login/password");
        let asked = browser.follow(browser.get(&forged).await).await;
        assert_ne!(asked.path(), "/login/organization");
        let done = browser.post(&forged, &[("organization", "acme")]).await;
        assert!(!done.reply.header("location").contains("/login/password"), "{done:?}");

        // At an organisation's own issuer there is nothing to choose.
        let browser = app.browser();
        let mut page = browser.follow(browser.get(&at_acme(&authorize_web("openid", EVERYONE))).await).await;
        page = browser.follow(browser.submit(&page, &[("email", SAM)]).await).await;
        assert_eq!(page.path(), "/login/password");
        let url = browser.follow(browser.submit(&page, &[("password", PASSWORD)]).await).await;
        assert!(query_of(url.reply.header("location")).contains_key("code"));
    }
);
