//! A small house: organisations, their clients and people, and a clock that stands still.

use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Parts};
use crate::clients::{
    self, AuthMethod, Client, ClientKind, ClientSettings, ClientStatus, GrantType, StoredSecret,
};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, Sources};
use crate::db::{Conn, Db, DbError, Options, Synchronous, migrations};
use crate::keyring::{self, Algorithm, Keyring, RotationPolicy, RsaSize};
use crate::mail::Mailer;
use crate::oauth::client_auth::Guard;
use crate::oauth::discovery::Documents;
use crate::random::Random;
use crate::secret::Secret;
use crate::sessions::{self, Session};
use crate::tenants::{self, Issuer, Tenant, TenantId, TenantSettings, TenantStatus};
use crate::tokens::{self, Facts, Grant, RefreshToken, TokenFamily};
use crate::users::{self, HasherOptions, PasswordHasher, Profile, User, UserStatus};

/// When it all happens.
pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
/// The issuer.
pub const ISSUER: &str = "https://id.example";

/// The house.
pub struct House {
    pub app: Arc<App>,
    pub guard: Arc<Guard>,
    pub documents: Arc<Documents>,
    _folder: tempfile::TempDir,
}

/// What a person's sign-in to a client gave.
pub struct Tokens {
    pub access: String,
    pub id: String,
    pub refresh: String,
    pub family: TokenFamily,
}

impl House {
    pub fn new() -> Self {
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
        let db = Db::open(&options).unwrap();
        let settings = [
            ("server.public_url", ISSUER),
            ("security.master_key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ("tokens.signing_algorithm", "EdDSA"),
            ("sign_in.attempts_per_source", "3"),
        ];
        let overrides = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        let config = Config::load(&Sources { overrides, ..Sources::default() }).unwrap().config;
        let random = Random::default();
        let policy = RotationPolicy {
            algorithms: vec![Algorithm::EdDsa, Algorithm::Es256],
            interval: Duration::from_secs(90 * 86_400),
            publish_ahead: Duration::from_secs(86_400),
            longest_token: Duration::from_secs(86_400),
            rsa_size: RsaSize::default(),
        };
        let master = config.security.master_key.clone();
        keyring::rotate(&db, &master, &random, NOW, &policy).unwrap();
        let keyring = Keyring::open(&db, &master, &policy, NOW).unwrap();
        let hasher = HasherOptions { slots: 1, queue: 1, memory_kib: 8, iterations: 1 };
        let parts = Parts {
            config,
            db,
            clock: Clock::manual(NOW),
            random,
            keyring,
            hasher: PasswordHasher::start(hasher).unwrap(),
            profiles: crate::tenants::Profiles::load(None).unwrap(),
            mailer: Mailer::default(),
        };
        Self {
            app: Arc::new(App::new(parts)),
            guard: Arc::new(Guard::new(&master)),
            documents: Arc::new(Documents::default()),
            _folder: folder,
        }
    }

    pub fn random(&self) -> &Random {
        &self.app.random
    }

    pub fn tenant(&self, slug: &str) -> Tenant {
        let tenant = Tenant {
            id: self.random().id(NOW),
            slug: slug.parse().unwrap(),
            display_name: slug.to_uppercase(),
            status: TenantStatus::Active,
            settings: TenantSettings::default(),
            created_at: NOW,
            updated_at: NOW,
            deleted_at: None,
        };
        let row = tenant.clone();
        self.app.db.write_blocking(move |conn| tenants::store::insert(conn, &row)).unwrap();
        tenant
    }

    /// A client; with a method that needs one, its secret is `secret-of-` and its name.
    pub fn client(&self, tenant: &Tenant, name: &str, method: AuthMethod) -> Client {
        let client = Client {
            id: self.random().id(NOW),
            tenant_id: tenant.id,
            client_id: name.into(),
            display_name: format!("The {name}"),
            kind: if method == AuthMethod::None { ClientKind::Spa } else { ClientKind::Web },
            status: ClientStatus::Active,
            auth_method: method,
            require_pkce: true,
            first_party: false,
            all_tenants: false,
            redirect_uris: vec![format!("https://{name}.example/cb")],
            post_logout_redirect_uris: vec![format!("https://{name}.example/bye")],
            grant_types: GrantType::ALL.to_vec(),
            response_modes: Vec::new(),
            scopes: vec!["openid".into(), "email".into()],
            settings: ClientSettings::default(),
            created_at: NOW,
            updated_at: NOW,
            service_account_id: None,
            deleted_at: None,
        };
        let secret = StoredSecret {
            id: self.random().id(NOW),
            client_pk: client.id,
            digest: Secret::new(format!("secret-of-{name}")).digest(),
            created_at: NOW,
            expires_at: None,
        };
        let row = client.clone();
        let insert = move |conn: &mut Conn<'_>| {
            clients::store::insert(conn, row.tenant_id, &row)?;
            if row.auth_method == AuthMethod::None {
                return Ok(());
            }
            clients::store::add_secret(conn, row.tenant_id, &secret)
        };
        self.app.db.write_blocking(insert).unwrap();
        client
    }

