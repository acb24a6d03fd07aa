//! The stream of what ends.

use std::time::Duration;

use gridkey::credentials::KeyLevel;
use reqwest::Response;

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::{Reply, TestApp};

/// A reader of the stream.
struct Listener {
    response: Response,
    text: String,
}

impl Listener {
    async fn start(app: &TestApp, token: &str, last: Option<&str>) -> Self {
        let mut request = app.http().get(app.url("/v1/events/revocations")).bearer_auth(token);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// Reads until `wanted` was said.
    async fn until(&mut self, wanted: &str) {
        let read = async {
            while !self.text.contains(wanted) {
                let chunk = self.response.chunk().await.unwrap().expect("the stream goes on");
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(10), read).await.unwrap_or_else(|_| panic!("{}", self.text));
    }
}

fn last_id(text: &str) -> String {
    text.lines().rev().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned()
}

async fn admin(app: &TestApp) -> Manager<'_> {
    app.manager("acme", Some("tenant_admin")).await
}

on_both!(what_ends_is_heard_and_told_again_to_who_missed_it, |app| {
    let edge = admin(&app).await;
    let (first, second) = (app.ada_key(KeyLevel::Admin).await, app.ada_key(KeyLevel::Admin).await);
    let mut listener = Listener::start(&app, &edge.token, None).await;
    listener.until(":\n").await;
    app.revoke_key(&first).await;
    listener.until(&first.id.to_string()).await;
    assert!(listener.text.contains("\"action\":\"api_key.revoke\""), "{}", listener.text);
    let last = last_id(&listener.text);
    drop(listener);
    app.revoke_key(&second).await;
    let mut again = Listener::start(&app, &edge.token, Some(&last)).await;
    again.until(&second.id.to_string()).await;
});

on_both!(a_second_node_tells_what_the_first_ended, |app| {
    let edge = admin(&app).await;
    let second = app.second_node().await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let mut listener = Listener::start(&second, &edge.token, None).await;
    listener.until(":\n").await;
    app.revoke_key(&key).await;
    listener.until(&key.id.to_string()).await;
});

on_both!(nobody_hears_of_another_organisation, |app| {
    let (edge, other) = (admin(&app).await, app.manager("globex", Some("tenant_admin")).await);
    let key = app.ada_key(KeyLevel::Admin).await;
    let mut foreign = Listener::start(&app, &other.token, None).await;
    let mut own = Listener::start(&app, &edge.token, None).await;
    app.revoke_key(&key).await;
    own.until(&key.id.to_string()).await;
    foreign.until(":\n").await;
    assert!(!foreign.text.contains(&key.id.to_string()), "{}", foreign.text);
});

on_both!(who_may_not_listen_any_more_is_cut_off, |app| {
    let edge = admin(&app).await;
    let key = app.ada_key(KeyLevel::Admin).await;
    let mut listener = Listener::start(&app, &key.secret, None).await;
    listener.until(":\n").await;
    app.revoke_key(&key).await;
    app.clock.advance(Duration::from_secs(2));
    let closed = async { while listener.response.chunk().await.unwrap().is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), closed).await.expect("the stream ends");
    let viewer = app.manager("acme", Some("tenant_user")).await;
    app.get_as("/v1/events/revocations", &viewer.token).await.expect_problem(403, "permission_denied");
    let request = app.http().get(app.url("/v1/events/revocations")).bearer_auth(&edge.token);
    let reply = Reply::of(request.header("last-event-id", "yesterday").send().await.unwrap()).await;
    reply.expect_problem(400, "invalid_last_event_id");
});
