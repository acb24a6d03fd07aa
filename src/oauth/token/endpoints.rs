//! `POST /oauth2/token`.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::answer::Answer;
use super::{authorization_code, client_credentials, refresh_token};
use crate::app::App;
use crate::clients::{GrantType, KnownClient};
use crate::clock::Timestamp;
use crate::oauth::authorize::repeated;
use crate::oauth::client_auth::endpoints::authenticate;
use crate::oauth::{Error, ErrorCode};
use crate::tenants::Issuer;
use crate::web::{Params, read_form};

/// One call, from a client that has proved itself and may use the grant.
pub struct Call<'a> {
    /// Everything else.
    pub app: &'a App,
    /// Under which name.
    pub issuer: Issuer,
    /// Who calls.
    pub client: Arc<KnownClient>,
    /// With what.
    pub params: Params,
    /// When.
    pub now: Timestamp,
}

/// `POST /oauth2/token`.
#[utoipa::path(
    post, path = "/oauth2/token", tag = "protocol", operation_id = "token",
    request_body(content = Object, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Tokens (RFC 6749 5.1)"),
        (status = 400, description = "`invalid_request`, `invalid_grant`, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`, `invalid_target`"),
        (status = 401, description = "`invalid_client`"),
    ),
    security(()),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Error> {
    let params = read_form(&request, payload, app.body_limit()).await?;
    if let Some(name) = repeated(&params) {
        return Err(Error::invalid_request(format!("{name} is given more than once")));
    }
    let Some(issuer) = app.issuer(request.match_info().get("tenant")).await? else {
        return Err(Error::unknown_issuer());
    };
    let now = app.now();
    let client = authenticate(&app, &issuer, &request, &params, now).await?;
    let grant = grant_type(&client, &params)?;
    let call = Call { app: &app, issuer, client, params, now };
    let tokens = match grant {
        GrantType::AuthorizationCode => authorization_code::exchange(&call).await,
        GrantType::RefreshToken => refresh_token::exchange(&call).await,
        GrantType::ClientCredentials => client_credentials::exchange(&call).await,
    }?;
    metrics::counter!("tokens_issued_total", "grant" => grant.as_str()).increment(1);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
        .json(Answer::from(&tokens)))
}

fn grant_type(client: &KnownClient, params: &Params) -> Result<GrantType, Error> {
    let text = params.get("grant_type").ok_or_else(|| Error::invalid_request("grant_type is missing"))?;
    let grant: GrantType = text.parse().map_err(|_| {
        let known: Vec<_> = GrantType::ALL.iter().map(|grant| grant.as_str()).collect();
        Error::new(ErrorCode::UnsupportedGrantType, format!("grant_type must be one of {}", known.join(", ")))
    })?;
    if client.client.may_use(grant) {
        Ok(grant)
    } else {
        Err(Error::new(ErrorCode::UnauthorizedClient, format!("this client is not registered for {grant}")))
    }
}