    pub fn user(&self, tenant: &Tenant, name: &str) -> User {
        let user = User {
            id: self.random().id(NOW),
            tenant_id: tenant.id,
            email: format!("{name}@example.com").parse().unwrap(),
            email_verified: true,
            display_name: name.to_uppercase(),
            profile: Profile::default(),
            status: UserStatus::Active,
            password_changed_at: None,
            created_at: NOW,
            updated_at: NOW,
            deleted_at: None,
            last_sign_in_at: None,
        };
        let row = user.clone();
        self.app
            .db
            .write_blocking(move |conn| users::store::insert(conn, row.tenant_id, &row, None))
            .unwrap();
        user
    }

    pub fn session(&self, user: &User, browser: &Secret) -> Session {
        let session = Session {
            id: self.random().id(NOW),
            tenant_id: user.tenant_id,
            user_id: user.id,
            browser: browser.digest(),
            authenticated_at: NOW,
            amr: vec!["pwd".into()],
            address: String::new(),
            user_agent: String::new(),
            created_at: NOW,
            last_seen_at: NOW,
            expires_at: NOW + Duration::from_secs(86_400),
        };
        let row = session.clone();
        self.app.db.write_blocking(move |conn| sessions::store::insert(conn, row.tenant_id, &row)).unwrap();
        session
    }

    pub fn is_open(&self, session: &Session) -> bool {
        let (tenant, id, now) = (session.tenant_id, session.id, self.app.now());
        self.app.db.read_blocking(|conn| sessions::store::is_open(conn, tenant, id, now)).unwrap()
    }

    /// The issuer of the instance, or of an organisation.
    pub fn issuer(&self, tenant: Option<&Tenant>) -> Issuer {
        tenant.map_or_else(
            || Issuer::instance(ISSUER),
            |tenant| Issuer::of_tenant(ISSUER, Arc::new(tenant.clone())),
        )
    }

    /// Tokens of a person, as the code grant gives them.
    pub async fn sign_in(
        &self,
        user: &User,
        client: &Client,
        session: Option<&Session>,
        scope: &str,
    ) -> Tokens {
        self.sign_in_at(&self.issuer(None), user, client, session, scope).await
    }

