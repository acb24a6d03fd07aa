//! The userinfo endpoint.

use std::time::Duration;

use serde_json::json;

use super::endpoints::Reply;
use super::house::House;
use crate::clients::AuthMethod;
use crate::users::UserStatus;

const USERINFO: &str = "/oauth2/userinfo";

async fn with(house: &House, token: &str) -> Reply {
    house.get(USERINFO, &[("authorization", &format!("Bearer {token}"))]).await
}

fn is_refused(reply: &Reply, status: u16, error: &str) {
    assert_eq!((reply.status, reply.json()["error"].as_str()), (status, Some(error)), "{reply:?}");
    assert!(reply.header("www-authenticate").contains(&format!("error=\"{error}\"")), "{reply:?}");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_person_is_told_in_each_way_of_asking() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::None), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &app, None, "openid email").await;
    let expected = json!({ "sub": ada.id.to_string(), "email": "ada@example.com", "email_verified": true });
    let header = format!("Bearer {}", tokens.access);
    for reply in [
        house.get(USERINFO, &[("authorization", &header)]).await,
        house.post_raw(USERINFO, "", &[("authorization", &header)]).await,
        house.post(USERINFO, &[], &[("authorization", &header)]).await,
        house.post(USERINFO, &[("access_token", &tokens.access)], &[]).await,
    ] {
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.json(), expected);
    }
}

#[tokio::test]
async fn one_way_at_a_time_and_never_the_query() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::None), house.user(&acme, "ada"));
    let token = house.sign_in(&ada, &app, None, "openid").await.access;
    let header = format!("Bearer {token}");
    let in_query = format!("{USERINFO}?access_token={token}");
    for reply in [
        house.post(USERINFO, &[("access_token", &token)], &[("authorization", &header)]).await,
        house.post(USERINFO, &[("access_token", &token), ("access_token", &token)], &[]).await,
        house.get(USERINFO, &[("authorization", &header), ("authorization", &header)]).await,
        house.get(&in_query, &[]).await,
        house.get(&in_query, &[("authorization", &header)]).await,
        house.get(USERINFO, &[("authorization", "Bearer a b")]).await,
    ] {
        assert_eq!(
            (reply.status, reply.json()["error"].as_str()),
            (400, Some("invalid_request")),
            "{reply:?}"
        );
    }
    for reply in
        [house.get(USERINFO, &[]).await, house.get(USERINFO, &[("authorization", "Basic YTpi")]).await]
    {
        assert_eq!(reply.status, 401);
        assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"gridkey\"", "no error without a token");
    }
}

#[tokio::test]
async fn only_an_access_token_for_this_endpoint_will_do() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::ClientSecretBasic), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &app, None, "openid").await;
    let of_tenant = house.sign_in_at(&house.issuer(Some(&acme)), &ada, &app, None, "openid").await;
    let program = house.client_token(&app, "openid", &[]).await;
    let for_api = house.client_token(&app, "openid", &["https://api.example".into()]).await;
    let mut flipped = tokens.access.clone();
    let last_but_one = flipped.len() - 2..flipped.len() - 1;
    let other = if &flipped[last_but_one.clone()] == "A" { "B" } else { "A" };
    flipped.replace_range(last_but_one, other);
    let cut = &tokens.access[..tokens.access.len() - 9];
    for (what, token) in [
        ("an ID token", tokens.id.as_str()),
        ("a refresh token", &tokens.refresh),
        ("another issuer's", &of_tenant.access),
        ("a program's", &program),
        ("another audience's", &for_api),
        ("a changed one", &flipped),
        ("a cut one", cut),
        ("junk", "a.b.c"),
    ] {
        let reply = with(&house, token).await;
        assert_eq!(reply.status, 401, "{what}");
        is_refused(&reply, 401, "invalid_token");
    }
    let header = format!("Bearer {}", of_tenant.access);
    let reply = house.get("/t/acme/oauth2/userinfo", &[("authorization", &header)]).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn the_scope_openid_is_needed() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::ClientSecretBasic), house.user(&acme, "ada"));
    let token = house.sign_in(&ada, &app, None, "email").await.access;
    is_refused(&with(&house, &token).await, 403, "insufficient_scope");
    let program = house.client_token(&app, "read", &[]).await;
    is_refused(&with(&house, &program).await, 403, "insufficient_scope");
}

#[tokio::test]
async fn whatever_ends_ends_here_at_once() {
    let house = House::new();
    let acme = house.tenant("acme");
    let (app, ada) = (house.client(&acme, "app", AuthMethod::None), house.user(&acme, "ada"));
    let tokens = house.sign_in(&ada, &app, None, "openid").await;
    assert_eq!(with(&house, &tokens.access).await.status, 200);
    house.set_user(&ada, UserStatus::Suspended);
    is_refused(&with(&house, &tokens.access).await, 401, "invalid_token");
    house.set_user(&ada, UserStatus::Active);
    assert_eq!(with(&house, &tokens.access).await.status, 200);
    house.end_family(acme.id, tokens.family.id);
    is_refused(&with(&house, &tokens.access).await, 401, "invalid_token");
    let later = house.sign_in(&ada, &app, None, "openid").await;
    house.app.clock.advance(Duration::from_secs(599));
    assert_eq!(with(&house, &later.access).await.status, 200);
    house.app.clock.advance(Duration::from_secs(1));
    is_refused(&with(&house, &later.access).await, 401, "invalid_token");
}
