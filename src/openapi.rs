//! The OpenAPI description of every address for programs, gathered from the handlers.

mod everywhere;

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use everywhere::ManagementErrors;

use crate::{auth_flow, docs, edge, manage, oauth, ops};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gridkey",
        description = "Identity provider and API-key platform. Management calls need an access token with the scope \
                       `gridkey:manage`; errors are problem details (RFC 9457) with `code`, `fix` and `request_id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    modifiers(&Bearer, &ManagementErrors),
    security(("bearer" = [])),
    paths(
        docs::endpoints::openapi,
        ops::endpoints::health,
        ops::endpoints::live,
        ops::endpoints::ready,
        ops::endpoints::metrics,
        oauth::discovery::endpoints::get,
        oauth::jwks::endpoints::get,
        oauth::token::endpoints::post,
        oauth::userinfo::endpoints::get,
        oauth::userinfo::endpoints::post,
        oauth::revoke::endpoints::post,
        oauth::introspect::endpoints::post,
        auth_flow::endpoints::identify,
        auth_flow::endpoints::authorize,
        auth_flow::endpoints::token,
        auth_flow::endpoints::session,
        auth_flow::endpoints::refresh,
        auth_flow::endpoints::logout,
        auth_flow::endpoints::me,
        edge::verify::endpoints::post,
        edge::verify::endpoints::post_batch,
        edge::events::endpoints::get,
        manage::audit_log::endpoints::list,
        manage::audit_log::endpoints::export,
        manage::audit_log::endpoints::get,
        manage::token_keys::endpoints::list,
        manage::system::endpoints::get,
        manage::tenants::endpoints::list,
        manage::tenants::endpoints::post,
        manage::tenants::endpoints::get,
        manage::tenants::endpoints::patch,
        manage::tenants::endpoints::delete,
        manage::tenants::endpoints::restore,
        manage::domains::endpoints::get,
        manage::domains::endpoints::put,
        manage::applications::endpoints::list,
        manage::applications::endpoints::post,
        manage::applications::endpoints::get,
        manage::applications::endpoints::patch,
        manage::applications::endpoints::delete,
        manage::applications::endpoints::restore,
        manage::application_secrets::endpoints::list,
        manage::application_secrets::endpoints::post,
        manage::application_secrets::endpoints::delete,
        manage::resource_servers::endpoints::list,
        manage::resource_servers::endpoints::post,
        manage::resource_servers::endpoints::get,
        manage::resource_servers::endpoints::patch,
        manage::resource_servers::endpoints::delete,
        manage::me::endpoints::get,
        manage::users::endpoints::list,
        manage::users::endpoints::post,
        manage::users::bulk::endpoints::post,
        manage::users::endpoints::get,
        manage::users::endpoints::patch,
        manage::users::endpoints::delete,
        manage::users::endpoints::restore,
        manage::users::roles::endpoints::get,
        manage::users::roles::endpoints::put,
        manage::users::roles::endpoints::get_permissions,
        manage::users::teams::endpoints::get,
        manage::sessions::endpoints::list_of_user,
        manage::sessions::endpoints::delete_of_user,
        manage::users::password::endpoints::post,
        manage::sessions::endpoints::list,
        manage::sessions::endpoints::get,
        manage::sessions::endpoints::delete,
        manage::invitations::endpoints::list,
        manage::invitations::endpoints::post,
        manage::invitations::endpoints::get,
        manage::invitations::endpoints::delete,
        manage::invitations::endpoints::resend,
        manage::recycle_bin::endpoints::list,
        manage::recycle_bin::endpoints::get,
        manage::recycle_bin::endpoints::delete,
        manage::teams::endpoints::list,
        manage::teams::endpoints::post,
        manage::teams::endpoints::get,
        manage::teams::endpoints::patch,
        manage::teams::endpoints::delete,
        manage::teams::members::endpoints::list,
        manage::teams::members::endpoints::put,
        manage::teams::members::endpoints::add,
        manage::teams::members::endpoints::remove,
        manage::teams::roles::endpoints::get,
        manage::teams::roles::endpoints::put,
        manage::roles::endpoints::list,
        manage::roles::endpoints::post,
        manage::roles::endpoints::get,
        manage::roles::endpoints::patch,
        manage::roles::endpoints::delete,
        manage::roles::endpoints::holders,
        manage::roles::permissions::endpoints::list,
        manage::service_accounts::endpoints::list,
        manage::service_accounts::endpoints::post,
        manage::service_accounts::endpoints::get,
        manage::service_accounts::endpoints::patch,
        manage::service_accounts::endpoints::delete,
        manage::service_accounts::endpoints::restore,
        manage::service_accounts::roles::endpoints::get,
        manage::service_accounts::roles::endpoints::put,
        manage::service_accounts::credentials::endpoints::list,
        manage::service_accounts::credentials::endpoints::post,
        manage::service_accounts::credentials::endpoints::get,
        manage::service_accounts::credentials::endpoints::delete,
        manage::service_accounts::credentials::endpoints::add_secret,
        manage::api_keys::endpoints::list,
        manage::api_keys::endpoints::post,
        manage::api_keys::bulk::endpoints::post,
        manage::api_keys::import::endpoints::post,
        manage::api_keys::export::endpoints::get,
        manage::api_keys::endpoints::get,
        manage::api_keys::endpoints::patch,
        manage::api_keys::endpoints::delete,
        manage::api_keys::state::endpoints::rotate,
        manage::api_keys::state::endpoints::disable,
        manage::api_keys::state::endpoints::enable,
        manage::api_keys::usage::endpoints::get,
        manage::usage::endpoints::get,
        manage::signing_keys::endpoints::list,
        manage::signing_keys::endpoints::post,
        manage::signing_keys::endpoints::get,
        manage::signing_keys::endpoints::patch,
        manage::signing_keys::endpoints::delete,
        manage::signing_keys::state::endpoints::disable,
        manage::signing_keys::state::endpoints::enable,
        manage::signing_keys::check::endpoints::post,
        manage::service_accounts::api_keys::endpoints::list,
        manage::service_accounts::api_keys::endpoints::post,
        manage::leak_reports::endpoints::post,
        manage::edge_locations::endpoints::get,
        manage::room_tokens::endpoints::post,
    ),
)]
pub struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Default::default);
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        components.add_security_scheme("bearer", bearer);
    }
}

/// The description in JSON.
pub fn to_json() -> String {
    // Everything in it is made of texts and maps; what cannot be written would be a defect that the tests see.
    Description::openapi().to_json().unwrap_or_default()
}
