//! `/v1/permissions`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::manage::endpoints::{call, look, ok};
use crate::manage::roles::{PermissionList, PermissionView};
use crate::resource_servers;
use crate::roles::CATALOGUE;
use crate::web::Problem;

/// How many APIs are listed.
const MOST_APIS: i64 = 500;

/// Lists every permission: Gridkey's own, and those of the organisation's APIs.
#[utoipa::path(
    get, path = "/v1/permissions", tag = "roles", operation_id = "list_permissions",
    responses(
        (status = 200, description = "All of them", body = PermissionList),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `roles:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "roles:read").await?;
    let apis =
        look(&app, move |conn| resource_servers::store::permissions(conn, call.tenant, MOST_APIS)).await?;
    let own = CATALOGUE.iter().map(PermissionView::from);
    let of_apis = apis.iter().flat_map(|(audience, names)| {
        names.iter().map(move |name| PermissionView::of_api(audience, name.clone()))
    });
    Ok(ok(&PermissionList { items: own.chain(of_apis).collect() }))
}
