//! `/v1/api-keys/{id}/uses`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{KeyUseView, KeyUsesView};
use crate::app::App;
use crate::credentials::store;
use crate::manage::api_keys::reach::{Deed, reach};
use crate::manage::endpoints::{call, id, look, ok};
use crate::web::Problem;

/// Shows the newest uses of a key, one by one.
#[utoipa::path(
    get, path = "/v1/api-keys/{id}/uses", tag = "API keys", operation_id = "list_api_key_uses",
    params(("id" = uuid::Uuid, Path, description = "The key")),
    responses(
        (status = 200, description = "Its last 20 uses, newest first; those of one minute that are alike are one", body = KeyUsesView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `api_keys:manage` or `api_keys:read` or `api_keys:administer`; for the keys of a service account `service_accounts:read` is enough"),
        (status = 404, description = "`not_found`: also for a key of somebody else that the caller may not see"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let key = reach(&call, &app, id(&request, "id")?, Deed::See).await?.id.uuid();
    let uses = look(&app, move |conn| store::latest_uses(conn, call.tenant, key)).await?;
    Ok(ok(&KeyUsesView { items: uses.into_iter().map(KeyUseView::from).collect() }))
}
