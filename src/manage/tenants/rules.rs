//! What becomes of an organisation when somebody says something of it.

use super::{NewTenant, TenantPatch};
use crate::manage::Call;
use crate::manage::settings::{api_keys, lifetimes, merged, span};
use crate::manage::text::display_name;
use crate::random::Random;
use crate::tenants::{EdgeLocation, MOST_EDGES, Tenant, TenantSettings, TenantStatus};
use crate::web::Problem;

/// What moving an organisation to another partner needs.
const MOVES: &str = "tenants:update";

/// The organisation that a request describes.
pub fn new(call: &Call, random: &Random, wanted: NewTenant) -> Result<Tenant, Problem> {
    check_settings(call, &wanted.settings)?;
    Ok(Tenant {
        id: random.id(call.now),
        slug: wanted.slug.parse()?,
        display_name: display_name(&wanted.display_name)?,
        status: TenantStatus::Active,
        settings: wanted.settings,
        created_at: call.now,
        updated_at: call.now,
        deleted_at: None,
    })
}

/// The organisation after a change.
pub fn patched(call: &Call, tenant: &Tenant, patch: &TenantPatch) -> Result<Tenant, Problem> {
    let mut changed = tenant.clone();
    if let Some(name) = &patch.display_name {
        changed.display_name = display_name(name)?;
    }
    if let Some(text) = &patch.status {
        changed.status = status(text)?;
    }
    if let Some(settings) = &patch.settings {
        changed.settings = merged(&tenant.settings, settings)?;
        check_settings(call, &changed.settings)?;
        let is_moved = changed.settings.partner != tenant.settings.partner;
        if is_moved && !call.actor.permissions.allows(MOVES) {
            // An organisation that chose its partner itself could leave a limit, or use up that of others.
            let detail = format!("settings.partner: you do not have the permission {MOVES}.");
            return Err(Problem::lacking(MOVES, detail).fix("Ask an operator of the server."));
        }
    }
    if changed != *tenant {
        changed.updated_at = call.next_version(tenant.updated_at);
    }
    Ok(changed)
}

fn status(text: &str) -> Result<TenantStatus, Problem> {
    match text.parse() {
        Ok(status @ (TenantStatus::Active | TenantStatus::Suspended)) => Ok(status),
        _ => Err(Problem::invalid("invalid_status", "status can be set to active or suspended.")
            .fix("DELETE puts it into the recycle bin, and restore brings it back.")),
    }
}

fn edges(all: &[EdgeLocation]) -> Result<(), Problem> {
    let invalid =
        |why: String| Problem::invalid("invalid_settings", format!("settings.edge_locations: {why}."));
    if all.len() > MOST_EDGES {
        return Err(invalid(format!("at most {MOST_EDGES} of them")));
    }
    all.iter().try_for_each(EdgeLocation::check).map_err(invalid)
}

fn check_settings(call: &Call, settings: &TenantSettings) -> Result<(), Problem> {
    let profile = call.profiles.find(&settings.profile);
    let profile =
        profile.map_err(|why| Problem::invalid("invalid_settings", format!("settings.profile: {why}.")))?;
    if let Some(name) =
        settings.api_keys.level_generation.as_ref().filter(|name| !profile.levels.contains_key(*name))
    {
        let known = profile.levels.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let detail = format!(
            "settings.api_keys.level_generation: the profile {} knows no {name:?}, but: {known}.",
            profile.name
        );
        return Err(Problem::invalid("invalid_settings", detail));
    }
    edges(&settings.edge_locations)?;
    lifetimes(&settings.lifetimes)?;
    api_keys(&settings.api_keys)?;
    span("sessions.idle", settings.sessions.idle)?;
    span("sessions.absolute", settings.sessions.absolute)?;
    if settings.passwords.minimum_length.is_some_and(|length| !(8..=128).contains(&length)) {
        let detail = "settings.passwords.minimum_length must be from 8 to 128.";
        return Err(Problem::invalid("invalid_settings", detail));
    }
    if settings.audit_retention_days.is_some_and(|days| !(1..=3_660).contains(&days)) {
        let detail = "settings.audit_retention_days must be from 1 to 3660.";
        return Err(Problem::invalid("invalid_settings", detail));
    }
    Ok(())
}
