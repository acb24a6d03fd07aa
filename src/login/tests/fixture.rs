//! A database with an organisation, a person and an application, for the tests of this door.

use std::time::Duration;

use crate::clients::{self, AuthMethod, Client, ClientKind, ClientSettings, ClientStatus};
use crate::clock::Timestamp;
use crate::db::{Conn, Db, DbError, Options, Synchronous, migrations};
use crate::id::Id;
use crate::interactions::{self, Interaction, InteractionToken, Progress};
use crate::random::Random;
use crate::secret::Digest;
use crate::sessions::{self, Session};
use crate::tenants::{self, Slug, Tenant, TenantSettings, TenantStatus};
use crate::users::{self, Email, PasswordHash, Profile, User, UserStatus};

pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// Hashes of nothing in particular: what is tested is what becomes of them.
pub const HASHES: [&str; 2] = [
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
    "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b/dWRWJTmaaJObGAAAAAAAAAAA",
];

pub struct Fixture {
    pub db: Db,
    pub random: Random,
    pub tenant: Tenant,
    pub user: User,
    pub client: Client,
    _folder: tempfile::TempDir,
}

pub fn hash(index: usize) -> PasswordHash {
    PasswordHash::parse(HASHES[index]).unwrap()
}

impl Fixture {
    pub async fn new() -> Self {
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
        let (db, random) = (Db::open(&options).unwrap(), Random::default());
        let tenant = tenant(&random, "acme");
        let user = user(&random, &tenant, "ada@example.com");
        let client = client(&random, &tenant);
        let fixture = Self { db, random, tenant, user, client, _folder: folder };
        let (tenant, user, client) = (fixture.tenant.clone(), fixture.user.clone(), fixture.client.clone());
        fixture
            .write(move |conn| {
                tenants::store::insert(conn, &tenant)?;
                users::store::insert(conn, tenant.id, &user, Some(&hash(0)))?;
                clients::store::insert(conn, tenant.id, &client)
            })
            .await;
        fixture
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Conn<'_>) -> Result<T, DbError> + Send + 'static,
    ) -> T {
        self.db.write(work).await.unwrap()
    }

    /// A session of a person of the organisation in a browser.
    pub fn session(&self, user: &User, browser: &[u8]) -> Session {
        Session {
            id: self.random.id(NOW),
            tenant_id: self.tenant.id,
            user_id: user.id,
            browser: Digest::of(browser),
            authenticated_at: NOW,
            amr: vec!["pwd".into()],
            address: "192.0.2.1".into(),
            user_agent: "test".into(),
            created_at: NOW,
            last_seen_at: NOW,
            expires_at: NOW + Duration::from_secs(86_400),
        }
    }

    pub async fn add_session(&self, session: &Session) {
        let session = session.clone();
        self.write(move |conn| sessions::store::insert(conn, session.tenant_id, &session)).await;
    }

    pub async fn add_user(&self, email: &str) -> User {
        let added = user(&self.random, &self.tenant, email);
        let (tenant, user) = (self.tenant.id, added.clone());
        self.write(move |conn| users::store::insert(conn, tenant, &user, Some(&hash(0)))).await;
        added
    }

    pub async fn add_interaction(&self, browser: &[u8]) -> Digest {
        let interaction = Interaction {
            id: InteractionToken::generate(&self.random).digest(),
            tenant_id: self.tenant.id,
            client_pk: self.client.id,
            issuer_tenant_id: None,
            browser: Digest::of(browser),
            request: Vec::new(),
            progress: Progress::default(),
            created_at: NOW,
            expires_at: NOW + Duration::from_secs(1_800),
            device: None,
        };
        let id = interaction.id;
        self.write(move |conn| interactions::store::insert(conn, interaction.tenant_id, &interaction)).await;
        id
    }

    pub async fn set_status(&self, user: &User, status: UserStatus) {
        let changed = User { status, ..user.clone() };
        assert!(self.write(move |conn| users::store::update(conn, changed.tenant_id, &changed)).await);
    }

    /// The sessions of a browser that were not ended.
    pub async fn sessions(&self, browser: &[u8]) -> Vec<Session> {
        let browser = Digest::of(browser);
        self.write(move |conn| sessions::store::of_browser(conn, &browser)).await
    }
}

pub fn tenant(random: &Random, slug: &str) -> Tenant {
    Tenant {
        id: random.id(NOW),
        slug: slug.parse::<Slug>().unwrap(),
        display_name: slug.to_uppercase(),
        status: TenantStatus::Active,
        settings: TenantSettings::default(),
        created_at: NOW,
        updated_at: NOW,
        deleted_at: None,
    }
}

pub fn user(random: &Random, tenant: &Tenant, email: &str) -> User {
    User {
        id: random.id(NOW),
        tenant_id: tenant.id,
        email: Email::parse(email).unwrap(),
        email_verified: false,
        display_name: "Ada".into(),
        profile: Profile::default(),
        status: UserStatus::Active,
        password_changed_at: Some(NOW),
        created_at: NOW,
        updated_at: NOW,
        deleted_at: None,
        last_sign_in_at: None,
    }
}

pub fn client(random: &Random, tenant: &Tenant) -> Client {
    Client {
        id: random.id(NOW),
        tenant_id: tenant.id,
        client_id: "app".into(),
        display_name: "App".into(),
        kind: ClientKind::Web,
        status: ClientStatus::Active,
        auth_method: AuthMethod::ClientSecretBasic,
        require_pkce: true,
        first_party: false,
        all_tenants: false,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: Vec::new(),
        response_modes: Vec::new(),
        scopes: Vec::new(),
        settings: ClientSettings::default(),
        created_at: NOW,
        updated_at: NOW,
        service_account_id: None,
        deleted_at: None,
    }
}

/// An identifier of something that does not exist.
pub fn nobody<T>() -> Id<T> {
    Id::new(uuid::Uuid::nil())
}
