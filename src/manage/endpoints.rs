//! What every endpoint of this door begins and ends with.

use std::net::IpAddr;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::call::SCOPE;
use super::creation::{self, Answer, IdempotencyKey};
use super::{Actor, Call, Stop, actors};
use crate::api_keys::{PresentedKey, key_prefix};
use crate::app::acting::ActingPerson;
use crate::app::{App, Caller, CallerError, Denied, Door, Identity, Place, Seen, TurnedAway, bearer_token};
use crate::audit::{ActorKind, ActorRef, Origin};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::tenants::{self, TenantId};
use crate::web::{AnswerHeaders, ClientIp, Params, Problem, RequestId, parse_json, read_json_text};

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const NO_STORE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// Reads who calls and in which organisation.
///
/// # Errors
/// 401 without a token that stands, 403 when the token lacks the scope, 404 for an organisation that the caller may not
/// enter.
pub async fn call(request: &HttpRequest, app: &App) -> Result<Call, Problem> {
    let now = app.now();
    let headers = request.headers().get_all(header::AUTHORIZATION).map(|value| value.to_str().ok());
    let acting = request.extensions().get::<ActingPerson>().cloned();
    let abroad = acting.as_ref().and_then(|person| person.abroad.clone());
    let (actor, origin) = match acting {
        Some(person) => actors::of_page(person),
        None => {
            let address = ClientIp::of(request);
            let (actor, client_id, session_id) =
                caller(app, request, bearer_token(headers)?, (address, now)).await?;
            let origin = Origin {
                client_id,
                session_id,
                request_id: RequestId::current().as_str().to_owned(),
                address: address.to_string(),
                user_agent: text_header(request, &header::USER_AGENT),
            };
            (actor, origin)
        }
    };
    let tenant = match query(request)?.get("tenant") {
        None => actor.tenant_id,
        Some(named) => match abroad.filter(|(slug, _)| slug == named) {
            Some((_, entered)) => entered,
            None => enter(app, &actor, named).await?,
        },
    };
    let call = Call { actor, tenant, now, origin, profiles: app.profiles };
    // For what is written down once the call was answered.
    request.extensions_mut().insert(call.clone());
    Ok(call)
}

/// Writes into the audit log which permission a refused call lacked, where the refusal ended a transaction and could not
/// be written in it.
pub async fn note_refusal(answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let problem = answer.response().error().and_then(|error| error.as_error::<Problem>());
    let Some(permission) = problem.and_then(Problem::lacks).map(str::to_owned) else { return answer };
    let call = answer.request().extensions().get::<Call>().cloned();
    if let (Some(call), Some(app)) = (call, answer.request().app_data::<Data<App>>().cloned())
        && let Err(why) = call.note_refusal(&app, &permission).await
    {
        return answer.into_response(HttpResponse::from_error(why));
    }
    answer
}

/// Who calls, by which application and in which session: an API key, a token that a key was exchanged for, or an access
/// token that was granted for this API.
async fn caller(
    app: &App,
    request: &HttpRequest,
    text: &str,
    (address, now): (IpAddr, Timestamp),
) -> Result<(Actor, String, String), Problem> {
    if let Some(presented) = PresentedKey::parse(text) {
        let outcome = place(request).admit(app.identify_key(&presented, address, now).await);
        let identity = counted(app, request, outcome, (address, now)).await?;
        return Ok((key_actor(&identity)?, String::new(), String::new()));
    }
    // What begins as keys do and is none was meant to be one.
    if key_prefix(text).is_some_and(|prefix| app.profiles.of_prefix(prefix).is_some()) {
        return Err(Denied::Unknown.into());
    }
    let caller = app.caller(text, now).await?;
    admit(app, place(request), &caller).await?;
    // From here on it is known whose programs read the errors.
    app.error_shape(caller.tenant_id).await?.note(request);
    let (client_id, session_id) = (caller.claims.client_id.clone(), caller.claims.sid.clone());
    let actor = if caller.claims.key_id.is_some() {
        let outcome = app.identify_token(text, None, now).await;
        key_actor(&counted(app, request, outcome, (address, now)).await?)?
    } else if caller.has(SCOPE) {
        actors::of_token(app, &caller).await?
    } else {
        let detail = format!("The access token was granted without the scope {SCOPE}.");
        return Err(
            Problem::insufficient_scope(detail).fix("Register the scope for the application and ask for it.")
        );
    };
    Ok((actor, client_id, session_id.unwrap_or_default()))
}

fn place(request: &HttpRequest) -> Place {
    request.extensions().get::<Place>().copied().unwrap_or_default()
}