    pub async fn sign_in_at(
        &self,
        issuer: &Issuer,
        user: &User,
        client: &Client,
        session: Option<&Session>,
        scope: &str,
    ) -> Tokens {
        let id = self.random().id(NOW);
        let seed = self.random().bytes::<32>();
        let family = TokenFamily {
            id,
            tenant_id: user.tenant_id,
            client_pk: client.id,
            user_id: user.id,
            session_id: session.map(|session| session.id),
            issuer_tenant_id: issuer.tenant_id(),
            facts: Facts {
                scopes: scope.split(' ').map(str::to_owned).collect(),
                auth_time: NOW.seconds(),
                amr: vec!["pwd".into()],
                ..Facts::default()
            },
            refreshable: true,
            generation: 1,
            parent_generation: None,
            seed: self.app.master.seal(self.random(), &TokenFamily::seed_context(id), &seed).unwrap(),
            rotated_at: NOW,
            created_at: NOW,
            idle_expires_at: NOW + Duration::from_secs(86_400),
            expires_at: NOW + Duration::from_secs(2 * 86_400),
            revoked_at: None,
        };
        let row = family.clone();
        self.app
            .db
            .write_blocking(move |conn| tokens::store::insert_family(conn, row.tenant_id, &row))
            .unwrap();
        let refresh = RefreshToken::derive(id, 1, &seed).to_secret();
        let grant = Grant {
            user: user.clone(),
            partner: None,
            roles: vec!["member".into()],
            scopes: family.facts.scopes.clone(),
            facts: family.facts.clone(),
            family: id,
            session_id: family.session_id,
            refresh_token: Some(refresh),
            first: true,
        };
        let known = self.app.client(&client.client_id).await.unwrap().unwrap();
        let issued = self.app.minting(issuer.clone(), known, self.app.now()).for_grant(grant).unwrap();
        Tokens {
            access: issued.access_token.expose().into(),
            id: issued.id_token.map(|token| token.expose().to_owned()).unwrap_or_default(),
            refresh: issued.refresh_token.unwrap().expose().into(),
            family,
        }
    }

    /// A token of a program.
    pub async fn client_token(&self, client: &Client, scope: &str, audiences: &[String]) -> String {
        let known = self.app.client(&client.client_id).await.unwrap().unwrap();
        let minting = self.app.minting(self.issuer(None), known, self.app.now());
        let issued = minting.for_client(vec![scope.into()], audiences).unwrap();
        issued.access_token.expose().into()
    }

    /// Writes a person's state.
    pub fn set_user(&self, user: &User, status: UserStatus) {
        let changed = User { status, ..user.clone() };
        self.write(move |conn| users::store::update(conn, changed.tenant_id, &changed));
    }

    pub fn set_tenant(&self, tenant: &Tenant, status: TenantStatus) {
        let changed = Tenant { status, ..tenant.clone() };
        self.write(move |conn| tenants::store::update(conn, &changed));
    }

    pub fn set_client(&self, client: &Client, status: ClientStatus) {
        let changed = Client { status, ..client.clone() };
        self.write(move |conn| clients::store::update(conn, changed.tenant_id, &changed));
    }

    pub fn end_family(&self, tenant: TenantId, id: tokens::FamilyId) {
        self.write(move |conn| tokens::store::revoke_family(conn, tenant, id, NOW));
    }

    /// Uses the family's refresh token.
    pub fn rotate(&self, tokens: &Tokens) {
        let family = tokens.family.clone();
        let rotation = tokens::Rotation {
            family: family.id,
            seen: family.generation,
            generation: 2,
            parent: 1,
            at: NOW,
            idle_expires_at: family.idle_expires_at,
        };
        self.write(move |conn| tokens::store::rotate_family(conn, &rotation));
    }

    pub fn end_session(&self, session: &Session) {
        let (tenant, id) = (session.tenant_id, session.id);
        self.write(move |conn| tokens::end_session(conn, tenant, id, NOW));
    }

    fn write(&self, work: impl Fn(&mut Conn<'_>) -> Result<bool, DbError> + Send + 'static) {
        assert!(self.app.db.write_blocking(work).unwrap());
        self.app.forget();
    }

    /// The family as the database has it.
    pub fn family(&self, tokens: &Tokens) -> TokenFamily {
        let id = tokens.family.id;
        self.app.db.read_blocking(|conn| tokens::store::find_family(conn, id)).unwrap().unwrap()
    }
}
