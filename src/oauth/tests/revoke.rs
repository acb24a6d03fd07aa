//! Revocation.

use super::endpoints::{Reply, basic_of};
use super::house::House;
use crate::clients::{AuthMethod, Client};

const REVOKE: &str = "/oauth2/revoke";

async fn revoke(house: &House, caller: &Client, token: &str) -> Reply {
    let reply = if caller.is_public() {
        house.post(REVOKE, &[("token", token), ("client_id", &caller.client_id)], &[]).await
    } else {
        house.post(REVOKE, &[("token", token)], &[("authorization", &basic_of(caller))]).await
    };
    assert_eq!((reply.status, reply.body.as_str(), reply.header("cache-control")), (200, "", "no-store"));
    reply
}

async fn is_alive(house: &House, token: &str) -> bool {
    house.get("/oauth2/userinfo", &[("authorization", &format!("Bearer {token}"))]).await.status == 200
}

#[tokio::test]
async fn a_refresh_token_takes_its_family_with_it() {
    let house = House::new();
    let acme = house.tenant("acme");
    let ada = house.user(&acme, "ada");
    for (name, method) in [("spa", AuthMethod::None), ("web", AuthMethod::ClientSecretBasic)] {
        let app = house.client(&acme, name, method);
        let tokens = house.sign_in(&ada, &app, None, "openid").await;
        assert!(is_alive(&house, &tokens.access).await);
        revoke(&house, &app, &tokens.refresh).await;
        assert!(house.family(&tokens).revoked_at.is_some());
        assert!(!is_alive(&house, &tokens.access).await);
        revoke(&house, &app, &tokens.refresh).await;
    }
}

#[tokio::test]
async fn a_used_refresh_token_ends_its_family_too() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::None), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &app, None, "openid").await;
    house.rotate(&tokens);
    revoke(&house, &app, &tokens.refresh).await;
    assert!(house.family(&tokens).revoked_at.is_some());
}

#[tokio::test]
async fn an_access_token_goes_alone() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::None), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &app, None, "openid").await;
    assert!(is_alive(&house, &tokens.access).await);
    for hint in ["refresh_token", "nonsense"] {
        let form = [("token", tokens.access.as_str()), ("client_id", "app"), ("token_type_hint", hint)];
        assert_eq!(house.post(REVOKE, &form, &[]).await.status, 200, "{hint}");
        assert!(!is_alive(&house, &tokens.access).await);
    }
    assert!(house.family(&tokens).revoked_at.is_none());
    let other = house.sign_in(&ada, &app, None, "openid").await;
    assert!(is_alive(&house, &other.access).await);
}

#[tokio::test]
async fn nothing_is_done_about_what_is_not_the_callers() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::None), house.user(&acme, "ada"));
    let stranger = house.client(&acme, "stranger", AuthMethod::ClientSecretBasic);
    let tokens = house.sign_in(&ada, &app, None, "openid").await;
    let of_tenant = house.sign_in_at(&house.issuer(Some(&acme)), &ada, &app, None, "openid").await;
    revoke(&house, &stranger, &tokens.refresh).await;
    revoke(&house, &stranger, &tokens.access).await;
    for junk in ["x", "a.b.c", "gkrt_AAAA", &tokens.id, &of_tenant.access, &of_tenant.refresh] {
        revoke(&house, &app, junk).await;
    }
    let mut forged = tokens.refresh.clone();
    forged.replace_range(40..41, if &forged[40..41] == "A" { "B" } else { "A" });
    revoke(&house, &app, &forged).await;
    assert!(house.family(&tokens).revoked_at.is_none());
    assert!(house.family(&of_tenant).revoked_at.is_none());
    assert!(is_alive(&house, &tokens.access).await);
}