/// Lets a token's holder come to a door that is theirs. At another's it is a token of nobody.
async fn admit(app: &App, place: Place, caller: &Caller) -> Result<(), Problem> {
    let is_theirs = match (place.tenant, place.address) {
        (Some(_), _) | (None, None) => place.is_of(caller.tenant_id),
        (None, Some(_)) => place.is_known_to(app.profile(caller.tenant_id).await?),
    };
    if is_theirs { Ok(()) } else { Err(CallerError::Invalid("a token of another door".into()).into()) }
}

/// Counts a call by a key, whatever comes of it, and has the answer tell how the key stands with its limits.
async fn counted(
    app: &App,
    request: &HttpRequest,
    outcome: Result<Identity, Denied>,
    (address, now): (IpAddr, Timestamp),
) -> Result<Identity, Problem> {
    let user_agent = text_header(request, &header::USER_AGENT);
    let seen = Seen { address, user_agent: &user_agent, door: Door::Api, now };
    if let Ok(identity) = &outcome {
        app.error_shape(identity.principal.tenant.id).await?.note(request);
    }
    match app.count_call(outcome, seen).await {
        Ok((identity, limits)) => {
            if let Some(limits) = limits {
                AnswerHeaders(limits.headers()).note(request);
            }
            Ok(identity)
        }
        Err(TurnedAway::Limited(limits)) => {
            AnswerHeaders(limits.headers()).note(request);
            Err(Problem::rate_limited(limits.standing.wait))
        }
        Err(TurnedAway::Denied(denied)) => Err(denied.into()),
    }
}

/// A key as an actor: it may what it may, and the log names it and whose it is.
fn key_actor(identity: &Identity) -> Result<Actor, Problem> {
    let key = identity.credential.key().ok_or_else(|| Problem::internal("a key's token without a key"))?;
    Ok(Actor {
        name: ActorRef {
            kind: ActorKind::Key,
            id: key.id.to_string(),
            name: format!("{} ({})", identity.principal.name, key.name),
            tenant_id: Some(key.tenant_id),
        },
        principal: Some(key.owner),
        tenant_id: key.tenant_id,
        permissions: (*identity.permissions).clone(),
    })
}

/// The organisation of that slug or identifier, if the caller may act in it.
async fn enter(app: &App, actor: &Actor, named: &str) -> Result<TenantId, Problem> {
    let wanted = named.to_owned();
    let found = app.db.read_short(move |conn| tenants::store::find_named(conn, &wanted)).await?;
    let may = |id: TenantId| id == actor.tenant_id || actor.permissions.allows("tenants:enter");
    found.map(|tenant| tenant.id).filter(|id| may(*id)).ok_or_else(Problem::not_found)
}

fn text_header(request: &HttpRequest, name: &header::HeaderName) -> String {
    request
        .headers()
        .get(name)
        .map(HeaderValue::as_bytes)
        .map(String::from_utf8_lossy)
        .unwrap_or_default()
        .into()
}

/// The query, with nothing in it that is given twice.
///
/// # Errors
/// 400 when it cannot be read.
pub fn query(request: &HttpRequest) -> Result<Params, Problem> {
    let params = Params::from_query(request.query_string())
        .and_then(Params::without_repeats)
        .map_err(|why| Problem::bad_request("invalid_query", format!("The query cannot be read: {why}.")))?;
    // No name and no identifier has one, and PostgreSQL keeps none in a text.
    if params.pairs().any(|(_, value)| value.contains('\0')) {
        return Err(Problem::bad_request("invalid_query", "The query holds a NUL character."));
    }
    Ok(params)
}

/// The query of a list: nothing but what the list knows, `limit`, `cursor` and `tenant`.
///
/// # Errors
/// 400 that names what is known: a filter with a typing error would otherwise show everything.
pub fn list_query(request: &HttpRequest, filters: &[&str]) -> Result<Params, Problem> {
    let params = query(request)?;
    let known = |name: &str| ["limit", "cursor", "tenant"].contains(&name) || filters.contains(&name);
    if let Some((name, _)) = params.pairs().find(|(name, _)| !known(name)) {
        let detail = format!("The list knows no parameter {name:?}.");
        let all = [&["limit", "cursor", "tenant"], filters].concat().join(", ");
        return Err(Problem::bad_request("unknown_parameter", detail).fix(format!("It knows: {all}.")));
    }
    Ok(params)
}

/// The values of a filter that takes several, separated by commas.
///
/// # Errors
/// 400 that names what is known.
pub fn several<T: std::str::FromStr>(params: &Params, name: &str) -> Result<Vec<T>, Problem>
where
    T::Err: std::fmt::Display,
{
    let values = params.get(name).into_iter().flat_map(|text| text.split(','));
    values
        .map(|text| {
            text.parse().map_err(|why| Problem::bad_request("invalid_filter", format!("{name}: {why}.")))
        })
        .collect()
}

