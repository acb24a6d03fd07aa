//! `/v1/applications/{id}/preview`: what is foretold is what comes.

use gridkey::clients::{Client, GrantType};
use gridkey::tenants;
use gridkey::users::{self, UserStatus};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter, alter_client, code, person, tenant};
use crate::support::{TestApp, jwt_claims, jwt_header};

/// What every sign-in draws anew, or reads from the clock or from the request.
const OWN: &[&str] = &["iat", "exp", "auth_time", "jti", "sid", "grant_id", "nonce", "at_hash"];

fn without_own(claims: &Value) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().retain(|name, _| !OWN.contains(&name.as_str()));
    claims
}

fn names(claims: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    names.retain(|name| *name != "nonce");
    names
}

/// The application of this `client_id`, and a person.
async fn parties(app: &TestApp, by: &Manager<'_>, client_id: &str, email: &'static str) -> (String, String) {
    let found = by.get(&format!("/v1/applications?q={client_id}")).await.expect(200).json();
    let items = found["items"].as_array().unwrap();
    let application =
        items.iter().find(|item| item["client_id"] == client_id).unwrap()["id"].as_str().unwrap();
    let user = alter(app, move |conn| person(conn, "acme", email)).await;
    (format!("/v1/applications/{application}/preview"), user.id.to_string())
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["refusals"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

fn why<'a>(part: &'a Value, claim: &str) -> (bool, &'a str) {
    let all = part["explained"].as_array().unwrap();
    let found: Vec<&Value> = all.iter().filter(|one| one["claim"] == claim).collect();
    assert_eq!(found.len(), 1, "{claim} is explained once: {part}");
    (found[0]["present"].as_bool().unwrap(), found[0]["reason"].as_str().unwrap())
}

on_both!(
    /// The same claims with the same values, but for what every sign-in draws anew.
    what_is_foretold_is_what_a_sign_in_issues,
    |app| {
        let admin = app.manager("acme", Some("tenant_admin")).await;
        let (at, ada) = parties(&app, &admin, "web", ADA).await;
        alter(&app, |conn| {
            let mut acme = tenant(conn, "acme")?;
            acme.settings.partner = Some("partner-1".parse().unwrap());
            tenants::store::update(conn, &acme)
        })
        .await;
        for (in_id_token, scope) in [
            (false, "openid"),
            (false, "openid profile email phone"),
            (true, "openid profile email address offline_access"),
            (true, "openid reports:read"),
            (true, "email"),
        ] {
            if in_id_token {
                alter_client(&app, "web", |client| client.settings.claims_in_id_token = true).await;
            }
            let scopes: Vec<&str> = scope.split(' ').collect();
            let asked = json!({ "user_id": ada, "scopes": scopes, "issuer": "instance" });
            let told = admin.post(&at, &asked).await.expect(200).json();
            assert_eq!((&told["outcome"], &told["refusals"]), (&json!("issued"), &json!([])), "{told}");
            assert_eq!(told["consent"], "not_needed");
            let issued = app.redeem(&code(&mut app.browser(), scope, &[]).await).await.expect(200).json();
            let access = issued["access_token"].as_str().unwrap();
            assert_eq!(told["access_token"]["header"], jwt_header(access), "{scope}");
            let (ours, theirs) = (&told["access_token"]["claims"], jwt_claims(access));
            assert_eq!(without_own(ours), without_own(&theirs), "{scope}");
            assert_eq!(names(ours), names(&theirs), "{scope}");
            match issued["id_token"].as_str() {
                None => assert!(told.get("id_token").is_none(), "{scope}"),
                Some(id_token) => {
                    assert_eq!(told["id_token"]["header"], jwt_header(id_token), "{scope}");
                    let (ours, theirs) = (&told["id_token"]["claims"], jwt_claims(id_token));
                    assert_eq!(without_own(ours), without_own(&theirs), "{scope}");
                    assert_eq!(names(ours), names(&theirs), "{scope}");
                }
            }
            let userinfo = app.get_as("/oauth2/userinfo", access).await;
            match userinfo.status {
                200 => assert_eq!(told["userinfo"]["claims"], userinfo.json(), "{scope}"),
                _ => assert!(told.get("userinfo").is_none(), "{scope}: {}", userinfo.body),
            }
        }
        // Nothing of it was written down but sign-ins, and nothing in it can be presented.
        let told = admin.post(&at, &json!({ "user_id": ada })).await.expect(200);
        assert!(!told.body.contains("eyJ"), "no part of a token: {}", told.body);
        assert_eq!(told.header("cache-control"), "no-store");
        assert_eq!(told.json()["issuer"], format!("{}/t/acme", app.issuer()), "the organisation's own issuer");
    }
);

on_both!(an_api_gets_what_its_tokens_would_have, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (at, ada) = parties(&app, &admin, "web", ADA).await;
    alter_client(&app, "web", |client| {
        client.settings.audiences = vec!["https://api.example.com".into(), "urn:reports".into()];
    })
    .await;
    let api =
        json!({ "audience": "urn:reports", "display_name": "Reports", "permissions": ["reports:read"] });
    let api = admin.post("/v1/resource-servers", &api).await.expect(201);
    let asked = json!({ "user_id": ada, "scopes": ["openid", "email"], "audiences": ["urn:reports"] });
    let told = admin.post(&at, &asked).await.expect(200).json();
    let asked_really = [("resource", "urn:reports")];
    let issued = app.redeem(&code(&mut app.browser(), "openid email", &asked_really).await).await.expect(200);
    let theirs = jwt_claims(&issued.text("access_token"));
    assert_eq!(told["access_token"]["claims"]["aud"], theirs["aud"]);
    assert_eq!(told["access_token"]["claims"]["scope"], theirs["scope"]);
    assert!(told.get("userinfo").is_none(), "the token is not for the issuer: {told}");
    // Without a wish it is for the first of the list.
    let first = admin.post(&at, &json!({ "user_id": ada, "scopes": ["openid"] })).await.expect(200).json();
    assert_eq!(first["audiences"], json!(["https://api.example.com"]));
    admin.patch(api.header("location"), &json!({ "status": "disabled" })).await.expect(200);
    let refused = admin.post(&at, &asked).await.expect(200).json();
    assert_eq!((codes(&refused), refused.get("access_token")), (vec!["audience_disabled"], None));
    let foreign =
        json!({ "user_id": ada, "scopes": ["openid", "nothing:read"], "audiences": ["urn:nothing"] });
    let refused = admin.post(&at, &foreign).await.expect(200).json();
    assert_eq!(codes(&refused), ["scope_not_registered", "audience_not_registered"]);
});

