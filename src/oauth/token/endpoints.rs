//! `POST /oauth2/token`.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::answer::Answer;
use super::token_exchange::{self, Exchange};
use super::{authorization_code, client_credentials, device_code, refresh_token};
use crate::app::App;
use crate::audit::Origin;
use crate::clients::{GrantType, KnownClient};
use crate::clock::Timestamp;
use crate::oauth::authorize::repeated;
use crate::oauth::client_auth::endpoints::authenticate;
use crate::oauth::{Error, ErrorCode};
use crate::tenants::Issuer;
use crate::tokens::IssuedTokens;
use crate::web::{ClientIp, Params, Sender, read_form};

/// One call, from a client that has proved itself and may use the grant.
pub struct Call<'a> {
    /// Everything else.
    pub app: &'a App,
    /// Under which name.
    pub issuer: Issuer,
    /// Who calls.
    pub client: Arc<KnownClient>,
    /// From where.
    pub origin: Origin,
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
        (status = 400, description = "`invalid_request`, `invalid_grant`, `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`, `invalid_target`; for a device code also `authorization_pending`, `slow_down`, `access_denied`, `expired_token` (RFC 8628 3.5)"),
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
    if speaks_for_itself(&request, &params) {
        let (address, user_agent) = (ClientIp::of(&request), Sender::of(&request).user_agent);
        let exchange =
            Exchange { app: &app, issuer, client: None, address, user_agent, params: &params, now };
        return answer(&token_exchange::exchange(&exchange).await?, GrantType::TokenExchange);
    }
    let client = authenticate(&app, &issuer, &request, &params, now).await?;
    let grant = grant_type(&client, &params)?;
    let origin = Sender::of(&request).into();
    let call = Call { app: &app, issuer, client, origin, params, now };
    let tokens = match grant {
        GrantType::AuthorizationCode => authorization_code::exchange(&call).await,
        GrantType::RefreshToken => refresh_token::exchange(&call).await,
        GrantType::ClientCredentials => client_credentials::exchange(&call).await,
        GrantType::DeviceCode => device_code::exchange(&call).await,
        GrantType::TokenExchange => {
            let (issuer, client) = (call.issuer.clone(), Some(Arc::clone(&call.client)));
            let (address, params) = (ClientIp::of(&request), &call.params);
            let user_agent = call.origin.user_agent.clone();
            let exchange = Exchange { app: &app, issuer, client, address, user_agent, params, now };
            token_exchange::exchange(&exchange).await
        }
    }?;
    answer(&tokens, grant)
}

/// Whether an API key is to be exchanged and nobody proves themselves beside it: the key is proof enough.
fn speaks_for_itself(request: &HttpRequest, params: &Params) -> bool {
    params.get("grant_type") == Some(GrantType::TokenExchange.as_str())
        && params.get("client_id").is_none()
        && !request.headers().contains_key(header::AUTHORIZATION)
}

fn answer(tokens: &IssuedTokens, grant: GrantType) -> Result<HttpResponse, Error> {
    metrics::counter!("tokens_issued_total", "grant" => grant.as_str()).increment(1);
    let mut body = Answer::from(tokens);
    body.issued_token_type = (grant == GrantType::TokenExchange).then_some(token_exchange::ACCESS_TOKEN);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
        .json(body))
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
