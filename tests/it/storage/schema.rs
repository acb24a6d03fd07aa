//! Both databases are what `src/db/schema.rs` says, and no request reads a table from end to end.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use diesel::{PgConnection, SqliteConnection};

use crate::support::statements::scans;
use crate::support::{Database, Engine, PASSWORD, TestApp, runtime};

/// Table -> column -> (type, whether it may be null).
type Shape = BTreeMap<String, BTreeMap<String, (String, bool)>>;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Integer)]
    nullable: i32,
}

fn shape(columns: Vec<Column>) -> Shape {
    let mut shape = Shape::new();
    for column in columns.into_iter().filter(|column| !column.table_name.starts_with("__")) {
        let entry = (column.data_type.to_lowercase(), column.nullable == 1);
        shape.entry(column.table_name).or_default().insert(column.column_name, entry);
    }
    shape
}

fn of_sqlite(url: &str) -> Shape {
    let mut conn = SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
    let sql = "SELECT m.name AS table_name, p.name AS column_name, p.type AS data_type, p.\"notnull\" = 0 AS nullable \
               FROM sqlite_schema m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
    shape(diesel::sql_query(sql).load(&mut conn).unwrap())
}

fn of_postgres(url: &str) -> Shape {
    let mut conn = PgConnection::establish(url).unwrap();
    let sql = "SELECT table_name::text, column_name::text, udt_name::text AS data_type, \
               (is_nullable = 'YES')::int AS nullable FROM information_schema.columns WHERE table_schema = 'public'";
    shape(diesel::sql_query(sql).load(&mut conn).unwrap())
}

/// What `schema.rs` says, with the types of one database.
fn described(engine: Engine) -> Shape {
    let text = concat!(
        include_str!("../../../src/db/schema.rs"),
        include_str!("../../../src/db/schema/keys.rs"),
        include_str!("../../../src/db/schema/told.rs"),
        include_str!("../../../src/db/schema/device.rs"),
        include_str!("../../../src/db/schema/branding.rs"),
        include_str!("../../../src/db/schema/directory.rs")
    );
    let mut shape = Shape::new();
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            name.clone_into(&mut table);
        } else if let Some((column, sql_type)) = line.trim_end_matches(',').split_once(" -> ")
            && !line.starts_with("joinable")
        {
            let inner = sql_type.strip_prefix("Nullable<").map(|rest| rest.trim_end_matches('>'));
            let plain = inner.unwrap_or(sql_type);
            let (postgres, sqlite) = match plain {
                "SqlId" => ("uuid", "text"),
                "SqlTime" => ("timestamptz", "integer"),
                "SqlJson" => ("jsonb", "text"),
                "SqlStrings" => ("_text", "text"),
                "Binary" => ("bytea", "blob"),
                "Text" => ("text", "text"),
                "Bool" => ("bool", "integer"),
                "BigInt" => ("int8", "integer"),
                other => panic!("{table}.{column}: give {other} a type here"),
            };
            let name = if engine == Engine::Postgres { postgres } else { sqlite };
            shape
                .entry(table.clone())
                .or_default()
                .insert(column.to_owned(), (name.to_owned(), inner.is_some()));
        }
    }
    assert!(shape.len() > 10, "the description was read");
    shape
}

#[test]
fn both_databases_are_as_described() {
    let lite = Database::fresh(Engine::Sqlite);
    assert_eq!(of_sqlite(&lite.url), described(Engine::Sqlite));
    let pg = Database::fresh(Engine::Postgres);
    assert_eq!(of_postgres(&pg.url), described(Engine::Postgres));
}

/// Belongs to the whole server, not to one organisation.
const WITHOUT_TENANT: &[&str] = &["tenants", "signing_keys", "throttles", "setup_links"];

#[test]
fn every_other_table_names_its_organisation() {
    for (table, columns) in described(Engine::Sqlite) {
        let has = columns.get("tenant_id").is_some_and(|(_, nullable)| !nullable);
        assert_eq!(has, !WITHOUT_TENANT.contains(&table.as_str()), "{table}");
        assert!(columns.len() <= 32, "{table} is too wide for diesel's 32 columns");
    }
}

