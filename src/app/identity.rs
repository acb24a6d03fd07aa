//! Who sends a request, and what they may do right now, whatever they prove it with. One engine for every door: an API
//! key and a token are looked at here and nowhere else.

use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use foldhash::fast::RandomState;

use super::{App, Caller, CallerError, KeyFault, MANAGE_SCOPE};
use crate::api_keys::{self, ApiKey, ApiKeyId, PresentedKey, SecretAge};
use crate::clients;
use crate::clock::Timestamp;
use crate::credentials::{self, KeyOwner, KeyState, Narrowed, Principal, PrincipalType};
use crate::db::DbError;
use crate::request_keys::{QueryCoverage, RequestKey, Scheme, SignatureError};
use crate::roles::{Permission, Permissions};
use crate::tenants::{TenantId, UnknownProfile};
use crate::tokens::AccessClaims;

/// What somebody proved themselves with.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An API key.
    ApiKey {
        /// The key.
        key: Arc<ApiKey>,
        /// Which of its secrets.
        age: SecretAge,
    },
    /// An access token, or a session token that an API key was exchanged for.
    Token {
        /// What it says.
        claims: Box<AccessClaims>,
        /// The key that it was given for.
        key: Option<Arc<ApiKey>>,
    },
    /// A signature over the request.
    SignedRequest {
        /// The key that it was checked with.
        key: Arc<RequestKey>,
        /// The scheme.
        scheme: Scheme,
        /// Whether the query can be believed.
        query_signed: QueryCoverage,
    },
}

impl Credential {
    /// The API key behind it.
    pub fn key(&self) -> Option<&Arc<ApiKey>> {
        match self {
            Self::ApiKey { key, .. } => Some(key),
            Self::Token { key, .. } => key.as_ref(),
            Self::SignedRequest { .. } => None,
        }
    }
}

/// Who, by what, and what they may do with it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who.
    pub principal: Arc<Principal>,
    /// By what.
    pub credential: Credential,
    /// What the credential may do: never more than who stands behind it may right now.
    pub permissions: Arc<Permissions>,
}

/// Why a credential is not taken.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// It is nothing that could be one, or nobody has it.
    #[error("no such key")]
    Unknown,
    /// The key was revoked.
    #[error("the key was revoked")]
    Revoked(Arc<ApiKey>),
    /// The key was disabled.
    #[error("the key is disabled")]
    Disabled(Arc<ApiKey>),
    /// The key's time is over, or that of its former secret.
    #[error("the key has expired")]
    Expired(Arc<ApiKey>),
    /// The person, the service account or the organisation does not take part.
    #[error("its owner or organisation does not take part")]
    OwnerInactive(Arc<ApiKey>),
    /// The key may not be used from here.
    #[error("the key may not be used from this address")]
    AddressNotAllowed(Arc<ApiKey>),
    /// The token is not taken.
    #[error(transparent)]
    Token(#[from] CallerError),
    /// The request does not count as signed.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The interface that its organisation chose is not known to this server.
    #[error(transparent)]
    UnknownProfile(#[from] UnknownProfile),
    /// The key that it is signed by does not count, or the request came before.
    #[error("the signing key or the request is refused: {}", .0.reason())]
    SigningKey(KeyFault, Arc<RequestKey>),
}

impl From<DbError> for Denied {
    fn from(error: DbError) -> Self {
        Self::Token(CallerError::Database(error))
    }
}

impl Denied {
    /// A stable word for logs, counters and verdicts.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_key",
            Self::Revoked(_) => "revoked",
            Self::Disabled(_) => "disabled",
            Self::Expired(_) => "expired",
            Self::OwnerInactive(_) => "owner_inactive",
            Self::AddressNotAllowed(_) => "address_not_allowed",
            Self::Token(CallerError::Missing) => "missing",
            Self::Token(CallerError::Expired) => "expired",
            Self::Token(CallerError::Invalid(_)) => "invalid_token",
            Self::Token(CallerError::Database(_)) => "unavailable",
            Self::Signature(error) => error.reason(),
            Self::UnknownProfile(_) => "unknown_profile",
            Self::SigningKey(fault, _) => fault.reason(),
        }
    }

    /// The key that it was, where there is one.
    pub const fn key(&self) -> Option<&Arc<ApiKey>> {
        match self {
            Self::Revoked(key)
            | Self::Disabled(key)
            | Self::Expired(key)
            | Self::OwnerInactive(key)
            | Self::AddressNotAllowed(key) => Some(key),
            Self::Unknown
            | Self::Token(_)
            | Self::Signature(_)
            | Self::SigningKey(..)
            | Self::UnknownProfile(_) => None,
        }
    }
}

