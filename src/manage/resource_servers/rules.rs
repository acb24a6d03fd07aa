//! What becomes of an API when somebody says something of it.

use super::{NewResourceServer, ResourceServerPatch};
use crate::clients::check_scope;
use crate::manage::Call;
use crate::manage::call::SCOPE;
use crate::manage::settings::{merged, span};
use crate::manage::text::display_name;
use crate::random::Random;
use crate::resource_servers::{
    ResourceServer, ResourceServerStatus, STANDARD_SCOPES, check_audience, is_of_server,
};
use crate::web::Problem;

/// How many permissions an API may know.
const MOST_PERMISSIONS: usize = 200;

/// The API that a request describes. `issuer` is this server's own name: its endpoints are nobody's API.
pub fn new(
    call: &Call,
    random: &Random,
    issuer: &str,
    wanted: NewResourceServer,
) -> Result<ResourceServer, Problem> {
    check_audience(&wanted.audience).map_err(|why| invalid_audience(why.to_string()))?;
    if is_of_server(&wanted.audience, issuer) {
        return Err(invalid_audience("it is the address of this server".to_owned()));
    }
    let server = ResourceServer {
        id: random.id(call.now),
        tenant_id: call.tenant,
        audience: wanted.audience,
        display_name: display_name(&wanted.display_name)?,
        permissions: wanted.permissions,
        status: wanted.status.unwrap_or(ResourceServerStatus::Active),
        settings: wanted.settings,
        created_at: call.now,
        updated_at: call.now,
    };
    check(&server)?;
    Ok(server)
}

/// The API after a change.
pub fn patched(
    call: &Call,
    server: &ResourceServer,
    patch: &ResourceServerPatch,
) -> Result<ResourceServer, Problem> {
    let mut changed = server.clone();
    if let Some(name) = &patch.display_name {
        changed.display_name = display_name(name)?;
    }
    if let Some(permissions) = &patch.permissions {
        changed.permissions.clone_from(permissions);
    }
    if let Some(status) = patch.status {
        changed.status = status;
    }
    if let Some(settings) = &patch.settings {
        changed.settings = merged(&server.settings, settings)?;
    }
    if changed != *server {
        check(&changed)?;
        changed.updated_at = call.next_version(server.updated_at);
    }
    Ok(changed)
}

fn invalid_audience(why: String) -> Problem {
    Problem::invalid("invalid_audience", format!("audience: {why}."))
}

fn check(server: &ResourceServer) -> Result<(), Problem> {
    let refuse = |why: String| Problem::invalid("invalid_permissions", format!("permissions: {why}."));
    if server.permissions.len() > MOST_PERMISSIONS {
        return Err(refuse(format!("expected at most {MOST_PERMISSIONS}")));
    }
    for (at, permission) in server.permissions.iter().enumerate() {
        check_scope(permission).map_err(refuse)?;
        if STANDARD_SCOPES.contains(&permission.as_str()) || permission == SCOPE {
            return Err(refuse(format!("{permission} is a scope of this server")));
        }
        if server.permissions.iter().take(at).any(|other| other == permission) {
            return Err(refuse(format!("{permission} stands there before")));
        }
    }
    span("access_token_lifetime", server.settings.access_token_lifetime)
}
