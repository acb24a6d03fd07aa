//! Redeeming an authorization code, as one transaction.
//!
//! The checks come first, then one conditional update takes the code. Whoever finds it taken has a replay: the family
//! that it became dies, and because that outcome is a value and not an error, the death commits.

use std::sync::Arc;
use std::time::Duration;

use super::beginning::{Agreed, Beginning};
use super::{AuthorizationCode, CodeToken, Grant, PkceError, Presenter, pkce, store};
use crate::audit::{self, Origin};
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::random::Random;
use crate::secret::{MasterKey, SealError};
use crate::tenants::TenantId;

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
    beginning: Beginning,
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
        Ok(Self {
            beginning: Beginning::draw((idle, absolute), (random, master, now))?,
            code,
            client,
            issuer_tenant_id,
            redirect_uri: redirect_uri.map(str::to_owned),
            verifier: verifier.map(str::to_owned),
            audiences: Vec::new(),
            presenter: Presenter { event: random.id(now), origin: Origin::default() },
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
        if self.beginning.now >= code.expires_at {
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
    let concerned = (code.tenant_id, code.user_id, code.session_id);
    let Some(parties) = request.beginning.parties(conn, &request.client, concerned)? else {
        return Ok(Err(RedemptionRefused::Inactive));
    };
    let Beginning { family, now, .. } = request.beginning;
    if !store::take_code(conn, code.tenant_id, &code.digest, (family, now))? {
        // Another request took it between the look and the update.
        let Some(code) = store::find_code(conn, &request.code.digest())? else {
            return Ok(Err(RedemptionRefused::Unknown));
        };
        return replayed(conn, &code, request);
    }
    let agreed = Agreed {
        tenant_id: code.tenant_id,
        client_pk: code.client_pk,
        user_id: code.user_id,
        session_id: code.session_id,
        issuer_tenant_id: code.issuer_tenant_id,
        facts: code.facts,
    };
    request.beginning.write(conn, &request.client, (agreed, parties), &request.audiences).map(Ok)
}

fn replayed(
    conn: &mut Conn<'_>,
    code: &AuthorizationCode,
    request: &Redemption,
) -> Result<Result<Grant, RedemptionRefused>, DbError> {
    if let Some(family) = code.family_id
        && store::revoke_family(conn, code.tenant_id, family, request.beginning.now)?
    {
        let died = (code.tenant_id, family, code.user_id);
        let (client, now) = (&request.client.client, request.beginning.now);
        let event = request.presenter.replay(client, died, now, "code_replayed");
        audit::store::insert(conn, code.tenant_id, &event)?;
    }
    Ok(Err(RedemptionRefused::Replayed))
}
