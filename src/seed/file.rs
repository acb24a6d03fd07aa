//! The whole file: reading it, and what can be said of it without a database.

use std::collections::HashMap;
use std::hash::Hash;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::client::ClientSpec;
use super::entry::{Entry, Findings};
use super::error::{Place, SeedError, SeedErrors, did_you_mean};
use super::person::UserSpec;
use super::resource_server::ResourceServerSpec;
use super::role::RoleSpec;
use super::service_account::ServiceAccountSpec;
use super::team::TeamSpec;
use super::tenant::TenantSpec;
use super::webhook::WebhookSpec;
use crate::secret::Digest;
use crate::tenants::Profiles;

/// Which secrets a file may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The server is being developed with and reachable from this machine only: passwords may stand in clear, and
    /// secrets may be short.
    pub development: bool,
}

/// A seed file that is right in itself. Whether it fits the database is seen when it is applied.
#[derive(Clone, Debug)]
pub struct SeedFile {
    pub(super) origin: String,
    /// Of the whole text.
    pub(super) digest: Digest,
    pub(super) tenants: Vec<TenantSpec>,
    pub(super) roles: Vec<RoleSpec>,
    pub(super) teams: Vec<TeamSpec>,
    pub(super) users: Vec<UserSpec>,
    pub(super) service_accounts: Vec<ServiceAccountSpec>,
    pub(super) resource_servers: Vec<ResourceServerSpec>,
    pub(super) clients: Vec<ClientSpec>,
    pub(super) webhooks: Vec<WebhookSpec>,
}

const TABLES: [&str; 8] =
    ["tenants", "roles", "teams", "users", "service_accounts", "resource_servers", "clients", "webhooks"];

impl SeedFile {
    /// Reads and checks a whole file. `origin` is what it is called in messages: its path.
    pub fn parse(text: &str, origin: &str, rules: Rules) -> Result<Self, SeedErrors> {
        let mut found = Findings::new(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            // Its `Display` would show the line, and with it perhaps a secret.
            let place = found.place(error.span().map_or(0, |span| span.start));
            found.refuse(place, format!("not TOML: {}", error.message()));
        }
        if !errors.is_empty() {
            return Err(SeedErrors::new(origin, found.errors));
        }
        let mut root = table.into_inner();
        let mut file = Self {
            origin: origin.to_owned(),
            digest: Digest::of(text.as_bytes()),
            tenants: Vec::new(),
            roles: Vec::new(),
            teams: Vec::new(),
            users: Vec::new(),
            service_accounts: Vec::new(),
            resource_servers: Vec::new(),
            clients: Vec::new(),
            webhooks: Vec::new(),
        };
        each(&mut found, &mut root, "tenants", |entry| file.tenants.extend(TenantSpec::read(entry)));
        each(&mut found, &mut root, "roles", |entry| file.roles.extend(RoleSpec::read(entry)));
        each(&mut found, &mut root, "teams", |entry| file.teams.extend(TeamSpec::read(entry)));
        each(&mut found, &mut root, "users", |entry| file.users.extend(UserSpec::read(entry, rules)));
        each(&mut found, &mut root, "service_accounts", |entry| {
            file.service_accounts.extend(ServiceAccountSpec::read(entry));
        });
        each(&mut found, &mut root, "resource_servers", |entry| {
            file.resource_servers.extend(ResourceServerSpec::read(entry));
        });
        each(&mut found, &mut root, "clients", |entry| file.clients.extend(ClientSpec::read(entry, rules)));
        each(&mut found, &mut root, "webhooks", |entry| file.webhooks.extend(WebhookSpec::read(entry)));
        for key in root.keys() {
            let meant = did_you_mean(key.get_ref(), TABLES);
            let meant =
                if meant.is_empty() { format!("; it may have: {}", TABLES.join(", ")) } else { meant };
            found.refuse(
                found.place(key.span().start),
                format!("a seed file has no \"{}\"{meant}", key.get_ref()),
            );
        }
        file.refuse_doubles(&mut found.errors);
        if found.errors.is_empty() { Ok(file) } else { Err(SeedErrors::new(origin, found.errors)) }
    }

    /// Every organisation that an object of the file says it belongs to, and where.
    pub(super) fn organisations(&self) -> impl Iterator<Item = (&str, Place)> {
        let own = self.tenants.iter().map(|one| (one.slug.as_str(), one.place));
        let of = self.roles.iter().map(|one| &one.tenant);
        let of = of.chain(self.teams.iter().map(|one| &one.tenant));
        let of = of.chain(self.users.iter().map(|one| &one.tenant));
        let of = of.chain(self.service_accounts.iter().map(|one| &one.tenant));
        let of = of.chain(self.resource_servers.iter().map(|one| &one.tenant));
        let of = of.chain(self.clients.iter().map(|one| &one.tenant));
        let of = of.chain(self.webhooks.iter().map(|one| &one.tenant));
        own.chain(of.map(|tenant| (tenant.value.as_str(), tenant.place)))
    }

