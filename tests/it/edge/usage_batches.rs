//! Uses of very many keys: written down in batches, each exactly once, whatever fails.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use gridkey::api_keys::{ApiKey, SecretAge};
use gridkey::app::{Credential, Door, Identity, Seen, flush_usage, flush_usage_when_due};
use gridkey::clock::Timestamp;
use gridkey::credentials::KeyOwner;
use gridkey::credentials::store::networks;
use gridkey::tenants::TenantId;
use uuid::Uuid;

use crate::on_both;
use crate::support::tokens::{ADA, count};
use crate::support::{Engine, TestApp, execute, runtime};

/// Uses of as many keys as are wanted, all like one that is there.
struct Crowd {
    like: ApiKey,
    identity: Identity,
}

impl Crowd {
    async fn of(app: &TestApp) -> Self {
        let (tenant, ada) = app.person("acme", ADA).await;
        let made = app.key_of(tenant, KeyOwner::User(ada), |_| {}).await;
        let key = app.app.api_key_by_id(tenant, made.id).await.unwrap().unwrap();
        let principal = app.app.principal(tenant, KeyOwner::User(ada)).await.unwrap().unwrap();
        let permissions = principal.narrowed_by(&key.grant, &gridkey::tenants::KeyLevels::default());
        let credential = Credential::ApiKey { key: Arc::clone(&key), age: SecretAge::Present };
        Self { like: (*key).clone(), identity: Identity { principal, credential, permissions } }
    }

    /// Keys are numbered from one.
    fn id(number: u32) -> Uuid {
        // The end is what shards are chosen by.
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(number))
    }

    fn is_used(&self, app: &TestApp, number: u32, (tenant, from): (Option<TenantId>, [u8; 4])) {
        let mut identity = self.identity.clone();
        let mut key = self.like.clone();
        key.id = gridkey::id::Id::new(Self::id(number));
        key.tenant_id = tenant.unwrap_or(key.tenant_id);
        identity.credential = Credential::ApiKey { key: Arc::new(key), age: SecretAge::Present };
        let seen =
            Seen { address: IpAddr::from(from), user_agent: "crowd/1", door: Door::Verify, now: app.now() };
        app.app.note_use(&identity, None, seen);
    }

    fn all_used(&self, app: &TestApp, keys: u32) {
        (1..=keys).for_each(|number| self.is_used(app, number, (None, [192, 0, 2, 1])));
    }
}

impl TestApp {
    async fn requests(&self) -> (i64, i64) {
        let sum = "SELECT cast(coalesce(sum(requests), 0) AS bigint) AS n FROM credential_usage";
        let keys = "SELECT count(*) AS n FROM credential_uses WHERE address = '192.0.2.1' AND user_agent = 'crowd/1'";
        (count(self, sum).await, count(self, keys).await)
    }

    async fn sql(&self, lite: String, pg: String) {
        let url = self.database_url.clone();
        let text = if self.engine == Engine::Postgres { pg } else { lite };
        tokio::task::spawn_blocking(move || execute(&url, &text)).await.unwrap();
    }
}

async fn flush(app: &TestApp) {
    flush_usage(Arc::clone(&app.app)).await.unwrap();
}

on_both!(very_many_keys_are_written_down_each_once, |app| {
    let crowd = Crowd::of(&app).await;
    crowd.all_used(&app, 1_700);
    crowd.all_used(&app, 10);
    flush(&app).await;
    assert_eq!(app.requests().await, (1_710, 1_700));
    assert_eq!(count(&app, "SELECT count(*) AS n FROM credential_networks").await, 1_700);
    app.pass(Duration::from_secs(1));
    crowd.all_used(&app, 1_700);
    flush(&app).await;
    flush(&app).await;
    assert_eq!(app.requests().await, (3_410, 1_700));
    assert_eq!(count(&app, "SELECT count(*) AS n FROM audit_events WHERE action LIKE '%network'").await, 0);
});

on_both!(so_many_keys_are_written_down_before_it_is_time, |app| {
    let crowd = Crowd::of(&app).await;
    crowd.all_used(&app, 8_500);
    flush_usage_when_due(Arc::clone(&app.app)).await.unwrap();
    assert_eq!(app.requests().await, (8_500, 8_500));
});

on_both!(one_key_that_cannot_be_written_keeps_no_other, |app| {
    let crowd = Crowd::of(&app).await;
    let poison = Crowd::id(777);
    let name = "no_poison";
    app.sql(
        format!(
            "CREATE TRIGGER {name} BEFORE INSERT ON credential_usage WHEN NEW.credential_id = '{poison}' \
             BEGIN SELECT RAISE(ABORT, 'no'); END"
        ),
        format!("ALTER TABLE credential_usage ADD CONSTRAINT {name} CHECK (credential_id <> '{poison}')"),
    )
    .await;
    crowd.all_used(&app, 1_200);
    assert!(flush_usage(Arc::clone(&app.app)).await.is_err());
    assert_eq!(app.requests().await, (1_199, 1_199));
    assert!(flush_usage(Arc::clone(&app.app)).await.is_err());
    crowd.all_used(&app, 1_200);
    app.sql(format!("DROP TRIGGER {name}"), format!("ALTER TABLE credential_usage DROP CONSTRAINT {name}"))
        .await;
    flush(&app).await;
    assert_eq!(app.requests().await, (2_400, 1_200));
});

