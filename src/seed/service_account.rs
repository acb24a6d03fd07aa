//! `[[service_accounts]]`

use super::entry::{Entry, description, display_name, unless_deleted};
use super::error::{Place, Placed};
use crate::service_accounts::ServiceAccountStatus;
use crate::tenants::Slug;

/// What the file says of a service account.
#[derive(Clone, Debug)]
pub(super) struct ServiceAccountSpec {
    pub place: Place,
    pub tenant: Placed<Slug>,
    pub slug: Slug,
    pub display_name: Option<String>,
    pub description: Option<String>,
    /// The team that owns it.
    pub team: Option<Placed<Slug>>,
    pub status: Option<ServiceAccountStatus>,
    pub roles: Option<Vec<Placed<String>>>,
}

impl ServiceAccountSpec {
    pub fn read(mut entry: Entry<'_, '_>) -> Option<Self> {
        let tenant = entry.required_text("tenant", str::parse::<Slug>);
        let slug = entry.required_text("slug", str::parse::<Slug>);
        let display_name = entry.text("display_name", display_name);
        let description = entry.text("description", description);
        let team = entry.text("team", str::parse::<Slug>);
        let status = entry.text("status", unless_deleted::<ServiceAccountStatus>);
        let roles = entry.set("roles", |text| Ok::<_, String>(text.to_owned()));
        let place = entry.place();
        entry.finish();
        Some(Self {
            place,
            tenant: tenant?,
            slug: slug?.value,
            display_name: display_name.map(|name| name.value),
            description: description.map(|text| text.value),
            team,
            status: status.map(|status| status.value),
            roles,
        })
    }
}
