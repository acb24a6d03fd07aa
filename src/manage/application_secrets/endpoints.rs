//! `/v1/applications/{id}/secrets`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::{CreatedSecret, NewSecret, SecretList, SecretView, rules};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::clients::{Client, ClientPk, StoredSecret, StoredSecretId, store};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::manage::applications::change::{EVERY_TENANT, find, guard, living};
use crate::manage::applications::endpoints::present;
use crate::manage::applications::is_trusted;
use crate::manage::endpoints::{
    Precondition, call, change, create, creation_body, done, etag, id, list_query, look, ok,
};
use crate::manage::{Answer, Call, Stop};
use crate::web::{Problem, paths};

/// Lists an application's secrets, without their values.
#[utoipa::path(
    get, path = "/v1/applications/{id}/secrets", tag = "applications", operation_id = "list_application_secrets",
    params(("id" = uuid::Uuid, Path, description = "The application")),
    responses(
        (status = 200, description = "The secrets", body = SecretList),
        (status = 400, description = "`unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:read").await?;
    list_query(&request, &[])?;
    let (tenant, wanted, now): (_, ClientPk, _) = (call.tenant, id(&request, "id")?, call.now);
    let found = look(&app, move |conn| {
        let Some(client) = find(conn, tenant, wanted)? else { return Ok(None) };
        store::secrets_of(conn, tenant, client.id).map(Some)
    });
    let secrets = found.await?.ok_or_else(Problem::not_found)?;
    Ok(ok(&SecretList { items: secrets.iter().map(|secret| SecretView::new(secret, now)).collect() }))
}

/// Makes another secret. Its value is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/v1/applications/{id}/secrets", tag = "applications", operation_id = "create_application_secret",
    request_body = NewSecret,
    params(
        ("id" = uuid::Uuid, Path, description = "The application"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day"),
    ),
    responses(
        (status = 201, description = "Made; the ETag is the application's", body = CreatedSecret),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:update`, and `tenants:update` for an \
            application that is trusted with more"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`limit_reached`: two are live"),
        (status = 422, description = "`public_application`, `invalid_expires_at`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:update").await?;
    let wanted: ClientPk = id(&request, "id")?;
    let (body, key) = creation_body::<NewSecret>(&request, payload, (&app, &call)).await?;
    let expires_at = rules::expiry(&body, call.now)?;
    if is_trusted(&present(&app, &call, wanted).await?) {
        call.need(&app, EVERY_TENANT).await?;
    }
    let secret = rules::generate(&app.random);
    let (random, made) = (app.random.clone(), call.clone());
    create(&app, &call, key, move |conn| {
        let client = living(conn, made.tenant, wanted)?;
        guard(&made, is_trusted(&client))?;
        let secrets = store::secrets_of(conn, made.tenant, client.id)?;
        rules::room(&client, &secrets, made.now)?;
        let version = touch(conn, &made, &client)?;
        for dead in secrets.iter().filter(|secret| !secret.is_live(made.now)) {
            store::delete_secret(conn, made.tenant, client.id, dead.id)?;
        }
        let stored = StoredSecret {
            id: random.id(made.now),
            client_pk: client.id,
            digest: secret.digest(),
            created_at: made.now,
            expires_at,
        };
        store::add_secret(conn, made.tenant, &stored)?;
        let view = SecretView::new(&stored, made.now);
        let event = made.event(
            &random,
            "application_secret.create",
            target(&client, stored.id),
            Changes::created(&view),
        );
        audit::store::insert(conn, made.tenant, &event)?;
        Ok(Answer {
            location: format!("{}/{}/secrets/{}", paths::APPLICATIONS, client.id, stored.id),
            etag: etag(version),
            body: json!(CreatedSecret { secret: view, client_secret: secret.expose().to_owned() }),
        })
    })
    .await
}

/// Takes a secret away: it does not work from then on.
#[utoipa::path(
    delete, path = "/v1/applications/{id}/secrets/{secret}", tag = "applications",
    operation_id = "delete_application_secret",
    params(
        ("id" = uuid::Uuid, Path, description = "The application"),
        ("secret" = uuid::Uuid, Path, description = "The secret"),
        ("If-Match" = Option<String>, Header, description = "The application's ETag"),
    ),
    responses(
        (status = 204, description = "Gone"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:update`, and `tenants:update` for an \
            application that is trusted with more"),
        (status = 404, description = "`not_found`"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:update").await?;
    let wanted: ClientPk = id(&request, "id")?;
    let secret: StoredSecretId = id(&request, "secret")?;
    if is_trusted(&present(&app, &call, wanted).await?) {
        call.need(&app, EVERY_TENANT).await?;
    }
    let (condition, random) = (Precondition::of(&request), app.random.clone());
    change(&app, move |conn| {
        let client = living(conn, call.tenant, wanted)?;
        condition.holds(client.updated_at)?;
        guard(&call, is_trusted(&client))?;
        let secrets = store::secrets_of(conn, call.tenant, client.id)?;
        let Some(found) = secrets.iter().find(|one| one.id == secret) else {
            return Err(Problem::not_found().into());
        };
        touch(conn, &call, &client)?;
        store::delete_secret(conn, call.tenant, client.id, secret)?;
        let changes = Changes::between(&SecretView::new(found, call.now), &json!({}));
        let event = call.event(&random, "application_secret.delete", target(&client, secret), changes);
        Ok(audit::store::insert(conn, call.tenant, &event)?)
    })
    .await?;
    Ok(done())
}

/// Moves the application to its next version. Of two changes of its secrets at once, one has to look again.
fn touch(conn: &mut Conn<'_>, call: &Call, seen: &Client) -> Result<Timestamp, Stop> {
    let version = call.next_version(seen.updated_at);
    let client = Client { updated_at: version, ..seen.clone() };
    if store::update_seen(conn, call.tenant, &client, seen.updated_at)? {
        Ok(version)
    } else {
        Err(DbError::Retry.into())
    }
}

fn target(client: &Client, secret: StoredSecretId) -> Target {
    Target::new("application_secret", secret, client.client_id.as_str())
}
