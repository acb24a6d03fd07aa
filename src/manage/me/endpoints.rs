//! `/v1/me`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::id::Id;
use crate::manage::endpoints::{call, look, ok};
use crate::roles::{self, Role};
use crate::tenants;
use crate::web::Problem;

/// Who calls, and what they may do right now.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    /// `user`, `service` or `key`.
    #[schema(example = "user")]
    pub kind: String,
    /// Identifier: of the person, service account or API key, or the `client_id` of an application that speaks for itself.
    pub id: String,
    /// Mail address, slug or `client_id`.
    pub name: String,
    /// Their own organisation.
    pub tenant: MyTenant,
    /// Slugs of the roles that they hold, themselves or by a team; for a key, those of its owner.
    pub roles: Vec<String>,
    /// What they may do.
    pub permissions: Vec<String>,
}

/// The organisation of whoever calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyTenant {
    /// Identifier.
    pub id: Uuid,
    /// Name in URLs.
    pub slug: String,
    /// Name for people.
    pub display_name: String,
}

/// Says who calls.
#[utoipa::path(
    get, path = "/v1/me", tag = "me", operation_id = "get_me",
    responses(
        (status = 200, description = "Who calls", body = MeView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`insufficient_scope`: the token lacks the scope `gridkey:manage`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    let own = call.actor.tenant_id;
    let principal = call.actor.principal.map(|principal| Id::<Role>::new(principal.uuid()));
    let (tenant, roles) = look(&app, move |conn| {
        let roles = match principal {
            Some(principal) => roles::store::held_by(conn, own, principal)?,
            None => Vec::new(),
        };
        Ok((tenants::store::find(conn, own)?, roles))
    })
    .await?;
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    Ok(ok(&MeView {
        kind: call.actor.name.kind.to_string(),
        id: call.actor.name.id,
        name: call.actor.name.name,
        tenant: MyTenant {
            id: tenant.id.uuid(),
            slug: tenant.slug.to_string(),
            display_name: tenant.display_name,
        },
        roles,
        permissions: call.actor.permissions.iter().map(ToString::to_string).collect(),
    }))
}