    /// How many objects it describes.
    pub fn objects(&self) -> usize {
        self.organisations().count()
    }

    /// What stands for exactly this text.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Refuses a file that names profiles which this server does not know.
    ///
    /// # Errors
    /// All of them, with what may have been meant.
    pub fn check_profiles(&self, profiles: Profiles) -> Result<(), SeedErrors> {
        let named = self.tenants.iter().filter_map(TenantSpec::profile);
        let errors: Vec<_> = named
            .filter_map(|named| Some((named.place, profiles.find(&named.value).err()?)))
            .map(|(place, why)| SeedError::new(place, format!("profile: {why}")))
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(SeedErrors::new(&self.origin, errors)) }
    }

    fn refuse_doubles(&self, errors: &mut Vec<SeedError>) {
        let tenants = self.tenants.iter().map(|one| (one.slug.as_str(), one.place));
        refuse_doubles("an organisation with this slug", tenants, errors);
        let roles = self.roles.iter().map(|one| ((one.tenant.value.as_str(), one.slug.as_str()), one.place));
        refuse_doubles("a role with this slug in the same organisation", roles, errors);
        let users = self.users.iter().map(|one| ((one.tenant.value.as_str(), one.email.key()), one.place));
        refuse_doubles("a person with this address in the same organisation", users, errors);
        let teams = self.teams.iter().map(|one| ((one.tenant.value.as_str(), one.slug.as_str()), one.place));
        refuse_doubles("a team with this slug in the same organisation", teams, errors);
        let accounts = self
            .service_accounts
            .iter()
            .map(|one| ((one.tenant.value.as_str(), one.slug.as_str()), one.place));
        refuse_doubles("a service account with this slug in the same organisation", accounts, errors);
        let servers = self
            .resource_servers
            .iter()
            .map(|one| ((one.tenant.value.as_str(), one.audience.as_str()), one.place));
        refuse_doubles("an API with this audience in the same organisation", servers, errors);
        // A double in one list is told already.
        let domains = self.tenants.iter().flat_map(|one| {
            let own = one.domains.as_deref().unwrap_or_default();
            let is_first =
                |at: usize, domain: &str| own.iter().position(|one| one.value == domain) == Some(at);
            own.iter().enumerate().filter(move |(at, one)| is_first(*at, &one.value)).map(|(_, one)| one)
        });
        let domains = domains.map(|domain| (domain.value.as_str(), domain.place));
        refuse_doubles("an organisation with this mail domain", domains, errors);
        let clients = self.clients.iter().map(|one| (one.client_id.as_str(), one.place));
        refuse_doubles("a client with this client_id", clients, errors);
        let webhooks =
            self.webhooks.iter().map(|one| ((one.tenant.value.as_str(), one.url.value.as_str()), one.place));
        refuse_doubles("a webhook with this address in the same organisation", webhooks, errors);
    }
}

/// Hands every table of a `[[list]]` to `read`.
fn each<'t>(
    found: &mut Findings<'t>,
    root: &mut DeTable<'t>,
    name: &'static str,
    mut read: impl FnMut(Entry<'_, 't>),
) {
    let Some(list) = root.remove(name) else { return };
    let place = found.place(list.span().start);
    let DeValue::Array(items) = list.into_inner() else {
        found.refuse(place, format!("expected a list of tables: write [[{name}]], with two brackets"));
        return;
    };
    for item in items {
        let place = found.place(item.span().start);
        match Spanned::into_inner(item) {
            DeValue::Table(table) => read(Entry::new(found, name, place, table)),
            _ => found.refuse(place, format!("expected a table: write [[{name}]] and its keys below")),
        }
    }
}

fn refuse_doubles<K: Hash + Eq>(
    what: &str,
    keys: impl Iterator<Item = (K, Place)>,
    errors: &mut Vec<SeedError>,
) {
    let mut seen: HashMap<K, Place> = HashMap::new();
    for (key, place) in keys {
        if let Some(first) = seen.get(&key) {
            let problem = format!("{what} is described before, in line {}", first.line);
            errors.push(SeedError::new(place, problem));
        } else {
            seen.insert(key, place);
        }
    }
}