on_both!(each_claim_says_why_it_is_there_or_not, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (at, grace) = parties(&app, &admin, "spa", "grace@acme.example").await;
    let told =
        admin.post(&at, &json!({ "user_id": grace, "scopes": ["openid", "email"] })).await.expect(200).json();
    assert_eq!(told["consent"], "asked");
    let (id, access, userinfo) = (&told["id_token"], &told["access_token"], &told["userinfo"]);
    assert_eq!(why(id, "iss"), (true, "always"));
    assert_eq!(why(id, "nonce"), (false, "of_request"));
    assert_eq!(why(id, "email"), (false, "at_userinfo"));
    assert_eq!(why(id, "name"), (false, "scope_not_asked"));
    assert_eq!(why(id, "phone_number"), (false, "scope_not_registered"));
    assert_eq!(why(access, "roles"), (true, "roles"));
    assert_eq!(why(access, "partner_id"), (false, "no_partner"));
    assert_eq!(why(access, "jti"), (true, "each_sign_in"));
    assert_eq!(why(userinfo, "email"), (true, "scope"));
    assert_eq!(why(userinfo, "email_verified"), (true, "unverified"));
    let all = json!({ "user_id": grace, "scopes": ["openid", "profile"] });
    let told = admin.post(&at, &all).await.expect(200).json();
    assert_eq!(why(&told["userinfo"], "given_name"), (false, "no_value"));
    // Whatever is there is explained.
    for part in ["id_token", "access_token", "userinfo"] {
        for claim in told[part]["claims"].as_object().unwrap().keys() {
            assert!(why(&told[part], claim).0, "{part}: {claim}");
        }
    }
});

