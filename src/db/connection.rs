//! A connection to either database, and the macro that stamps a query for both.

use diesel::{PgConnection, SqliteConnection};

/// A connection inside a transaction or a read.
pub enum Conn<'a> {
    /// PostgreSQL.
    Pg(&'a mut PgConnection),
    /// SQLite.
    Lite(&'a mut SqliteConnection),
}

/// Runs one diesel expression on whichever database `conn` is: `on!(conn, |c| users::table.find(id).first(c))`.
macro_rules! on {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::db::Conn::Pg(inner) => {
                let $c: &mut diesel::PgConnection = inner;
                $body
            }
            $crate::db::Conn::Lite(inner) => {
                let $c: &mut diesel::SqliteConnection = inner;
                $body
            }
        }
    };
}
pub(crate) use on;