on_both!(the_keys_of_an_organisation_that_is_gone_are_let_go, |app| {
    let crowd = Crowd::of(&app).await;
    crowd.all_used(&app, 600);
    let gone = TenantId::new(Uuid::from_u128(7));
    for number in [601, 602, 603] {
        crowd.is_used(&app, number, (Some(gone), [192, 0, 2, 1]));
    }
    flush(&app).await;
    assert_eq!(app.requests().await, (600, 600));
    flush(&app).await;
    assert_eq!(app.requests().await, (600, 600));
});

on_both!(nodes_that_write_the_same_keys_at_once_wait_for_each_other, |app| {
    let app = Arc::new(app);
    let crowd = Arc::new(Crowd::of(&app).await);
    let second = Arc::new(app.second_node().await);
    let all: Vec<_> = (0..12)
        .map(|turn| {
            let (node, crowd) = (Arc::clone(if turn % 2 == 0 { &app } else { &second }), Arc::clone(&crowd));
            tokio::spawn(async move {
                crowd.all_used(&node, 700);
                flush(&node).await;
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    assert_eq!(app.requests().await, (12 * 700, 700));
    tokio::task::spawn_blocking(move || drop(Arc::into_inner(second).unwrap())).await.unwrap();
    assert_eq!(app.requests().await, (12 * 700, 700));
});

on_both!(only_the_newest_networks_of_a_key_are_remembered, |app| {
    let crowd = Crowd::of(&app).await;
    let tenant = crowd.like.tenant_id;
    let first: Timestamp = app.now();
    for network in 0..100_u8 {
        crowd.is_used(&app, 1, (None, [10, 0, network, 1]));
        app.pass(Duration::from_secs(1));
        if network % 7 == 0 {
            flush(&app).await;
        }
    }
    flush(&app).await;
    let known = app.app.db.read(move |conn| networks(conn, tenant, Crowd::id(1), 1_000)).await.unwrap();
    assert_eq!(known.len(), 64);
    assert_eq!(known.first().unwrap(), &("10.0.99.0/24".to_owned(), first + Duration::from_secs(99)));
    assert_eq!(known.last().unwrap().0, "10.0.36.0/24");
    let events = "SELECT count(*) AS n FROM audit_events WHERE action = 'api_key.new_network'";
    assert_eq!(count(&app, events).await, 99, "each but the first was new");
});

impl TestApp {
    /// How many statements a flush takes, by the table: last uses, counts, lines, networks.
    async fn flushed_by(&self) -> [usize; 4] {
        self.statements();
        flush(self).await;
        let all = self.statements();
        let is_on = |sql: &str, table| {
            sql.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == table)
        };
        ["credential_uses", "credential_usage", "key_uses", "credential_networks"]
            .map(|table| all.iter().filter(|sql| is_on(sql, table)).count())
    }
}

async fn keys_are_written_many_at_a_time(app: TestApp) {
    let crowd = Crowd::of(&app).await;
    flush(&app).await;
    let of_two_batches = if app.engine == Engine::Postgres { 4 } else { 32 };
    crowd.all_used(&app, 1_024);
    let [uses, usage, lines, networks] = app.flushed_by().await;
    assert_eq!((uses, usage), (of_two_batches, of_two_batches));
    // And once for each batch it is looked what is too much by now.
    assert_eq!((lines, networks), (of_two_batches + 2, of_two_batches + 2));
    app.pass(Duration::from_secs(60));
    crowd.all_used(&app, 1_024);
    let [uses, usage, lines, networks] = app.flushed_by().await;
    assert_eq!((uses, usage, lines), (of_two_batches, of_two_batches, of_two_batches + 2));
    assert_eq!(networks, 0, "none is new");
    crowd.all_used(&app, 3);
    assert_eq!(app.flushed_by().await, [1, 1, 1, 0]);
    assert_eq!(app.requests().await, (2 * 1_024 + 3, 1_024));
}

#[test]
fn keys_are_written_many_at_a_time_on_sqlite() {
    runtime().block_on(async {
        keys_are_written_many_at_a_time(TestApp::start_watched(Engine::Sqlite).await).await;
    });
}

#[test]
fn keys_are_written_many_at_a_time_on_postgres() {
    runtime().block_on(async {
        keys_are_written_many_at_a_time(TestApp::start_watched(Engine::Postgres).await).await;
    });
}
