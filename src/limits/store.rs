//! Queries on `throttles`. Each function is called in a write of its own ([`crate::db::Db::write`]), before the work
//! that it guards: what is counted stays counted, whatever becomes of the sign-in.

use diesel::prelude::*;

use super::throttle::{Count, LONGEST_WINDOW};
use super::{Bucket, Decision, Rule};
use crate::clock::Timestamp;
use crate::db::schema::throttles;
use crate::db::{Conn, DbError, kept_update, on};

/// Reserves one attempt, before the secret is looked at. Give it back with [`forgive`] when the secret was right, or
/// with [`give_back`] when it was not looked at after all.
pub fn take(conn: &mut Conn<'_>, bucket: Bucket, rule: Rule, now: Timestamp) -> Result<Decision, DbError> {
    let rule = bucket.bounded(rule);
    let count = match lock(conn, bucket)? {
        Some(count) => count,
        None if insert_first(conn, bucket, rule, now)? => return Ok(Decision::Allowed),
        // Someone else was first; if that row is gone again already, the transaction has to start anew.
        None => lock(conn, bucket)?.ok_or(DbError::Retry)?,
    };
    match count.take(rule, now) {
        Ok(next) => {
            update(conn, bucket, next, now)?;
            Ok(Decision::Allowed)
        }
        Err(until) => Ok(Decision::Blocked { until }),
    }
}

/// Reserves one attempt in each bucket, and stops at the first that is blocked. Name the source before the account: a
/// blocked source then takes nothing from the account that it was after. The same order everywhere also keeps
/// transactions from waiting for each other in a circle.
pub fn take_all(
    conn: &mut Conn<'_>,
    buckets: &[(Bucket, Rule)],
    now: Timestamp,
) -> Result<Decision, DbError> {
    for (bucket, rule) in buckets {
        if let blocked @ Decision::Blocked { .. } = take(conn, *bucket, *rule, now)? {
            return Ok(blocked);
        }
    }
    Ok(Decision::Allowed)
}

/// Gives one attempt back: the server was too busy to look at the secret, or it was right and the bucket is a source,
/// whose other failures must not be forgotten because one of its people signed in.
pub fn give_back(conn: &mut Conn<'_>, bucket: Bucket, now: Timestamp) -> Result<(), DbError> {
    match lock(conn, bucket)? {
        Some(count) => update(conn, bucket, count.give_back(), now),
        None => Ok(()),
    }
}

/// Forgets an account's failures after a success.
pub fn forgive(conn: &mut Conn<'_>, bucket: Bucket) -> Result<(), DbError> {
    unlock(conn, bucket).map(drop)
}

/// Forgets a bucket's failures because an administrator says so, or because the password was replaced; `false` when
/// there were none.
pub fn unlock(conn: &mut Conn<'_>, bucket: Bucket) -> Result<bool, DbError> {
    let digest = bucket.digest();
    let gone = on!(conn, |c| diesel::delete(throttles::table.find(digest)).execute(c))?;
    Ok(gone > 0)
}

