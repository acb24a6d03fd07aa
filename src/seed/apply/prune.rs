//! What a file does not name goes: people, programs and applications into the recycle bin, teams, APIs, roles and webhooks
//! for good. Super admins stay, with their teams and their credentials, so that a file cannot lock everybody out; so does
//! the client of the first-party flow, which the server makes for itself.

use std::collections::HashSet;

use uuid::Uuid;

use super::super::report::ObjectKind;
use super::super::team::MemberSpec;
use super::super::{describe, members, store};
use super::note::Object;
use super::{Work, won};
use crate::clients::{self, ClientStatus, is_of_flow};
use crate::credentials::KeyOwner;
use crate::db::DbError;
use crate::id::Id;
use crate::resource_servers;
use crate::roles::{self, BuiltInRole, Role};
use crate::service_accounts::{self, ServiceAccountStatus};
use crate::teams;
use crate::tenants::{Slug, TenantId};
use crate::tokens;
use crate::users::{self, UserStatus};

/// What the file names of one organisation: what it describes, and what that refers to.
#[derive(Debug, Default)]
struct Named<'f> {
    roles: HashSet<&'f str>,
    teams: HashSet<&'f str>,
    users: HashSet<&'f str>,
    service_accounts: HashSet<&'f str>,
    resource_servers: HashSet<&'f str>,
    clients: HashSet<&'f str>,
    webhooks: HashSet<String>,
}

/// An organisation while it is pruned.
struct Place<'p> {
    slug: &'p Slug,
    id: TenantId,
    named: Named<'p>,
    /// Those who are super admins, themselves or by a team, and the teams that make them so.
    supers: HashSet<Uuid>,
}

impl Work<'_, '_> {
    pub(super) fn prune(&mut self, slug: &Slug) -> Result<(), DbError> {
        let Some(&id) = self.tenants.get(slug) else { return Ok(()) };
        let place = Place { slug, id, named: Named::of(self.file, slug), supers: self.supers(id)? };
        self.prune_webhooks((id, slug), |url| place.named.webhooks.contains(url))?;
        self.prune_clients(&place)?;
        self.prune_users(&place)?;
        self.prune_service_accounts(&place)?;
        self.prune_resource_servers(&place)?;
        self.prune_teams(&place)?;
        self.prune_roles(&place)
    }

    fn supers(&mut self, tenant: TenantId) -> Result<HashSet<Uuid>, DbError> {
        let mut supers = HashSet::new();
        for (holder, role) in store::assignments(self.conn, tenant)? {
            if role == BuiltInRole::SuperAdmin.as_str() {
                supers.insert(holder.uuid());
                // Nobody belongs to a person or a program.
                let members = store::members(self.conn, tenant, Id::new(holder.uuid()))?;
                supers.extend(members.into_iter().map(|(_, member)| member.uuid()));
            }
        }
        Ok(supers)
    }

    fn prune_clients(&mut self, place: &Place<'_>) -> Result<(), DbError> {
        for client_id in store::clients(self.conn, place.id)? {
            if place.named.clients.contains(client_id.as_str()) {
                continue;
            }
            let Some(seen) = clients::store::find_by_client_id(self.conn, &client_id)? else {
                continue;
            };
            let mut client = seen.clone();
            let is_super = client.service_account_id.is_some_and(|id| place.supers.contains(&id.uuid()));
            if is_super || is_of_flow(&client, place.id) {
                continue;
            }
            let account = self.account_slug(&client)?;
            let before = describe::client(place.slug, &client, account.as_deref(), None);
            client.status = ClientStatus::Deleted;
            client.deleted_at = Some(self.now);
            client.updated_at = self.next_version(client.updated_at);
            self.keep_client_within(Some(&seen), &client);
            clients::store::update(self.conn, place.id, &client)?;
            tokens::end_client_tokens(self.conn, place.id, client.id, self.now)?;
            self.deleted(Object::new(place.id, ObjectKind::Client, client.id, client_id), &before)?;
        }
        Ok(())
    }

    fn prune_users(&mut self, place: &Place<'_>) -> Result<(), DbError> {
        for id in store::users(self.conn, place.id)? {
            let Some(mut user) = users::store::find(self.conn, place.id, id)? else { continue };
            if place.supers.contains(&id.uuid()) || place.named.users.contains(user.email.key()) {
                continue;
            }
            let roles = slugs(roles::store::assigned_to(self.conn, place.id, id)?);
            let before = describe::user(place.slug, &user, &roles, None);
            user.status = UserStatus::Deleted;
            user.deleted_at = Some(self.now);
            user.updated_at = self.next_version(user.updated_at);
            users::store::update(self.conn, place.id, &user)?;
            tokens::end_user_tokens(self.conn, place.id, id, None, self.now)?;
            let name = format!("{}/{}", place.slug, user.email);
            let object = Object::new(place.id, ObjectKind::User, id, name);
            self.deleted_owner(object, &before, KeyOwner::User(id))?;
        }
        Ok(())
    }

