//! Refreshing: the rule of [`refresh_token`](super::refresh_token) decides, one conditional update moves the line.
//!
//! That update is all that a refresh writes, and it carries its own condition, so nothing is gained by a transaction around
//! it. Only a replay writes more than one thing, in a transaction of its own: once a token was seen to be used before,
//! nothing that happens meanwhile makes it good again.

mod store;
mod together;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::held::{self, HeldFamily};
use super::refresh_token::{Verdict, advance, idle_end, judge};
use super::{FamilyId, Grant, Presenter, RefreshToken, Rotation, RotationPolicy, TokenFamily};
use crate::audit;
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::db::{Conn, Db, DbError};
use crate::secret::MasterKey;
use crate::tenants::{self, Slug, TenantId};
use crate::users::UserId;
pub use together::Together;

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

/// What a look at a line came to.
enum Outcome {
    Granted(Box<Grant>),
    Refused(RefreshRefused),
    /// The token of this family was used before.
    Replayed(TenantId, FamilyId, UserId),
}

impl From<RefreshRefused> for Outcome {
    fn from(refused: RefreshRefused) -> Self {
        Self::Refused(refused)
    }
}

/// What is to be done with a line as it stands.
enum Step {
    Done(Outcome),
    /// To be told when the line has moved.
    Move(Rotation, Box<Grant>),
}

impl From<Outcome> for Step {
    fn from(outcome: Outcome) -> Self {
        Self::Done(outcome)
    }
}

impl From<RefreshRefused> for Step {
    fn from(refused: RefreshRefused) -> Self {
        Self::Done(refused.into())
    }
}

/// Refreshes. A replay's revocation is committed before its refusal is told. On PostgreSQL requests that come at the same
/// time look and move together; the writer of SQLite has them share their commit in any case.
///
/// # Errors
/// Those of the database.
pub async fn refresh(
    (db, together): (&Db, &Together),
    request: Refresh,
) -> Result<Result<Grant, RefreshRefused>, DbError> {
    let request = Arc::new(request);
    let outcome = match together.advance(db, &request).await? {
        Some(outcome) => outcome,
        None => {
            let asked = Arc::clone(&request);
            db.write_alone(move |conn| advance_line(conn, &asked)).await?
        }
    };
    match outcome {
        Outcome::Granted(grant) => Ok(Ok(*grant)),
        Outcome::Refused(refused) => Ok(Err(refused)),
        Outcome::Replayed(tenant, family, user) => {
            db.write(move |conn| end_line(conn, &request, (tenant, family, user))).await?;
            Ok(Err(RefreshRefused::Replayed))
        }
    }
}

/// Looks, and moves the line on if that is right.
fn advance_line(conn: &mut Conn<'_>, request: &Refresh) -> Result<Outcome, DbError> {
    for _ in 0..LOOKS {
        let held = held::store::find(conn, request.token.family, request.now)?;
        match step(conn, request, (held, &mut Known::default()))? {
            Step::Done(outcome) => return Ok(outcome),
            Step::Move(rotation, grant) => {
                if super::store::rotate_family(conn, &rotation)? {
                    return Ok(Outcome::Granted(grant));
                }
            }
        }
    }
    Err(DbError::Retry)
}

/// Judges a request by its line as it was seen.
fn step(
    conn: &mut Conn<'_>,
    request: &Refresh,
    (held, known): (Option<HeldFamily>, &mut Known),
) -> Result<Step, DbError> {
    let Some(HeldFamily { family, user, roles, stands }) = held else {
        return Ok(RefreshRefused::Unknown.into());
    };
    let seed = match checked_seed(request, &family) {
        Ok(seed) => seed,
        Err(refused) => return Ok(refused.into()),
    };
    if !stands || !user.is_active() || !request.client.client.serves(family.tenant_id) {
        return Ok(RefreshRefused::Inactive.into());
    }
    let scopes = match narrowed(request, &family) {
        Ok(scopes) => scopes,
        Err(refused) => return Ok(refused.into()),
    };
    let presented = request.token.generation;
    let line = (family.generation, family.parent_generation);
    let verdict = judge(presented, line, request.now.since(family.rotated_at), request.policy);
    let next = match (verdict, advance(verdict, presented, family.generation)) {
        (Verdict::SameChild, _) => None,
        (_, Some(next)) => Some(next),
        (_, None) => return Ok(Outcome::Replayed(family.tenant_id, family.id, family.user_id).into()),
    };
    let partner = partner(conn, request, (&family, known))?;
    let generation = next.map_or(family.generation, |(generation, _)| generation);
    let grant = Box::new(Grant {
        user,
        partner,
        roles,
        scopes,
        refresh_token: Some(RefreshToken::derive(family.id, generation, &seed).to_secret()),
        family: family.id,
        session_id: family.session_id,
        facts: family.facts.narrowed_to(&request.audiences),
        first: false,
    });
    Ok(match next {
        None => Outcome::Granted(grant).into(),
        Some((generation, parent)) => {
            let rotation = Rotation {
                family: family.id,
                seen: family.generation,
                generation,
                parent,
                at: request.now,
                idle_expires_at: idle_end(request.now, request.idle, family.expires_at),
            };
            Step::Move(rotation, grant)
        }
    })
}

/// The family dies, and the audit log says so once.
fn end_line(
    conn: &mut Conn<'_>,
    request: &Refresh,
    (tenant, family, user): (TenantId, FamilyId, UserId),
) -> Result<(), DbError> {
    if super::store::revoke_family(conn, tenant, family, request.now)? {
        let client = &request.client.client;
        let event =
            request.presenter.replay(client, (tenant, family, user), request.now, "refresh_token_replayed");
        audit::store::insert(conn, tenant, &event)?;
    }
    Ok(())
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

/// Partners of organisations that were looked up for others.
type Known = HashMap<TenantId, Option<Slug>>;

/// The partner of the person's organisation. Where that is the client's too, it is known.
fn partner(
    conn: &mut Conn<'_>,
    request: &Refresh,
    (family, known): (&TokenFamily, &mut Known),
) -> Result<Option<Slug>, DbError> {
    let own = &request.client.tenant;
    if own.id == family.tenant_id {
        return Ok(own.settings.partner.clone());
    }
    if let Some(partner) = known.get(&family.tenant_id) {
        return Ok(partner.clone());
    }
    let partner = tenants::store::find(conn, family.tenant_id)?.and_then(|tenant| tenant.settings.partner);
    known.insert(family.tenant_id, partner.clone());
    Ok(partner)
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
