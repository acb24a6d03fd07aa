//! An API key for a session: short tokens, renewed by a refresh token, that all end with the key.
//!
//! How long they live, what the members are called and whether a refresh token is used up by its use is the profile's and
//! the organisation's to say. A used refresh token heals like any other (RFC 9700 4.14.2): the parent gets the same child
//! again for a moment; later than that it is a replay, and the session ends.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::{Code, Error};
use crate::api_keys::{self, ApiKey, KeySession, PresentedKey};
use crate::app::{App, Denied, Door, Identity, Place, Seen, TurnedAway};
use crate::audit::{self, ActorKind, ActorRef, Event, Origin, Target};
use crate::clock::Timestamp;
use crate::credentials::{KeyState, Principal};
use crate::db::DbError;
use crate::secret::Secret;
use crate::tenants::{EdgeLocation, SessionForm, Tenant, TenantSettings};
use crate::text::Json;
use crate::tokens::{FamilyId, IssuedTokens, KeyMinting, RefreshToken};
use crate::web::RequestId;

/// What begins the text of a session's refresh token instead of a family's.
const PREFIX: &str = "gkks_";
/// The longest name of a program that is kept.
const LONGEST_AGENT: usize = 200;

/// From where a session is asked for: at which door, from which address, and what the log says of it.
pub struct From {
    /// The door.
    pub place: Place,
    /// The address.
    pub address: IpAddr,
    /// For the log.
    pub origin: Origin,
}

/// The text in `refresh_token`, if it is one of a session.
pub fn parse(presented: &Secret) -> Option<RefreshToken> {
    let rest = presented.expose().strip_prefix(PREFIX)?;
    RefreshToken::parse(&format!("gkrt_{rest}"))
}

fn text_of(token: &RefreshToken) -> Secret {
    let text = token.to_secret();
    let rest = text.expose().strip_prefix("gkrt_").unwrap_or_default();
    Secret::new(format!("{PREFIX}{rest}"))
}

/// Begins a session.
pub async fn begin(
    app: &App,
    presented: &PresentedKey,
    (From { place, address, origin }, agent): (From, Option<String>),
    now: Timestamp,
) -> Result<Json, Error> {
    let outcome = place.admit(app.identify_key(presented, address, now).await);
    let seen = Seen { address, user_agent: &origin.user_agent, door: Door::Session, now };
    let (identity, _) = app.count_call(outcome, seen).await.map_err(turned_away)?;
    let key = Arc::clone(identity.credential.key().ok_or_else(|| Error::internal("a key without a key"))?);
    let form = form_of(app, &identity.principal.tenant)?;
    let (token_lifetime, session_lifetime) = lifetimes(form, &identity.principal.tenant.settings);
    let seed = app.random.bytes::<32>();
    let id = app.random.id(now);
    let sealed =
        app.master.seal(&app.random, &KeySession::seed_context(id), &seed).map_err(Error::internal)?;
    let session = KeySession {
        id,
        tenant_id: key.tenant_id,
        api_key_id: key.id,
        sealed_seed: sealed,
        generation: 1,
        rotated_at: now,
        user_agent: agent.unwrap_or_else(|| origin.user_agent.clone()).chars().take(LONGEST_AGENT).collect(),
        address: address.to_string(),
        created_at: now,
        expires_at: end(&key, now + session_lifetime),
        ended_at: None,
    };
    let event = event(app, &identity.principal, &key, ("key_session.create", now)).at(origin).on(target(id));
    let (tenant, row) = (key.tenant_id, session.clone());
    app.db
        .write(move |conn| {
            api_keys::store::insert_session(conn, tenant, &row)?;
            audit::store::insert(conn, tenant, &event)
        })
        .await?;
    let refresh = text_of(&RefreshToken::derive(FamilyId::new(id.uuid()), 1, &seed));
    sign(app, (identity.principal, key), &session, (refresh, token_lifetime), now).await
}

