//! The walk with curl of `docs/reference/first-party-flow.md`, as it stands there.

use std::process::Command;

use super::{ADA, to_callback};
use crate::on_both;
use crate::support::{PASSWORD, query_of};

const DOCUMENT: &str = include_str!("../../../docs/reference/first-party-flow.md");

/// The shell blocks, in their order.
fn blocks() -> Vec<&'static str> {
    DOCUMENT.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Runs a script and returns its lines.
async fn bash(script: String) -> Vec<String> {
    let output = tokio::task::spawn_blocking(move || {
        Command::new("bash").args(["-euo", "pipefail", "-c", &script]).output().unwrap()
    });
    let output = output.await.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// What the readers of the document have set by then.
fn variables(all: &[(&str, &str)]) -> String {
    all.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect()
}

on_both!(the_walk_in_the_reference_works_as_it_is_written, |app| {
    let blocks = blocks();
    assert_eq!(blocks.len(), 5, "{blocks:#?}");
    // The fixture's own application stands in for the one of the document.
    let adapted: Vec<String> = blocks
        .iter()
        .map(|block| {
            let block = block.replace("http://localhost:8080", &app.base);
            block.replace("http://localhost:3000/callback", "https://portal.example.com/cb")
        })
        .collect();
    let identified = bash(adapted[0].clone()).await;
    assert!(identified[0].contains("\"slug\":\"acme\""), "{identified:?}");

    let begun = bash(format!(
        "{}{}\nprintf '%s\\n' \"$VERIFIER\" \"$STATE\"",
        variables(&[("BASE", &app.base)]),
        adapted[1]
    ))
    .await;
    let (url, verifier, state) = (&begun[0], &begun[1], &begun[2]);
    let mut browser = app.browser();
    let back = to_callback(&mut browser, url, ADA, PASSWORD).await;
    let sent = browser.get(&back).await;
    let query = query_of(sent.reply.header("location"));
    assert_eq!(&query["state"], state);

    let with_code = adapted[2].replace("CODE=gkac_...", &format!("CODE={}", query["code"]));
    assert_ne!(with_code, adapted[2]);
    let known = variables(&[("BASE", &app.base), ("VERIFIER", verifier)]);
    let tokens = bash(format!("{known}{with_code}\nprintf '%s\\n' \"$ACCESS\" \"$REFRESH\"")).await;
    let (access, refresh) = (&tokens[0], &tokens[1]);
    assert!(access.starts_with("eyJ") && refresh.starts_with("gkrt_"), "{tokens:?}");

    let known = variables(&[("BASE", &app.base), ("ACCESS", access), ("REFRESH", refresh)]);
    let used = bash(format!("{known}{}", adapted[3])).await.join("\n");
    assert!(
        used.contains("\"email\":\"ada@acme.example\"") && used.contains("\"refresh_token\":\"gkrt_"),
        "{used}"
    );
    assert_eq!(bash(format!("{known}{}", adapted[4])).await, ["204", "AUTH_TOKEN_INVALID"]);
});

/// The codes of the table in the document are those that these tests produce.
#[test]
fn every_code_in_the_reference_has_a_test() {
    let tests = concat!(include_str!("mod.rs"), include_str!("errors.rs"), include_str!("flow.rs"));
    // What only a broken or overloaded server says is for the tests of those.
    let elsewhere = ["AUTH_IDENTITY_NOT_FOUND", "REQUEST_TIMEOUT", "INTERNAL_ERROR", "SERVICE_UNAVAILABLE"];
    let table = DOCUMENT.split("## Errors").nth(1).unwrap().split("\n## ").next().unwrap();
    let codes: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split('`').nth(1))
        .filter(|code| code.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect();
    assert_eq!(codes.len(), 16, "{codes:?}");
    for code in codes {
        assert!(tests.contains(&format!("\"{code}\"")) || elsewhere.contains(&code), "{code}");
    }
}
