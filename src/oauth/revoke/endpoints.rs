//! `POST /oauth2/revoke`.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::oauth::client_auth::endpoints::authenticate;
use crate::oauth::{Error, presented};
use crate::tenants::{Issuer, TenantId};
use crate::tokens::{self, RefreshToken};
use crate::web::{FormError, read_form};

/// `POST /oauth2/revoke`. The kind of a token is seen from its form, so `token_type_hint` has nothing to add, and every
/// kind that is issued can be revoked.
///
/// # Errors
/// Those of client authentication, and `invalid_request` without a token (RFC 7009 2.2.1).
#[utoipa::path(
    post, path = "/oauth2/revoke", tag = "protocol", operation_id = "revoke",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token does not stand (RFC 7009 2.2)"),
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
    let token = params.get("token").ok_or_else(|| Error::invalid_request("token is missing"))?;
    let kind = match RefreshToken::parse(token) {
        Some(token) => {
            revoke_family(&app, &issuer, &caller.client, token, now).await?.then_some("refresh_token")
        }
        None => {
            revoke_access_token(&app, &issuer, &caller.client, token, now).await?.then_some("access_token")
        }
    };
    if let Some(kind) = kind {
        app.forget();
        metrics::counter!("tokens_revoked_total", "kind" => kind).increment(1);
    }
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).finish())
}

/// Ends the family of a refresh token, living or used: a client that lost an answer holds only the used one.
async fn revoke_family(
    app: &App,
    issuer: &Issuer,
    caller: &Client,
    token: RefreshToken,
    now: Timestamp,
) -> Result<bool, Error> {
    let (owner, issuer_tenant_id, master) = (caller.id, issuer.tenant_id(), app.master.clone());
    let revoked = app.db.write(move |conn| match presented::family_of(conn, &token, &master)? {
        Some(family) if family.client_pk == owner && family.issuer_tenant_id == issuer_tenant_id => {
            tokens::store::revoke_family(conn, family.tenant_id, family.id, now)
        }
        _ => Ok(false),
    });
    Ok(revoked.await?)
}

/// Ends one access token until it would have expired. What has expired needs no end.
async fn revoke_access_token(
    app: &App,
    issuer: &Issuer,
    caller: &Client,
    token: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let keys = app.keyring.snapshot();
    let Ok(claims) = presented::access_token(token, keys.keys(), issuer.url(), None, now) else {
        return Ok(false);
    };
    let Ok(tenant) = claims.tenant_id.parse::<TenantId>() else { return Ok(false) };
    if claims.client_id != caller.client_id {
        return Ok(false);
    }
    let expires_at = Timestamp::from_seconds(claims.exp);
    app.db
        .write(move |conn| tokens::store::revoke_access_token(conn, tenant, &claims.jti, expires_at))
        .await?;
    Ok(true)
}
