//! Discovery and the published keys.

use super::house::{House, ISSUER};

#[tokio::test]
async fn each_issuer_has_one_document_at_all_its_addresses() {
    let house = House::new();
    house.tenant("acme");
    let tenant = format!("{ISSUER}/t/acme");
    for (issuer, addresses) in [
        (ISSUER, &["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"][..]),
        (
            tenant.as_str(),
            &[
                "/t/acme/.well-known/openid-configuration",
                "/t/acme/.well-known/oauth-authorization-server",
                "/.well-known/oauth-authorization-server/t/acme",
            ],
        ),
    ] {
        let mut bodies = Vec::new();
        for address in addresses {
            let reply = house.get(address, &[]).await;
            assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"), "{address}");
            assert_eq!(reply.header("cache-control"), "public, max-age=300");
            assert_eq!(reply.json()["issuer"], issuer, "{address}");
            assert_eq!(reply.json()["end_session_endpoint"], format!("{issuer}/oauth2/logout"));
            let again = house.get(address, &[("if-none-match", reply.header("etag"))]).await;
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{address}");
            bodies.push(reply.body);
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1);
    }
    let reply = house.get("/t/nobody/.well-known/openid-configuration", &[]).await;
    assert_eq!((reply.status, reply.header("content-type")), (404, "application/json"));
}

#[tokio::test]
async fn keys_are_public_unique_and_may_be_kept() {
    let house = House::new();
    house.tenant("acme");
    let reply = house.get("/oauth2/jwks", &[]).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    let set = reply.json();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    for secret in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert!(keys.iter().all(|key| key.get(secret).is_none()), "{secret}");
    }
    assert_eq!(house.get("/t/acme/oauth2/jwks", &[]).await.body, reply.body);
    assert_eq!(house.get("/oauth2/jwks", &[("if-none-match", reply.header("etag"))]).await.status, 304);
    assert_eq!(house.get("/t/nobody/oauth2/jwks", &[]).await.status, 404);
}
