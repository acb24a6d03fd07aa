//! Client authentication, by way of revocation.

use std::time::Duration;

use super::endpoints::{Reply, basic, basic_of};
use super::house::{House, NOW};
use crate::clients::{AuthMethod, ClientStatus};
use crate::tenants::TenantStatus;

const REVOKE: &str = "/oauth2/revoke";

fn is_refused(reply: &Reply) {
    assert_eq!((reply.status, reply.json()["error"].as_str()), (401, Some("invalid_client")), "{reply:?}");
    assert!(reply.header("www-authenticate").starts_with("Basic "), "{reply:?}");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn each_client_by_its_own_method_and_by_no_other() {
    let house = House::new();
    let acme = house.tenant("acme");
    house.client(&acme, "basic", AuthMethod::ClientSecretBasic);
    house.client(&acme, "post", AuthMethod::ClientSecretPost);
    house.client(&acme, "spa", AuthMethod::None);
    let form = async |name: &str, secret: &str| {
        house.post(REVOKE, &[("token", "x"), ("client_id", name), ("client_secret", secret)], &[]).await
    };
    let header = async |name: &str| {
        let header = basic(name, &format!("secret-of-{name}"));
        house.post(REVOKE, &[("token", "x")], &[("authorization", &header)]).await
    };
    assert_eq!(header("basic").await.status, 200);
    assert_eq!(form("post", "secret-of-post").await.status, 200);
    assert_eq!(form("spa", "").await.status, 200, "an empty secret is none");
    is_refused(&form("basic", "secret-of-basic").await);
    is_refused(&form("basic", "").await);
    is_refused(&header("post").await);
    is_refused(&form("spa", "secret-of-spa").await);
    for tenant in ["", "/t/acme"] {
        let reply =
            house.post(&format!("{tenant}{REVOKE}"), &[("token", "x"), ("client_id", "spa")], &[]).await;
        assert_eq!(reply.status, 200);
    }
}

#[tokio::test]
async fn every_failure_has_the_same_answer() {
    let house = House::new();
    let (acme, other) = (house.tenant("acme"), house.tenant("other"));
    house.client(&acme, "wrong", AuthMethod::ClientSecretBasic);
    let disabled = house.client(&acme, "disabled", AuthMethod::ClientSecretBasic);
    let suspended = house.client(&other, "suspended", AuthMethod::ClientSecretBasic);
    let foreign = house.client(&house.tenant("third"), "foreign", AuthMethod::ClientSecretBasic);
    house.set_client(&disabled, ClientStatus::Disabled);
    house.set_tenant(&other, TenantStatus::Suspended);
    let mut bodies = Vec::new();
    for header in [
        basic("wrong", "guess"),
        basic("nobody", "guess"),
        basic_of(&disabled),
        basic_of(&suspended),
        basic_of(&foreign),
    ] {
        let reply =
            house.post("/t/acme/oauth2/revoke", &[("token", "x")], &[("authorization", &header)]).await;
        is_refused(&reply);
        bodies.push(reply.json()["error_description"].clone());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    assert_eq!(
        house.post(REVOKE, &[("token", "x")], &[("authorization", &basic_of(&foreign))]).await.status,
        200
    );
}

#[tokio::test]
async fn one_method_a_request_and_no_doubled_parameter() {
    let house = House::new();
    let client = house.client(&house.tenant("acme"), "app", AuthMethod::ClientSecretBasic);
    let header = basic_of(&client);
    let both = [("token", "x"), ("client_id", "app"), ("client_secret", "secret-of-app")];
    for (form, headers) in [
        (&both[..], vec![("authorization", header.as_str())]),
        (&[("token", "x"), ("client_id", "other")], vec![("authorization", &header)]),
        (&[("token", "x")], vec![("authorization", &header), ("authorization", &header)]),
        (&[("token", "x")], vec![]),
        (&[("token", "x"), ("token", "x")], vec![("authorization", &header)]),
        (&[], vec![("authorization", &header)]),
    ] {
        let reply = house.post(REVOKE, form, &headers).await;
        assert_eq!(
            (reply.status, reply.json()["error"].as_str()),
            (400, Some("invalid_request")),
            "{form:?}"
        );
    }
    for junk in ["Basic", "Basic !", "Bearer abc", "Basic é"] {
        let reply = house.post(REVOKE, &[("token", "x")], &[("authorization", junk)]).await;
        assert_eq!((reply.status, reply.json()["error"].as_str()), (401, Some("invalid_client")), "{junk}");
    }
    let json = [("authorization", header.as_str()), ("content-type", "application/json")];
    assert_eq!(house.post_raw(REVOKE, "{}", &json).await.json()["error"], "invalid_request");
}

#[tokio::test]
async fn guessing_ends_and_starts_again_after_its_time() {
    let house = House::new();
    let acme = house.tenant("acme");
    let client = house.client(&acme, "app", AuthMethod::ClientSecretBasic);
    let other = house.client(&acme, "other", AuthMethod::ClientSecretBasic);
    let call =
        async |header: String| house.post(REVOKE, &[("token", "x")], &[("authorization", &header)]).await;
    for _ in 0..3 {
        is_refused(&call(basic("app", "guess")).await);
    }
    let blocked = call(basic("app", "guess")).await;
    assert_eq!((blocked.status, blocked.json()["error"].as_str()), (429, Some("temporarily_unavailable")));
    assert_eq!(call(basic_of(&client)).await.status, 429, "the right one is not told from the wrong ones");
    assert_eq!(call(basic_of(&other)).await.status, 200, "another client is not concerned");
    house.app.clock.advance(Duration::from_secs(121));
    assert!(house.app.now() > NOW);
    assert_eq!(call(basic_of(&client)).await.status, 200);
}

#[tokio::test]
async fn invented_clients_are_held_back_together() {
    let house = House::new();
    let client = house.client(&house.tenant("acme"), "app", AuthMethod::ClientSecretBasic);
    let mut statuses = Vec::new();
    for n in 0..5 {
        let header = basic(&format!("nobody-{n}"), "guess");
        statuses.push(house.post(REVOKE, &[("token", "x")], &[("authorization", &header)]).await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    let header = basic_of(&client);
    assert_eq!(house.post(REVOKE, &[("token", "x")], &[("authorization", &header)]).await.status, 200);
}

#[tokio::test]
async fn unknown_issuers_are_not_found() {
    let house = House::new();
    let acme = house.tenant("acme");
    house.set_tenant(&acme, TenantStatus::Suspended);
    for tenant in ["nobody", "acme", "ACME", "%2e%2e"] {
        let reply =
            house.post(&format!("/t/{tenant}{REVOKE}"), &[("token", "x"), ("client_id", "x")], &[]).await;
        assert_eq!(reply.status, 404, "{tenant}");
    }
}
