//! `/v1/room-tokens`.

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::audit::{self, ActorKind, Changes, Target};
use crate::keyring::Algorithm;
use crate::manage::endpoints::{body, call};
use crate::tokens::{RoomClaims, RoomGrant};
use crate::web::Problem;

/// What whoever asks has to hold.
const PERMISSION: &str = "room_tokens:create";
/// Seconds that a token lives when nobody says otherwise, and at most.
const USUAL: u32 = 600;
const LONGEST: u32 = 6 * 60 * 60;
const SHORTEST: u32 = 10;
/// The longest name of a room and of a participant.
const LONGEST_NAME: usize = 200;

/// A token that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRoomToken {
    /// The room: 1 to 200 characters.
    #[schema(example = "support-4711")]
    pub room: String,
    /// Who enters it; the caller when absent.
    #[serde(default)]
    #[schema(example = "agent-7")]
    pub identity: Option<String>,
    /// Seconds that it lives, 10 to 21600; 600 when absent.
    #[serde(default)]
    pub ttl: Option<u32>,
}

/// A token for a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomToken {
    /// The token: a JWT of the type `room+jwt`, signed by a key of `/oauth2/jwks`.
    pub token: String,
    /// The room.
    pub room: String,
    /// Who enters it.
    pub identity: String,
    /// Seconds that it lives.
    pub expires_in: u32,
}

/// Mints a token with which one participant may enter one room.
#[utoipa::path(
    post, path = "/v1/room-tokens", tag = "edge", operation_id = "create_room_token",
    request_body = NewRoomToken,
    responses(
        (status = 200, description = "The token", body = RoomToken),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `room_tokens:create`"),
        (status = 422, description = "`invalid_room`, `invalid_identity`, `invalid_ttl`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, PERMISSION).await?;
    let wanted: NewRoomToken = body(&request, payload, &app).await?;
    let room = named("invalid_room", "room", &wanted.room)?;
    let identity = match &wanted.identity {
        Some(identity) => named("invalid_identity", "identity", identity)?,
        None => call.actor.principal.map_or_else(|| call.actor.name.id.clone(), |own| own.uuid().to_string()),
    };
    let ttl = wanted.ttl.unwrap_or(USUAL);
    if !(SHORTEST..=LONGEST).contains(&ttl) {
        let detail = format!("ttl is from {SHORTEST} to {LONGEST} seconds.");
        return Err(Problem::invalid("invalid_ttl", detail));
    }
    let issuer = app.issuer_of(Some(call.tenant)).await?.ok_or_else(Problem::not_found)?;
    let key_id = (call.actor.name.kind == ActorKind::Key).then(|| call.actor.name.id.clone());
    let claims = RoomClaims {
        iss: issuer.url().to_owned(),
        sub: identity.clone(),
        tenant_id: call.tenant.to_string(),
        key_id,
        video: RoomGrant { room: room.clone(), room_join: true },
        iat: call.now.seconds(),
        nbf: call.now.seconds(),
        exp: (call.now + Duration::from_secs(u64::from(ttl))).seconds(),
        jti: app.random.opaque_id(),
    };
    // The elliptic curves sign faster than the way to another thread takes.
    let token = claims
        .sign(&app.keyring.snapshot(), (Algorithm::Es256, &app.random), call.now)
        .map_err(Problem::internal)?;
    let changes = Changes::none().field("identity", &None, &Some(identity.as_str())).field("ttl", &0, &ttl);
    let event = call.event(&app.random, "room_token.create", Target::new("room", &room, &room), changes);
    let tenant = call.tenant;
    app.db.write(move |conn| audit::store::insert(conn, tenant, &event)).await?;
    let answer = RoomToken { token: token.expose().to_owned(), room, identity, expires_in: ttl };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

fn named(code: &'static str, what: &str, text: &str) -> Result<String, Problem> {
    if (1..=LONGEST_NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(Problem::invalid(code, format!("{what} is 1 to {LONGEST_NAME} characters on one line.")))
}