/// Whole tables that may be read: a handful of rows each, or a job that walks by an index on time.
const MAY_SCAN: &[&str] = &["signing_keys", "__diesel_schema_migrations"];

#[test]
fn no_request_reads_a_table_from_end_to_end() {
    let (database, statements) = runtime().block_on(async {
        let app = TestApp::start_watched(Engine::Sqlite).await;
        let tokens = app.ada_signs_in().await;
        let refreshed = app.refresh(tokens["refresh_token"].as_str().unwrap()).await.expect(200);
        let access = refreshed.text("access_token");
        app.get_as("/oauth2/userinfo", &access).await.expect(200);
        app.post("/oauth2/introspect", Some(&app.web()), &[("token", &access)]).await.expect(200);
        app.post("/oauth2/revoke", Some(&app.web()), &[("token", &access)]).await.expect(200);
        app.post("/oauth2/revoke", Some(&app.web()), &[("token", &refreshed.text("refresh_token"))])
            .await
            .expect(200);
        app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await.expect(200);
        let mut browser = app.browser();
        let page = browser.follow(browser.get(&crate::support::authorize_web("openid", &[])).await).await;
        let wrong = browser.submit(&page, &[("email", "nobody@acme.example")]).await;
        let wrong = browser.follow(wrong).await;
        browser.submit(&wrong, &[("password", "wrong wrong wrong")]).await;
        browser.code_for_web("openid", "ada@acme.example", PASSWORD).await;
        browser.get("/oauth2/logout").await;
        browser.get("/login/account").await;
        manage_people(&app).await;
        (Database::fresh(Engine::Sqlite), BTreeSet::from_iter(app.statements()))
    });
    let mut whole = Vec::new();
    let mut looked_at = 0;
    for sql in statements.iter().filter(|sql| is_lookup(sql)) {
        looked_at += 1;
        let found = scans(&database.url, sql).into_iter();
        let found = found.filter(|step| !MAY_SCAN.iter().any(|table| step.contains(table)));
        whole.extend(found.map(|step| format!("{step}: {sql}")));
    }
    assert!(looked_at > 25, "only {looked_at} statements were recorded");
    assert!(whole.is_empty(), "{}", whole.join("\n"));
}

/// What administrators do with people.
async fn manage_people(app: &TestApp) {
    use serde_json::json;
    let root = app.manager("acme", Some("super_admin")).await;
    for path in [
        "users",
        "users?status=active,invited",
        "users?q=a",
        "users?role=editor",
        "users?email=ada@acme.example",
        "sessions",
        "invitations",
        "recycle-bin",
        "me",
    ] {
        root.get(&format!("/v1/{path}")).await.expect(200);
    }
    let body = json!({ "email": "kay@acme.example", "display_name": "Kay", "roles": ["editor"] });
    let sent = root.post("/v1/invitations", &body).await.expect(201);
    let user = format!("/v1/users/{}", sent.text("user_id"));
    root.call(reqwest::Method::POST, &format!("{}/resend", sent.header("location"))).await.expect(200);
    for path in ["", "/roles", "/permissions", "/sessions"] {
        root.get(&format!("{user}{path}")).await.expect(200);
    }
    root.patch(&user, &json!({ "status": "active" })).await.expect(200);
    root.call(reqwest::Method::POST, &format!("{user}/password-reset")).await.expect(200);
    root.put(&format!("{user}/roles"), &json!({ "roles": [] })).await.expect(200);
    for action in ["suspend", "resume", "delete"] {
        let body = json!({ "action": action, "ids": [sent.text("user_id")] });
        root.post("/v1/users/bulk", &body).await.expect(200);
    }
    root.call(reqwest::Method::POST, &format!("{user}/restore")).await.expect(200);
    root.delete(&user).await.expect(204);
    root.delete(&format!("/v1/recycle-bin/user/{}", sent.text("user_id"))).await.expect(204);
}

/// SQLite's own text of a statement that looks rows up, and not one of the jobs that sweep.
fn is_lookup(sql: &str) -> bool {
    sql.contains('`') && ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb))
}
