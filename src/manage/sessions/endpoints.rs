//! `/v1/sessions` and `/v1/users/{id}/sessions`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::SessionView;
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::manage::Call;
use crate::manage::endpoints::{call, change, done, id, list_query, look, ok};
use crate::manage::paging::{Page, PageRequest};
use crate::sessions::{self, SessionId};
use crate::tokens;
use crate::users::{self, UserId};
use crate::web::{Params, Problem};

/// Lists who is signed in.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", operation_id = "list_sessions",
    params(
        ("user" = Option<uuid::Uuid>, Query, description = "Only those of this person"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of live sessions", body = Page<SessionView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `sessions:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "sessions:read").await?;
    let params = list_query(&request, &["user"])?;
    let user = params.get("user").map(str::parse::<UserId>).transpose();
    let user = user.map_err(|_| Problem::bad_request("invalid_filter", "user: not an identifier."))?;
    page(&app, &call, &params, user).await
}

async fn page(
    app: &App,
    call: &Call,
    params: &Params,
    user: Option<UserId>,
) -> Result<HttpResponse, Problem> {
    let page = PageRequest::read(params, &app.master, format!("sessions {} {user:?}", call.tenant))?;
    let after: Option<SessionId> = page.after.as_deref().and_then(|text| text.parse().ok());
    let used_after = call.now - app.session_limits().idle;
    let filter = sessions::store::SessionFilter { user, now: call.now, used_after };
    let (tenant, wanted) = (call.tenant, page.wanted());
    let rows = look(app, move |conn| {
        let rows = sessions::store::list_with_people(conn, tenant, &filter, after, wanted)?;
        Ok(rows.iter().map(|(row, email)| SessionView::new(row, email.clone())).collect())
    });
    Ok(ok(&page.finish(rows.await?, |row| row.id.to_string(), |row| row)))
}

/// Shows one session, live or over.
#[utoipa::path(
    get, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "get_session",
    params(("id" = uuid::Uuid, Path, description = "The session")),
    responses(
        (status = 200, description = "The session", body = SessionView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `sessions:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "sessions:read").await?;
    let wanted: SessionId = id(&request, "id")?;
    let found = look(&app, move |conn| {
        let Some(session) = sessions::store::find(conn, call.tenant, wanted)? else { return Ok(None) };
        let user = users::store::find(conn, call.tenant, session.user_id)?;
        Ok(user.map(|user| SessionView::new(&session, user.email.to_string())))
    });
    Ok(ok(&found.await?.ok_or_else(Problem::not_found)?))
}

/// Ends a session, with the tokens that hang on it.
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "sessions", operation_id = "delete_session",
    params(("id" = uuid::Uuid, Path, description = "The session")),
    responses(
        (status = 204, description = "It is over"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `sessions:delete`"),
        (status = 404, description = "`not_found`: there is none, or it was over"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "sessions:delete").await?;
    let wanted: SessionId = id(&request, "id")?;
    let random = app.random.clone();
    change(&app, move |conn| {
        let session = sessions::store::find(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        if !tokens::end_session(conn, call.tenant, wanted, call.now)? {
            return Err(Problem::not_found().into());
        }
        let user = users::store::find(conn, call.tenant, session.user_id)?;
        let name = user.map(|user| user.email.to_string()).unwrap_or_default();
        let target = Target::new("session", wanted, name);
        let changes = Changes::none().field("user_id", &None, &Some(session.user_id));
        let event = call.event(&random, "session.delete", target, changes);
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}

/// Lists where a person is signed in.
#[utoipa::path(
    get, path = "/v1/users/{id}/sessions", tag = "sessions", operation_id = "list_user_sessions",
    params(
        ("id" = uuid::Uuid, Path, description = "The person"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page of live sessions", body = Page<SessionView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `sessions:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn list_of_user(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "sessions:read").await?;
    let (tenant, user): (_, UserId) = (call.tenant, id(&request, "id")?);
    let params = list_query(&request, &[])?;
    look(&app, move |conn| users::store::find(conn, tenant, user)).await?.ok_or_else(Problem::not_found)?;
    page(&app, &call, &params, Some(user)).await
}

/// Signs a person out everywhere: ends their sessions, codes and tokens.
#[utoipa::path(
    delete, path = "/v1/users/{id}/sessions", tag = "sessions", operation_id = "delete_user_sessions",
    params(("id" = uuid::Uuid, Path, description = "The person")),
    responses(
        (status = 204, description = "They are signed in nowhere"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `sessions:delete`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn delete_of_user(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "sessions:delete").await?;
    let wanted: UserId = id(&request, "id")?;
    let random = app.random.clone();
    change(&app, move |conn| {
        let user = users::store::find(conn, call.tenant, wanted)?.ok_or_else(Problem::not_found)?;
        if tokens::end_user_tokens(conn, call.tenant, wanted, None, call.now)? == 0 {
            return Ok(());
        }
        let target = Target::new("user", user.id, user.email.as_str());
        let event = call.event(&random, "user.sign_out", target, Changes::none());
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}