/// Renews a session.
pub async fn refresh(
    app: &App,
    presented: RefreshToken,
    From { place, address, origin }: From,
    now: Timestamp,
) -> Result<Json, Error> {
    let id = api_keys::KeySessionId::new(presented.family.uuid());
    let found = app.db.read_short(move |conn| api_keys::store::find_session(conn, id)).await?;
    let session = found.ok_or_else(|| Error::token("unknown session"))?;
    let seed =
        app.master.open(&KeySession::seed_context(id), &session.sealed_seed).map_err(Error::internal)?;
    if !presented.is_genuine(&seed) {
        return Err(Error::token("not derived from the session's seed"));
    }
    if !session.is_live(now) {
        return Err(over("the session has ended"));
    }
    let tenant = session.tenant_id;
    let key = app.api_key_by_id(tenant, session.api_key_id).await?.ok_or_else(|| over("the key is gone"))?;
    if key.state(now) != KeyState::Works {
        return Err(over("the key does not work any more"));
    }
    if !key.allowed_addresses.admits(address) {
        return Err(over("the key may not be used from this address"));
    }
    let principal = app.principal(tenant, key.owner).await?.filter(|principal| principal.is_active);
    let principal = principal.ok_or_else(|| over("the owner does not take part"))?;
    if !place.admits(&principal.tenant) {
        return Err(Error::token("a session of another organisation"));
    }
    let form = form_of(app, &principal.tenant)?;
    let token_lifetime = lifetimes(form, &principal.tenant.settings).0;
    let generation = if form.rotates {
        next_generation(app, &session, &presented, (&principal, &key, origin), now).await?
    } else {
        session.generation
    };
    let refresh = text_of(&RefreshToken::derive(presented.family, generation, &seed));
    sign(app, (principal, key), &session, (refresh, token_lifetime), now).await
}

/// Ends the session of a token. `false` when it had ended before.
pub async fn end_session(
    app: &App,
    identity: &Identity,
    session: &str,
    (now, origin): (Timestamp, Origin),
) -> Result<bool, Error> {
    let Some(key) = identity.credential.key() else { return Ok(false) };
    let id = session.parse().map_err(|_| Error::token("sid is not a session"))?;
    let event = event(app, &identity.principal, key, ("key_session.end", now)).at(origin).on(target(id));
    let tenant = key.tenant_id;
    let ended = app
        .db
        .write(move |conn| {
            let ended = api_keys::store::end_session(conn, tenant, id, now)?;
            if ended {
                audit::store::insert(conn, tenant, &event)?;
            }
            Ok::<_, DbError>(ended)
        })
        .await?;
    app.forget();
    Ok(ended)
}

/// The generation of the token that is handed out next: one conditional move decides between two that renew at once.
async fn next_generation(
    app: &App,
    session: &KeySession,
    presented: &RefreshToken,
    (principal, key, origin): (&Principal, &ApiKey, Origin),
    now: Timestamp,
) -> Result<i64, Error> {
    let (tenant, id, wanted) = (session.tenant_id, session.id, presented.generation);
    let grace = app.rotation_policy().grace;
    let replay = event(app, principal, key, ("key_session.replay", now)).at(origin).on(target(id));
    let moved = app
        .db
        .write(move |conn| {
            let Some(seen) = api_keys::store::find_session(conn, id)? else { return Ok(None) };
            if wanted == seen.generation && api_keys::store::rotate_session(conn, tenant, id, (wanted, now))?
            {
                return Ok(Some(wanted + 1));
            }
            let seen = api_keys::store::find_session(conn, id)?.unwrap_or(seen);
            if wanted + 1 == seen.generation && now.since(seen.rotated_at) <= grace {
                return Ok(Some(seen.generation));
            }
            // Somebody uses what was used up. The end of the session commits.
            if api_keys::store::end_session(conn, tenant, id, now)? {
                audit::store::insert(conn, tenant, &replay)?;
            }
            Ok::<_, DbError>(None)
        })
        .await?;
    if moved.is_none() {
        app.forget();
    }
    moved.ok_or_else(|| over("a refresh token was used twice"))
}

