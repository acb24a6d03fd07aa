//! `/v1/system`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::SystemView;
use crate::app::App;
use crate::manage::endpoints::{call, ok};
use crate::web::Problem;

/// Shows the process that answers: its release, its database and how busy it is.
#[utoipa::path(
    get, path = "/v1/system", tag = "system", operation_id = "get_system",
    responses(
        (status = 200, description = "The process", body = SystemView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `tenants:read`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "tenants:read").await?;
    let (pool, load) = (app.db.pool_use(), app.hasher.load());
    Ok(ok(&SystemView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database: if app.db.is_postgres() { "postgresql" } else { "sqlite" },
        database_connections: pool.size,
        database_connections_idle: pool.idle,
        passwords_hashing: load.busy,
        passwords_waiting: load.waiting,
        mail: app.mailer.is_configured(),
    }))
}
