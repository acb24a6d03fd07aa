//! Writes of many requests share a commit on SQLite, and each stays alone with its failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gridkey::clock::Timestamp;
use gridkey::db::{Conn, DbError};
use gridkey::secret::Digest;
use gridkey::tenants::{self, Slug, Tenant, TenantSettings, TenantStatus};

use crate::on_both;
use crate::support::TestApp;

fn tenant(app: &TestApp, slug: &str) -> Tenant {
    let now = app.app.now();
    Tenant {
        id: app.app.random.id(now),
        slug: slug.parse::<Slug>().unwrap(),
        display_name: slug.to_owned(),
        status: TenantStatus::Active,
        settings: TenantSettings::default(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

async fn exists(app: &TestApp, slug: &str) -> bool {
    let slug = slug.to_owned();
    app.app.db.read(move |conn| tenants::store::find_by_slug(conn, &slug)).await.unwrap().is_some()
}

on_both!(a_failed_write_takes_no_other_with_it, |app| {
    let app = Arc::new(app);
    let writes: Vec<_> = (0..60)
        .map(|n| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                let row = tenant(&app, &format!("group-{n}"));
                app.app
                    .db
                    .write(move |conn: &mut Conn<'_>| {
                        tenants::store::insert(conn, &row)?;
                        match n % 3 {
                            1 => Err(DbError::Damaged("on purpose".into())),
                            2 => {
                                // The same slug again: the database itself refuses.
                                let twin = Tenant {
                                    id: gridkey::random::Random::default().id(row.created_at),
                                    ..row.clone()
                                };
                                tenants::store::insert(conn, &twin)
                            }
                            _ => Ok(()),
                        }
                    })
                    .await
            })
        })
        .collect();
    for (n, write) in writes.into_iter().enumerate() {
        let result = write.await.unwrap();
        let kept = exists(&app, &format!("group-{n}")).await;
        match n % 3 {
            0 => assert!(result.is_ok() && kept, "{n}: {result:?}"),
            1 => assert!(matches!(result, Err(DbError::Damaged(_))) && !kept, "{n}: {result:?}"),
            _ => {
                let Err(DbError::Conflict(conflict)) = result else { panic!("{n}: {result:?}") };
                assert_eq!(
                    (conflict.table.as_str(), conflict.columns.as_slice()),
                    ("tenants", &["slug".to_owned()][..])
                );
                assert!(!kept, "{n}");
            }
        }
    }
});

on_both!(a_panic_is_rolled_back_and_the_next_write_goes_on, |app| {
    let row = tenant(&app, "panicked");
    let result: Result<(), DbError> = app
        .app
        .db
        .write(move |conn| {
            tenants::store::insert(conn, &row)?;
            panic!("on purpose")
        })
        .await;
    assert!(matches!(result, Err(DbError::Panicked)), "{result:?}");
    assert!(!exists(&app, "panicked").await);
    let row = tenant(&app, "after");
    app.app.db.write(move |conn| tenants::store::insert(conn, &row)).await.unwrap();
    assert!(exists(&app, "after").await);
});

on_both!(an_answer_comes_after_the_commit, |app| {
    for n in 0..20 {
        let row = tenant(&app, &format!("seen-{n}"));
        app.app.db.write(move |conn| tenants::store::insert(conn, &row)).await.unwrap();
        assert!(exists(&app, &format!("seen-{n}")).await, "another connection sees it at once");
    }
});

on_both!(a_conditional_update_has_one_winner, |app| {
    let digest = Digest::of(b"link");
    let now = app.app.now();
    app.app
        .db
        .write(move |conn| {
            gridkey::login::store::create_setup_link(conn, &digest, now, std::time::Duration::from_secs(60))
        })
        .await
        .unwrap();
    let (app, winners) = (Arc::new(app), Arc::new(AtomicUsize::new(0)));
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let (app, winners) = (Arc::clone(&app), Arc::clone(&winners));
            tokio::spawn(async move {
                let won = app
                    .app
                    .db
                    .write(move |conn| gridkey::login::store::use_setup_link(conn, &digest, now))
                    .await
                    .unwrap();
                winners.fetch_add(usize::from(won), Ordering::SeqCst);
            })
        })
        .collect();
    for one in tries {
        one.await.unwrap();
    }
    assert_eq!(winners.load(Ordering::SeqCst), 1);
});

on_both!(times_are_kept_to_the_microsecond, |app| {
    let mut row = tenant(&app, "precise");
    row.created_at = Timestamp::from_micros(1_700_000_000_123_457);
    let (id, written) = (row.id, row.clone());
    app.app.db.write(move |conn| tenants::store::insert(conn, &row)).await.unwrap();
    let read = app.app.db.read(move |conn| tenants::store::find(conn, id)).await.unwrap().unwrap();
    assert_eq!(read, written);
});
