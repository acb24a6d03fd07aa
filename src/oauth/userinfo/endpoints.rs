//! `GET` and `POST /oauth2/userinfo`.

use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::oauth::bearer::{self, BearerError, Places};
use crate::oauth::{Error, ErrorCode, presented, scope};
use crate::tenants::{Issuer, TenantId};
use crate::tokens::{self, AccessClaims, AccessState, FamilyId, TokenFamily};
use crate::users::{self, User, UserId};
use crate::web::{FormError, Params, read_form};

/// `GET /oauth2/userinfo`.
///
/// # Errors
/// As RFC 6750 3.1 has them.
#[utoipa::path(
    get, path = "/oauth2/userinfo", tag = "protocol", operation_id = "userinfo",
    responses(
        (status = 200, description = "Claims (OpenID Connect Core 5.3.2)"),
        (status = 400, description = "`invalid_request`"),
        (status = 401, description = "`invalid_token`"),
        (status = 403, description = "`insufficient_scope`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Error> {
    answer(&app, &request, &Params::default()).await
}

/// `POST /oauth2/userinfo`: the token in the header, or in a form.
///
/// # Errors
/// As RFC 6750 3.1 has them.
#[utoipa::path(
    post, path = "/oauth2/userinfo", tag = "protocol", operation_id = "userinfo_by_post",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Claims (OpenID Connect Core 5.3.2)"),
        (status = 400, description = "`invalid_request`"),
        (status = 401, description = "`invalid_token`"),
        (status = 403, description = "`insufficient_scope`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    // A post with the token in its header usually has no body, and then no type either.
    let form = if request.headers().contains_key(CONTENT_TYPE) {
        let params = read_form(&request, payload, app.config.server.body_limit.as_usize()).await?;
        params.without_repeats().map_err(FormError::from)?
    } else {
        Params::default()
    };
    answer(&app, &request, &form).await
}

async fn answer(app: &App, request: &HttpRequest, form: &Params) -> Result<HttpResponse, Error> {
    let issuer = app.issuer(request.match_info().get("tenant")).await?.ok_or_else(Error::unknown_issuer)?;
    let now = app.now();
    let token = token(request, form)?;
    let claims = verified(app, &issuer, &token, now).await?;
    let (family, user) = person(app, &claims).await?;
    let answer = tokens::userinfo(&user, &claims, &family.facts.claims);
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// The one token of the request.
fn token(request: &HttpRequest, form: &Params) -> Result<String, Error> {
    let refused = |why: BearerError| Error::invalid_request(why.to_string());
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let header = match (headers.next(), headers.next()) {
        (None, _) => None,
        (Some(only), None) => Some(only.to_str().map_err(|_| refused(BearerError::Malformed))?),
        (Some(_), Some(_)) => return Err(refused(BearerError::Several)),
    };
    let query = Params::from_query(request.query_string()).map_err(FormError::from)?;
    let in_query = query.pairs().any(|(name, _)| name == "access_token");
    let places = Places { header, form: form.get("access_token"), in_query };
    bearer::token(places).map_err(refused)?.map(str::to_owned).ok_or_else(Error::no_token)
}

/// The claims of a token that stands, was made for this endpoint, and may ask about a person.
async fn verified(app: &App, issuer: &Issuer, token: &str, now: Timestamp) -> Result<AccessClaims, Error> {
    let keys = app.keyring.snapshot();
    let claims = presented::access_token(token, keys.keys(), issuer.url(), Some(issuer.url()), now)
        .map_err(invalid_token)?;
    if app.access_state(&claims, now).await? != AccessState::Live {
        return Err(invalid_token("the token was ended"));
    }
    if !scope::contains(&claims.scope, "openid") {
        let text = "the access token was not granted the scope openid";
        return Err(Error::new(ErrorCode::InsufficientScope, text));
    }
    Ok(claims)
}

/// The person and what was agreed on, as the database has them now.
async fn person(app: &App, claims: &AccessClaims) -> Result<(TokenFamily, User), Error> {
    let Some(grant) = &claims.grant_id else {
        return Err(invalid_token("the token stands for a program"));
    };
    let (Ok(family), Ok(tenant), Ok(user)) =
        (grant.parse::<FamilyId>(), claims.tenant_id.parse::<TenantId>(), claims.sub.parse::<UserId>())
    else {
        return Err(invalid_token("a claim is not an identifier"));
    };
    let found = app.db.read_short(move |conn| {
        let family = tokens::store::find_family(conn, family)?;
        let user = users::store::find(conn, tenant, user)?;
        Ok::<_, DbError>(family.zip(user))
    });
    found.await?.filter(|(_, user)| user.is_active()).ok_or_else(|| invalid_token("the person is gone"))
}

/// One answer for every cause: which of them it was is in our log.
fn invalid_token(cause: impl std::fmt::Display) -> Error {
    Error::new(
        ErrorCode::InvalidToken,
        "the access token is malformed, expired, revoked or not for this endpoint",
    )
    .cause(cause)
}
