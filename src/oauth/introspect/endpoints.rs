//! `POST /oauth2/introspect`.

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::answer::{Active, INACTIVE, RefreshTexts, may_know};
use super::living::{Question, living};
use crate::app::App;
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::oauth::client_auth::endpoints::authenticate;
use crate::oauth::{Error, presented};
use crate::tenants::Issuer;
use crate::tokens::{AccessState, RefreshToken};
use crate::web::{FormError, read_form};

/// `POST /oauth2/introspect`. The kind of a token is seen from its form, so `token_type_hint` has nothing to add.
///
/// # Errors
/// As RFC 7662 2.3 has them.
#[utoipa::path(
    post, path = "/oauth2/introspect", tag = "protocol", operation_id = "introspect",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Whether the token stands (RFC 7662 2.2)"),
        (status = 400, description = "`invalid_request`"),
        (status = 401, description = "`invalid_client`"),
    ),
    security(()),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    let params = read_form(&request, payload, app.config.server.body_limit.as_usize()).await?;
    let params = params.without_repeats().map_err(FormError::from)?;
    let issuer = app.issuer(request.match_info().get("tenant")).await?.ok_or_else(Error::unknown_issuer)?;
    let now = app.now();
    let caller = authenticate(&app, &issuer, &request, &params, now).await?;
    if caller.client.is_public() {
        return Err(Error::invalid_client("a public client asked for introspection"));
    }
    let token = params.get("token").ok_or_else(|| Error::invalid_request("token is missing"))?;
    let active = match RefreshToken::parse(token) {
        Some(token) => about_refresh(&app, &issuer, caller, token, now).await?,
        None => about_access(&app, &issuer, &caller, token, now).await?,
    };
    Ok(json(active))
}

/// The answer about an access token, or none when there is nothing to tell this caller.
async fn about_access(
    app: &App,
    issuer: &Issuer,
    caller: &KnownClient,
    token: &str,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    let keys = app.keyring.snapshot();
    let Ok(claims) = presented::access_token(token, keys.keys(), issuer.url(), None, now) else {
        return Ok(None);
    };
    if !may_know(&caller.client, &claims) || app.access_state(&claims, now).await? != AccessState::Live {
        return Ok(None);
    }
    serde_json::to_vec(&Active::access(&claims)).map(Some).map_err(Error::internal)
}

/// The answer about a refresh token, or none.
async fn about_refresh(
    app: &App,
    issuer: &Issuer,
    caller: Arc<KnownClient>,
    token: RefreshToken,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, Error> {
    let question = Question {
        token,
        client: Arc::clone(&caller),
        issuer_tenant_id: issuer.tenant_id(),
        master: app.master.clone(),
        now,
    };
    let Some(family) = app.db.read_short(move |conn| living(conn, &question)).await? else { return Ok(None) };
    let texts = RefreshTexts::new(&family, &caller.client);
    serde_json::to_vec(&Active::refresh(&texts, issuer.url(), &family)).map(Some).map_err(Error::internal)
}

fn json(active: Option<Vec<u8>>) -> HttpResponse {
    let body = active.map_or_else(|| Bytes::from_static(INACTIVE.as_bytes()), Bytes::from);
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(body)
}
