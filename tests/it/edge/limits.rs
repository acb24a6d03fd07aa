//! How often keys and those behind them may be used, at every door.

use std::sync::Arc;
use std::time::Duration;

use gridkey::api_keys::ApiKey;
use gridkey::credentials::{KeyLevel, KeyOwner};
use gridkey::tenants::{self, ProfileName, TenantSettings};
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::keys::TestKey;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter, tenant};
use crate::support::{Engine, Reply, TestApp, runtime};

impl TestApp {
    /// Changes the settings of the organisation `acme`.
    pub async fn settle(&self, change: fn(&mut TenantSettings)) {
        alter(self, move |conn| {
            let mut acme = tenant(conn, "acme")?;
            change(&mut acme.settings);
            tenants::store::update(conn, &acme)
        })
        .await;
    }

    /// A key of Ada's, made to measure.
    pub async fn adas(&self, shape: fn(&mut ApiKey)) -> TestKey {
        let (tenant, ada) = self.person("acme", ADA).await;
        self.key_of(tenant, KeyOwner::User(ada), shape).await
    }
}

fn question(key: &TestKey) -> Value {
    json!({ "credential": key.secret })
}

async fn passes(edge: &Manager<'_>, key: &TestKey) -> bool {
    edge.verdict(&question(key)).await["active"] == true
}

on_both!(a_key_beyond_its_limit_waits_and_is_told_how_long, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let free = app.adas(|_| {}).await;
    assert!(edge.verdict(&question(&free)).await.get("limits").is_none(), "without a limit none is told");
    app.settle(|settings| settings.api_keys.key_rate_limit = Some(2)).await;
    let key = app.adas(|key| key.rate_limit = Some(3)).await;
    for left in [2, 1, 0] {
        let verdict = edge.verdict(&question(&key)).await;
        assert_eq!(verdict["active"], true, "{verdict}");
        let reset = (3 - left) * 20;
        assert_eq!(
            verdict["limits"],
            json!({ "limit": 3, "remaining": left, "reset": reset, "policy": "key" })
        );
    }
    let refused = edge.verdict(&question(&key)).await;
    assert_eq!((&refused["active"], &refused["reason"]), (&json!(false), &json!("rate_limited")));
    assert_eq!((&refused["retry_after"], &refused["limits"]["remaining"]), (&json!(20), &json!(0)));
    assert!(passes(&edge, &free).await && passes(&edge, &free).await && !passes(&edge, &free).await);
    app.pass(Duration::from_millis(19_999));
    assert!(!passes(&edge, &key).await, "to the millisecond");
    app.pass(Duration::from_millis(1));
    assert!(passes(&edge, &key).await);
    assert!(!passes(&edge, &key).await);
});

on_both!(of_sixty_four_at_once_exactly_the_limit_pass, |app| {
    let token = app.manager("acme", Some("tenant_admin")).await.token;
    let key = app.adas(|key| key.rate_limit = Some(10)).await;
    let app = Arc::new(app);
    let all: Vec<_> = (0..64)
        .map(|_| {
            let (app, token, body) = (Arc::clone(&app), token.clone(), question(&key));
            tokio::spawn(async move { app.post_json("/v1/verify", Some(&token), &body).await.json() })
        })
        .collect();
    let mut passed = 0;
    for one in all {
        passed += usize::from(one.await.unwrap()["active"] == true);
    }
    assert_eq!(passed, 10);
});

on_both!(people_and_organisations_have_limits_and_all_have_to_pass, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    app.settle(|settings| {
        settings.api_keys.principal_rate_limit = Some(4);
        settings.api_keys.tenant_rate_limit = Some(6);
    })
    .await;
    let (one, two) = (app.adas(|key| key.rate_limit = Some(3)).await, app.adas(|_| {}).await);
    for _ in 0..3 {
        assert!(passes(&edge, &one).await);
    }
    for _ in 0..10 {
        assert_eq!(edge.verdict(&question(&one)).await["limits"]["policy"], "key");
    }
    assert!(passes(&edge, &two).await, "what the key refused is charged to nobody");
    let refused = edge.verdict(&question(&two)).await;
    assert_eq!((&refused["active"], &refused["limits"]["policy"]), (&json!(false), &json!("principal")));
    // Tokens count for whoever holds them, and all of them for the organisation.
    let token = json!({ "credential": edge.token });
    assert_eq!(edge.verdict(&token).await["active"], true);
    assert_eq!(edge.verdict(&token).await["limits"]["policy"], "tenant");
    let refused = edge.verdict(&token).await;
    assert_eq!((&refused["active"], &refused["limits"]["policy"]), (&json!(false), &json!("tenant")));
    assert_eq!(refused["retry_after"], 10);
});

