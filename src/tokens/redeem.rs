//! Redeeming an authorization code, as one transaction.
//!
//! The checks come first, then one conditional update takes the code. Whoever finds it taken has a replay: the family
//! that it became dies, and because that outcome is a value and not an error, the death commits.

use std::sync::Arc;
use std::time::Duration;

use super::refresh_token::idle_end;
use super::{
    AuthorizationCode, CodeToken, FamilyId, Grant, PkceError, Presenter, RefreshToken, TokenFamily, pkce,
    store,
};
use crate::audit::{self, Origin};
use crate::clients::{self, GrantType, KnownClient};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::secret::{MasterKey, SealError};
use crate::tenants::{self, TenantId};
use crate::{random::Random, roles, sessions, users};

/// A request to redeem a code, from a client that has proved itself.
#[derive(Clone)]
pub struct Redemption {
    code: CodeToken,
    client: Arc<KnownClient>,
    issuer_tenant_id: Option<TenantId>,
    redirect_uri: Option<String>,
    verifier: Option<String>,
    audiences: Vec<String>,
    presenter: Presenter,
    now: Timestamp,
    idle: Duration,
    absolute: Duration,
    family: FamilyId,
    seed: Vec<u8>,
    sealed_seed: Vec<u8>,
}

/// Why a code is not redeemed. The client hears `invalid_grant` for each; the log says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedemptionRefused {
    /// No such code.
    #[error("unknown code")]
    Unknown,
    /// Too late.
    #[error("the code has expired")]
    Expired,
    /// Used before; everything it became is revoked.
    #[error("the code was used before; its tokens are revoked")]
    Replayed,
    /// Issued to another client or by another issuer.
    #[error("the code was issued to another client")]
    OtherClient,
    /// Not the redirect URI of the authorization request.
    #[error("redirect_uri is not the one of the authorization request")]
    RedirectUri,
    /// Asks for an API that was not granted, or that is disabled (RFC 8707 2.2).
    #[error("the token was asked for an API that was not granted or is disabled")]
    Target,
    /// PKCE.
    #[error(transparent)]
    Pkce(#[from] PkceError),
    /// The person or the organisation was disabled, or the session ended, since the code was issued.
    #[error("the person may not sign in any more")]
    Inactive,
}

impl Redemption {
    /// Prepares a redemption; everything random is drawn here, so that the transaction can run twice.
    pub fn new(
        (code, redirect_uri, verifier): (CodeToken, Option<&str>, Option<&str>),
        client: Arc<KnownClient>,
        issuer_tenant_id: Option<TenantId>,
        (idle, absolute): (Duration, Duration),
        (random, master, now): (&Random, &MasterKey, Timestamp),
    ) -> Result<Self, SealError> {
        let family: FamilyId = random.id(now);
        let seed = random.bytes::<32>().to_vec();
        Ok(Self {
            sealed_seed: master.seal(random, &TokenFamily::seed_context(family), &seed)?,
            code,
            client,
            issuer_tenant_id,
            redirect_uri: redirect_uri.map(str::to_owned),
            verifier: verifier.map(str::to_owned),
            audiences: Vec::new(),
            presenter: Presenter { event: random.id(now), origin: Origin::default() },
            now,
            idle,
            absolute,
            family,
            seed,
        })
    }

    /// Narrows this access token to some of the granted APIs.
    #[must_use]
    pub fn for_audiences(mut self, audiences: Vec<String>) -> Self {
        self.audiences = audiences;
        self
    }

    /// Says from where it comes, for the audit log.
    #[must_use]
    pub fn sent_from(mut self, origin: Origin) -> Self {
        self.presenter.origin = origin;
        self
    }

    fn check(&self, code: &AuthorizationCode) -> Result<(), RedemptionRefused> {
        if code.client_pk != self.client.client.id || code.issuer_tenant_id != self.issuer_tenant_id {
            return Err(RedemptionRefused::OtherClient);
        }
        if self.now >= code.expires_at {
            return Err(RedemptionRefused::Expired);
        }
        if self.redirect_uri.as_deref() != Some(code.redirect_uri.as_str()) {
            return Err(RedemptionRefused::RedirectUri);
        }
        if !code.facts.grants(&self.audiences) || !code.facts.may_target(&self.client, &self.audiences) {
            return Err(RedemptionRefused::Target);
        }
        Ok(pkce::verify(code.code_challenge.as_deref(), self.verifier.as_deref())?)
    }

