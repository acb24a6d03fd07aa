//! What can go wrong below a query, sorted by what the caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

/// A failure of the database itself. "Not found" is not among them: that is an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Every connection is in use, or a lock was not to be had in time: try again later.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// A row with the same unique value exists already.
    #[error("already exists: {0}")]
    Conflict(Conflict),
    /// A row that this one refers to does not exist, or is still referred to.
    #[error("refers to a row that does not exist: {0}")]
    Reference(String),
    /// The connection was lost while the commit was under way: it may or may not have happened.
    #[error("the connection was lost during the commit")]
    CommitUnknown,
    /// PostgreSQL asks to run the transaction again.
    #[error("the transaction has to run again")]
    Retry,
    /// The URL names no known database.
    #[error("a database URL is sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME")]
    Url,
    /// A stored value cannot be read back.
    #[error("a stored value is damaged: {0}")]
    Damaged(String),
    /// The work panicked; it was rolled back.
    #[error("database work panicked")]
    Panicked,
    /// The schema and this program do not fit together.
    #[error("{0}")]
    Schema(String),
    /// Anything else.
    #[error("database error: {0}")]
    Other(#[source] Diesel),
}

/// Which unique value was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The table.
    pub table: String,
    /// The columns of the unique index, as far as the database names them.
    pub columns: Vec<String>,
}

impl std::fmt::Display for Conflict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.table, self.columns.join(", "))
    }
}

impl DbError {
    /// Whether waiting may help: the door answers 503 with Retry-After.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_) | Self::Retry | Self::CommitUnknown)
    }

    /// Whether the connection that said this is of no more use.
    pub(super) const fn connection_is_lost(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// The same of something that may have been committed when its answer was lost.
    #[must_use]
    pub fn of_commit(self) -> Self {
        if self.connection_is_lost() { Self::CommitUnknown } else { self }
    }
}

/// An error that a transaction's closure may return: it can wrap a [`DbError`] and show it again, so that the
/// transaction knows when the database asks for another try.
pub trait Failure: From<DbError> + Send + 'static {
    /// The database's part of this error, if it has one.
    fn database(&self) -> Option<&DbError>;
}

impl Failure for DbError {
    fn database(&self) -> Option<&DbError> {
        Some(self)
    }
}

impl From<Diesel> for DbError {
    fn from(error: Diesel) -> Self {
        let Diesel::DatabaseError(kind, info) = &error else {
            return match error {
                Diesel::DeserializationError(why) => Self::Damaged(why.to_string()),
                Diesel::BrokenTransactionManager => Self::Unavailable("the transaction was lost".into()),
                other => Self::Other(other),
            };
        };
        let message = info.message();
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Conflict(conflict(info.constraint_name(), message)),
            DatabaseErrorKind::ForeignKeyViolation => Self::Reference(message.to_owned()),
            DatabaseErrorKind::SerializationFailure => Self::Retry,
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable(message.to_owned())
            }
            _ if message.contains("deadlock detected") => Self::Retry,
            _ if is_busy(message) => Self::Busy,
            _ if is_lost(message) => Self::Unavailable(message.to_owned()),
            _ => Self::Other(error),
        }
    }
}

fn is_busy(message: &str) -> bool {
    [
        "database is locked",
        "database table is locked",
        "statement timeout",
        "lock timeout",
        "database or disk is full",
    ]
    .iter()
    .any(|text| message.contains(text))
}

fn is_lost(message: &str) -> bool {
    [
        "server closed the connection",
        "terminating connection",
        "no connection to the server",
        "the database system is",
        "SSL SYSCALL error",
        "could not receive data from server",
        "could not send data to server",
        "attempt to write a readonly database",
    ]
    .iter()
    .any(|text| message.contains(text))
}

/// PostgreSQL names the constraint (`users_tenant_id_email_key`), SQLite lists `table.column` in its message.
fn conflict(constraint: Option<&str>, message: &str) -> Conflict {
    if let Some(list) = message.strip_prefix("UNIQUE constraint failed: ") {
        let mut table = String::new();
        let columns = list
            .split(", ")
            .filter_map(|item| item.split_once('.'))
            .map(|(owner, column)| {
                owner.clone_into(&mut table);
                column.to_owned()
            })
            .collect();
        return Conflict { table, columns };
    }
    // Every unique constraint of the migrations is named table__column__column, so that it can be taken apart here.
    let mut parts = constraint.unwrap_or_default().split("__");
    let table = parts.next().unwrap_or_default().to_owned();
    Conflict { table, columns: parts.map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_name_the_same_conflict() {
        let lite = conflict(None, "UNIQUE constraint failed: users.tenant_id, users.email_key");
        let pg =
            conflict(Some("users__tenant_id__email_key"), "duplicate key value violates unique constraint");
        assert_eq!(lite, pg);
        assert_eq!(lite.columns, ["tenant_id", "email_key"]);
    }
}
