//! `gridkey config plan`, `apply --prune` and `export`: the whole model as a file.

use super::{SEED, Shell};
use crate::support::{Database, Engine, run_sql};

const DIRECTORY: &str = include_str!("../../../fixtures/directory.toml");

fn empty(engine: Engine) -> Shell {
    let shell = Shell::on(Database::empty(engine)).with("GRIDKEY_SECURITY_DEVELOPMENT", "false");
    let shell = shell.with("GRIDKEY_SERVER_PUBLIC_URL", "https://id.example.com");
    shell.run("migrate run").expect(0);
    shell
}

fn write(shell: &Shell, name: &str, text: &str) {
    std::fs::write(shell.path().join(name), text).unwrap();
}

/// The fixture with its passwords and secrets, and the rich file beside it.
fn filled(engine: Engine) -> Shell {
    let shell = empty(engine).with("GRIDKEY_SECURITY_DEVELOPMENT", "true");
    let shell = shell.with("GRIDKEY_SERVER_PUBLIC_URL", "http://127.0.0.1:8080");
    for (name, text) in [("fixture.toml", SEED), ("directory.toml", DIRECTORY)] {
        write(&shell, name, text);
        shell.run(&format!("config apply {name}")).expect(0);
    }
    shell
}

#[test]
fn what_is_exported_makes_the_same_on_an_empty_server_of_either_kind() {
    let all = filled(Engine::Sqlite).run("config export").expect(0).out;
    for secret in ["battery", "web-secret-web", "private"] {
        assert!(!all.to_lowercase().contains(secret), "{secret}");
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        // Where no password may stand in clear.
        let shell = empty(engine);
        write(&shell, "all.toml", &all);
        let planned = shell.run("config plan all.toml").expect(0).out;
        assert!(planned.contains(" 0 updated") && planned.contains("dry run"), "{planned}");
        let applied = shell.run("config apply all.toml").expect(0).out;
        assert!(planned.starts_with(applied.trim_end()), "{planned}\n{applied}");
        assert_eq!(shell.run("config export --output toml").expect(0).out, all, "{engine:?}");
        let again = shell.run("config plan all.toml --prune").expect(0).out;
        assert!(again.starts_with("0 created, 0 updated, ") && !again.contains("deleted"), "{again}");
    }
}

#[test]
fn one_organisation_can_be_exported_alone() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let shell = filled(engine);
        let part = shell.run("config export --tenant globex").expect(0).out;
        assert!(part.contains("hank@globex.example") && !part.contains("\"acme\""), "{part}");
        let nobody = shell.run("config export --tenant nobody").expect(4);
        assert!(nobody.err.contains("nobody") && nobody.out.is_empty(), "{}", nobody.err);
        assert!(!part.contains("battery") && part.contains("$argon2id$"), "{part}");
    }
}

#[test]
fn nothing_is_deleted_without_being_told_to_and_a_plan_changes_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let shell = filled(engine);
        let before = shell.run("config export").expect(0).out;
        write(&shell, "few.toml", "[[tenants]]\nslug = \"initech\"\ndisplay_name = \"Initech\"\n");
        let plan = shell.run("config plan few.toml --prune").expect(0).out;
        for line in ["updated tenant initech (display_name)", "deleted user initech/bill@initech.example"] {
            assert!(plan.contains(line), "{line}: {plan}");
        }
        assert!(plan.contains(", 14 deleted"), "{plan}");
        let listed = shell.run("config plan few.toml --prune --output json").expect(0).json();
        let deleted = listed.as_array().unwrap().iter().filter(|one| one["action"] == "deleted");
        assert_eq!(deleted.count(), 14);
        assert_eq!(shell.run("config export").expect(0).out, before);
        let kept = shell.run("config apply few.toml").expect(0).out;
        assert!(
            kept.starts_with("updated tenant initech (display_name)\n") && !kept.contains("deleted"),
            "{kept}"
        );
        assert!(shell.run("config export").expect(0).out.contains("bill@initech.example"));
        let pruned = shell.run("config apply few.toml --prune").expect(0).out;
        assert!(pruned.contains("14 deleted"), "{pruned}");
        let after = shell.run("config export").expect(0).out;
        assert!(!after.contains("bill@initech.example") && after.contains("ada@acme.example"), "{after}");
    }
}

#[test]
fn each_change_has_its_event_and_no_event_has_a_secret() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let shell = filled(engine);
        let database = shell.database.as_ref().unwrap();
        let count = |condition: &str, expected: usize| {
            let wrong = format!("(SELECT count(*) FROM audit_events WHERE {condition}) <> {expected}");
            // The constraint says no when the count is another.
            run_sql(database, "DROP TABLE IF EXISTS counted");
            run_sql(database, "CREATE TABLE counted (n INTEGER NOT NULL)");
            run_sql(database, &format!("INSERT INTO counted SELECT CASE WHEN {wrong} THEN NULL ELSE 1 END"));
            run_sql(database, "DROP TABLE counted");
        };
        // 19 of the fixture and 17 of the rich file.
        count("action LIKE '%.create' AND actor_kind = 'system'", 36);
        count("changes LIKE '%argon2%' OR changes LIKE '%sha256%' OR changes LIKE '%battery%'", 0);
        shell.run("config apply directory.toml").expect(0);
        count("1 = 1", 36);
        shell.run("config apply directory.toml --prune --dry-run").expect(0);
        count("1 = 1", 36);
        write(&shell, "one.toml", &DIRECTORY.replace("Bill Lumbergh", "William Lumbergh"));
        shell.run("config apply one.toml").expect(0);
        count("action = 'user.update' AND changes LIKE '%William%' AND changes LIKE '%Bill Lumbergh%'", 1);
        count("1 = 1", 37);
    }
}
