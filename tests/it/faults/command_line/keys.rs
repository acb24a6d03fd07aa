//! What is done to the signing keys by hand stands in the instance's log.

use serde_json::Value;

use super::Shell;
use crate::support::{Database, Engine};

/// The actions of the instance's log, and what they were done to.
fn log(shell: &Shell) -> Vec<(String, String)> {
    let events = shell.run("audit export --instance --format json").expect(0).json();
    let text = |event: &Value, member: &str| event[member].as_str().unwrap().to_owned();
    let mut all = Vec::new();
    for event in events.as_array().unwrap() {
        assert_eq!(
            (text(event, "actor_type"), text(event, "actor_name")),
            ("system".into(), "keys command".into())
        );
        assert!(!event.to_string().contains("PRIVATE"));
        all.push((text(event, "action"), text(event, "resource_id")));
    }
    all
}

/// Checklist 84.
#[test]
fn keys_that_are_made_or_retired_by_hand_are_written_down() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let shell = Shell::on(Database::fresh(engine));
        assert_eq!(log(&shell), []);
        let rotated = shell.run("keys rotate --algorithm ES256").expect(0).out;
        let made = log(&shell);
        assert_eq!((made.len(), made[0].0.as_str()), (1, "token_key.create"));
        assert!(rotated.contains(&made[0].1), "{rotated}");
        shell.run("keys rotate --now --algorithm ES256").expect(0);
        let mut retired: Vec<String> = log(&shell)
            .into_iter()
            .filter(|(action, _)| action == "token_key.retire")
            .map(|(_, kid)| kid)
            .collect();
        assert!(!retired.is_empty(), "the former one signs no more");
        shell.run("keys rotate --algorithm EdDSA").expect(0);
        let keys = shell.run("keys list --output json").expect(0).json();
        let next =
            keys.as_array().unwrap().iter().find(|key| key["algorithm"] == "EdDSA" && key["state"] == "next");
        let next = next.unwrap_or_else(|| panic!("{keys}"))["kid"].as_str().unwrap().to_owned();
        shell.run(&format!("keys retire {next}")).expect(0);
        retired.push(next.clone());
        let before = log(&shell);
        shell.run(&format!("keys retire {next}")).expect(0);
        assert_eq!(log(&shell), before, "what was so before is no event");
        assert!(before.contains(&("token_key.retire".into(), next)), "{before:?}");
        shell.run("audit verify").expect(0);
    }
}
