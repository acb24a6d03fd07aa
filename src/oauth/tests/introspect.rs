//! Introspection.

use std::time::Duration;

use serde_json::json;

use super::endpoints::{Reply, basic_of};
use super::house::{House, ISSUER, NOW};
use crate::clients::{AuthMethod, Client, ClientStatus};
use crate::users::UserStatus;

const INTROSPECT: &str = "/oauth2/introspect";

async fn ask(house: &House, caller: &Client, token: &str) -> Reply {
    house.post(INTROSPECT, &[("token", token)], &[("authorization", &basic_of(caller))]).await
}

fn is_inactive(reply: &Reply) {
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"active":false}"#));
    assert_eq!(
        (reply.header("content-type"), reply.header("cache-control")),
        ("application/json", "no-store")
    );
}

#[tokio::test]
async fn an_access_token_is_told_to_its_owner() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::ClientSecretBasic), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &app, None, "openid email").await;
    let reply = ask(&house, &app, &tokens.access).await;
    assert_eq!(
        (reply.header("content-type"), reply.header("cache-control")),
        ("application/json", "no-store")
    );
    let answer = reply.json();
    assert!(answer["jti"].is_string());
    let mut rest = answer.as_object().unwrap().clone();
    rest.remove("jti");
    assert_eq!(
        json!(rest),
        json!({
            "active": true, "scope": "openid email", "client_id": "app", "token_type": "Bearer",
            "exp": NOW.seconds() + 600, "iat": NOW.seconds(), "sub": ada.id.to_string(), "aud": [ISSUER],
            "iss": ISSUER, "tenant_id": acme.id.to_string(), "roles": ["member"],
            "auth_time": NOW.seconds(), "acr": "urn:gridkey:acr:1",
        })
    );
    for hint in ["access_token", "refresh_token", "nonsense"] {
        let form = [("token", tokens.access.as_str()), ("token_type_hint", hint)];
        let hinted = house.post(INTROSPECT, &form, &[("authorization", &basic_of(&app))]).await;
        assert_eq!(hinted.json(), answer, "{hint}");
    }
}

#[tokio::test]
async fn an_audience_hears_and_nobody_else_does() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, api) = (
        house.client(&acme, "app", AuthMethod::ClientSecretBasic),
        house.client(&acme, "api", AuthMethod::ClientSecretBasic),
    );
    let stranger = house.client(&house.tenant("other"), "stranger", AuthMethod::ClientSecretBasic);
    let token = house.client_token(&app, "read", &["api".into(), "https://else.example".into()]).await;
    assert_eq!(ask(&house, &api, &token).await.json()["active"], true);
    assert_eq!(ask(&house, &app, &token).await.json()["sub"], "app");
    is_inactive(&ask(&house, &stranger, &token).await);
    let refresh = house.sign_in(&house.user(&acme, "ada"), &app, None, "openid").await.refresh;
    is_inactive(&ask(&house, &api, &refresh).await);
    is_inactive(&ask(&house, &stranger, &refresh).await);
}

#[tokio::test]
async fn a_caller_has_to_prove_itself() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (spa, ada) = (house.client(&acme, "spa", AuthMethod::None), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &spa, None, "openid").await;
    let reply = house.post(INTROSPECT, &[("token", &tokens.access), ("client_id", "spa")], &[]).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (401, Some("invalid_client")));
    let reply = house.post(INTROSPECT, &[("token", &tokens.access)], &[]).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn whatever_does_not_stand_is_inactive_and_nothing_more() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::ClientSecretBasic), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &app, None, "openid").await;
    let of_tenant = house.sign_in_at(&house.issuer(Some(&acme)), &ada, &app, None, "openid").await;
    for junk in ["x", "a.b.c", "gkrt_", "gkrt_AAAA", &tokens.id, &of_tenant.access, &of_tenant.refresh] {
        is_inactive(&ask(&house, &app, junk).await);
    }
    let at_tenant = [("token", of_tenant.refresh.as_str())];
    let reply =
        house.post("/t/acme/oauth2/introspect", &at_tenant, &[("authorization", &basic_of(&app))]).await;
    assert_eq!(reply.json()["iss"], format!("{ISSUER}/t/acme"));
    house.set_user(&ada, UserStatus::Suspended);
    is_inactive(&ask(&house, &app, &tokens.access).await);
    is_inactive(&ask(&house, &app, &tokens.refresh).await);
    house.set_user(&ada, UserStatus::Active);
    assert_eq!(ask(&house, &app, &tokens.access).await.json()["active"], true);
    house.end_family(acme.id, tokens.family.id);
    is_inactive(&ask(&house, &app, &tokens.access).await);
    is_inactive(&ask(&house, &app, &tokens.refresh).await);
}

#[tokio::test]
async fn a_refresh_token_is_told_to_its_owner_while_it_is_the_living_one() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::ClientSecretBasic), house.user(&acme, "ada"));
    let session = house.session(&ada, &crate::secret::Secret::generate(house.random()));
    let tokens = house.sign_in(&ada, &app, Some(&session), "openid").await;
    assert_eq!(
        ask(&house, &app, &tokens.refresh).await.json(),
        json!({
            "active": true, "scope": "openid", "client_id": "app", "exp": NOW.seconds() + 86_400,
            "iat": NOW.seconds(), "sub": ada.id.to_string(), "iss": ISSUER, "tenant_id": acme.id.to_string(),
            "sid": session.id.to_string(), "auth_time": NOW.seconds(),
        })
    );
    let mut forged = tokens.refresh.clone();
    forged.replace_range(40..41, if &forged[40..41] == "A" { "B" } else { "A" });
    is_inactive(&ask(&house, &app, &forged).await);
    house.app.clock.advance(Duration::from_secs(86_400));
    is_inactive(&ask(&house, &app, &tokens.refresh).await);
}

#[tokio::test]
async fn a_used_refresh_token_and_one_whose_session_ended_are_inactive() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::ClientSecretBasic), house.user(&acme, "ada"));
    let session = house.session(&ada, &crate::secret::Secret::generate(house.random()));
    let tokens = house.sign_in(&ada, &app, Some(&session), "openid").await;
    house.rotate(&tokens);
    is_inactive(&ask(&house, &app, &tokens.refresh).await);
    let next = house.sign_in(&ada, &app, Some(&session), "openid").await;
    assert_eq!(ask(&house, &app, &next.refresh).await.json()["active"], true);
    house.end_session(&session);
    is_inactive(&ask(&house, &app, &next.refresh).await);
    is_inactive(&ask(&house, &app, &next.access).await);
}

#[tokio::test]
async fn a_disabled_owners_tokens_are_inactive_for_their_audience() {
    let house = House::new();
    let acme = house.tenant("acme");
    let app = house.client(&acme, "app", AuthMethod::ClientSecretBasic);
    let api = house.client(&acme, "api", AuthMethod::ClientSecretBasic);
    let token = house.client_token(&app, "read", &["api".into()]).await;
    house.set_client(&app, ClientStatus::Disabled);
    is_inactive(&ask(&house, &api, &token).await);
}
