//! Everything that a handler can reach, and the short memory in front of the database.
//!
//! What is remembered here is at most [`MEMORY`] old, and what this process itself ended is forgotten at once: every
//! entry carries the generation that it was read in, and [`App::forget`] moves to the next one, so that a read that
//! began before a revocation can never be remembered after it.

pub mod accounts;
pub mod acting;
pub mod attempts;
mod brand;
mod caller;
mod feed;
mod identity;
pub mod judge;
mod limiter;
mod memory;
mod meter;
pub mod notice;
mod place;
mod refusals;
mod shape;
mod signatures;
mod turns;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::audit::Origin;
use crate::clients::{self, KnownClient, origin_of};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, SigningAlgorithm};
use crate::db::{Db, DbError};
use crate::keyring::{Algorithm, Keyring};
use crate::mail::Mailer;
use crate::random::Random;
use crate::secret::{MasterKey, Secret};
use crate::tenants::{self, Issuer, Lifetimes, Profiles, Tenant, TenantId};
use crate::tokens::{
    AccessClaims, AccessState, Grant, IssuedTokens, KeyMinting, MintError, Minting, Refresh, RefreshRefused,
    RotationPolicy, Together, access_state, refresh,
};
use crate::users::{PasswordHasher, PasswordPolicy};
use crate::web::{BrowserCookie, CsrfKey, Sender};
use crate::webhooks::Wall;

pub use caller::{Caller, CallerError, MANAGE_SCOPE, bearer_token};
pub use feed::{BOUND, Feed, floor, listen};
use identity::SPREAD;
pub use identity::{Credential, Denied, Identity};
use limiter::Limiter;
pub use limiter::{Limits, TurnedAway};
use memory::Memory;
use meter::Meter;
pub use meter::{Door, Seen, UsedKey, flush_usage, flush_usage_when_due};
pub use place::Place;
use refusals::Refusals;
use signatures::Signatures;
pub use signatures::{KeyFault, SignatureCheck, SignatureFault};
use turns::Turns;

/// How old an answer from memory may be: the longest time that a change made by another process goes unnoticed.
pub const MEMORY: Duration = Duration::from_secs(1);

/// Everything that a handler can reach.
pub struct App {
    /// The configuration.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// The clock; read it once per request.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// What seals secrets in the database.
    pub master: MasterKey,
    /// The keys that sign tokens.
    pub keyring: Keyring,
    /// The queue in front of argon2.
    pub hasher: PasswordHasher,
    /// How mail leaves.
    pub mailer: Mailer,
    /// Binds forms to browsers.
    pub csrf: CsrfKey,
    /// The published interfaces that organisations can choose from.
    pub profiles: Profiles,
    signatures: Signatures,
    memory: Memory,
    feed: Feed,
    limiter: Limiter,
    meter: Meter,
    refusals: Refusals,
    /// Refreshes.
    together: Together,
    /// At RSA signatures.
    turns: Turns,
}

