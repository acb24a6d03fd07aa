//! `[[teams]]`

use super::entry::{Entry, description, display_name};
use super::error::{Place, Placed};
use crate::tenants::Slug;
use crate::users::Email;

/// What the file says of a team.
#[derive(Clone, Debug)]
pub(super) struct TeamSpec {
    pub place: Place,
    pub tenant: Placed<Slug>,
    pub slug: Slug,
    pub display_name: Option<String>,
    pub description: Option<String>,
    pub members: Option<Vec<Placed<MemberSpec>>>,
    pub roles: Option<Vec<Placed<String>>>,
}

/// Somebody who belongs to a team.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum MemberSpec {
    /// `user:ada@acme.example`
    User(Email),
    /// `service_account:nightly-reports`
    ServiceAccount(Slug),
}

impl TeamSpec {
    pub fn read(mut entry: Entry<'_, '_>) -> Option<Self> {
        let tenant = entry.required_text("tenant", str::parse::<Slug>);
        let slug = entry.required_text("slug", str::parse::<Slug>);
        let display_name = entry.text("display_name", display_name);
        let description = entry.text("description", description);
        let members = entry.set("members", member);
        let roles = entry.set("roles", |text| Ok::<_, String>(text.to_owned()));
        let place = entry.place();
        entry.finish();
        Some(Self {
            place,
            tenant: tenant?,
            slug: slug?.value,
            display_name: display_name.map(|name| name.value),
            description: description.map(|text| text.value),
            members,
            roles,
        })
    }
}

fn member(text: &str) -> Result<MemberSpec, String> {
    match text.split_once(':') {
        Some(("user", address)) => Email::parse(address).map(MemberSpec::User).map_err(|why| why.to_string()),
        Some(("service_account", slug)) => slug
            .parse()
            .map(MemberSpec::ServiceAccount)
            .map_err(|why: crate::tenants::InvalidSlug| why.to_string()),
        _ => Err("expected user:MAIL or service_account:SLUG, such as user:ada@acme.example".into()),
    }
}
