//! `[[resource_servers]]`

use super::entry::{Entry, display_name};
use super::error::{Place, Placed};
use crate::clients::check_scope;
use crate::keyring::Algorithm;
use crate::resource_servers::{ResourceServer, ResourceServerStatus, check_audience};
use crate::tenants::Slug;

/// What the file says of an API.
#[derive(Clone, Debug)]
pub(super) struct ResourceServerSpec {
    pub place: Place,
    pub tenant: Placed<Slug>,
    pub audience: String,
    pub display_name: Option<String>,
    permissions: Option<Vec<String>>,
    status: Option<ResourceServerStatus>,
    access_token_lifetime: Option<u32>,
    access_token_alg: Option<Algorithm>,
}

impl ResourceServerSpec {
    pub fn read(mut entry: Entry<'_, '_>) -> Option<Self> {
        const DAY: u32 = 24 * 60 * 60;
        const LIFETIME: &str = "expected whole seconds from 1 to 86400 (24 hours)";
        let tenant = entry.required_text("tenant", str::parse::<Slug>);
        let audience = entry.required_text("audience", |text| check_audience(text).map(|()| text.to_owned()));
        let display_name = entry.text("display_name", display_name);
        let permissions = entry.set("permissions", check_scope);
        let status = entry.choice("status").map(|status| status.value);
        let access_token_lifetime = entry.number("access_token_lifetime", (1, DAY), LIFETIME);
        let access_token_alg = entry.choice("access_token_alg").map(|algorithm| algorithm.value);
        let place = entry.place();
        entry.finish();
        Some(Self {
            place,
            tenant: tenant?,
            audience: audience?.value,
            display_name: display_name.map(|name| name.value),
            permissions: permissions.map(|list| list.into_iter().map(|item| item.value).collect()),
            status,
            access_token_lifetime,
            access_token_alg,
        })
    }

    /// `server` with every field that the file names.
    pub fn written_over(&self, mut server: ResourceServer) -> ResourceServer {
        if let Some(name) = &self.display_name {
            server.display_name.clone_from(name);
        }
        if let Some(permissions) = &self.permissions {
            server.permissions.clone_from(permissions);
        }
        server.status = self.status.unwrap_or(server.status);
        let settings = &mut server.settings;
        settings.access_token_lifetime = self.access_token_lifetime.or(settings.access_token_lifetime);
        settings.access_token_alg = self.access_token_alg.or(settings.access_token_alg);
        server
    }
}