on_both!(each_question_counts_once_whatever_its_answer, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.adas(|key| key.rate_limit = Some(5)).await;
    let lacks = json!({ "credential": key.secret, "permission": "nothing:do" });
    assert_eq!(edge.refusal_of(&lacks).await, ("permission_denied".into(), json!(4)));
    let batch = json!({ "requests": vec![question(&key); 6] });
    let answer = edge.post("/v1/verify/batch", &batch).await.expect(200).json();
    let good: Vec<bool> =
        answer["verdicts"].as_array().unwrap().iter().map(|one| one["active"] == true).collect();
    assert_eq!(good, [true, true, true, true, false, false]);
});

impl Manager<'_> {
    /// Why a question is answered with no, and what is left of the limit.
    async fn refusal_of(&self, question: &Value) -> (String, Value) {
        let verdict = self.verdict(question).await;
        (verdict["reason"].as_str().unwrap_or_default().to_owned(), verdict["limits"]["remaining"].clone())
    }
}

on_both!(a_key_that_manages_is_counted_too_and_told_by_headers, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.adas(|key| key.rate_limit = Some(3)).await;
    let first = app.get_as("/v1/me", &key.secret).await.expect(200);
    assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("3", "2"));
    assert_eq!(first.header("ratelimit-policy"), "\"key\";q=3;w=60");
    assert_eq!(first.header("ratelimit"), "\"key\";r=2;t=20");
    assert!(passes(&edge, &key).await, "both doors count in one place");
    let weak = app.get_as("/v1/teams/nothing", &key.secret).await.expect(404);
    assert_eq!(weak.header("ratelimit-remaining"), "0", "on errors too");
    let refused = app.get_as("/v1/me", &key.secret).await.expect_problem(429, "rate_limited");
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-reset")), ("20", "60"));
    assert!(edge.get("/v1/me").await.expect(200).header("ratelimit-limit").is_empty());
});

on_both!(profiles_have_limits_and_names_of_their_own, |app| {
    let key = app.adas(|_| {}).await;
    app.settle(|settings| settings.profile = ProfileName::SCAIGRID).await;
    let reply = app.get_as("/v1/me", &key.secret).await.expect(200);
    assert_eq!(reply.header("x-scaigrid-ratelimit-limit"), "60");
    assert_eq!(reply.header("x-scaigrid-ratelimit-remaining"), "59");
    assert_eq!(reply.header("x-scaigrid-ratelimit-reset"), "1");
    app.settle(|settings| settings.api_keys.key_rate_limit = Some(1)).await;
    let refused = app.get_as("/v1/me", &key.secret).await.expect(429);
    assert_eq!(refused.json()["error"]["code"], "RATE_LIMITED");
    assert!(refused.json()["error"]["retry_after"].as_u64().unwrap() > 0, "{}", refused.body);
    assert_eq!(refused.header("x-scaigrid-ratelimit-remaining"), "0");
    assert_eq!(refused.json()["error"]["retry_after"].to_string(), refused.header("retry-after"));
    app.settle(|settings| settings.profile = ProfileName::THEGRID).await;
    let refused = app.get_as("/v1/me", &key.secret).await.expect(429);
    assert_eq!(refused.header("x-ratelimit-limit"), "1");
    assert_eq!(refused.header("x-ratelimit-retry-after"), refused.header("retry-after"));
    app.settle(|settings| {
        settings.profile = ProfileName::POOLSIDE;
        settings.api_keys.key_rate_limit = None;
    })
    .await;
    let free = app.get_as("/v1/me", &key.secret).await.expect(200);
    assert!(!free.headers.keys().any(|name| name.as_str().contains("ratelimit")));
});

async fn proxied(app: &TestApp, dialect: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = app.http().request(Method::GET, app.url(&format!("/v1/forward-auth/{dialect}")));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.send().await.unwrap()).await
}