    fn prune_service_accounts(&mut self, place: &Place<'_>) -> Result<(), DbError> {
        for id in store::service_accounts(self.conn, place.id)? {
            let Some(old) = service_accounts::store::find(self.conn, place.id, id)? else { continue };
            let is_named = place.named.service_accounts.contains(old.slug.as_str());
            if is_named || place.supers.contains(&id.uuid()) {
                continue;
            }
            let roles = slugs(roles::store::assigned_to(self.conn, place.id, id)?);
            let team = self.team_slug(place.id, old.team_id)?;
            let before = describe::service_account(place.slug, &old, team.as_deref(), &roles);
            let mut new = old.clone();
            new.status = ServiceAccountStatus::Deleted;
            new.deleted_at = Some(self.now);
            new.updated_at = self.next_version(old.updated_at);
            won(service_accounts::store::update(self.conn, place.id, &new, old.updated_at)?)?;
            let name = format!("{}/{}", place.slug, old.slug);
            let object = Object::new(place.id, ObjectKind::ServiceAccount, id, name);
            self.deleted_owner(object, &before, KeyOwner::ServiceAccount(id))?;
        }
        Ok(())
    }

    fn prune_resource_servers(&mut self, place: &Place<'_>) -> Result<(), DbError> {
        for id in store::resource_servers(self.conn, place.id)? {
            let Some(server) = resource_servers::store::find(self.conn, place.id, id)? else { continue };
            if place.named.resource_servers.contains(server.audience.as_str()) {
                continue;
            }
            resource_servers::store::delete(self.conn, place.id, id)?;
            let name = format!("{}/{}", place.slug, server.audience);
            let before = describe::resource_server(place.slug, &server);
            self.deleted(Object::new(place.id, ObjectKind::ResourceServer, id, name), &before)?;
        }
        Ok(())
    }

    fn prune_teams(&mut self, place: &Place<'_>) -> Result<(), DbError> {
        for id in store::teams(self.conn, place.id)? {
            let Some(team) = teams::store::find(self.conn, place.id, id)? else { continue };
            if place.named.teams.contains(team.slug.as_str()) || place.supers.contains(&id.uuid()) {
                continue;
            }
            let roles = slugs(roles::store::assigned_to(self.conn, place.id, id)?);
            let members = members::names(self.conn, place.id, id)?;
            let before = describe::team(place.slug, &team, &roles, &members);
            store::release_service_accounts(self.conn, place.id, id)?;
            store::withdraw_all(self.conn, place.id, Id::new(id.uuid()))?;
            teams::store::delete(self.conn, place.id, id)?;
            let name = format!("{}/{}", place.slug, team.slug);
            self.deleted(Object::new(place.id, ObjectKind::Team, id, name), &before)?;
        }
        Ok(())
    }

    fn prune_roles(&mut self, place: &Place<'_>) -> Result<(), DbError> {
        for slug in store::roles(self.conn, place.id)? {
            if place.named.roles.contains(slug.as_str()) {
                continue;
            }
            let Some(role) = roles::store::find_by_slug(self.conn, place.id, &slug)? else { continue };
            store::delete_role(self.conn, place.id, role.id)?;
            let object = Object::new(place.id, ObjectKind::Role, role.id, format!("{}/{slug}", place.slug));
            self.deleted(object, &describe::role(place.slug, &role))?;
        }
        Ok(())
    }
}

fn slugs(roles: Vec<Role>) -> Vec<String> {
    roles.into_iter().map(|role| role.slug).collect()
}

impl<'f> Named<'f> {
    fn of(file: &'f super::SeedFile, slug: &Slug) -> Self {
        let mut named = Self::default();
        for role in file.roles.iter().filter(|one| one.tenant.value == *slug) {
            named.roles.insert(&role.slug);
        }
        for team in file.teams.iter().filter(|one| one.tenant.value == *slug) {
            named.teams.insert(team.slug.as_str());
            named.roles.extend(team.roles.iter().flatten().map(|role| role.value.as_str()));
            for member in team.members.iter().flatten() {
                match &member.value {
                    MemberSpec::User(email) => named.users.insert(email.key()),
                    MemberSpec::ServiceAccount(slug) => named.service_accounts.insert(slug.as_str()),
                };
            }
        }
        for user in file.users.iter().filter(|one| one.tenant.value == *slug) {
            named.users.insert(user.email.key());
            named.roles.extend(user.roles.iter().flatten().map(|role| role.value.as_str()));
        }
        for account in file.service_accounts.iter().filter(|one| one.tenant.value == *slug) {
            named.service_accounts.insert(account.slug.as_str());
            named.teams.extend(account.team.iter().map(|team| team.value.as_str()));
            named.roles.extend(account.roles.iter().flatten().map(|role| role.value.as_str()));
        }
        for server in file.resource_servers.iter().filter(|one| one.tenant.value == *slug) {
            named.resource_servers.insert(&server.audience);
        }
        for client in file.clients.iter().filter(|one| one.tenant.value == *slug) {
            named.clients.insert(&client.client_id);
            named.service_accounts.extend(client.service_account.iter().map(|slug| slug.value.as_str()));
        }
        for webhook in file.webhooks.iter().filter(|one| one.tenant.value == *slug) {
            // As it is stored.
            named.webhooks.extend(url::Url::parse(webhook.url.value.trim()).map(String::from));
        }
        named
    }
}
