//! `/v1/service-accounts/{id}/credentials`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{CredentialView, NewCredential, NewCredentialSecret, NewCredentialView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::clients::{Client, ClientPk, StoredSecret, store};
use crate::db::Conn;
use crate::manage::endpoints::{
    Precondition, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::principals::{after, not_above};
use crate::manage::service_accounts::endpoints::reach;
use crate::manage::service_accounts::rules::living;
use crate::manage::{Answer, Stop};
use crate::secret::Secret;
use crate::service_accounts::ServiceAccountId;
use crate::tenants::TenantId;
use crate::web::{Problem, paths};

/// Lists the credentials of a service account.
#[utoipa::path(
    get, path = "/v1/service-accounts/{id}/credentials", tag = "service accounts", operation_id = "list_credentials",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<CredentialView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:read").await?;
    let params = list_query(&request, &[])?;
    let page = PageRequest::read(&params, &app.master, format!("credentials:{}", account.id))?;
    let (begin, wanted) = (after(page.after.as_deref()).map(ClientPk::new), page.wanted());
    let rows = look(&app, move |conn| {
        let clients = store::of_service_account(conn, call.tenant, account.id, (begin, wanted))?;
        let ids: Vec<ClientPk> = clients.iter().map(|client| client.id).collect();
        let secrets = store::secrets_of_all(conn, call.tenant, &ids)?;
        Ok(clients.iter().map(|client| CredentialView::new(client, &secrets)).collect())
    })
    .await?;
    Ok(ok(&page.finish(rows, |row: &CredentialView| row.id.to_string(), |row| row)))
}

/// A credential of this service account.
fn of_account(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    account: ServiceAccountId,
    wanted: ClientPk,
) -> Result<Client, Stop> {
    let found = store::find(conn, tenant, wanted)?;
    let own = found.filter(|client| client.service_account_id == Some(account));
    Ok(own.ok_or_else(Problem::not_found)?)
}

fn target(client: &Client) -> Target {
    Target::new("credential", client.id, client.client_id.as_str())
}

/// The answer of a call that made a secret.
fn made(
    conn: &mut Conn<'_>,
    client: &Client,
    (secret, stored): (&Secret, &StoredSecret),
) -> Result<(Answer, Changes), Stop> {
    let before = store::secrets_of(conn, client.tenant_id, client.id)?;
    store::add_secret(conn, client.tenant_id, stored)?;
    let after = store::secrets_of(conn, client.tenant_id, client.id)?;
    let credential = CredentialView::new(client, &after);
    let account = credential.service_account_id;
    let changes = if before.is_empty() {
        Changes::created(&credential)
    } else {
        Changes::between(&CredentialView::new(client, &before), &credential)
    };
    let location = paths::CREDENTIAL
        .replace("{id}", &account.to_string())
        .replace("{credential}", &client.id.to_string());
    let body = json!(NewCredentialView { credential, client_secret: secret.expose().to_owned() });
    Ok((Answer { location, etag: etag(client.updated_at), body }, changes))
}