/// Spreads keys over the look-ups that run side by side.
pub(super) static SPREAD: LazyLock<RandomState> = LazyLock::new(RandomState::default);

impl App {
    /// Who sends this API key from this address.
    ///
    /// # Errors
    /// Why it is not taken.
    pub async fn identify_key(
        &self,
        presented: &PresentedKey,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Identity, Denied> {
        let key = self.api_key(presented).await?.ok_or(Denied::Unknown)?;
        match key.state(now) {
            KeyState::Works => {}
            KeyState::Revoked => return Err(Denied::Revoked(key)),
            KeyState::Disabled => return Err(Denied::Disabled(key)),
            KeyState::Expired => return Err(Denied::Expired(key)),
        }
        let Some(age) = key.accepts(&presented.digest, now) else { return Err(Denied::Expired(key)) };
        if !key.allowed_addresses.admits(from) {
            return Err(Denied::AddressNotAllowed(key));
        }
        let principal = self.principal(key.tenant_id, key.owner).await?;
        let Some(principal) = principal.filter(|principal| principal.is_active) else {
            return Err(Denied::OwnerInactive(key));
        };
        let levels = self.profile_of(&principal.tenant)?.levels(&principal.tenant.settings.api_keys);
        let permissions = principal.narrowed_by(&key.grant, &levels);
        Ok(Identity {
            principal: Arc::clone(&principal),
            permissions,
            credential: Credential::ApiKey { key, age },
        })
    }

    /// Who sends this token to an API of that audience, or to this server.
    ///
    /// # Errors
    /// Why it is not taken.
    pub async fn identify_token(
        &self,
        token: &str,
        audience: Option<&str>,
        now: Timestamp,
    ) -> Result<Identity, Denied> {
        let caller = self.caller_for(token, audience, now).await?;
        let (principal, key) = self.behind_token(&caller).await?;
        let principal = principal.filter(|principal| principal.is_active).ok_or_else(|| caller.gone())?;
        let permissions = self.permissions_of(&caller, &principal, key.as_deref())?;
        let credential = Credential::Token { claims: Box::new(caller.claims), key };
        Ok(Identity { principal, credential, permissions })
    }

    async fn behind_token(
        &self,
        caller: &Caller,
    ) -> Result<(Option<Arc<Principal>>, Option<Arc<ApiKey>>), DbError> {
        let (claims, tenant) = (&caller.claims, caller.tenant_id);
        if let Some(id) = &claims.key_id {
            let key = match id.parse() {
                Ok(id) => self.api_key_by_id(tenant, id).await?,
                Err(_) => None,
            };
            let Some(key) = key else { return Ok((None, None)) };
            return Ok((self.principal(tenant, key.owner).await?, Some(key)));
        }
        let owner = match (caller.is_service(), claims.sub == claims.client_id) {
            (true, true) => return Ok((self.application(caller).await?, None)),
            (true, false) => claims.sub.parse().ok().map(KeyOwner::ServiceAccount),
            (false, _) => claims.sub.parse().ok().map(KeyOwner::User),
        };
        match owner {
            Some(owner) => Ok((self.principal(tenant, owner).await?, None)),
            None => Ok((None, None)),
        }
    }

    /// An application that speaks for itself: it holds no roles, its scopes are all that it may.
    async fn application(&self, caller: &Caller) -> Result<Option<Arc<Principal>>, DbError> {
        let Some(known) = self.client(&caller.claims.client_id).await? else { return Ok(None) };
        let client: &clients::Client = &known.client;
        Ok(Some(Arc::new(Principal {
            tenant: Arc::clone(&known.tenant),
            kind: PrincipalType::Application,
            id: client.client_id.clone(),
            name: client.client_id.clone(),
            display_name: client.display_name.clone(),
            is_active: client.status == clients::ClientStatus::Active && known.tenant.is_active(),
            teams: Vec::new(),
            roles: Vec::new(),
            permissions: client.scopes.iter().filter_map(|scope| scope.parse().ok()).collect(),
            narrowed: Narrowed::default(),
        })))
    }

    /// The key of this text, whether it works or not.
    async fn api_key(&self, presented: &PresentedKey) -> Result<Option<Arc<ApiKey>>, DbError> {
        let digest = presented.digest;
        let hash = SPREAD.hash_one(digest);
        if self.feed().is_current()
            && let Some(known) = self.memory.remembered(&self.memory.keys, &digest)
        {
            return Ok(Some(known));
        }
        let _flight = self.memory.flight(hash).await;
        if self.feed().is_current()
            && let Some(known) = self.memory.remembered(&self.memory.keys, &digest)
        {
            return Ok(Some(known));
        }
        let before = self.memory.before();
        let found = self
            .db
            .read_short(move |conn| api_keys::store::find_by_digest(conn, &digest))
            .await?
            .map(|key| Arc::new(key.for_verdicts()));
        if let Some(key) = &found {
            before.remember(&self.memory.keys, digest, (key.tenant_id, key));
        }
        Ok(found)
    }

    /// A key of an organisation by identifier, whether it works or not.
    pub async fn api_key_by_id(
        &self,
        tenant: TenantId,
        id: ApiKeyId,
    ) -> Result<Option<Arc<ApiKey>>, DbError> {
        if self.feed().is_current()
            && let Some(known) = self.memory.remembered(&self.memory.keys_by_id, &id)
        {
            return Ok(Some(known).filter(|key| key.tenant_id == tenant));
        }
        let before = self.memory.before();
        let found = self.db.read_short(move |conn| api_keys::store::find(conn, tenant, id)).await?;
        let found = found.map(|key| Arc::new(key.for_verdicts()));
        if let Some(key) = &found {
            before.remember(&self.memory.keys_by_id, id, (tenant, key));
        }
        Ok(found)
    }

    /// Who owns keys of an organisation, active or not.
    pub async fn principal(
        &self,
        tenant: TenantId,
        owner: KeyOwner,
    ) -> Result<Option<Arc<Principal>>, DbError> {
        let place = (tenant, owner);
        if self.feed().is_current()
            && let Some(known) = self.memory.remembered(&self.memory.principals, &place)
        {
            return Ok(Some(known));
        }
        let before = self.memory.before();
        let found = self
            .db
            .read_short(move |conn| credentials::store::principal(conn, tenant, owner))
            .await?
            .map(|principal| Arc::new(self.memory.share(principal)));
        if let Some(principal) = &found {
            before.remember(&self.memory.principals, place, (tenant, principal));
        }
        Ok(found)
    }

    /// What a token may do: what lies under its scopes and under what its holder may right now. A token that was given for
    /// a key lies under that key too, and needs no scopes.
    fn permissions_of(
        &self,
        caller: &Caller,
        principal: &Principal,
        key: Option<&ApiKey>,
    ) -> Result<Arc<Permissions>, UnknownProfile> {
        let scopes: Vec<Permission> = caller.scopes().filter_map(|scope| scope.parse().ok()).collect();
        let narrow = |held: &Permissions| Arc::new(held.intersection(&scopes.iter().cloned().collect()));
        Ok(match key {
            Some(key) => {
                let levels = self.profile_of(&principal.tenant)?.levels(&principal.tenant.settings.api_keys);
                let held = principal.narrowed_by(&key.grant, &levels);
                if scopes.is_empty() { held } else { narrow(&held) }
            }
            // A token that was granted for managing carries all that its holder may, to this server and to no other API.
            None if caller.has(MANAGE_SCOPE) && caller.claims.aud.contains(&caller.claims.iss) => {
                Arc::new(principal.permissions.clone())
            }
            None => narrow(&principal.permissions),
        })
    }
}
