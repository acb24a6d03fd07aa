//! Two servers on one database, as behind a balancer: neither knows what the other just did but from the database.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use serde_json::Value;

use crate::on_both;
use crate::support::process::Process;
use crate::support::{
    Browser, Engine, PASSWORD, Reply, TestApp, VERIFIER, authorize_web, basic, http_client, jwt_claims,
    query_of, runtime, tokens,
};

const AT_ONCE: usize = 16;
/// The memory of a node is a second old at most; the machine may be slow.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// Form posts to the nodes in turn, over connections that stand already.
struct Balancer {
    http: reqwest::Client,
    nodes: Vec<String>,
    authorization: String,
}

impl Balancer {
    async fn before(nodes: &[&str]) -> Self {
        let http = http_client();
        let balancer = Self {
            http,
            nodes: nodes.iter().map(|&node| node.to_owned()).collect(),
            authorization: basic("web", "web-secret-web-secret-web-secret-0001"),
        };
        let calls = (0..AT_ONCE).map(|n| {
            balancer.http.get(format!("{}/health/live", balancer.nodes[n % balancer.nodes.len()])).send()
        });
        join_all(calls).await;
        balancer
    }

    async fn post(&self, node: usize, path: &str, form: &[(&str, &str)]) -> Reply {
        let url = format!("{}{path}", self.nodes[node % self.nodes.len()]);
        let request = self.http.post(url).header("authorization", &self.authorization).form(form);
        Reply::of(request.send().await.unwrap()).await
    }