/// The identifier in the path.
///
/// # Errors
/// 404 when it is none: nothing can have it.
pub fn id<T>(request: &HttpRequest, name: &str) -> Result<Id<T>, Problem> {
    request.match_info().get(name).and_then(|text| text.parse().ok()).ok_or_else(Problem::not_found)
}

/// Reads the body of a change.
///
/// # Errors
/// Says what is wrong with it.
pub async fn body<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
    app: &App,
) -> Result<T, Problem> {
    Ok(parse_json(&read_json_text(request, payload, app.body_limit()).await?)?)
}

/// Reads the body of a creating call with its `Idempotency-Key`.
///
/// # Errors
/// Says what is wrong with it.
pub async fn creation_body<T: DeserializeOwned>(
    request: &HttpRequest,
    payload: Payload,
    (app, call): (&App, &Call),
) -> Result<(T, Option<IdempotencyKey>), Problem> {
    let text = read_json_text(request, payload, app.body_limit()).await?;
    let mut keys = request.headers().get_all(IDEMPOTENCY_KEY);
    let key = match (keys.next(), keys.next()) {
        (None, _) => None,
        (Some(key), None) => Some(
            key.to_str().ok().filter(|key| (1..=IdempotencyKey::LONGEST).contains(&key.len())).ok_or_else(
                || {
                    let detail = "Idempotency-Key must be 1 to 200 visible characters.";
                    Problem::bad_request("invalid_idempotency_key", detail)
                },
            )?,
        ),
        _ => {
            let detail = "Idempotency-Key is given more than once.";
            return Err(Problem::bad_request("invalid_idempotency_key", detail));
        }
    };
    let key = key.map(|key| IdempotencyKey::new(call, request.path(), key, &text));
    Ok((parse_json(&text)?, key))
}

/// Creates something, once for each key.
///
/// # Errors
/// What `work` refuses.
pub async fn create<F>(
    app: &App,
    call: &Call,
    key: Option<IdempotencyKey>,
    work: F,
) -> Result<HttpResponse, Problem>
where
    F: Fn(&mut Conn<'_>) -> Result<Answer, Stop> + Send + 'static,
{
    let (answer, repeated) = creation::once(app, call, key, work).await?;
    let mut response = HttpResponse::Created();
    response
        .insert_header(NO_STORE)
        .insert_header((header::LOCATION, answer.location))
        .insert_header((header::ETAG, answer.etag));
    if repeated {
        response.insert_header(("idempotency-replayed", "true"));
    }
    Ok(response.json(answer.body))
}

/// Runs a change in a transaction and forgets what was remembered.
///
/// # Errors
/// What `work` refuses.
pub async fn change<T, F>(app: &App, work: F) -> Result<T, Problem>
where
    F: Fn(&mut Conn<'_>) -> Result<T, Stop> + Send + 'static,
    T: Send + 'static,
{
    let done = app.db.write(work).await?;
    app.forget();
    Ok(done)
}

/// Looks something up.
///
/// # Errors
/// Those of the database.
pub async fn look<T, F>(app: &App, work: F) -> Result<T, Problem>
where
    F: Fn(&mut Conn<'_>) -> Result<T, DbError> + Send + 'static,
    T: Send + 'static,
{
    Ok(app.db.read_short(work).await?)
}

/// The version of an object as an entity tag (RFC 9110 8.8.3).
pub fn etag(version: Timestamp) -> String {
    format!("\"{}\"", version.micros())
}

/// What `If-Match` asks for.
#[derive(Clone, Debug, Default)]
pub struct Precondition(Option<String>);

impl Precondition {
    /// Reads the header.
    pub fn of(request: &HttpRequest) -> Self {
        let header = text_header(request, &header::IF_MATCH);
        Self((!header.is_empty()).then_some(header))
    }

    /// Whether the object is still as the caller saw it.
    ///
    /// # Errors
    /// 412 when it is not.
    pub fn holds(&self, version: Timestamp) -> Result<(), Problem> {
        let current = etag(version);
        let holds = |asked: &String| asked.split(',').any(|one| one.trim() == "*" || one.trim() == current);
        if self.0.as_ref().is_none_or(holds) { Ok(()) } else { Err(Problem::precondition_failed()) }
    }
}

/// 200 with an object and its version.
pub fn shown(body: &impl Serialize, version: Timestamp) -> HttpResponse {
    HttpResponse::Ok().insert_header(NO_STORE).insert_header((header::ETAG, etag(version))).json(body)
}

/// 200 with something that has no version: a list, a count.
pub fn ok(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header(NO_STORE).json(body)
}

/// 204.
pub fn done() -> HttpResponse {
    HttpResponse::NoContent().insert_header(NO_STORE).finish()
}
