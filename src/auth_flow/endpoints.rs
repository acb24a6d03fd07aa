//! The JSON endpoints at `/v1/auth/*`.

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::{Map, Value};

use super::requests::{self, AuthorizeRequest, TokenRequest};
use super::{
    Error, authorize as flows, exchange, identify as identities, me as identity, session as sessions,
};
use crate::api_keys::PresentedKey;
use crate::app::{App, Caller, Denied, Identity, Place, bearer_token};
use crate::audit::Origin;
use crate::clock::Timestamp;
use crate::web::envelope::Success;
use crate::web::{ClientIp, Sender, parse_json, read_json, read_json_text};

/// `POST /v1/auth/identify`: in which organisations a mail address can sign in.
#[utoipa::path(
    post, path = "/v1/auth/identify", tag = "first-party flow", operation_id = "auth_identify",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Organisations"),
        (status = 422, description = "`VALIDATION_ERROR`"),
        (status = 429, description = "`RATE_LIMITED`"),
    ),
    security(()),
)]
pub async fn identify(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    let email = requests::identify(body(&request, payload, &app).await?)?;
    Ok(ok(identities::identify(&app, email, (place(&request), ClientIp::of(&request)), app.now()).await?))
}

/// `POST /v1/auth/authorize`: the address to send the browser to.
#[utoipa::path(
    post, path = "/v1/auth/authorize", tag = "first-party flow", operation_id = "auth_authorize",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Where to send the browser"),
        (status = 422, description = "`VALIDATION_ERROR`"),
    ),
    security(()),
)]
pub async fn authorize(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Error> {
    let wanted = AuthorizeRequest::read(body(&request, payload, &app).await?)?;
    Ok(ok(flows::begin(&app, wanted, (place(&request), app.now())).await?))
}

/// `POST /v1/auth/token`: a code into tokens.
#[utoipa::path(
    post, path = "/v1/auth/token", tag = "first-party flow", operation_id = "auth_token",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Tokens"),
        (status = 401, description = "`AUTH_FLOW_INVALID`"),
        (status = 422, description = "`VALIDATION_ERROR`"),
    ),
    security(()),
)]
pub async fn token(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    let presented = TokenRequest::read(body(&request, payload, &app).await?)?;
    Ok(ok(exchange::token(&app, presented, (place(&request), app.now(), origin(&request))).await?))
}

/// `POST /v1/auth/session`: an API key into a session.
#[utoipa::path(
    post, path = "/v1/auth/session", tag = "first-party flow", operation_id = "auth_session",
    request_body(content = Option<Object>, content_type = "application/json", description = "May name the program: `user_agent`"),
    responses(
        (status = 200, description = "`session_token`, `refresh_token`, `session_id`, `expires_in`"),
        (status = 401, description = "`AUTH_TOKEN_MISSING`, `AUTH_TOKEN_INVALID`"),
        (status = 403, description = "`AUTHZ_PERMISSION_DENIED`: the key may not be used from this address"),
        (status = 422, description = "`VALIDATION_ERROR`"),
    ),
)]
pub async fn session(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    let headers = request.headers().get_all(header::AUTHORIZATION).map(|value| value.to_str().ok());
    let text = bearer_token(headers)?;
    let key = PresentedKey::parse(text).ok_or_else(|| Error::key("not an API key"))?;
    // A body is optional here, and so is its type; there are programs that declare one and send none.
    let agent = if request.headers().contains_key(header::CONTENT_TYPE) {
        let text = read_json_text(&request, payload, app.body_limit()).await?;
        if text.is_empty() { None } else { requests::session(parse_json(&text)?)? }
    } else {
        None
    };
    Ok(bare(&sessions::begin(&app, &key, (from(&request), agent), app.now()).await?))
}