    fn family(&self, code: &AuthorizationCode, session_end: Option<Timestamp>) -> TokenFamily {
        let offline = code.facts.is_offline();
        let absolute = self.now + self.absolute;
        // Tokens without offline access end with the session that they came from.
        let expires_at = session_end.filter(|_| !offline).map_or(absolute, |end| end.min(absolute));
        TokenFamily {
            id: self.family,
            tenant_id: code.tenant_id,
            client_pk: code.client_pk,
            user_id: code.user_id,
            session_id: code.session_id.filter(|_| !offline),
            issuer_tenant_id: code.issuer_tenant_id,
            facts: code.facts.clone(),
            refreshable: self.client.client.may_use(GrantType::RefreshToken),
            generation: 1,
            parent_generation: None,
            seed: self.sealed_seed.clone(),
            rotated_at: self.now,
            created_at: self.now,
            idle_expires_at: idle_end(self.now, self.idle, expires_at),
            expires_at,
            revoked_at: None,
        }
    }
}

/// Redeems the code. An `Ok(Err(..))` commits what it did.
pub fn redeem(
    conn: &mut Conn<'_>,
    request: &Redemption,
) -> Result<Result<Grant, RedemptionRefused>, DbError> {
    let Some(code) = store::find_code(conn, &request.code.digest())? else {
        return Ok(Err(RedemptionRefused::Unknown));
    };
    if code.redeemed_at.is_some() {
        return replayed(conn, &code, request);
    }
    if let Err(refused) = request.check(&code) {
        return Ok(Err(refused));
    }
    let Some(user) = users::store::find(conn, code.tenant_id, code.user_id)?.filter(users::User::is_active)
    else {
        return Ok(Err(RedemptionRefused::Inactive));
    };
    let tenant = tenants::store::find(conn, code.tenant_id)?.filter(tenants::Tenant::is_active);
    let client_lives = clients::store::is_active(conn, request.client.client.tenant_id, code.client_pk)?;
    let serves = request.client.client.serves(code.tenant_id);
    let Some(tenant) = tenant.filter(|_| client_lives && serves) else {
        return Ok(Err(RedemptionRefused::Inactive));
    };
    let session = match code.session_id {
        Some(id) => sessions::store::find(conn, code.tenant_id, id)?.filter(|s| request.now < s.expires_at),
        None => None,
    };
    if code.session_id.is_some() && session.is_none() {
        return Ok(Err(RedemptionRefused::Inactive));
    }
    if !store::take_code(conn, code.tenant_id, &code.digest, (request.family, request.now))? {
        // Another request took it between the look and the update.
        let Some(code) = store::find_code(conn, &request.code.digest())? else {
            return Ok(Err(RedemptionRefused::Unknown));
        };
        return replayed(conn, &code, request);
    }
    let family = request.family(&code, session.map(|session| session.expires_at));
    store::insert_family(conn, code.tenant_id, &family)?;
    let roles = roles::store::held_by(conn, code.tenant_id, user.id)?;
    let refresh_token = family
        .refreshable
        .then(|| RefreshToken::derive(family.id, family.generation, &request.seed).to_secret());
    Ok(Ok(Grant {
        user,
        partner: tenant.settings.partner,
        roles,
        scopes: code.facts.scopes.clone(),
        facts: code.facts.narrowed_to(&request.audiences),
        family: family.id,
        session_id: code.session_id,
        refresh_token,
        first: true,
    }))
}

fn replayed(
    conn: &mut Conn<'_>,
    code: &AuthorizationCode,
    request: &Redemption,
) -> Result<Result<Grant, RedemptionRefused>, DbError> {
    if let Some(family) = code.family_id
        && store::revoke_family(conn, code.tenant_id, family, request.now)?
    {
        let died = (code.tenant_id, family, code.user_id);
        let event = request.presenter.replay(&request.client.client, died, request.now, "code_replayed");
        audit::store::insert(conn, code.tenant_id, &event)?;
    }
    Ok(Err(RedemptionRefused::Replayed))
}
