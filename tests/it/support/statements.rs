//! Every statement that a test's server runs, for tests that count them and look at their plans.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{PgConnection, SqliteConnection};

use super::{Database, Engine, TestApp};

/// Place of a database -> its statements. Other tests of this process run theirs unwatched.
static WATCHED: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

fn watched() -> MutexGuard<'static, BTreeMap<String, Vec<String>>> {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn place(url: &str) -> String {
    url.trim_start_matches("sqlite:").to_owned()
}

/// Whether a connection leads there, and not to a place whose name only begins alike.
fn is_at(url: &str, place: &str) -> bool {
    let behind = url.find(place).and_then(|start| url.get(start + place.len()..));
    behind.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}

/// Writes down what one connection runs, if its database is watched.
#[derive(Default)]
struct Recorder(Option<String>);

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                self.0 = watched().keys().find(|place| is_at(url, place)).cloned();
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let Some(place) = &self.0 else { return };
                let text = query.to_string();
                let text = text.split(" -- binds").next().unwrap_or_default().to_owned();
                watched().entry(place.clone()).or_default().push(text);
            }
            _ => {}
        }
    }
}

impl TestApp {
    /// A server on a fresh copy of the fixture whose statements are written down.
    pub async fn start_watched(engine: Engine) -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| set_default_instrumentation(|| Some(Box::<Recorder>::default())).unwrap());
        let database = tokio::task::spawn_blocking(move || Database::fresh(engine)).await.unwrap();
        watched().insert(place(&database.url), Vec::new());
        Self::start_on(engine, database).await
    }

    /// The statements since the last time, but for those by which the node hears of others: they come at any moment.
    pub fn statements(&self) -> Vec<String> {
        let mut all = watched().get_mut(&place(&self.database_url)).map(std::mem::take).unwrap_or_default();
        all.retain(|sql| !sql.contains("FROM \"revocations\"") && !sql.contains("FROM `revocations`"));
        all
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    #[diesel(column_name = "detail")]
    sqlite: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    #[diesel(column_name = "QUERY PLAN")]
    postgres: String,
}

/// How a database would carry a statement out, line by line, whatever its parameters are.
pub fn plan(url: &str, sql: &str) -> Vec<String> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let mut conn = SqliteConnection::establish(path).unwrap();
        let steps = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load::<Step>(&mut conn);
        return steps
            .unwrap_or_else(|why| panic!("{why}: {sql}"))
            .into_iter()
            .map(|step| step.sqlite)
            .collect();
    }
    let mut conn = PgConnection::establish(url).unwrap();
    let run = |conn: &mut PgConnection, sql: &str| {
        diesel::sql_query(sql).execute(conn).unwrap_or_else(|why| panic!("{why}: {sql}"));
    };
    run(&mut conn, "SET plan_cache_mode = force_generic_plan");
    run(&mut conn, &format!("PREPARE asked AS {sql}"));
    let count = (1..).take_while(|number| sql.contains(&format!("${number}"))).count();
    let values = vec!["NULL"; count].join(", ");
    let values = if count == 0 { String::new() } else { format!("({values})") };
    let lines = diesel::sql_query(format!("EXPLAIN EXECUTE asked{values}")).load::<Line>(&mut conn);
    lines.unwrap_or_else(|why| panic!("{why}: {sql}")).into_iter().map(|line| line.postgres).collect()
}

/// The steps of a plan that read a whole table or a whole index, and not only what another step found.
pub fn scans(url: &str, sql: &str) -> Vec<String> {
    let steps = plan(url, sql);
    // What a step of the same plan found has a name, and nobody counts reading that.
    let found = |name: &str| steps.iter().any(|step| step.strip_prefix("CO-ROUTINE ") == Some(name));
    let whole = |step: &String| match step.strip_prefix("SCAN ") {
        Some(rest) => !rest.starts_with('(') && !found(rest),
        None => step.contains("Seq Scan on"),
    };
    steps.iter().filter(|step| whole(step)).cloned().collect()
}
