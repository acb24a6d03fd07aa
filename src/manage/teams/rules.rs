//! What becomes of a team when somebody says something of it.

use super::{NewTeam, TeamPatch};
use crate::manage::Call;
use crate::manage::text::{description, display_name};
use crate::random::Random;
use crate::teams::Team;
use crate::web::Problem;

/// The team that a request describes.
pub fn new(call: &Call, random: &Random, wanted: &NewTeam) -> Result<Team, Problem> {
    Ok(Team {
        id: random.id(call.now),
        tenant_id: call.tenant,
        slug: wanted.slug.parse()?,
        display_name: display_name(&wanted.display_name)?,
        description: description(&wanted.description)?,
        created_at: call.now,
        updated_at: call.now,
    })
}

/// The team after a change.
pub fn patched(call: &Call, team: &Team, patch: &TeamPatch) -> Result<Team, Problem> {
    let mut changed = team.clone();
    if let Some(name) = &patch.display_name {
        changed.display_name = display_name(name)?;
    }
    if let Some(text) = &patch.description {
        changed.description = description(text)?;
    }
    if changed != *team {
        changed.updated_at = call.next_version(team.updated_at);
    }
    Ok(changed)
}
