//! `/v1/users/{id}/password-reset`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::letter::letter;
use crate::app::App;
use crate::audit::{self, Changes};
use crate::manage::endpoints::{call, change, id, ok};
use crate::manage::strength::not_stronger;
use crate::manage::users::writing::{living, target};
use crate::secret::generate_prefixed;
use crate::tenants;
use crate::users::{self, RESET_PREFIX, UserId};
use crate::web::{Problem, paths};

/// A link with which a person chooses a password.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetLinkView {
    /// The address to open. It is shown this once.
    pub link: String,
    /// Until when it works.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// Whether it was also mailed to the person.
    pub mailed: bool,
}

/// Makes a link with which a person chooses a password, and mails it to them.
#[utoipa::path(
    post, path = "/v1/users/{id}/password-reset", tag = "users", operation_id = "reset_user_password",
    params(("id" = uuid::Uuid, Path, description = "The person")),
    responses(
        (status = 200, description = "The link; the password stays as it is until it is used", body = ResetLinkView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:update` and every permission that the person holds"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`not_active`: who may not sign in needs no password"),
    ),
)]
pub async fn post(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:update").await?;
    let wanted: UserId = id(&request, "id")?;
    let (token, random) = (generate_prefixed(RESET_PREFIX, &app.random), app.random.clone());
    let (digest, now, lifetime) = (token.digest(), call.now, app.config.sign_in.password_reset_lifetime);
    let (user, tenant) = change(&app, move |conn| {
        let user = living(conn, &call, wanted)?;
        not_stronger(conn, &call, wanted)?;
        if !user.is_active() {
            let detail = format!("The person is {}, and may not sign in.", user.status);
            return Err(Problem::conflict("not_active", detail)
                .fix("Set the status to active first, or send an invitation.")
                .into());
        }
        let tenant = tenants::store::find(conn, call.tenant)?.ok_or_else(Problem::not_found)?;
        users::store::insert_reset(conn, call.tenant, user.id, &digest, (call.now, lifetime))?;
        let event = call.event(&random, "user.reset_password", target(&user), Changes::none());
        audit::store::insert(conn, call.tenant, &event)?;
        Ok((user, tenant))
    })
    .await?;
    let link = format!("{}{}?token={}", app.config.server.issuer(), paths::LOGIN_RESET, token.expose());
    let mailed = app.mailer.is_configured();
    if mailed {
        app.mailer.send_in_background(letter(&user, &tenant.display_name, &link, lifetime), now);
    }
    Ok(ok(&ResetLinkView { link, expires_at: (now + lifetime).to_rfc3339(), mailed }))
}
