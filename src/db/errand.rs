//! Work on its way to a connection, and its outcome on the way back, without their types.
//!
//! There are hundreds of kinds of work. What carries them to a connection, tries again, commits and answers is the same for
//! all, and by far more code than most of them: so it is built once, and not once for each kind.

use std::any::Any;

use super::{Conn, DbError, Failure};

/// What a piece of work answers.
type Value = Box<dyn Any + Send>;

/// What came of an errand.
pub(super) type Outcome = Result<Value, Failed>;

/// Work, to be run on a connection as often as it takes.
pub(super) type Errand<'a> = dyn Fn(&mut Conn<'_>) -> Outcome + 'a;

/// The same on its way to another thread.
pub(super) type Sent = Box<dyn Fn(&mut Conn<'_>) -> Outcome + Send>;

/// Why there is no answer.
pub(super) enum Failed {
    /// The database, or the way to it.
    Database(DbError),
    /// The work said so, in words of its own. With what that means to a transaction.
    Work(Value, Fate),
}

/// What a failure means to whoever runs the work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing: it is final.
    Final,
    /// The database asks for another try.
    Again,
    /// The connection is of no more use; nothing was committed.
    Lost,
    /// The connection is of no more use, and nobody knows what was committed.
    Unknown,
}

impl Fate {
    fn of(error: &DbError) -> Self {
        match error {
            DbError::Retry => Self::Again,
            DbError::CommitUnknown => Self::Unknown,
            error if error.connection_is_lost() => Self::Lost,
            _ => Self::Final,
        }
    }
}

impl From<DbError> for Failed {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl Failed {
    /// What it means.
    pub(super) fn fate(&self) -> Fate {
        match self {
            Self::Database(error) => Fate::of(error),
            Self::Work(_, fate) => *fate,
        }
    }
}

/// Work without its types.
pub(super) fn errand<T, E, F>(work: F) -> impl Fn(&mut Conn<'_>) -> Outcome
where
    F: Fn(&mut Conn<'_>) -> Result<T, E>,
    T: Send + 'static,
    E: Failure,
{
    move |conn| match work(conn) {
        Ok(value) => Ok(Box::new(value)),
        Err(error) => {
            let fate = error.database().map_or(Fate::Final, Fate::of);
            Err(Failed::Work(Box::new(error), fate))
        }
    }
}

/// An outcome with the types of its work.
pub(super) fn typed<T, E>(outcome: Outcome) -> Result<T, E>
where
    T: Send + 'static,
    E: Failure,
{
    // What went in comes out: another type would be somebody else's answer.
    let lost = || E::from(DbError::Panicked);
    match outcome {
        Ok(value) => value.downcast::<T>().map(|value| *value).map_err(|_| lost()),
        Err(Failed::Database(error)) => Err(error.into()),
        Err(Failed::Work(error, _)) => Err(error.downcast::<E>().map_or_else(|_| lost(), |error| *error)),
    }
}

#[cfg(test)]
mod tests {
    use diesel::{Connection, SqliteConnection};

    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    enum Own {
        Rule,
        Database(&'static str),
    }

    impl From<DbError> for Own {
        fn from(_: DbError) -> Self {
            Self::Database("from below")
        }
    }

    struct Holder(DbError);

    impl From<DbError> for Holder {
        fn from(error: DbError) -> Self {
            Self(error)
        }
    }

    impl Failure for Holder {
        fn database(&self) -> Option<&DbError> {
            Some(&self.0)
        }
    }

    impl Failure for Own {
        fn database(&self) -> Option<&DbError> {
            None
        }
    }

    #[test]
    fn answers_and_errors_come_back_as_they_went() {
        let mut lite = SqliteConnection::establish(":memory:").unwrap();
        let mut conn = Conn::Lite(&mut lite);
        let good = errand(|_| Ok::<_, Own>(String::from("answer")));
        assert_eq!(typed::<String, Own>(good(&mut conn)), Ok("answer".into()));
        let bad = errand(|_| Err::<(), _>(Own::Rule));
        let outcome = bad(&mut conn);
        assert!(outcome.as_ref().is_err_and(|failed| failed.fate() == Fate::Final));
        assert_eq!(typed::<(), Own>(outcome), Err(Own::Rule));
        assert_eq!(typed::<(), Own>(Err(DbError::Busy.into())), Err(Own::Database("from below")));
        for (error, fate) in [
            (DbError::Retry, Fate::Again),
            (DbError::CommitUnknown, Fate::Unknown),
            (DbError::Unavailable("gone".into()), Fate::Lost),
            (DbError::Busy, Fate::Final),
        ] {
            assert!(Failed::from(error).fate() == fate);
        }
        let wrapped = errand(|_| Err::<(), _>(Holder(DbError::Retry)));
        assert!(wrapped(&mut conn).is_err_and(|failed| failed.fate() == Fate::Again));
    }
}
