//! `/v1/signing-keys/{id}/check`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::{SignatureAnswer, SignatureQuestion};
use crate::app::App;
use crate::manage::api_keys::reach::Deed;
use crate::manage::endpoints::{body, call, id, look, ok};
use crate::manage::signing_keys::reach::reach;
use crate::request_keys::{Body, SignedRequest};
use crate::tenants;
use crate::web::Problem;

/// Says whether a request would be taken as one that this key signed, why not, and what exactly should have been signed.
///
/// It is looked at by the same rules as a request at the edge, but nothing is used up by it: a request that is good only
/// once can still be made. Nothing of it is kept.
#[utoipa::path(
    post, path = "/v1/signing-keys/{id}/check", tag = "signing keys", operation_id = "check_signature",
    params(("id" = uuid::Uuid, Path, description = "The key")),
    request_body = SignatureQuestion,
    responses(
        (status = 200, description = "What was found, good or bad: look at `valid`", body = SignatureAnswer),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or `api_keys:read` or `api_keys:administer`; for the keys of a service account `service_accounts:read` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not see"),
        (status = 422, description = "`invalid_verify_request`, `invalid_address`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let key = reach(&call, &app, id(&request, "id")?, Deed::See).await?;
    let question: SignatureQuestion = body(&request, payload, &app).await?;
    let wanted = call.tenant;
    let tenant = look(&app, move |conn| tenants::store::find(conn, wanted)).await?;
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    let scheme = question.uri_scheme(app.usual_scheme())?;
    let (from, content) = (question.from()?, question.content()?);
    let headers = question.headers(&app.grid_headers(&tenant).map_err(Problem::from)?, key.fingerprint)?;
    let url = &app.config.server.public_url;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let own_host = format!("{}{port}", url.host_str().unwrap_or_default());
    let signed = SignedRequest {
        method: &question.method,
        target: &question.target,
        scheme,
        authority: question.authority(&headers).unwrap_or(&own_host),
        headers: headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect(),
        body: Body::Bytes(&content),
    };
    let check = app.check_signature(&signed, (&key, &tenant), (from, call.now)).await?;
    Ok(ok(&SignatureAnswer::new(&check, call.now)))
}
