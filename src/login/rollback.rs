//! Transactions that end without a failure and still must leave nothing behind.

use crate::db::{DbError, Failure};

/// Why a transaction was rolled back: with an outcome to tell, or because of the database.
#[derive(Debug)]
pub enum Stopped<T> {
    /// It found that it must not go on.
    With(T),
    /// The database failed.
    Database(DbError),
}

impl<T> From<DbError> for Stopped<T> {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl<T: Send + 'static> Failure for Stopped<T> {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::With(_) => None,
            Self::Database(error) => Some(error),
        }
    }
}

/// What became of a transaction: `done` when it committed.
pub fn outcome<T>(result: Result<(), Stopped<T>>, done: T) -> Result<T, DbError> {
    match result {
        Ok(()) => Ok(done),
        Err(Stopped::With(outcome)) => Ok(outcome),
        Err(Stopped::Database(error)) => Err(error),
    }
}
