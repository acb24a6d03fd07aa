//! The OpenAPI description of every address for programs, gathered from the handlers.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::{auth_flow, docs, manage, oauth, ops};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gridkey",
        description = "Identity provider and API-key platform. Management calls need an access token with the scope \
                       `gridkey:manage`; errors are problem details (RFC 9457) with `code`, `fix` and `request_id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    modifiers(&Bearer),
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
        auth_flow::endpoints::refresh,
        auth_flow::endpoints::logout,
        auth_flow::endpoints::me,
        manage::tenants::endpoints::list,
        manage::tenants::endpoints::post,
        manage::tenants::endpoints::get,
        manage::tenants::endpoints::patch,
        manage::tenants::endpoints::delete,
        manage::tenants::endpoints::restore,
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