on_both!(what_would_be_refused_says_so_and_is_no_failure, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (at, ada) = parties(&app, &admin, "web", ADA).await;
    let question = json!({ "user_id": ada, "scopes": ["openid"] });
    alter(&app, |conn| {
        let mut ada = person(conn, "acme", ADA)?;
        ada.status = UserStatus::Suspended;
        users::store::update(conn, ada.tenant_id, &ada)
    })
    .await;
    let refused = admin.post(&at, &question).await.expect(200).json();
    assert_eq!((codes(&refused), &refused["outcome"]), (vec!["person_inactive"], &json!("refused")));
    assert!(refused["refusals"][0]["detail"].as_str().unwrap().contains("suspended"));
    assert!(["id_token", "access_token", "userinfo"].iter().all(|part| refused.get(part).is_none()));
    let machine: fn(&mut Client) = |client| client.grant_types = vec![GrantType::ClientCredentials];
    alter_client(&app, "web", machine).await;
    alter_client(&app, "web", |client| client.redirect_uris = Vec::new()).await;
    alter_client(&app, "web", |client| client.status = gridkey::clients::ClientStatus::Disabled).await;
    let refused = admin.post(&at, &question).await.expect(200).json();
    assert_eq!(codes(&refused), ["application_disabled", "person_inactive", "grant_off"]);
    alter_client(&app, "web", |client| client.grant_types = vec![GrantType::AuthorizationCode]).await;
    assert!(codes(&admin.post(&at, &question).await.expect(200).json()).contains(&"no_redirect_uri"));
    // A device needs no redirect URI.
    alter_client(&app, "web", |client| client.grant_types = vec![GrantType::DeviceCode]).await;
    let device = admin.post(&at, &question).await.expect(200).json();
    assert_eq!(codes(&device), ["application_disabled", "person_inactive"]);
    assert_eq!(device["consent"], "asked");
});

on_both!(what_another_organisation_has_is_not_there, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (at, ada) = parties(&app, &admin, "web", ADA).await;
    let stranger = app.manager("globex", Some("tenant_admin")).await;
    let hank = alter(&app, |conn| person(conn, "globex", "hank@globex.example")).await.id;
    let of = |user: &str| json!({ "user_id": user, "scopes": ["openid"] });
    stranger.post(&at, &of(&ada)).await.expect_problem(404, "not_found");
    stranger.post(&at, &of(&hank.to_string())).await.expect_problem(404, "not_found");
    admin.post(&at, &of(&hank.to_string())).await.expect_problem(404, "not_found");
    admin.post(&at, &of(&uuid::Uuid::nil().to_string())).await.expect_problem(404, "not_found");
    admin.post("/v1/applications/nothing/preview", &of(&ada)).await.expect_problem(404, "not_found");
    // Neither is what nobody may see.
    let user = app.manager("acme", Some("tenant_user")).await;
    user.post(&at, &of(&ada)).await.expect_problem(403, "permission_denied");
    let half = json!({ "slug": "half", "display_name": "Half", "permissions": ["applications:read"] });
    app.manager("acme", Some("super_admin")).await.post("/v1/roles", &half).await.expect(201);
    let half = app.manager("acme", Some("half")).await;
    let refused = half.post(&at, &of(&ada)).await.expect_problem(403, "permission_denied");
    assert!(refused.text("detail").contains("users:read"), "{}", refused.body);
    for (body, status, code) in [
        (json!({}), 400, "invalid_body"),
        (json!({ "user_id": "ada" }), 400, "invalid_body"),
        (json!({ "user_id": ada, "tenant_id": "x" }), 400, "invalid_body"),
        (json!({ "user_id": ada, "issuer": "mine" }), 400, "invalid_body"),
        (json!({ "user_id": ada, "scopes": ["a b"] }), 422, "invalid_scopes"),
        (json!({ "user_id": ada, "audiences": ["\u{0}"] }), 422, "invalid_audience"),
    ] {
        admin.post(&at, &body).await.expect_problem(status, code);
    }
    // A credential of a service account is no application.
    let credential = alter(&app, |conn| {
        let found = gridkey::clients::store::find_by_client_id(conn, "worker")?.unwrap();
        Ok(found.id)
    })
    .await;
    let told =
        admin.post(&format!("/v1/applications/{credential}/preview"), &of(&ada)).await.expect(200).json();
    assert!(codes(&told).contains(&"grant_off"), "a machine is nothing that people sign in to: {told}");
});