/// Makes a credential and tells its secret, this once.
#[utoipa::path(
    post, path = "/v1/service-accounts/{id}/credentials", tag = "service accounts", operation_id = "create_credential",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day, with the same secret"),
    ),
    request_body = NewCredential,
    responses(
        (status = 201, description = "Created, with its secret", body = NewCredentialView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:update`, every permission that the account holds, and every scope"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`limit_reached`"),
        (status = 422, description = "`invalid_display_name`, `invalid_scopes`, `unknown_scope`, `invalid_expires_at`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:update").await?.id;
    let (wanted, key) = creation_body::<NewCredential>(&request, payload, (&app, &call)).await?;
    let client = rules::new(&call, &app.random, account, &wanted)?;
    let expiry = NewCredentialSecret { expires_at: wanted.expires_at };
    let (secret, stored) = rules::secret(&call, &app.random, client.id, &expiry)?;
    let (random, by) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        let account = living(conn, by.tenant, account)?;
        not_above(conn, &by, account.id)?;
        rules::may_give_scopes(conn, &by, &client.scopes)?;
        let most = rules::MOST_CREDENTIALS;
        let there = store::of_service_account(conn, by.tenant, account.id, (None, most))?;
        if i64::try_from(there.len()).is_ok_and(|count| count >= most) {
            let detail = format!("A service account has at most {most} credentials.");
            return Err(Problem::conflict("limit_reached", detail)
                .fix("Delete one that is not used.")
                .into());
        }
        store::insert(conn, by.tenant, &client)?;
        let (answer, changes) = made(conn, &client, (&secret, &stored))?;
        let event = by.event(&random, "credential.create", target(&client), changes);
        audit::store::insert(conn, by.tenant, &event)?;
        Ok(answer)
    })
    .await
}

/// Shows one credential.
#[utoipa::path(
    get, path = "/v1/service-accounts/{id}/credentials/{credential}", tag = "service accounts", operation_id = "get_credential",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("credential" = uuid::Uuid, Path, description = "The credential"),
    ),
    responses(
        (status = 200, description = "The credential", body = CredentialView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:read").await?.id;
    let wanted: ClientPk = id(&request, "credential")?;
    let found = look(&app, move |conn| {
        let Some(client) = store::find(conn, call.tenant, wanted)? else { return Ok(None) };
        let secrets = store::secrets_of(conn, call.tenant, client.id)?;
        Ok(Some((client, secrets)))
    })
    .await?;
    let own = found.filter(|(client, _)| client.service_account_id == Some(account));
    let (client, secrets) = own.ok_or_else(Problem::not_found)?;
    Ok(shown(&CredentialView::new(&client, &secrets), client.updated_at))
}

/// Deletes a credential for good: it and the tokens that it got are worth nothing from then on.
#[utoipa::path(
    delete, path = "/v1/service-accounts/{id}/credentials/{credential}", tag = "service accounts", operation_id = "delete_credential",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("credential" = uuid::Uuid, Path, description = "The credential"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:update` and every permission that the account holds"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:update").await?.id;
    let wanted: ClientPk = id(&request, "credential")?;
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let account = living(conn, call.tenant, account)?;
        let client = of_account(conn, call.tenant, account.id, wanted)?;
        condition.holds(client.updated_at)?;
        not_above(conn, &call, account.id)?;
        let secrets = store::secrets_of(conn, call.tenant, client.id)?;
        if !store::delete_credential(conn, call.tenant, account.id, client.id)? {
            return Err(Problem::not_found().into());
        }
        let changes = Changes::between(&CredentialView::new(&client, &secrets), &json!({}));
        let event = call.event(&random, "credential.delete", target(&client), changes);
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}

/// Makes a further secret of a credential and tells it, this once. The newest of those before lives on, so that programs
/// can be given the new one in peace; an older one ends.
#[utoipa::path(
    post, path = "/v1/service-accounts/{id}/credentials/{credential}/secrets", tag = "service accounts", operation_id = "create_credential_secret",
    params(
        ("id" = uuid::Uuid, Path, description = "The service account"),
        ("credential" = uuid::Uuid, Path, description = "The credential"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day, with the same secret"),
    ),
    request_body = NewCredentialSecret,
    responses(
        (status = 201, description = "The credential with its new secret", body = NewCredentialView),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `service_accounts:update`, every permission that the account holds, and every scope"),
        (status = 404, description = "`not_found`"),
        (status = 422, description = "`invalid_expires_at`, `idempotency_key_reused`"),
    ),
)]
pub async fn add_secret(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let account = reach(&call, &app, &request, "service_accounts:update").await?.id;
    let wanted: ClientPk = id(&request, "credential")?;
    let (expiry, key) = creation_body::<NewCredentialSecret>(&request, payload, (&app, &call)).await?;
    let (secret, stored) = rules::secret(&call, &app.random, wanted, &expiry)?;
    let (random, by) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        let account = living(conn, by.tenant, account)?;
        let seen = of_account(conn, by.tenant, account.id, wanted)?;
        not_above(conn, &by, account.id)?;
        rules::may_have_scopes(&by, &seen.scopes)?;
        let client = Client { updated_at: by.next_version(seen.updated_at), ..seen };
        store::update(conn, by.tenant, &client)?;
        let (answer, changes) = made(conn, &client, (&secret, &stored))?;
        let event = by.event(&random, "credential.add_secret", target(&client), changes);
        audit::store::insert(conn, by.tenant, &event)?;
        Ok(answer)
    })
    .await
}