/// The parts of an [`App`] that somebody has to open first.
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// The database, migrated.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The keys, opened.
    pub keyring: Keyring,
    /// The hasher, started.
    pub hasher: PasswordHasher,
    /// The mailer.
    pub mailer: Mailer,
    /// The profiles, loaded.
    pub profiles: Profiles,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        let master = parts.config.security.master_key.clone();
        let feed = Feed::new(&parts.config, &parts.random);
        Self {
            csrf: CsrfKey::new(master.derive("csrf")),
            limiter: Limiter::new(&master, &parts.config.limits.redis_url),
            meter: Meter::default(),
            refusals: Refusals::default(),
            together: Together::default(),
            turns: Turns::for_this_machine(),
            master,
            signatures: Signatures::new(&parts.config, parts.profiles),
            profiles: parts.profiles,
            memory: Memory::new(parts.config.edge.memory.bytes()),
            config: parts.config,
            db: parts.db,
            clock: parts.clock,
            random: parts.random,
            keyring: parts.keyring,
            hasher: parts.hasher,
            mailer: parts.mailer,
            feed,
        }
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Forgets everything that was remembered: call it after every commit that ends or changes a client, an
    /// organisation, a person, a session or a token.
    pub fn forget(&self) {
        self.memory.forget();
        self.feed.wake();
    }

    /// The same where no more than sessions and tokens ended: keys go on being remembered.
    pub fn forget_tokens(&self) {
        self.memory.forget_tokens();
        self.feed.wake();
    }

    /// How this node hears what others ended.
    pub const fn feed(&self) -> &Feed {
        &self.feed
    }

    /// The issuer that a request speaks to: the instance's, or that of the organisation in its path. `None` when there
    /// is no such organisation or it is suspended.
    pub async fn issuer(&self, slug: Option<&str>) -> Result<Option<Issuer>, DbError> {
        let public_url = self.config.server.issuer();
        let Some(slug) = slug else { return Ok(Some(Issuer::instance(public_url))) };
        let tenant = self.tenant_by_slug(slug).await?;
        Ok(tenant.filter(|tenant| tenant.is_active()).map(|tenant| Issuer::of_tenant(public_url, tenant)))
    }

    /// The issuer of an organisation that is known by id, as interactions and codes remember it.
    pub async fn issuer_of(&self, id: Option<TenantId>) -> Result<Option<Issuer>, DbError> {
        let public_url = self.config.server.issuer();
        let Some(id) = id else { return Ok(Some(Issuer::instance(public_url))) };
        let tenant = self.db.read_short(move |conn| tenants::store::find(conn, id)).await?;
        Ok(tenant.filter(Tenant::is_active).map(|tenant| Issuer::of_tenant(public_url, Arc::new(tenant))))
    }

    /// The organisation of this slug, active or not.
    pub async fn tenant_named(&self, slug: &str) -> Result<Option<Arc<Tenant>>, DbError> {
        self.tenant_by_slug(slug).await
    }

    async fn tenant_by_slug(&self, slug: &str) -> Result<Option<Arc<Tenant>>, DbError> {
        // Junk must not fill the memory nor reach the database.
        if slug.parse::<tenants::Slug>().is_err() {
            return Ok(None);
        }
        let key = slug.to_owned();
        if let Some(known) = self.memory.fresh(&self.memory.tenants, &key) {
            return Ok(Some(known));
        }
        let generation = self.memory.generation();
        let wanted = key.clone();
        let found =
            self.db.read_short(move |conn| tenants::store::find_by_slug(conn, &wanted)).await?.map(Arc::new);
        if let Some(tenant) = &found {
            self.memory.tenants.insert(key, (generation, Arc::clone(tenant)));
        }
        Ok(found)
    }

    /// A client with its secrets and its organisation, active or not.
    pub async fn client(&self, client_id: &str) -> Result<Option<Arc<KnownClient>>, DbError> {
        if client_id.len() > 200 || client_id.contains('\0') {
            return Ok(None);
        }
        let key = client_id.to_owned();
        if let Some(known) = self.memory.fresh(&self.memory.clients, &key) {
            return Ok(Some(known));
        }
        let generation = self.memory.generation();
        let wanted = key.clone();
        let found =
            self.db.read_short(move |conn| clients::store::find_known(conn, &wanted)).await?.map(Arc::new);
        if let Some(client) = &found {
            self.memory.clients.insert(key, (generation, Arc::clone(client)));
        }
        Ok(found)
    }

    /// Whether an access token whose signature and times are in order still stands.
    pub async fn access_state(&self, claims: &AccessClaims, now: Timestamp) -> Result<AccessState, DbError> {
        if let Some(known) = self.memory.fresh(&self.memory.access, &claims.jti) {
            return Ok(known);
        }
        let generation = self.memory.generation();
        let asked = claims.clone();
        let state = self.db.read_short(move |conn| access_state(conn, &asked, now)).await?;
        self.memory.access.insert(claims.jti.clone(), (generation, state));
        Ok(state)
    }

    /// Whether scripts of this web origin may call the token, userinfo and discovery endpoints: the origins of public
    /// clients' redirect URIs and those registered by hand.
    pub async fn is_allowed_origin(&self, origin: &str) -> Result<bool, DbError> {
        if let Some(known) = self.memory.fresh(&self.memory.origins, &()) {
            return Ok(known.contains(origin));
        }
        let generation = self.memory.generation();
        let clients = self.db.read_short(clients::store::all_public).await?;
        let origins: HashSet<String> = clients
            .iter()
            .flat_map(|client| {
                let registered = client.redirect_uris.iter().filter_map(|uri| origin_of(uri));
                registered.chain(client.settings.allowed_origins.iter().cloned())
            })
            .collect();
        let allowed = origins.contains(origin);
        self.memory.origins.insert((), (generation, Arc::new(origins)));
        Ok(allowed)
    }

    /// What signing for a client needs.
    pub fn minting(&self, issuer: Issuer, client: Arc<KnownClient>, now: Timestamp) -> Minting {
        let tokens = &self.config.tokens;
        let seconds = |span: Duration| u32::try_from(span.as_secs()).ok();
        Minting {
            keys: self.keyring.snapshot(),
            random: self.random.clone(),
            issuer,
            client,
            lifetimes: Lifetimes {
                access_token: seconds(tokens.access_token_lifetime),
                id_token: seconds(tokens.id_token_lifetime),
                refresh_token_idle: seconds(tokens.refresh_token_idle_lifetime),
                refresh_token: seconds(tokens.refresh_token_lifetime),
            },
            algorithm: signing_algorithm(tokens.signing_algorithm),
            now,
        }
    }

    /// Signs off the async thread when that takes longer than the way there: an RSA signature does, the elliptic
    /// curves do not.
    pub async fn sign<F>(&self, minting: Minting, work: F) -> Result<IssuedTokens, MintError>
    where
        F: FnOnce(&Minting) -> Result<IssuedTokens, MintError> + Send + 'static,
    {
        if minting.may_need(Algorithm::Rs256) {
            self.turns.take(move || work(&minting)).await.unwrap_or(Err(MintError::Panicked))
        } else {
            work(&minting)
        }
    }

    /// Signs what an API key is exchanged for, off the async thread when that takes longer than the way there.
    pub async fn sign_for_key(
        &self,
        minting: KeyMinting,
        refresh: Option<Secret>,
    ) -> Result<IssuedTokens, MintError> {
        if minting.algorithm == Algorithm::Rs256 {
            self.turns.take(move || minting.sign(refresh)).await.unwrap_or(Err(MintError::Panicked))
        } else {
            minting.sign(refresh)
        }
    }

    /// How tokens are signed unless somebody says otherwise.
    pub const fn signing_algorithm(&self) -> Algorithm {
        signing_algorithm(self.config.tokens.signing_algorithm)
    }

    /// Refreshes.
    pub async fn refresh(&self, request: Refresh) -> Result<Result<Grant, RefreshRefused>, DbError> {
        refresh((&self.db, &self.together), request).await
    }

    /// The rotation rule of refresh tokens.
    pub fn rotation_policy(&self) -> RotationPolicy {
        let tokens = &self.config.tokens;
        RotationPolicy { grace: tokens.refresh_reuse_grace, retry_limit: tokens.refresh_retry_limit }
    }

    /// The rule for new passwords.
    pub fn password_policy(&self) -> PasswordPolicy {
        PasswordPolicy { minimum_length: self.config.sign_in.minimum_password_length }
    }

    /// The rule for new passwords of an organisation's people: it may ask for more than the server, never for less.
    pub fn password_policy_of(&self, tenant: &Tenant) -> PasswordPolicy {
        let own = tenant.settings.passwords.minimum_length.and_then(|length| usize::try_from(length).ok());
        let server = self.password_policy();
        PasswordPolicy { minimum_length: server.minimum_length.max(own.unwrap_or_default()) }
    }

    /// How long browser sessions last at most; an organisation may be stricter.
    pub fn session_limits(&self) -> crate::sessions::Limits {
        let sessions = &self.config.sessions;
        crate::sessions::Limits { idle: sessions.idle_lifetime, absolute: sessions.absolute_lifetime }
    }

    /// The largest request body that is read, in bytes.
    pub fn body_limit(&self) -> usize {
        usize::try_from(self.config.server.body_limit.bytes()).unwrap_or(usize::MAX)
    }

    /// The browser's cookie.
    pub fn browser_cookie(&self) -> BrowserCookie {
        BrowserCookie::new(self.is_https())
    }

    /// Where webhooks may be.
    pub fn webhook_wall(&self) -> Wall {
        // Plain http is only for servers on a loopback host.
        Wall { allowed: self.config.webhooks.allowed_networks.clone(), on_loopback: !self.is_https() }
    }

    /// Whether people reach this server by https.
    pub fn is_https(&self) -> bool {
        self.config.server.public_url.scheme() == "https"
    }
}

/// What HTTP tells of a sender, for the audit log: neither module knows the other.
impl From<Sender> for Origin {
    fn from(sender: Sender) -> Self {
        let Sender { request_id, address, user_agent } = sender;
        Self { request_id, address, user_agent, ..Self::default() }
    }
}

/// The configuration's word for an algorithm as the keyring's: neither module knows the other.
pub const fn signing_algorithm(configured: SigningAlgorithm) -> Algorithm {
    match configured {
        SigningAlgorithm::Rs256 => Algorithm::Rs256,
        SigningAlgorithm::Es256 => Algorithm::Es256,
        SigningAlgorithm::EdDsa => Algorithm::EdDsa,
    }
}