async fn sign(
    app: &App,
    (principal, key): (Arc<Principal>, Arc<ApiKey>),
    session: &KeySession,
    (refresh, lifetime): (Secret, Duration),
    now: Timestamp,
) -> Result<Json, Error> {
    let issuer = app.issuer_of(Some(key.tenant_id)).await?.ok_or_else(|| over("the organisation is gone"))?;
    let form = form_of(app, &principal.tenant)?;
    let edges = edges_of(&principal.tenant);
    let left = session.expires_at.since(now);
    let minting = KeyMinting {
        keys: app.keyring.snapshot(),
        random: app.random.clone(),
        issuer,
        principal,
        key,
        client_id: None,
        session: Some(session.id),
        audiences: Vec::new(),
        scopes: Vec::new(),
        lifetime: lifetime.min(left),
        algorithm: app.signing_algorithm(),
        now,
    };
    let issued = app.sign_for_key(minting, Some(refresh)).await?;
    metrics::counter!("tokens_issued_total", "grant" => "api_key_session").increment(1);
    Ok(shaped(&issued, session, form, edges.as_ref()))
}

/// The tokens in the words of the organisation's profile.
fn shaped(issued: &IssuedTokens, session: &KeySession, form: &SessionForm, edges: Option<&Json>) -> Json {
    let text = |text: &str| Json::from(text);
    let token = text(issued.access_token.expose());
    let refresh = issued.refresh_token.as_ref().map(|refresh| text(refresh.expose()));
    let (id, request) = (text(&session.id.to_string()), text(RequestId::current().as_str()));
    let lifetime = Json::from(issued.expires_in);
    let mut scopes =
        vec![("token", &token), ("session_id", &id), ("expires_in", &lifetime), ("request_id", &request)];
    scopes.extend(refresh.as_ref().map(|refresh| ("refresh_token", refresh)));
    scopes.extend(edges.map(|edges| ("edges", edges)));
    form.answer.fill(&scopes).unwrap_or(Json::Null)
}

/// Where the organisation's API answers, if it says so.
fn edges_of(tenant: &Tenant) -> Option<Json> {
    let all = &tenant.settings.edge_locations;
    let edge = |edge: &EdgeLocation| {
        let member = |name: &str, text: &str| (name.to_owned(), Json::from(text));
        Json::Object(vec![
            member("region", &edge.region),
            member("name", &edge.name),
            member("endpoint", &edge.endpoint),
        ])
    };
    (!all.is_empty()).then(|| Json::List(all.iter().map(edge).collect()))
}

fn form_of(app: &App, tenant: &Tenant) -> Result<&'static SessionForm, Error> {
    Ok(&app.profile_of(tenant).map_err(Error::unavailable)?.session)
}

/// How long a token and a session live: as the organisation says, or else as its profile does.
fn lifetimes(form: &SessionForm, settings: &TenantSettings) -> (Duration, Duration) {
    let pick = |own: Option<u32>, usual: u32| Duration::from_secs(u64::from(own.unwrap_or(usual)));
    let own = &settings.api_keys;
    (pick(own.token_lifetime, form.token_lifetime), pick(own.session_lifetime, form.session_lifetime))
}

/// No session outlives its key.
fn end(key: &ApiKey, wanted: Timestamp) -> Timestamp {
    key.expires_at.map_or(wanted, |end| end.min(wanted))
}

fn target(session: api_keys::KeySessionId) -> Target {
    Target::new("key_session", session, "")
}

fn event(app: &App, principal: &Principal, key: &ApiKey, (action, now): (&'static str, Timestamp)) -> Event {
    Event::new(&app.random, (key.tenant_id, now), action).by(ActorRef {
        kind: ActorKind::Key,
        id: key.id.to_string(),
        name: format!("{} ({})", principal.name, key.name),
        tenant_id: Some(key.tenant_id),
    })
}

fn turned_away(why: TurnedAway) -> Error {
    match why {
        TurnedAway::Limited(limits) => Error::key_rate_limited(limits.standing.wait),
        TurnedAway::Denied(Denied::Token(error)) => error.into(),
        TurnedAway::Denied(Denied::AddressNotAllowed(_)) => {
            Error::new(Code::PermissionDenied, "The API key may not be used from this address.")
        }
        TurnedAway::Denied(denied) => Error::key(denied),
    }
}

fn over(cause: &'static str) -> Error {
    Error::new(
        Code::SessionExpired,
        "The session is over: it expired, its key does not work any more, or its token was used twice. Exchange the key \
         again.",
    )
    .cause(cause)
}