fn behind_a_proxy<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    let settings = [("server.trusted_proxies", "127.0.0.1"), ("limits.unauthenticated_per_minute", "5")];
    runtime().block_on(async { body(TestApp::start_with(engine, &settings).await).await });
}

async fn proxies_are_told_in_what_they_understand(app: TestApp) {
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    app.change_key(&key, "api_key.update", |key| key.rate_limit = Some(2)).await;
    let bearer = format!("Bearer {}", key.secret);
    let headers = [("authorization", bearer.as_str())];
    for left in ["1", "0"] {
        let reply = proxied(&app, "nginx", &headers).await.expect(200);
        assert_eq!(reply.header("ratelimit-remaining"), left, "once for each question");
    }
    let refused = proxied(&app, "nginx", &headers).await.expect_problem(403, "rate_limited");
    assert_eq!(
        (refused.header("x-gridkey-status"), refused.header("x-gridkey-reason")),
        ("429", "rate_limited")
    );
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-limit")), ("30", "2"));
    let refused = proxied(&app, "traefik", &headers).await.expect_problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "30");
}

async fn who_brings_nothing_that_stands_is_counted_by_address(app: TestApp) {
    let from = |address: &'static str| ("x-forwarded-for", address);
    let junk = ("authorization", "Bearer gk_0000000000000000000000000000000000000000000000000");
    for _ in 0..3 {
        proxied(&app, "traefik", &[from("203.0.113.7")]).await.expect(401);
    }
    for _ in 0..2 {
        proxied(&app, "traefik", &[from("203.0.113.7"), junk]).await.expect(401);
    }
    let refused = proxied(&app, "traefik", &[from("203.0.113.7"), junk]).await;
    let refused = refused.expect_problem(429, "rate_limited");
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-limit")), ("12", "5"));
    proxied(&app, "traefik", &[from("203.0.113.8"), junk]).await.expect(401);
    // Neighbours behind one address are not punished for each other.
    let key = app.ada_key(KeyLevel::ReadOnly).await;
    let bearer = format!("Bearer {}", key.secret);
    for _ in 0..8 {
        proxied(&app, "traefik", &[from("203.0.113.7"), ("authorization", &bearer)]).await.expect(200);
    }
    app.revoke_key(&key).await;
    let wrong = proxied(&app, "traefik", &[from("203.0.113.7"), ("authorization", &bearer)]).await;
    assert_eq!(wrong.expect(429).header("x-gridkey-reason"), "rate_limited");
    app.pass(Duration::from_secs(12));
    let wrong = proxied(&app, "traefik", &[from("203.0.113.7"), ("authorization", &bearer)]).await;
    assert_eq!(wrong.expect(401).header("x-gridkey-reason"), "revoked");
}

macro_rules! on_both_behind_a_proxy {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { use super::*; $(#[test] fn $name() { behind_a_proxy(Engine::Sqlite, super::$name); })+ }
        mod postgres { use super::*; $(#[test] fn $name() { behind_a_proxy(Engine::Postgres, super::$name); })+ }
    };
}

on_both_behind_a_proxy!(
    proxies_are_told_in_what_they_understand,
    who_brings_nothing_that_stands_is_counted_by_address,
);

on_both!(an_exchange_is_a_request_of_the_key_like_any_other, |app| {
    let edge = app.manager("acme", Some("tenant_admin")).await;
    let key = app.adas(|key| key.rate_limit = Some(3)).await;
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token_type", "urn:gridkey:params:oauth:token-type:api-key"),
        ("subject_token", key.secret.as_str()),
    ];
    let begin = || async {
        let request = app.http().post(app.url("/v1/auth/session")).bearer_auth(&key.secret);
        Reply::of(request.send().await.unwrap()).await
    };
    app.token(None, &form).await.expect(200);
    begin().await.expect(200);
    assert!(passes(&edge, &key).await, "all doors share one bucket");
    let refused = app.token(None, &form).await.expect_error(429, "temporarily_unavailable");
    assert_eq!(refused.header("retry-after"), "20");
    let refused = begin().await.expect(429);
    assert_eq!(refused.header("retry-after"), "20");
    assert_eq!(refused.json()["error"]["code"], "RATE_LIMITED", "{}", refused.body);
    app.pass(Duration::from_secs(20));
    app.token(None, &form).await.expect(200);
    begin().await.expect(429);
});
