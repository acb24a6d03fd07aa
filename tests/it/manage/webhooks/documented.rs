//! The example of `docs/reference/webhooks.md` is run as it stands there.

use std::io::Write;
use std::process::{Command, Stdio};

use super::*;

const PAGE: &str = include_str!("../../../../docs/reference/webhooks.md");
/// Reads a request from standard input and says what the example says of it.
const HARNESS: &str = r#"
import json, sys
asked = json.load(sys.stdin)
print(is_genuine(asked["secret"], asked["headers"], asked["body"].encode(), asked["now"]))
"#;

fn python() -> &'static str {
    let (_, rest) = PAGE.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0
}

fn says(asked: &Value) -> String {
    let mut child = Command::new("python3")
        .args(["-c", &format!("{}\n{HARNESS}", python())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
}

on_both!(the_example_takes_what_is_genuine_and_nothing_else, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, secret) = hook(&root, &receiver.url(), &["team.created"]).await;
    root.post(&format!("{}/rotate-secret", at(&id)), &json!({})).await.expect(200);
    test_of(&root, &id).await;
    let got = receiver.wait_for(1).await.remove(0);
    let now = app.app.now().seconds();
    let asked = json!({
        "secret": secret, "headers": got.headers, "body": String::from_utf8(got.body).unwrap(), "now": now,
    });
    assert_eq!(says(&asked), "True");
    let but = |name: &str, value: Value| {
        let mut other = asked.clone();
        other[name] = value;
        says(&other)
    };
    assert_eq!(but("now", json!(now + 301)), "False");
    assert_eq!(but("body", json!("{}")), "False");
    assert_eq!(but("secret", json!("whsec_AAAA")), "False");
});