    async fn redeem(&self, node: usize, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", "https://portal.example.com/cb"),
            ("code_verifier", VERIFIER),
        ];
        self.post(node, "/oauth2/token", &form).await
    }

    async fn refresh(&self, node: usize, token: &str) -> Reply {
        self.post(node, "/oauth2/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    async fn is_active(&self, node: usize, token: &str) -> bool {
        let reply = self.post(node, "/oauth2/introspect", &[("token", token)]).await.expect(200);
        reply.json()["active"] == true
    }

    /// Asks a node until it no longer believes in a token; fails when that takes too long.
    async fn wait_until_dead(&self, node: usize, token: &str) {
        let waited = tokio::time::timeout(LONGEST_WAIT, async {
            while self.is_active(node, token).await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        waited.await.expect("the other node still believes in a token that was ended");
    }

    /// Sixteen at once, half at each node: the one winner's answer.
    async fn race_code(&self, code: &str) -> Value {
        let replies = join_all((0..AT_ONCE).map(|n| self.redeem(n, code))).await;
        let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
        assert_eq!(won.len(), 1);
        for reply in lost {
            reply.expect_error(400, "invalid_grant");
        }
        won[0].json()
    }

    /// The same for a refresh token: the one successor that all are given.
    async fn race_refresh(&self, token: &str) -> String {
        let replies = join_all((0..AT_ONCE).map(|n| self.refresh(n, token))).await;
        let successors: BTreeSet<String> =
            replies.into_iter().map(|reply| reply.expect(200).text("refresh_token")).collect();
        assert_eq!(successors.len(), 1, "the line forked");
        successors.into_iter().next().unwrap()
    }
}

on_both!(
    /// Checklist 22, fault 3.
    a_code_raced_over_two_nodes_is_redeemed_once,
    |app| {
        let second = app.second_node().await;
        let balancer = Balancer::before(&[&app.base, &second.base]).await;
        let mut browser = app.browser();
        for round in 1..=5 {
            let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
            let won = balancer.race_code(&code).await;
            assert_eq!(tokens::count(&app, "SELECT count(*) AS n FROM token_families").await, round);
            for node in 0..2 {
                balancer.refresh(node, &tokens::text(&won, "refresh_token")).await.expect_error(400, "invalid_grant");
                balancer.wait_until_dead(node, &tokens::text(&won, "access_token")).await;
            }
        }
    }
);

on_both!(
    /// Checklist 31, fault 3.
    a_refresh_token_raced_over_two_nodes_has_one_successor,
    |app| {
        let second = app.second_node().await;
        let balancer = Balancer::before(&[&app.base, &second.base]).await;
        let first = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
        let mut line = vec![tokens::text(&first, "refresh_token")];
        for _ in 0..5 {
            line.push(balancer.race_refresh(line.last().unwrap()).await);
        }
        let mut living = 0;
        for token in &line {
            living += usize::from(balancer.is_active(1, token).await);
        }
        assert_eq!(living, 1);
        // And a replay at one node ends the line at the other.
        balancer.refresh(0, &line[0]).await.expect_error(400, "invalid_grant");
        balancer.refresh(1, line.last().unwrap()).await.expect_error(400, "invalid_grant");
    }
);

on_both!(a_sign_in_begun_at_one_node_is_finished_at_the_other, |app| {
    let second = app.second_node().await;
    let mut browser = app.browser();
    let mut page = browser.follow(browser.get(&authorize_web("openid", &[])).await).await;
    assert_eq!(page.path(), "/login/identify");
    browser.go_to_node(&second.base);
    page = browser.follow(browser.submit(&page, &[("email", tokens::ADA)]).await).await;
    assert_eq!(page.path(), "/login/password");
    browser.go_to_node(&app.base);
    let answered = browser.submit(&page, &[("password", PASSWORD)]).await;
    browser.go_to_node(&second.base);
    page = browser.follow(answered).await;
    let code = query_of(page.reply.header("location"))["code"].clone();
    // Redeemed where it was not issued, refreshed where it was not redeemed, known at both.
    let first = app.redeem(&code).await.expect(200);
    let next = second.refresh(&first.text("refresh_token")).await.expect(200);
    for node in [&app, &second] {
        assert_eq!(jwt_claims(&next.text("access_token"))["iss"], node.issuer());
        node.get_as("/oauth2/userinfo", &next.text("access_token")).await.expect(200);
        assert!(tokens::verify(&tokens::jwks(node).await, &next.text("access_token")).is_some());
    }
    let silent = browser.get(&authorize_web("openid", &[("prompt", "none")])).await;
    assert!(
        query_of(silent.reply.header("location")).contains_key("code"),
        "signed in at every node: {silent:?}"
    );
});

on_both!(
    /// Checklist 33, fault 4: what the other node remembers of a living token is a second old at most.
    a_revocation_at_one_node_is_known_at_the_other_within_a_second,
    |app| {
        let second = app.second_node().await;
        let balancer = Balancer::before(&[&app.base, &second.base]).await;
        let mut browser = app.browser();
        for by_refresh_token in [true, false] {
            let answer = tokens::line(&app, &mut browser, "openid offline_access").await;
            let (access, refresh) = (tokens::text(&answer, "access_token"), tokens::text(&answer, "refresh_token"));
            assert!(balancer.is_active(1, &access).await, "it is remembered there now");
            let token = if by_refresh_token { &refresh } else { &access };
            balancer.post(0, "/oauth2/revoke", &[("token", token)]).await.expect(200);
            assert!(!balancer.is_active(0, &access).await, "the node that did it knows at once");
            balancer.wait_until_dead(1, &access).await;
            second.get_as("/oauth2/userinfo", &access).await.expect(401);
            let refreshed = balancer.refresh(1, &refresh).await;
            assert_eq!(refreshed.status, if by_refresh_token { 400 } else { 200 });
        }
    }
);

on_both!(
    /// Fault 4: a client that was switched off at one node gets nothing at the other, soon.
    a_client_switched_off_at_one_node_is_refused_at_the_other,
    |app| {
        let second = app.second_node().await;
        let machine = [("grant_type", "client_credentials")];
        second.token(Some(&app.worker()), &machine).await.expect(200);
        tokens::alter_client(&app, "worker", |client| client.status = gridkey::clients::ClientStatus::Disabled).await;
        let refused = tokio::time::timeout(LONGEST_WAIT, async {
            while second.token(Some(&app.worker()), &machine).await.status == 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        refused.await.expect("the other node still gives tokens to a client that was switched off");
    }
);

on_both!(
    /// Checklist 29: the grants of a person look at the database, not at what was remembered.
    a_person_switched_off_at_one_node_gets_nothing_at_the_other_at_once,
    |app| {
        let second = app.second_node().await;
        let mut browser = app.browser();
        let line = tokens::line(&second, &mut browser, "openid offline_access").await;
        let code = tokens::code(&mut browser, "openid", &[]).await;
        tokens::alter(&app, |conn| {
            let ada = tokens::person(conn, "acme", tokens::ADA)?;
            let status = gridkey::users::UserStatus::Suspended;
            gridkey::users::store::update(conn, ada.tenant_id, &gridkey::users::User { status, ..ada })
        })
        .await;
        second.redeem(&code).await.expect_error(400, "invalid_grant");
        second.refresh(&tokens::text(&line, "refresh_token")).await.expect_error(400, "invalid_grant");
    }
);

/// Fault 3 with real processes: what two of them agree on went through the database.
#[test]
fn two_processes_on_one_postgresql_agree() {
    let mut first = Process::on_fresh(Engine::Postgres, &[]);
    let mut second = first.second_node();
    runtime().block_on(async {
        tokio::join!(first.start(), second.start());
        let balancer = Balancer::before(&[&first.base, &second.base]).await;
        let mut browser = Browser::new(&first.base);
        tokens::code(&mut browser, "openid", &[]).await;
        browser.go_to_node(&second.base);
        let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
        let won = balancer.race_code(&code).await;
        for node in 0..2 {
            balancer
                .refresh(node, &tokens::text(&won, "refresh_token"))
                .await
                .expect_error(400, "invalid_grant");
        }

        let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
        let answer = balancer.redeem(0, &code).await.expect(200).json();
        let mut living = tokens::text(&answer, "refresh_token");
        for _ in 0..3 {
            living = balancer.race_refresh(&living).await;
        }
        let access = tokens::text(&answer, "access_token");
        assert!(balancer.is_active(0, &access).await && balancer.is_active(1, &access).await);
        balancer.post(0, "/oauth2/revoke", &[("token", &living)]).await.expect(200);
        balancer.refresh(1, &living).await.expect_error(400, "invalid_grant");
        balancer.wait_until_dead(1, &access).await;
        let keys =
            [&first.base, &second.base].map(|node| balancer.http.get(format!("{node}/oauth2/jwks")).send());
        let keys: Vec<Value> = join_all(
            join_all(keys)
                .await
                .into_iter()
                .map(|answer| async { Reply::of(answer.unwrap()).await.expect(200).json() }),
        )
        .await;
        assert_eq!(keys[0], keys[1]);
    });
}

/// Two processes that start at once on a database without keys make one set of keys between them.
#[test]
fn two_nodes_that_start_at_once_share_their_keys() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Postgres).await;
        tokens::alter(&app, |conn| {
            use diesel::prelude::*;
            use gridkey::db::{Conn, DbError, schema::signing_keys};
            match conn {
                Conn::Pg(conn) => diesel::delete(signing_keys::table).execute(*conn)?,
                Conn::Lite(conn) => diesel::delete(signing_keys::table).execute(*conn)?,
            };
            Ok::<_, DbError>(())
        })
        .await;
        let (one, two) = tokio::join!(app.second_node(), app.second_node());
        assert_eq!(tokens::jwks(&one).await, tokens::jwks(&two).await);
        assert_eq!(tokens::jwks(&one).await["keys"].as_array().unwrap().len(), 3);
    });
}