/// Deletes what no rule remembers any more, and returns how many rows that were.
pub fn sweep(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize, DbError> {
    let stale = now - LONGEST_WINDOW;
    Ok(on!(conn, |c| diesel::delete(throttles::table.filter(throttles::updated_at.lt(stale))).execute(c))?)
}

/// Reads a bucket and keeps others from changing it until the transaction ends. SQLite has one writer, which is that
/// already.
fn lock(conn: &mut Conn<'_>, bucket: Bucket) -> Result<Option<Count>, DbError> {
    let query = throttles::table.find(bucket.digest()).select((
        throttles::failures,
        throttles::window_started_at,
        throttles::blocked_until,
    ));
    let row: Option<(i64, Timestamp, Option<Timestamp>)> = match conn {
        Conn::Pg(c) => query.for_update().first(*c),
        Conn::Lite(c) => query.first(*c),
    }
    .optional()?;
    Ok(row.map(|(failures, window_started_at, blocked_until)| Count {
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        window_started_at,
        blocked_until,
    }))
}

/// Writes a new bucket with its first attempt; `false` when it exists by now.
fn insert_first(conn: &mut Conn<'_>, bucket: Bucket, rule: Rule, now: Timestamp) -> Result<bool, DbError> {
    let Ok(first) = Count::empty(now).take(rule, now) else {
        return Ok(false);
    };
    let row = (
        throttles::bucket.eq(bucket.digest()),
        throttles::failures.eq(i64::from(first.failures)),
        throttles::window_started_at.eq(first.window_started_at),
        throttles::blocked_until.eq(first.blocked_until),
        throttles::updated_at.eq(now),
    );
    let added =
        on!(conn, |c| diesel::insert_into(throttles::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(added > 0)
}

fn update(conn: &mut Conn<'_>, bucket: Bucket, count: Count, now: Timestamp) -> Result<(), DbError> {
    let changed = on!(conn, |c| {
        let count = (
            throttles::failures.eq(i64::from(count.failures)),
            throttles::window_started_at.eq(count.window_started_at),
            throttles::blocked_until.eq(count.blocked_until),
            throttles::updated_at.eq(now),
        );
        kept_update(throttles::table.find(bucket.digest()), count).execute(c)
    })?;
    // The row is locked, so it is there; an attempt that was not written down must not be made.
    if changed == 1 { Ok(()) } else { Err(DbError::Retry) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::db::{Db, Options, Synchronous, migrations};
    use crate::secret::HmacKey;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const WINDOW: Duration = Duration::from_secs(16 * 60);

    struct Fixture {
        db: Db,
        _folder: tempfile::TempDir,
    }

    impl Fixture {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let options = Options {
                url: format!("sqlite:{}", folder.path().join("test.db").display()),
                connections: 2,
                wait: Duration::from_secs(10),
                synchronous: Synchronous::Normal,
                statement_timeout: Duration::from_secs(10),
                notify: true,
            };
            migrations::run(&options).unwrap();
            Self { db: Db::open(&options).unwrap(), _folder: folder }
        }

        async fn take(&self, bucket: Bucket, rule: Rule, now: Timestamp) -> Decision {
            self.db.write(move |conn| take(conn, bucket, rule, now)).await.unwrap()
        }

        async fn rows(&self) -> i64 {
            self.db
                .read(|conn| Ok::<_, DbError>(on!(conn, |c| throttles::table.count().get_result::<i64>(c))?))
                .await
                .unwrap()
        }
    }

    fn account(name: &str) -> Bucket {
        Bucket::account(&HmacKey::new(&[7; 32]), None, name)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn of_fifty_parallel_guesses_exactly_the_allowed_ones_pass() {
        let fixture = Fixture::new();
        let rule = Rule::new(5, WINDOW);
        let guesses: Vec<_> = (0..50)
            .map(|_| {
                let db = fixture.db.clone();
                tokio::spawn(async move { db.write(move |conn| take(conn, account("ada"), rule, NOW)).await })
            })
            .collect();
        let mut allowed = 0;
        for guess in guesses {
            match guess.await.unwrap().unwrap() {
                Decision::Allowed => allowed += 1,
                Decision::Blocked { until } => assert_eq!(until, NOW + WINDOW / 8),
            }
        }
        assert_eq!(allowed, 5);
        assert_eq!(
            fixture.take(account("eve"), rule, NOW).await,
            Decision::Allowed,
            "another account is free"
        );
    }

    #[tokio::test]
    async fn an_attempt_stays_counted_when_the_sign_in_is_rolled_back() {
        let fixture = Fixture::new();
        let rule = Rule::new(1, WINDOW);
        assert_eq!(fixture.take(account("ada"), rule, NOW).await, Decision::Allowed);
        let failed: Result<(), DbError> = fixture.db.write(|_| Err(DbError::Busy)).await;
        assert!(failed.is_err());
        assert!(matches!(fixture.take(account("ada"), rule, NOW).await, Decision::Blocked { .. }));
        assert_eq!(fixture.take(account("ada"), rule, NOW + WINDOW).await, Decision::Allowed);
    }

    #[tokio::test]
    async fn success_forgives_and_an_administrator_unlocks() {
        let fixture = Fixture::new();
        let rule = Rule::new(2, WINDOW);
        for _ in 0..10 {
            assert_eq!(fixture.take(account("ada"), rule, NOW).await, Decision::Allowed);
            fixture.db.write(|conn| forgive(conn, account("ada"))).await.unwrap();
        }
        fixture.take(account("ada"), rule, NOW).await;
        fixture.take(account("ada"), rule, NOW).await;
        assert!(matches!(fixture.take(account("ada"), rule, NOW).await, Decision::Blocked { .. }));
        assert!(fixture.db.write(|conn| unlock(conn, account("ada"))).await.unwrap());
        assert!(!fixture.db.write(|conn| unlock(conn, account("ada"))).await.unwrap());
        assert_eq!(fixture.take(account("ada"), rule, NOW).await, Decision::Allowed);
    }

    #[tokio::test]
    async fn a_success_gives_back_one_attempt_of_its_source_and_not_the_others() {
        let fixture = Fixture::new();
        let rule = Rule::new(3, WINDOW);
        let source = Bucket::source(&HmacKey::new(&[7; 32]), "192.0.2.1".parse().unwrap());
        for _ in 0..3 {
            assert_eq!(fixture.take(source, rule, NOW).await, Decision::Allowed);
        }
        fixture.db.write(move |conn| give_back(conn, source, NOW)).await.unwrap();
        assert_eq!(fixture.take(source, rule, NOW).await, Decision::Allowed);
        assert!(matches!(fixture.take(source, rule, NOW).await, Decision::Blocked { .. }));
        fixture.db.write(|conn| give_back(conn, account("nobody"), NOW)).await.unwrap();
        assert_eq!(fixture.rows().await, 1);
    }

    #[tokio::test]
    async fn a_blocked_source_takes_nothing_from_the_account() {
        let fixture = Fixture::new();
        let source = Bucket::source(&HmacKey::new(&[7; 32]), "192.0.2.1".parse().unwrap());
        let buckets = [(source, Rule::new(1, WINDOW)), (account("ada"), Rule::new(2, WINDOW))];
        let both = || fixture.db.write(move |conn| take_all(conn, &buckets, NOW));
        assert_eq!(both().await.unwrap(), Decision::Allowed);
        for _ in 0..20 {
            assert!(matches!(both().await.unwrap(), Decision::Blocked { .. }));
        }
        assert_eq!(fixture.take(account("ada"), Rule::new(2, WINDOW), NOW).await, Decision::Allowed);
    }

    #[tokio::test]
    async fn only_stale_rows_are_swept() {
        let fixture = Fixture::new();
        let rule = Rule::new(1, LONGEST_WINDOW);
        fixture.take(account("ada"), rule, NOW).await;
        let later = NOW + Duration::from_secs(3600);
        fixture.take(account("eve"), rule, later).await;
        let sweep_at = |now| fixture.db.write(move |conn| sweep(conn, now));
        assert_eq!(sweep_at(NOW + LONGEST_WINDOW).await.unwrap(), 0);
        assert_eq!(sweep_at(later + LONGEST_WINDOW).await.unwrap(), 1);
        assert_eq!(fixture.rows().await, 1);
    }
}
