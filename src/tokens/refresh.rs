//! Refreshing, as one transaction: the rule of [`refresh_token`](super::refresh_token) decides, one conditional update
//! moves the line.

use std::sync::Arc;
use std::time::Duration;

use super::refresh_token::{Verdict, advance, idle_end, judge};
use super::{Grant, Presenter, RefreshToken, RotationPolicy, TokenFamily, store};
use crate::audit;
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::secret::MasterKey;
use crate::tenants::{self, Slug, TenantId};
use crate::{roles, users};

/// A request to refresh, from a client that has proved itself.
#[derive(Clone)]
pub struct Refresh {
    /// What was presented.
    pub token: RefreshToken,
    /// The client.
    pub client: Arc<KnownClient>,
    /// The organisation that the issuer is confined to.
    pub issuer_tenant_id: Option<TenantId>,
    /// Fewer scopes than were granted, for this access token only (RFC 6749 6).
    pub scopes: Option<Vec<String>>,
    /// Some of the granted APIs, for this access token only (RFC 8707 2.2); none for all.
    pub audiences: Vec<String>,
    /// The rule.
    pub policy: RotationPolicy,
    /// How long the line lives without use.
    pub idle: Duration,
    /// Who sends it, for the audit log.
    pub presenter: Presenter,
    /// Opens the seeds.
    pub master: MasterKey,
    /// The present.
    pub now: Timestamp,
}

/// Why a refresh token is refused. The client hears `invalid_grant` (or `invalid_scope`); the log says which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshRefused {
    /// No such family, or not derived from its seed.
    #[error("unknown refresh token")]
    Unknown,
    /// Issued to another client or by another issuer.
    #[error("the refresh token was issued to another client")]
    OtherClient,
    /// Revoked, or past one of its limits.
    #[error("the refresh token was revoked or has expired")]
    Dead,
    /// Used before: its family is revoked now.
    #[error("the refresh token was used before; its family is revoked")]
    Replayed,
    /// The person, the client or the organisation was disabled, or the session ended.
    #[error("the person may not sign in any more")]
    Inactive,
    /// Asks for an API that was not granted, or that is disabled.
    #[error("the token was asked for an API that was not granted or is disabled")]
    Target,
    /// Asks for a scope that was not granted.
    #[error("scope {0} was not granted")]
    Scope(String),
}

/// How often a lost race is looked at again. Each loss means that somebody else moved the line, which the next look
/// judges; more than a few cannot happen within one grace period.
const LOOKS: usize = 4;

/// Refreshes. An `Ok(Err(..))` commits what it did: a replay's revocation must outlive the refusal.
pub fn refresh(conn: &mut Conn<'_>, request: &Refresh) -> Result<Result<Grant, RefreshRefused>, DbError> {
    for _ in 0..LOOKS {
        let Some(family) = store::find_family(conn, request.token.family)? else {
            return Ok(Err(RefreshRefused::Unknown));
        };
        let seed = match checked_seed(request, &family) {
            Ok(seed) => seed,
            Err(refused) => return Ok(Err(refused)),
        };
        let Some((user, partner, roles)) = holder(conn, request, &family)? else {
            return Ok(Err(RefreshRefused::Inactive));
        };
        let scopes = match narrowed(request, &family) {
            Ok(scopes) => scopes,
            Err(refused) => return Ok(Err(refused)),
        };
        let presented = request.token.generation;
        let line = (family.generation, family.parent_generation);
        let verdict = judge(presented, line, request.now.since(family.rotated_at), request.policy);
        let generation = match (verdict, advance(verdict, presented, family.generation)) {
            (Verdict::SameChild, _) => family.generation,
            (_, Some((next, parent))) => {
                let idle_expires_at = idle_end(request.now, request.idle, family.expires_at);
                if !store::rotate_family(conn, &family, (next, parent), request.now, idle_expires_at)? {
                    continue;
                }
                next
            }
            (_, None) => {
                return replayed(conn, request, &family);
            }
        };
        return Ok(Ok(Grant {
            user,
            partner,
            roles,
            scopes,
            refresh_token: Some(RefreshToken::derive(family.id, generation, &seed).to_secret()),
            family: family.id,
            session_id: family.session_id,
            facts: family.facts.narrowed_to(&request.audiences),
            first: false,
        }));
    }
    Err(DbError::Retry)
}

/// The family dies, and the audit log says so once.
fn replayed(
    conn: &mut Conn<'_>,
    request: &Refresh,
    family: &TokenFamily,
) -> Result<Result<Grant, RefreshRefused>, DbError> {
    if store::revoke_family(conn, family.tenant_id, family.id, request.now)? {
        let died = (family.tenant_id, family.id, family.user_id);
        let client = &request.client.client;
        let event = request.presenter.replay(client, died, request.now, "refresh_token_replayed");
        audit::store::insert(conn, family.tenant_id, &event)?;
    }
    Ok(Err(RefreshRefused::Replayed))
}

/// Everything that can be judged without another query. A forged token changes nothing: only its owner may trip the
/// replay alarm.
fn checked_seed(request: &Refresh, family: &TokenFamily) -> Result<Vec<u8>, RefreshRefused> {
    if family.client_pk != request.client.client.id || family.issuer_tenant_id != request.issuer_tenant_id {
        return Err(RefreshRefused::OtherClient);
    }
    let seed = request
        .master
        .open(&TokenFamily::seed_context(family.id), &family.seed)
        .map_err(|_| RefreshRefused::Unknown)?;
    if !request.token.is_genuine(&seed) || !family.refreshable {
        return Err(RefreshRefused::Unknown);
    }
    if family.is_live(request.now) { Ok(seed) } else { Err(RefreshRefused::Dead) }
}

/// A person with the partner of their organisation and the slugs of their roles.
type Holder = (users::User, Option<Slug>, Vec<String>);

/// The person, if everybody concerned may still take part.
fn holder(conn: &mut Conn<'_>, request: &Refresh, family: &TokenFamily) -> Result<Option<Holder>, DbError> {
    let Some(user) = users::store::find(conn, family.tenant_id, family.user_id)? else { return Ok(None) };
    let stands = user.is_active()
        && request.client.client.serves(family.tenant_id)
        && store::surroundings_stand(conn, family.tenant_id, family.id, request.now)?;
    if !stands {
        return Ok(None);
    }
    let roles = roles::store::held_by(conn, family.tenant_id, user.id)?;
    let own = &request.client.tenant;
    let partner = if own.id == family.tenant_id {
        own.settings.partner.clone()
    } else {
        tenants::store::find(conn, family.tenant_id)?.and_then(|tenant| tenant.settings.partner)
    };
    Ok(Some((user, partner, roles)))
}

fn narrowed(request: &Refresh, family: &TokenFamily) -> Result<Vec<String>, RefreshRefused> {
    let facts = &family.facts;
    if !facts.grants(&request.audiences) || !facts.may_target(&request.client, &request.audiences) {
        return Err(RefreshRefused::Target);
    }
    let Some(wanted) = &request.scopes else { return Ok(family.facts.scopes.clone()) };
    match wanted.iter().find(|scope| !family.facts.has(scope)) {
        Some(foreign) => Err(RefreshRefused::Scope(foreign.clone())),
        None => Ok(wanted.clone()),
    }
}
