//! The whole flow against a real database, through the handlers. Compiled under `#[cfg(test)]` alone.

mod world;

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use self::world::{APP_URI, CHALLENGE, START, VERIFIER, World, code_of, query, read};
use super::endpoints::{authorize, identify, logout, me, refresh, token};
use super::flow::Flow;
use super::pages;
use crate::clients::{self, AuthMethod, ClientStatus};
use crate::secret::Secret;
use crate::tenants::Issuer;
use crate::tokens::{self, CodeToken};
use crate::users::{self, UserStatus};
use crate::{roles, sessions};

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

/// The same token but for one character in its second half, which is no longer the header of a JWT.
fn changed(token: &str) -> String {
    let at = token.len() - 20;
    let other = if token[at..].starts_with('A') { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

#[actix_web::test]
async fn the_whole_way_from_identify_to_logout() {
    let world = World::new().await;
    let (_, known) = world.post(identify, json!({ "email": "ADA@example.com" })).await;
    let acme = json!({ "id": world.acme.id, "slug": "acme", "display_name": "ACME" });
    assert_eq!(
        known["data"],
        json!({ "user_exists": true, "tenants": [acme] }),
        "the suspended one is not listed"
    );
    let (status, unknown) = world.post(identify, json!({ "email": "eve@example.com" })).await;
    assert_eq!((status.as_u16(), &unknown["data"]), (200, &json!({ "user_exists": false, "tenants": [] })));

    let begun = world.begin().await;
    assert!(text(&begun, "authorize_url").starts_with("https://id.example.com/t/acme/oauth2/authorize?"));
    let at_app = world.visit(&begun).await;
    assert!(at_app.as_str().starts_with(APP_URI), "{at_app}");
    assert_eq!(query(&at_app, "state").as_deref(), Some("s & t"));
    assert_eq!(query(&at_app, "iss").as_deref(), Some("https://id.example.com/t/acme"));
    let code = query(&at_app, "code").unwrap();
    let body =
        json!({ "code": code, "code_verifier": VERIFIER, "flow_id": begun["flow_id"], "redirect_uri": "x" });
    let (status, first) = world.post(token, body).await;
    assert_eq!(status, 200, "{first}");
    let first = &first["data"];
    assert_eq!((text(first, "token_type"), first["expires_in"].as_u64()), ("Bearer", Some(600)));
    assert_eq!(text(first, "scope"), "openid profile email offline_access");
    assert!(text(first, "id_token").split('.').count() == 3);

    let (_, who) = world.as_bearer(me, text(first, "access_token")).await;
    let scopes = ["openid", "profile", "email", "offline_access"];
    assert_eq!(
        who["data"],
        json!({
            "kind": "user", "id": world.user.id, "email": "Ada@Example.com", "email_verified": true,
            "display_name": "Ada", "tenant": acme, "roles": ["tenant_user"],
            "permissions": ["api_keys:manage", "profile:manage"],
            "session_id": who["data"]["session_id"], "scopes": scopes,
        })
    );
    assert!(who["data"]["session_id"].is_string());

    let (_, second) = world.post(refresh, json!({ "refresh_token": first["refresh_token"] })).await;
    let second = &second["data"];
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(
        world.as_bearer(logout, text(first, "access_token")).await,
        (204.try_into().unwrap(), Value::Null)
    );
    for dead in [first, second] {
        let answer = world.as_bearer(me, text(dead, "access_token")).await;
        assert_eq!(code_of(&answer), (401, "AUTH_TOKEN_INVALID"));
    }
    let answer = world.post(refresh, json!({ "refresh_token": second["refresh_token"] })).await;
    assert_eq!(code_of(&answer), (401, "SESSION_EXPIRED"));
    let browser = world.browser.digest();
    let left = world.app.db.read(move |conn| sessions::store::of_browser(conn, &browser)).await.unwrap();
    assert!(left.is_empty(), "the browser is signed out too");
}

#[actix_web::test]
async fn a_code_works_once_and_only_for_who_began() {
    let world = World::new().await;
    let code = world.code().await;
    let with = |verifier: &str| json!({ "code": code, "code_verifier": verifier });
    for wrong in [VERIFIER.replace('d', "e"), "short".into(), "x".repeat(129)] {
        assert_eq!(code_of(&world.post(token, with(&wrong)).await), (401, "AUTH_FLOW_INVALID"), "{wrong}");
    }
    let missing = world.post(token, json!({ "code": code })).await;
    assert_eq!(code_of(&missing), (422, "VALIDATION_ERROR"));
    let other_flow = Flow {
        tenant_id: world.acme.id,
        redirect_uri: APP_URI.into(),
        state: "s".into(),
        code_challenge: CHALLENGE.replace('E', "F"),
        expires_at: (START + Duration::from_secs(60)).seconds(),
    };
    for flow_id in [other_flow.seal(&world.app.master, &world.app.random).unwrap(), "junk".into()] {
        let mut body = with(VERIFIER);
        body["flow_id"] = flow_id.into();
        assert_eq!(code_of(&world.post(token, body).await), (401, "AUTH_FLOW_INVALID"));
    }
    let (status, first) = world.post(token, with(VERIFIER)).await;
    assert_eq!(status, 200, "nothing of the above used the code up: {first}");
    assert_eq!(code_of(&world.post(token, with(VERIFIER)).await), (401, "AUTH_FLOW_INVALID"));
    let dead = world.as_bearer(me, text(&first["data"], "access_token")).await;
    assert_eq!(code_of(&dead), (401, "AUTH_TOKEN_INVALID"), "a replay ends what the code became");
    for junk in ["", "gkac_short", "%"] {
        let answer = world.post(token, json!({ "code": junk, "code_verifier": VERIFIER })).await;
        assert_eq!(answer.0.as_u16(), if junk.is_empty() { 422 } else { 401 });
    }
    let late = world.code().await;
    world.clock.advance(Duration::from_secs(60));
    let answer = world.post(token, json!({ "code": late, "code_verifier": VERIFIER })).await;
    assert_eq!(code_of(&answer), (401, "AUTH_FLOW_INVALID"));
}

#[actix_web::test]
async fn codes_and_refresh_tokens_of_other_clients_are_left_alone() {
    let world = World::new().await;
    let code = world.code().await;
    let portal = world.app.client("portal").await.unwrap().unwrap().client.id;
    let (tenant, digest) = (world.acme.id, CodeToken::parse(&code).unwrap().digest());
    let foreign = CodeToken::generate(&world.app.random);
    let new_digest = foreign.digest();
    world
        .app
        .db
        .write(move |conn| {
            let ours = tokens::store::find_code(conn, &digest)?.unwrap();
            let theirs = tokens::AuthorizationCode { digest: new_digest, client_pk: portal, ..ours };
            tokens::store::insert_code(conn, tenant, theirs)
        })
        .await
        .unwrap();
    let answer = world.post(token, json!({ "code": foreign.expose(), "code_verifier": VERIFIER })).await;
    assert_eq!(code_of(&answer), (401, "AUTH_FLOW_INVALID"));
    let found =
        world.app.db.read(move |conn| tokens::store::find_code(conn, &new_digest)).await.unwrap().unwrap();
    assert_eq!(found.redeemed_at, None);
    for junk in ["junk".to_owned(), format!("gkrt_{}", "A".repeat(75)), code] {
        let answer = world.post(refresh, json!({ "refresh_token": junk })).await;
        assert_eq!(code_of(&answer), (401, "AUTH_TOKEN_INVALID"), "{junk}");
    }
}

#[actix_web::test]
async fn only_registered_redirect_uris_and_known_organisations_begin_a_flow() {
    let world = World::new().await;
    let with = |name: &str, value: &str| {
        let mut body = json!({
            "tenant_id": "acme", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
            "redirect_uri": APP_URI, "state": "s",
        });
        body[name] = value.into();
        body
    };
    let own = "https://id.example.com/v1/auth/callback";
    for uri in
        ["https://evil.example/", "https://app.example.com/cb", own, "javascript:alert(1)", "//evil.example"]
    {
        let answer = world.post(authorize, with("redirect_uri", uri)).await;
        assert_eq!(code_of(&answer), (422, "VALIDATION_ERROR"));
        assert_eq!(answer.1["error"]["details"][0]["field"], "redirect_uri", "{uri}");
    }
    for tenant in ["gone", "nowhere", "00000000-0000-7000-8000-000000000000", "a b\0"] {
        let answer = world.post(authorize, with("tenant_id", tenant)).await;
        assert_eq!(answer.1["error"]["details"][0]["field"], "tenant_id", "{tenant}");
    }
    let by_id = world.post(authorize, with("tenant_id", &world.acme.id.to_string())).await;
    assert_eq!(by_id.0, 200, "{}", by_id.1);

    // Switched off by an administrator, or for an application.
    let (tenant, app) = (world.acme.id, &world.app);
    let set = async |name: &str, status| {
        let name = name.to_owned();
        let change = move |conn: &mut crate::db::Conn<'_>| {
            let client = clients::store::find_by_client_id(conn, &name)?.unwrap();
            clients::store::update(conn, tenant, &clients::Client { status, ..client })
        };
        app.db.write(change).await.unwrap();
        app.forget();
    };
    let begun = world.begin().await;
    let back = world.callback_of(&begun).await;
    set("portal", ClientStatus::Disabled).await;
    let request = TestRequest::get().uri(back.as_str()).to_http_request();
    assert_eq!(pages::callback(request, app.clone()).await.unwrap_err().status, 400);
    set("portal", ClientStatus::Active).await;
    set("first-party:acme", ClientStatus::Disabled).await;
    let off = world.post(authorize, with("state", "s")).await;
    assert_eq!(code_of(&off), (401, "AUTH_FLOW_INVALID"));
}

#[actix_web::test]
async fn requests_that_come_at_once_share_one_client() {
    let world = World::new().await;
    let begun = futures::future::join_all((0..8).map(|_| world.begin())).await;
    assert_eq!(begun.len(), 8);
    let tenant = world.acme.id;
    let known = world.app.db.read(move |conn| clients::store::first_party_of(conn, tenant)).await.unwrap();
    assert_eq!(known.iter().filter(|client| client.client_id == "first-party:acme").count(), 1);
}

#[actix_web::test]
async fn the_callback_sends_nobody_anywhere_without_a_flow() {
    let world = World::new().await;
    let begun = world.begin().await;
    let back = world.callback_of(&begun).await;
    let visit = async |address: &str| {
        let request = TestRequest::get().uri(address).to_http_request();
        pages::callback(request, world.app.clone()).await
    };
    let good = back.as_str();
    let flow = text(&begun, "flow_id");
    let bad = [
        "https://id.example.com/v1/auth/callback".to_owned(),
        good.replace(flow, "junk"),
        good.replace(flow, &changed(flow)),
        good.replace("code=gkac_", "code=gkin_"),
        good.replace("%2Ft%2Facme", ""),
        format!("{good}&state={flow}"),
        good.replace("code=", "x="),
    ];
    for address in bad {
        assert_eq!(visit(&address).await.unwrap_err().status, 400, "{address}");
    }
    let denied = good.replace("code=", "error=access_denied&error_description=no&x=");
    let sent = world::location(&visit(&denied).await.unwrap());
    assert_eq!(query(&sent, "error").as_deref(), Some("access_denied"));
    assert_eq!((query(&sent, "code"), query(&sent, "state").as_deref()), (None, Some("s & t")));
    assert!(visit(good).await.is_ok());
    world.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(visit(good).await.unwrap_err().status, 400, "expired");
}

#[actix_web::test]
async fn access_tokens_are_judged_one_by_one() {
    let world = World::new().await;
    let issued = world.tokens().await;
    let access = text(&issued, "access_token");
    let none = read(me(TestRequest::get().to_http_request(), world.app.clone()).await).await;
    assert_eq!(code_of(&none), (401, "AUTH_TOKEN_MISSING"));
    let two = TestRequest::get()
        .append_header((AUTHORIZATION, format!("Bearer {access}")))
        .append_header((AUTHORIZATION, format!("Bearer {access}")));
    let two = read(me(two.to_http_request(), world.app.clone()).await).await;
    assert_eq!(code_of(&two), (401, "AUTH_TOKEN_INVALID"));
    for junk in [text(&issued, "id_token"), text(&issued, "refresh_token"), &changed(access), "a.b.c"] {
        assert_eq!(code_of(&world.as_bearer(me, junk).await), (401, "AUTH_TOKEN_INVALID"), "{junk}");
    }
    // What an administrator changes counts at once, whatever the token says.
    let (tenant, user) = (world.acme.id, world.user.clone());
    world
        .app
        .db
        .write(move |conn| {
            let viewer = roles::store::find_by_slug(conn, tenant, "tenant_viewer")?.unwrap();
            roles::store::assign(conn, tenant, viewer.id, (roles::PrincipalKind::User, user.id), START)
        })
        .await
        .unwrap();
    let (_, who) = world.as_bearer(me, access).await;
    assert_eq!(who["data"]["roles"], json!(["tenant_user", "tenant_viewer"]));
    assert_eq!(who["data"]["permissions"].as_array().unwrap().len(), 10);
    let suspended = users::User { status: UserStatus::Suspended, ..world.user.clone() };
    world.app.db.write(move |conn| users::store::update(conn, tenant, &suspended)).await.unwrap();
    world.app.forget();
    assert_eq!(code_of(&world.as_bearer(me, access).await), (401, "AUTH_TOKEN_INVALID"));
    let dead = world.post(refresh, json!({ "refresh_token": issued["refresh_token"] })).await;
    assert_eq!(code_of(&dead), (401, "SESSION_EXPIRED"));
    world.clock.advance(Duration::from_secs(600));
    assert_eq!(code_of(&world.as_bearer(me, access).await), (401, "AUTH_TOKEN_EXPIRED"));
}

#[actix_web::test]
async fn programs_are_told_what_they_are_and_other_audiences_nothing() {
    let world = World::new().await;
    let machine = world.register("robot", |client| client.auth_method = AuthMethod::ClientSecretPost).await;
    let known = world.app.client(&machine.client_id).await.unwrap().unwrap();
    for issuer in [None, Some("acme")] {
        let issuer: Issuer = world.app.issuer(issuer).await.unwrap().unwrap();
        let minting = world.app.minting(issuer, known.clone(), START);
        let issued = minting.for_client(vec!["read".into()], &[]).unwrap();
        let (_, who) = world.as_bearer(me, issued.access_token.expose()).await;
        let acme = json!({ "id": world.acme.id, "slug": "acme", "display_name": "ACME" });
        let expected = json!({ "kind": "service", "client_id": "robot", "tenant": acme, "scopes": ["read"] });
        assert_eq!(who["data"], expected);
        let elsewhere = minting.for_client(Vec::new(), &["https://api.example.com".into()]).unwrap();
        let answer = world.as_bearer(me, elsewhere.access_token.expose()).await;
        assert_eq!(code_of(&answer), (401, "AUTH_TOKEN_INVALID"));
        assert_eq!(world.as_bearer(logout, issued.access_token.expose()).await.0, 204);
        let answer = world.as_bearer(me, issued.access_token.expose()).await;
        assert_eq!(code_of(&answer), (401, "AUTH_TOKEN_INVALID"));
    }
    let foreign = Issuer::instance("https://id.example.com.evil.example");
    let foreign = world.app.minting(foreign, known, START).for_client(Vec::new(), &[]).unwrap();
    let answer = world.as_bearer(me, foreign.access_token.expose()).await;
    assert_eq!(code_of(&answer), (401, "AUTH_TOKEN_INVALID"));
}

#[actix_web::test]
async fn a_person_shows_what_the_scopes_of_the_token_allow() {
    let world = World::new().await;
    let mut token = Secret::new(text(&world.tokens().await, "refresh_token"));
    let client = world.app.client("first-party:acme").await.unwrap().unwrap();
    let issuer = world.app.issuer(Some("acme")).await.unwrap().unwrap();
    let minting = world.app.minting(issuer, client.clone(), START);
    for (scope, shown) in [
        ("email", None),
        ("openid", Some(json!([null, null]))),
        ("openid profile", Some(json!([null, "Ada"]))),
    ] {
        let request = tokens::Refresh {
            presenter: tokens::Presenter { event: world.app.random.id(START), origin: Default::default() },
            token: tokens::RefreshToken::parse(token.expose()).unwrap(),
            client: client.clone(),
            issuer_tenant_id: Some(world.acme.id),
            scopes: Some(scope.split(' ').map(str::to_owned).collect()),
            audiences: Vec::new(),
            policy: world.app.rotation_policy(),
            idle: Duration::from_secs(60),
            master: world.app.master.clone(),
            now: START,
        };
        let grant = world.app.refresh(request).await.unwrap().unwrap();
        let issued = minting.for_grant(grant).unwrap();
        let answer = world.as_bearer(me, issued.access_token.expose()).await;
        match shown {
            None => assert_eq!(code_of(&answer), (403, "AUTH_INSUFFICIENT_SCOPE")),
            Some(shown) => {
                assert_eq!(json!([answer.1["data"]["email"], answer.1["data"]["display_name"]]), shown);
            }
        }
        token = issued.refresh_token.unwrap();
    }
}

#[actix_web::test]
async fn questions_about_addresses_are_limited_by_source() {
    let world = World::new().await;
    let ask = async |address: &str| {
        let peer: SocketAddr = format!("{address}:1").parse().unwrap();
        let request = TestRequest::post().peer_addr(peer).set_json(json!({ "email": "eve@example.com" }));
        let (request, payload) = World::parts(request).await;
        read(identify(request, payload, world.app.clone()).await).await
    };
    let mut allowed = 0;
    let blocked = loop {
        let answer = ask("192.0.2.1").await;
        if answer.0 != 200 {
            break answer;
        }
        allowed += 1;
    };
    assert!((50..=100).contains(&allowed), "{allowed}");
    assert_eq!(code_of(&blocked), (429, "RATE_LIMITED"));
    assert_eq!(ask("192.0.2.2").await.0, 200);
    world.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(ask("192.0.2.1").await.0, 200);
}

#[actix_web::test]
async fn bodies_that_are_no_json_objects_are_told_so() {
    let world = World::new().await;
    for (kind, body, expected) in [
        ("text/plain", "{}".to_owned(), (415, "UNSUPPORTED_MEDIA_TYPE")),
        ("application/json", "[]".into(), (422, "VALIDATION_ERROR")),
        ("application/json", "{".into(), (422, "VALIDATION_ERROR")),
        ("application/json", format!("\"{}\"", "x".repeat(70_000)), (413, "PAYLOAD_TOO_LARGE")),
    ] {
        let request = TestRequest::post().insert_header((CONTENT_TYPE, kind)).set_payload(body);
        let (request, payload) = World::parts(request).await;
        let answer = read(token(request, payload, world.app.clone()).await).await;
        assert_eq!(code_of(&answer), expected);
    }
}
