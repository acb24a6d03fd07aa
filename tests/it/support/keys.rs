//! API keys of the fixture's people and of service accounts, made where no door stands in between.

use std::collections::BTreeMap;

use gridkey::api_keys::{self, ApiKey, ApiKeyId, generate};
use gridkey::audit::{self, ActorRef, Event, Target};
use gridkey::clock::Timestamp;
use gridkey::credentials::{AddressList, KeyGrant, KeyLevel, KeyOwner, KeyStatus};
use gridkey::db::DbError;
use gridkey::tenants::TenantId;
use gridkey::users::{self, UserId};

use super::TestApp;
use super::tokens::{alter, tenant};

/// A key and its secret.
#[derive(Clone)]
pub struct TestKey {
    pub id: ApiKeyId,
    pub tenant: TenantId,
    pub secret: String,
}

impl TestApp {
    /// The identifier of a person of an organisation of the fixture.
    pub async fn person(&self, slug: &'static str, email: &'static str) -> (TenantId, UserId) {
        let found = self.app.db.read(move |conn| {
            let tenant = tenant(conn, slug)?.id;
            let user = users::store::find_by_email(conn, tenant, &email.parse().unwrap())?.unwrap();
            Ok::<_, DbError>((tenant, user.id))
        });
        found.await.unwrap()
    }

    /// A key of Ada's with this level.
    pub async fn ada_key(&self, level: KeyLevel) -> TestKey {
        let (tenant, ada) = self.person("acme", super::tokens::ADA).await;
        self.key_of(tenant, KeyOwner::User(ada), |key| key.grant = KeyGrant::Level(level)).await
    }

    /// A key of anybody, made to measure.
    pub async fn key_of(
        &self,
        tenant: TenantId,
        owner: KeyOwner,
        shape: impl FnOnce(&mut ApiKey),
    ) -> TestKey {
        let (random, now) = (&self.app.random, self.app.now());
        let prefix = "gk_".parse().unwrap();
        let (secret, hint) = generate(&prefix, random);
        let mut key = ApiKey {
            id: random.id(now),
            tenant_id: tenant,
            owner,
            name: "CI".into(),
            description: String::new(),
            metadata: BTreeMap::new(),
            prefix,
            hint,
            digest: secret.digest(),
            previous: None,
            grant: KeyGrant::Level(KeyLevel::Admin),
            allowed_addresses: AddressList::default(),
            rate_limit: None,
            status: KeyStatus::Active,
            status_reason: String::new(),
            expires_at: None,
            rotated_at: None,
            exposed_at: None,
            expiry_notices: 0,
            created_by: "system:test".into(),
            created_at: now,
            updated_at: now,
        };
        shape(&mut key);
        let made = TestKey { id: key.id, tenant, secret: secret.expose().to_owned() };
        alter(self, move |conn| api_keys::store::insert(conn, tenant, &key)).await;
        made
    }

    /// Changes a key as a door would: with an event beside it.
    pub async fn change_key(&self, made: &TestKey, action: &'static str, change: fn(&mut ApiKey)) {
        let (random, now) = (self.app.random.clone(), self.app.now());
        let (tenant, id) = (made.tenant, made.id);
        let work = move |conn: &mut gridkey::db::Conn<'_>| {
            let mut key = api_keys::store::find(conn, tenant, id)?.unwrap();
            let seen = key.updated_at;
            change(&mut key);
            key.updated_at = now.max(Timestamp::from_micros(seen.micros() + 1));
            assert!(api_keys::store::update(conn, tenant, &key, seen)?);
            let event = Event::new(&random, (tenant, now), action)
                .by(ActorRef::system("test"))
                .on(Target::new("api_key", id, "CI"));
            audit::store::insert(conn, tenant, &event)
        };
        self.app.db.write(work).await.unwrap();
        self.app.forget();
    }

    /// Revokes a key.
    pub async fn revoke_key(&self, made: &TestKey) {
        self.change_key(made, "api_key.revoke", |key| key.status = KeyStatus::Revoked).await;
    }
}
