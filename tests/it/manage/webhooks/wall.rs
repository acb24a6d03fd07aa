//! Nothing is sent into networks that only the server reaches.

use std::net::TcpListener;

use super::*;
use crate::on_both_with;
use crate::support::execute;
use crate::support::receiver::Answer;

const OUTSIDE: [(&str, &str); 1] = [("server.public_url", "https://id.example.test")];
const OPENED: [(&str, &str); 2] =
    [("server.public_url", "https://id.example.test"), ("webhooks.allowed_networks", "127.0.0.0/8,::1")];

on_both_with!(OUTSIDE, no_inner_address_is_taken_however_it_is_written, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    for url in [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://192.168.0.1:8443/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "http://example.com/",
        "http://127.0.0.1/",
        "ftp://example.com/",
        "gopher://127.0.0.1/",
    ] {
        let body = json!({ "url": url, "events": ["*"] });
        root.post("/v1/webhooks", &body).await.expect_problem(422, "invalid_url");
    }
    let (id, _) = hook(&root, "https://example.com/", &["team.created"]).await;
    root.patch(&at(&id), &json!({ "url": "https://10.0.0.1/" })).await.expect_problem(422, "invalid_url");
});

/// Whether somebody knocked.
fn knocked(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).unwrap();
    listener.accept().is_ok()
}

on_both_with!(OUTSIDE, a_name_that_leads_inside_is_not_connected_to, |app| {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let root = app.manager("acme", Some("tenant_admin")).await;
    let (id, _) = hook(&root, &format!("https://localhost:{port}/"), &["team.created"]).await;
    let delivery = test_of(&root, &id).await;
    let tried = until(&app, (&id, &delivery), |one| !one.error.is_empty()).await;
    assert_eq!((tried.error.as_str(), tried.answer_status), ("address_not_allowed", None));
    // One that was taken when the settings were others.
    for inner in [format!("https://127.0.0.1:{port}/"), "https://169.254.169.254/".into()] {
        execute(&app.database_url, &format!("UPDATE webhooks SET url = '{inner}'"));
        let delivery = test_of(&root, &id).await;
        let tried = until(&app, (&id, &delivery), |one| !one.error.is_empty()).await;
        assert_eq!(tried.error, "address_not_allowed", "{inner}");
    }
    assert!(!knocked(&listener));
});

on_both_with!(OPENED, a_network_that_was_opened_is_reached, |app| {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let root = app.manager("acme", Some("tenant_admin")).await;
    let (id, _) = hook(&root, &format!("https://localhost:{port}/"), &["team.created"]).await;
    test_of(&root, &id).await;
    for _ in 0..1_000 {
        if knocked(&listener) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody came");
});

on_both!(a_redirect_is_not_followed, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let (receiver, inner) = (Receiver::start(), Receiver::start());
    for status in [301, 302, 303, 307, 308] {
        receiver.answer([Answer { status, body: String::new(), location: inner.url() }]);
        let (id, _) = hook(&root, &receiver.url(), &["team.created"]).await;
        let delivery = test_of(&root, &id).await;
        let tried = until(&app, (&id, &delivery), |one| !one.error.is_empty()).await;
        assert_eq!((tried.error.as_str(), tried.answer_status), ("redirect", Some(i64::from(status))));
    }
    assert_eq!(inner.seen().len(), 0);
});
