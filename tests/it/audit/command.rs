//! `gridkey audit verify`, as an operator runs it beside a server that was used.

use std::process::Command;

use gridkey::audit::{self, ChainKey};

use crate::manage::example;
use crate::on_both;
use crate::support::tokens::lines;
use crate::support::{Engine, MASTER_KEY, TestApp, execute};

/// Runs it: whether all chains hold, and what it said.
async fn verify(app: &TestApp) -> (bool, String) {
    let (base, url) = (app.base.clone(), app.database_url.clone());
    let run = move || {
        Command::new(env!("CARGO_BIN_EXE_gridkey"))
            .args(["audit", "verify"])
            .env_clear()
            .env("GRIDKEY_SERVER_PUBLIC_URL", base)
            .env("GRIDKEY_SECURITY_MASTER_KEY", MASTER_KEY)
            .env("GRIDKEY_SECURITY_DEVELOPMENT", "true")
            .env("GRIDKEY_DATABASE_URL", url)
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    let code = output.status.code().unwrap();
    assert!([0, 1].contains(&code), "{}", String::from_utf8_lossy(&said));
    (code == 0, String::from_utf8_lossy(&said).into_owned())
}

/// The columns of the log, as the database has them: one that is added is not forgotten here.
async fn columns(app: &TestApp) -> Vec<String> {
    let sql = match app.engine {
        Engine::Sqlite => "SELECT name AS line FROM pragma_table_info('audit_events')",
        Engine::Postgres => {
            "SELECT column_name::text AS line FROM information_schema.columns WHERE table_schema = 'public' AND \
             table_name = 'audit_events'"
        }
    };
    lines(app, sql).await
}

/// Another value for a column.
fn changed(engine: Engine, column: &str) -> String {
    let stranger = "'01a00000-0000-7000-8000-000000000001'";
    match (column, engine) {
        ("id" | "tenant_id" | "actor_tenant_id", _) => stranger.to_owned(),
        ("occurred_at", Engine::Postgres) => "occurred_at + interval '1 microsecond'".to_owned(),
        ("occurred_at", Engine::Sqlite) => "occurred_at + 1".to_owned(),
        ("sequence", _) => "sequence + 1000".to_owned(),
        ("hash", Engine::Postgres) => "decode(repeat('00', 32), 'hex')".to_owned(),
        ("hash", Engine::Sqlite) => "zeroblob(32)".to_owned(),
        _ => format!("{column} || 'x'"),
    }
}

on_both!(
    /// Checklist 84.
    it_passes_after_the_example_and_fails_after_any_tampering_with_one_row, |app| {
    example::build(&app).await;
    let key = ChainKey::of(&app.app.master);
    audit::seal_pending(&app.app.db, &key, app.now()).await.unwrap();
    let (whole, said) = verify(&app).await;
    assert!(whole && said.contains("0 are not sealed yet"), "{said}");

    execute(&app.database_url, "CREATE TABLE kept AS SELECT * FROM audit_events");
    let longest = "SELECT CAST(tenant_id AS text) AS line FROM audit_events GROUP BY tenant_id ORDER BY count(*) DESC";
    let log = lines(&app, longest).await.swap_remove(0);
    let row = |sequence: i64| format!("tenant_id = '{log}' AND sequence = {sequence}");
    let columns = columns(&app).await;
    assert!(columns.len() >= 21, "{columns:?}");
    let mut ways: Vec<String> = columns
        .iter()
        .map(|column| {
            format!("UPDATE audit_events SET {column} = {} WHERE {}", changed(app.engine, column), row(2))
        })
        .collect();
    ways.extend([1, 2].map(|first| format!("DELETE FROM audit_events WHERE {}", row(first))));
    ways.push(format!(
        "DELETE FROM audit_events WHERE tenant_id = '{log}' AND sequence = (SELECT max(sequence) FROM kept WHERE \
         tenant_id = '{log}')"
    ));
    ways.push(format!(
        "UPDATE audit_events SET sequence = -1 WHERE {}; UPDATE audit_events SET sequence = 2 WHERE {}; \
         UPDATE audit_events SET sequence = 3 WHERE {}",
        row(2),
        row(3),
        row(-1)
    ));
    for way in ways {
        execute(&app.database_url, &way);
        let (whole, said) = verify(&app).await;
        assert!(!whole && said.contains("tampered with"), "{way}: {said}");
        execute(&app.database_url, "DELETE FROM audit_events; INSERT INTO audit_events SELECT * FROM kept");
    }
    let (whole, said) = verify(&app).await;
    assert!(whole, "{said}");
});

/// The end of each test verifies its database too.
#[test]
#[should_panic(expected = "the audit log was tampered with")]
fn a_test_that_leaves_a_broken_chain_fails() {
    crate::support::run(Engine::Sqlite, async |app: TestApp| {
        let root = app.manager("acme", Some("super_admin")).await;
        let team = serde_json::json!({ "slug": "crew", "display_name": "Crew" });
        root.post("/v1/teams", &team).await.expect(201);
        let key = ChainKey::of(&app.app.master);
        audit::seal_pending(&app.app.db, &key, app.now()).await.unwrap();
        execute(
            &app.database_url,
            "UPDATE audit_events SET target_name = 'other' WHERE action = 'team.create'",
        );
    });
}
