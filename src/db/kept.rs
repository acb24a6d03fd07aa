//! An `UPDATE` that each connection compiles once.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AsChangeset, AstPass, IntoUpdateTarget, QueryFragment, QueryId};
use diesel::query_source::QuerySource;

/// Sets columns of rows, as `diesel::update(rows).set(columns)` does. That one is compiled anew each time it runs, because
/// what it sets could differ from call to call, and on either database the compiling costs as much as the work. This one
/// is kept by its text, as queries are: for what many requests run, and sets the same columns each time.
pub(crate) fn kept_update<R, S>(
    rows: R,
    columns: S,
) -> KeptUpdate<<R::Table as QuerySource>::FromClause, S::Changeset, R::WhereClause>
where
    R: IntoUpdateTarget,
    S: AsChangeset<Target = R::Table>,
{
    let target = rows.into_update_target();
    KeptUpdate {
        table: target.table.from_clause(),
        columns: columns.as_changeset(),
        condition: target.where_clause,
    }
}

/// See [`kept_update`].
#[must_use = "it does nothing until it is executed"]
pub(crate) struct KeptUpdate<T, S, W> {
    table: T,
    columns: S,
    condition: W,
}

impl<DB, T, S, W> QueryFragment<DB> for KeptUpdate<T, S, W>
where
    DB: Backend,
    T: QueryFragment<DB>,
    S: QueryFragment<DB>,
    W: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.columns.walk_ast(out.reborrow())?;
        self.condition.walk_ast(out)
    }
}

impl<T, S, W> QueryId for KeptUpdate<T, S, W> {
    type QueryId = ();

    // Its text is what it is kept by.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T, S, W, C> RunQueryDsl<C> for KeptUpdate<T, S, W> {}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use diesel::SqliteConnection;
    use diesel::connection::{InstrumentationEvent, SimpleConnection};

    use super::*;

    diesel::table! {
        things (id) {
            id -> BigInt,
            name -> Text,
            note -> Nullable<Text>,
        }
    }

    #[test]
    fn it_is_compiled_once_and_changes_what_its_condition_holds_for() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute(
            "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT);
             INSERT INTO things VALUES (1, 'one', 'a'), (2, 'two', 'b'), (3, 'three', 'c');",
        )
        .unwrap();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&kept);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { sql, .. } = event {
                seen.lock().unwrap().push(sql.to_owned());
            }
        });
        for (id, name, note, rows) in [(1, "one", Some("A"), 1), (2, "two", None, 1), (3, "nine", None, 0)] {
            let row = things::table.find(id).filter(things::name.eq(name));
            let columns = (things::name.eq(name.to_uppercase()), things::note.eq(note));
            assert_eq!(kept_update(row, columns).execute(&mut conn).unwrap(), rows, "{name}");
        }
        let text = "UPDATE `things` SET `name` = ?, `note` = ? WHERE ((`things`.`id` = ?) AND (`things`.`name` = ?))";
        assert_eq!(*kept.lock().unwrap(), [text]);
        let all: Vec<(i64, String, Option<String>)> =
            things::table.order(things::id).load(&mut conn).unwrap();
        let expected = [(1, "ONE", Some("A")), (2, "TWO", None), (3, "three", Some("c"))];
        assert_eq!(all, expected.map(|(id, name, note)| (id, name.to_owned(), note.map(str::to_owned))));
    }
}
