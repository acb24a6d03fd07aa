//! `/v1/token-keys`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{TokenKeyList, TokenKeyView};
use crate::app::App;
use crate::keyring::store;
use crate::manage::endpoints::{call, look, ok};
use crate::web::Problem;

/// Lists the keys that sign tokens, oldest first.
#[utoipa::path(
    get, path = "/v1/token-keys", tag = "system", operation_id = "list_token_keys",
    responses(
        (status = 200, description = "The keys", body = TokenKeyList),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenants:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "tenants:read").await?;
    let rows = look(&app, store::list).await?;
    let retention = app.keyring.policy().retention();
    let view = |row: &store::StoredKey| {
        let key = row.record();
        let state = key.state(call.now, retention);
        TokenKeyView::new(&key, state)
    };
    Ok(ok(&TokenKeyList { items: rows.iter().map(view).collect() }))
}
