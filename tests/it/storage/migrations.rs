//! The schema's history.

use gridkey::db::{DbError, Options, migrations};
use gridkey::server::database_options;

use crate::on_both;
use crate::support::{Database, Engine, empty_config, run_sql};

fn options(database: &Database) -> Options {
    database_options(&empty_config(&database.url, &[]).database)
}

fn both(check: impl Fn(&Database, &Options)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let database = Database::empty(engine);
        let options = options(&database);
        check(&database, &options);
    }
}

#[test]
fn an_empty_database_gets_everything_once() {
    both(|_, options| {
        let before = migrations::status(options).unwrap();
        assert!(!before.is_empty() && before.iter().all(|step| !step.applied));
        let applied = migrations::run(options).unwrap();
        assert_eq!(applied.len(), before.len());
        assert!(migrations::run(options).unwrap().is_empty(), "a second run has nothing to do");
        assert!(migrations::status(options).unwrap().iter().all(|step| step.applied));
    });
}

#[test]
fn several_nodes_that_start_at_once_migrate_once() {
    both(|_, options| {
        let applied: Vec<usize> = std::thread::scope(|scope| {
            let nodes: Vec<_> =
                (0..6).map(|_| scope.spawn(|| migrations::run(options).unwrap().len())).collect();
            nodes.into_iter().map(|node| node.join().unwrap()).collect()
        });
        assert_eq!(applied.iter().filter(|count| **count > 0).count(), 1, "{applied:?}");
    });
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    both(|database, options| {
        migrations::run(options).unwrap();
        run_sql(database, "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')");
        for refused in [migrations::run(options).map(drop), migrations::status(options).map(drop)] {
            let Err(DbError::Schema(why)) = refused else { panic!("it was taken") };
            assert!(why.contains("99991231000000") && why.contains("newer release"), "{why}");
        }
    });
}

#[test]
fn a_server_that_may_not_migrate_says_what_is_missing() {
    both(|database, _| {
        let config = empty_config(&database.url, &[("database.migrate_on_start", "false")]);
        let refused = gridkey::server::bootstrap(config, Default::default(), Default::default());
        let why = refused.err().expect("an empty database is not enough");
        assert!(why.to_string().contains("foundation"), "{why}");
        assert!(why.fix().unwrap().contains("gridkey migrate run"));
    });
}

on_both!(a_second_start_finds_the_same_keys, |app| {
    let before = app.get("/oauth2/jwks").await.expect(200).body;
    let after = app.second_node().await.get("/oauth2/jwks").await.expect(200).body;
    assert_eq!(before, after);
});
