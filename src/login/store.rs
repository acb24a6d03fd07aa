//! Queries on `setup_links`.

use std::time::Duration;

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::db::schema::setup_links;
use crate::db::{Conn, DbError, on};
use crate::secret::Digest;
use crate::tenants;

/// Whether nobody has set this server up yet.
pub fn needs_setup(conn: &mut Conn<'_>) -> Result<bool, DbError> {
    Ok(!tenants::store::any(conn)?)
}

/// Writes down a one-time link, and removes links that are past their time.
pub fn create_setup_link(
    conn: &mut Conn<'_>,
    digest: &Digest,
    now: Timestamp,
    lifetime: Duration,
) -> Result<(), DbError> {
    on!(conn, |c| diesel::delete(setup_links::table.filter(setup_links::expires_at.lt(now))).execute(c))?;
    on!(conn, |c| {
        diesel::insert_into(setup_links::table)
            .values((
                setup_links::digest.eq(digest),
                setup_links::created_at.eq(now),
                setup_links::expires_at.eq(now + lifetime),
            ))
            .execute(c)
    })?;
    Ok(())
}

/// Whether a link can still be used. Looking does not use it up.
pub fn find_setup_link(conn: &mut Conn<'_>, digest: &Digest, now: Timestamp) -> Result<bool, DbError> {
    let live: i64 = on!(conn, |c| {
        setup_links::table
            .filter(setup_links::digest.eq(digest))
            .filter(setup_links::used_at.is_null().and(setup_links::expires_at.gt(now)))
            .count()
            .get_result(c)
    })?;
    Ok(live == 1)
}

/// Uses a link up, and with it every other: one administrator was wanted, however many links were printed. Only the
/// one call that is told `true` may go on.
pub fn use_setup_link(conn: &mut Conn<'_>, digest: &Digest, now: Timestamp) -> Result<bool, DbError> {
    let used = on!(conn, |c| {
        diesel::update(setup_links::table.find(digest))
            .filter(setup_links::used_at.is_null().and(setup_links::expires_at.gt(now)))
            .set(setup_links::used_at.eq(now))
            .execute(c)
    })?;
    if used == 1 {
        on!(conn, |c| {
            diesel::update(setup_links::table.filter(setup_links::used_at.is_null()))
                .set(setup_links::used_at.eq(now))
                .execute(c)
        })?;
    }
    Ok(used == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, Options, Synchronous, migrations};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

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
                wait: DAY,
                synchronous: Synchronous::Normal,
                statement_timeout: DAY,
                notify: true,
            };
            migrations::run(&options).unwrap();
            Self { db: Db::open(&options).unwrap(), _folder: folder }
        }

        async fn create(&self, name: &'static [u8]) {
            let digest = Digest::of(name);
            self.db.write(move |conn| create_setup_link(conn, &digest, NOW, DAY)).await.unwrap();
        }

        async fn find(&self, name: &[u8], now: Timestamp) -> bool {
            let digest = Digest::of(name);
            self.db.read(move |conn| find_setup_link(conn, &digest, now)).await.unwrap()
        }

        async fn use_up(&self, name: &[u8], now: Timestamp) -> bool {
            let digest = Digest::of(name);
            self.db.write(move |conn| use_setup_link(conn, &digest, now)).await.unwrap()
        }
    }

    #[tokio::test]
    async fn a_link_works_once_and_takes_the_others_with_it() {
        let fixture = Fixture::new();
        assert!(fixture.db.read(needs_setup).await.unwrap());
        fixture.create(b"one").await;
        fixture.create(b"two").await;
        assert!(fixture.find(b"one", NOW).await && !fixture.find(b"other", NOW).await);
        assert!(!fixture.use_up(b"other", NOW).await);
        assert!(fixture.use_up(b"one", NOW).await);
        assert!(!fixture.use_up(b"one", NOW).await);
        assert!(!fixture.find(b"two", NOW).await && !fixture.use_up(b"two", NOW).await);
    }

    #[tokio::test]
    async fn a_link_ends_with_its_time() {
        let fixture = Fixture::new();
        fixture.create(b"one").await;
        let end = NOW + DAY;
        assert!(fixture.find(b"one", end - Duration::from_micros(1)).await);
        assert!(!fixture.find(b"one", end).await && !fixture.use_up(b"one", end).await);
    }
}