/// `POST /v1/auth/refresh`: a refresh token into the next tokens.
#[utoipa::path(
    post, path = "/v1/auth/refresh", tag = "first-party flow", operation_id = "auth_refresh",
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, description = "Tokens"),
        (status = 401, description = "`SESSION_EXPIRED`, `AUTH_TOKEN_INVALID`"),
        (status = 422, description = "`VALIDATION_ERROR`"),
    ),
    security(()),
)]
pub async fn refresh(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    let presented = requests::refresh(body(&request, payload, &app).await?)?;
    if let Some(token) = sessions::parse(&presented) {
        return Ok(bare(&sessions::refresh(&app, token, from(&request), app.now()).await?));
    }
    Ok(ok(exchange::refresh(&app, presented, (place(&request), app.now(), origin(&request))).await?))
}

/// `POST /v1/auth/logout`: the end of what the access token stands for. Answers 204.
#[utoipa::path(
    post, path = "/v1/auth/logout", tag = "first-party flow", operation_id = "auth_logout",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "`AUTH_TOKEN_MISSING`, `AUTH_TOKEN_INVALID`, `AUTH_TOKEN_EXPIRED`"),
    ),
)]
pub async fn logout(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Error> {
    let now = app.now();
    let caller = authenticated(&request, &app, now).await?;
    if let (Some(_), Some(session)) = (&caller.claims.key_id, &caller.claims.sid) {
        let holder = holder(&request, &app, now).await?;
        sessions::end_session(&app, &holder, session, (now, origin(&request))).await?;
        return Ok(HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish());
    }
    identity::logout(&app, caller, (now, origin(&request))).await?;
    Ok(HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish())
}

/// `GET /v1/auth/me`: who the caller is.
#[utoipa::path(
    get, path = "/v1/auth/me", tag = "first-party flow", operation_id = "auth_me",
    responses(
        (status = 200, description = "Who the caller is"),
        (status = 401, description = "`AUTH_TOKEN_MISSING`, `AUTH_TOKEN_INVALID`, `AUTH_TOKEN_EXPIRED`"),
        (status = 403, description = "`AUTH_INSUFFICIENT_SCOPE`"),
    ),
)]
pub async fn me(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Error> {
    let now = app.now();
    let caller = authenticated(&request, &app, now).await?;
    let holder = match &caller.claims.key_id {
        Some(_) => Some(holder(&request, &app, now).await?),
        None => None,
    };
    Ok(ok(identity::me(&app, caller, holder).await?))
}

/// Whatever else is under `/v1/auth/`, in this door's shape.
pub async fn not_found() -> Result<HttpResponse, Error> {
    Err(Error::not_found())
}

/// From where, for the audit log.
fn origin(request: &HttpRequest) -> Origin {
    Sender::of(request).into()
}

async fn body(request: &HttpRequest, payload: Payload, app: &App) -> Result<Map<String, Value>, Error> {
    Ok(read_json(request, payload, app.body_limit()).await?)
}

async fn authenticated(request: &HttpRequest, app: &App, now: Timestamp) -> Result<Caller, Error> {
    let headers = request.headers().get_all(header::AUTHORIZATION).map(|value| value.to_str().ok());
    let caller = app.caller(bearer_token(headers)?, now).await?;
    if !place(request).is_of(caller.tenant_id) {
        return Err(Error::token("a token of another organisation"));
    }
    Ok(caller)
}

/// Whose key the token was given for, and what the key may.
async fn holder(request: &HttpRequest, app: &App, now: Timestamp) -> Result<Identity, Error> {
    let headers = request.headers().get_all(header::AUTHORIZATION).map(|value| value.to_str().ok());
    app.identify_token(bearer_token(headers)?, None, now).await.map_err(|denied| match denied {
        Denied::Token(error) => error.into(),
        denied => Error::token(denied),
    })
}

/// At which door, and from where.
fn from(request: &HttpRequest) -> sessions::From {
    sessions::From { place: place(request), address: ClientIp::of(request), origin: origin(request) }
}

fn place(request: &HttpRequest) -> Place {
    request.extensions().get::<Place>().copied().unwrap_or_default()
}

/// 200 in the shape that a profile asks for, never to be cached.
fn bare(answer: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(answer)
}

/// 200 in the envelope, never to be cached.
fn ok(data: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(Success::new(data))
}
