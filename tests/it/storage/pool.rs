//! A database that is busy or gone: 503 with Retry-After, never a hang, and what needs no database goes on.

use std::sync::mpsc::channel;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, RunQueryDsl};
use gridkey::db::{Conn, DbError};

use crate::support::{Engine, TestApp, runtime, terminate_connections};

/// Holds every connection that reads until the sender is dropped.
fn occupy(app: &TestApp, connections: usize) -> std::sync::mpsc::Sender<()> {
    let (release, wait) = channel::<()>();
    let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
    for _ in 0..connections {
        let (db, wait) = (app.app.db.clone(), wait.clone());
        tokio::spawn(async move {
            let held: Result<(), DbError> = db
                .read(move |_| {
                    assert!(wait.lock().unwrap_or_else(std::sync::PoisonError::into_inner).recv().is_err());
                    Ok(())
                })
                .await;
            drop(held);
        });
    }
    release
}

fn full_pool(engine: Engine) {
    runtime().block_on(async {
        let settings = [("database.connections", "1"), ("database.wait", "300ms")];
        let app = TestApp::start_with(engine, &settings).await;
        app.get("/.well-known/openid-configuration").await.expect(200);
        let release = occupy(&app, 1);
        while app.app.db.pool_use().idle > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let busy = app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await;
        let busy = busy.expect_error(503, "temporarily_unavailable");
        assert!(busy.header("retry-after").parse::<u32>().is_ok());
        app.get("/oauth2/jwks").await.expect(200);
        app.get("/health/live").await.expect(200);
        drop(release);
        let mut after = app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await;
        for _ in 0..50 {
            if after.status == 200 {
                break;
            }
            after = app.token(Some(&app.worker()), &[("grant_type", "client_credentials")]).await;
        }
        after.expect(200);
    });
}

#[test]
fn a_full_pool_answers_503_and_recovers_on_sqlite() {
    full_pool(Engine::Sqlite);
}

#[test]
fn a_full_pool_answers_503_and_recovers_on_postgres() {
    full_pool(Engine::Postgres);
}

/// Fault 7: connections die between two transactions, all of them at once.
#[test]
fn lost_connections_are_replaced_without_an_error() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Postgres).await;
        for _ in 0..3 {
            let tokens = app.ada_signs_in().await;
            terminate_connections(&app.database_url);
            let refresh = tokens["refresh_token"].as_str().unwrap();
            app.refresh(refresh).await.expect(200);
        }
    });
}

/// What PostgreSQL takes a look through an index for, in the connections of this server.
async fn look_at_random(app: &TestApp) -> String {
    let looked: Result<String, DbError> = app
        .app
        .db
        .read(|conn| {
            let Conn::Pg(conn) = conn else { panic!("a PostgreSQL was asked for") };
            Ok(diesel::select(sql::<Text>("current_setting('random_page_cost')")).get_result(*conn)?)
        })
        .await;
    looked.unwrap()
}

#[test]
fn looks_through_an_index_are_taken_for_cheap_unless_somebody_knows_better() {
    runtime().block_on(async {
        let app = TestApp::start(Engine::Postgres).await;
        assert_eq!(look_at_random(&app).await, "1.1");
        for known_better in ["2.5", "1", "4"] {
            let mut conn = PgConnection::establish(&app.database_url).unwrap();
            let database: String =
                diesel::select(sql::<Text>("current_database()::text")).get_result(&mut conn).unwrap();
            conn.batch_execute(&format!(
                "ALTER DATABASE \"{database}\" SET random_page_cost = {known_better}"
            ))
            .unwrap();
            drop(conn);
            terminate_connections(&app.database_url);
            assert_eq!(look_at_random(&app).await, known_better);
        }
    });
}

#[test]
fn a_wrong_address_is_told_in_its_own_words() {
    let url = "postgres://nobody@127.0.0.1:1/none";
    let config = crate::support::empty_config(url, &[]);
    let why = gridkey::server::bootstrap(config, Default::default(), Default::default()).err().unwrap();
    assert!(why.to_string().contains("127.0.0.1"), "{why}");
    assert!(!std::path::Path::new(url).exists(), "no SQLite file was made of it");
}
