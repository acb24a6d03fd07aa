//! What a file may not do for whoever is not the operator: reach another organisation, or do what its author could not do
//! call by call. Nobody gains by a file what the author could not hand out, and nobody who may do more is touched by it.
//!
//! The objects are looked at where their changes are noted, so that none is forgotten; what follows from several of them
//! is looked at when all is done, in the same transaction.

use std::collections::HashSet;

use uuid::Uuid;

use super::super::author::{Author, Bounds, EVERY_TENANT, EVERYTHING};
use super::super::describe::Described;
use super::super::error::{Place, SeedError};
use super::super::file::SeedFile;
use super::super::report::ObjectKind;
use super::super::store;
use super::Work;
use super::note::Object;
use crate::clients::{self, Client, MANAGE_SCOPE, is_trusted, needs_every_tenant, reserved};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::resource_servers::{STANDARD_SCOPES, is_of_server};
use crate::roles::{self, Role};
use crate::service_accounts::{self, ServiceAccountId};
use crate::tenants::{self, TenantId};
use crate::users::directory;

/// The keys of an organisation that only those change who may change every one.
const OF_THE_OPERATOR: [&str; 3] = ["status", "domains", "partner"];

/// How much there is of what an organisation may have so and so much of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    users: i64,
    applications: i64,
    service_accounts: i64,
}

/// How things stood before anything was done.
#[derive(Debug, Default)]
pub struct Before {
    /// Who may do more than the author, and the teams that make them so.
    above: HashSet<Uuid>,
    counts: Counts,
}

/// What can be said without a database.
pub(super) fn of_file(file: &SeedFile, author: &Author) -> Vec<SeedError> {
    let Some(bounds) = &author.bounds else { return Vec::new() };
    let slug = bounds.slug.as_str();
    let foreign = file.organisations().filter(|(named, _)| *named != slug).map(|(named, place)| {
        let problem = format!("\"{named}\" is another organisation than \"{slug}\", which this file is for");
        SeedError { place, problem, lacks: Some(EVERY_TENANT.to_owned()) }
    });
    let passwords = file.users.iter().filter(|user| user.password.is_some() && author.lacks(EVERYTHING));
    let passwords = passwords.map(|user| {
        let problem = format!(
            "users: only whoever holds {EVERYTHING} says what the password of \"{}\" is; leave it out",
            user.email
        );
        SeedError { place: user.place, problem, lacks: Some(EVERYTHING.to_owned()) }
    });
    foreign.chain(passwords).collect()
}

impl Work<'_, '_> {
    /// Looks at how things stand. Two files for one organisation wait for each other from here on.
    pub(super) fn begin(&mut self) -> Result<(), DbError> {
        let Some(bounds) = self.author.bounds.clone() else { return Ok(()) };
        tenants::store::find_held(self.conn, bounds.tenant)?;
        self.before = Before {
            above: above(self.conn, self.author, bounds.tenant)?,
            counts: counts(self.conn, &bounds)?,
        };
        Ok(())
    }

    /// Looks at what all of it together came to.
    pub(super) fn finish(&mut self) -> Result<(), DbError> {
        let Some(bounds) = self.author.bounds.clone() else { return Ok(()) };
        let above = above(self.conn, self.author, bounds.tenant)?;
        if self.errors.is_empty() && !above.is_subset(&self.before.above) {
            let problem = "somebody would be able to do what you cannot hand out";
            self.forbid(Place { line: 1, column: 1 }, EVERYTHING, problem);
        }
        let Some(tenant) = tenants::store::find(self.conn, bounds.tenant)? else { return Ok(()) };
        let (was, is, may) = (self.before.counts, counts(self.conn, &bounds)?, tenant.settings.limits);
        for (what, was, is, limit) in [
            ("people", was.users, is.users, may.users),
            ("applications", was.applications, is.applications, may.applications),
            ("service accounts", was.service_accounts, is.service_accounts, may.service_accounts),
        ] {
            if let Some(limit) = limit.filter(|limit| is > was && is > i64::from(*limit)) {
                let problem = format!("the organisation may have {limit} {what}, and would have {is}");
                self.refuse(Place { line: 1, column: 1 }, problem);
            }
        }
        Ok(())
    }

    /// Refuses what the author lacks a permission for.
    pub(super) fn forbid(&mut self, place: Place, permission: &str, problem: impl Into<String>) {
        let lacks = Some(permission.to_owned());
        self.errors.push(SeedError { place, problem: problem.into(), lacks });
    }

    /// Refuses a role that the author could not hand out.
    pub(super) fn may_assign(&mut self, role: &Role, place: Place) {
        let granted: Vec<&str> = role.permissions.iter().map(String::as_str).collect();
        if let Some(permission) = self.author.may_not_grant(granted) {
            let problem = format!(
                "role \"{}\" gives {permission}, which you cannot hand out because you do not hold it",
                role.slug
            );
            self.forbid(place, permission.as_str(), problem);
        }
    }

    /// Refuses a change of one object that the author could not make.
    pub(super) fn keep_within(
        &mut self,
        object: &Object,
        before: Option<&Described>,
        after: Option<&Described>,
    ) {
        let Some(bounds) = &self.author.bounds else { return };
        let is_active = |one: &Described| one.get("status").and_then(toml::Value::as_str) == Some("active");
        if bounds.principal == Some(object.id) && !after.is_some_and(is_active) {
            let problem = format!("{} \"{}\": you would shut yourself out", object.kind, object.name);
            self.refuse(self.at, problem);
            return;
        }
        let found = forbidden(self.author, bounds, &self.before.above, (object, before, after));
        if let Some((permission, problem)) = found {
            let problem = format!("{} \"{}\": {problem}", object.kind, object.name);
            self.forbid(self.at, &permission, problem);
        }
    }

    /// The same for what only an application has.
    pub(super) fn keep_client_within(&mut self, before: Option<&Client>, after: &Client) {
        if self.author.bounds.is_none() {
            return;
        }
        let name = &after.client_id;
        let is_every_tenants =
            before.map_or_else(|| is_trusted(after), |seen| needs_every_tenant(seen, after));
        if is_every_tenants && self.author.lacks(EVERY_TENANT) {
            let problem = format!(
                "application \"{name}\": what acts for people unasked, with {MANAGE_SCOPE}, or for every \
                 organisation is for those who hold {EVERY_TENANT}"
            );
            self.forbid(self.at, EVERY_TENANT, problem);
        }
        if let Some(why) = before.is_none().then(|| reserved(name)).flatten() {
            let problem = format!("clients.client_id: \"{name}\": {why}");
            self.refuse(self.at, problem);
        }
        let accounts = [before.and_then(|seen| seen.service_account_id), after.service_account_id];
        if accounts.iter().flatten().any(|id| self.before.above.contains(&id.uuid())) {
            let problem = format!("application \"{name}\": its service account may do what you may not");
            self.forbid(self.at, EVERYTHING, problem);
        }
        // An API asks tokens for nothing but their scopes.
        let scopes = after.scopes.iter().filter(|_| after.service_account_id.is_some()).map(String::as_str);
        if let Some(scope) = self.author.may_not_grant(scopes.filter(|scope| *scope != MANAGE_SCOPE)) {
            let problem = format!("application \"{name}\": you cannot hand out the scope {scope}");
            self.forbid(self.at, scope.as_str(), problem);
        }
    }

    /// Refuses a secret of a service account that may do more than the author.
    pub(super) fn may_speak_for(&mut self, account: Option<ServiceAccountId>, name: &str) {
        if account.is_some_and(|id| self.before.above.contains(&id.uuid())) {
            let problem = format!("application \"{name}\": its service account may do what you may not");
            self.forbid(self.at, EVERYTHING, problem);
        }
    }
}

/// The permission that is lacking for a change, and what is wrong.
fn forbidden(
    author: &Author,
    bounds: &Bounds,
    above: &HashSet<Uuid>,
    (object, before, after): (&Object, Option<&Described>, Option<&Described>),
) -> Option<(String, String)> {
    let needs = |permission: &str, problem: String| Some((permission.to_owned(), problem));
    if above.contains(&object.id) {
        return needs(EVERYTHING, "it may do, or makes others able to do, what you may not".into());
    }
    let lacks_all = author.lacks(EVERY_TENANT);
    match object.kind {
        ObjectKind::Tenant if lacks_all => {
            let changed =
                |key: &&&str| before.and_then(|one| one.get(key)) != after.and_then(|one| one.get(key));
            let key = OF_THE_OPERATOR.iter().find(changed)?;
            needs(EVERY_TENANT, format!("only whoever holds {EVERY_TENANT} changes {key}"))
        }
        ObjectKind::Role => {
            let given = [before, after].into_iter().flatten().flat_map(|one| one.texts("permissions"));
            let permission = author.may_not_grant(given)?;
            let problem = format!("you cannot hand out {permission}, because you do not hold it");
            needs(permission.as_str(), problem)
        }
        ObjectKind::User if lacks_all => {
            let key = vouched(before, after?)?;
            needs(EVERY_TENANT, format!("{key}: nobody says of somebody else that they proved it"))
        }
        ObjectKind::ResourceServer if lacks_all => {
            let after = after?;
            let audience = after.get("audience").and_then(toml::Value::as_str).unwrap_or_default();
            let is_ours = |scope: &str| scope == MANAGE_SCOPE || STANDARD_SCOPES.contains(&scope);
            if is_of_server(audience, &bounds.issuer) {
                return needs(EVERY_TENANT, "it is the address of this server".into());
            }
            let scope = after.texts("permissions").into_iter().find(|scope| is_ours(scope))?;
            needs(EVERY_TENANT, format!("{scope} is a scope of this server"))
        }
        _ => None,
    }
}

/// What a file says was proved that was not.
fn vouched(before: Option<&Described>, after: &Described) -> Option<&'static str> {
    let is = |one: Option<&Described>, key: &str| {
        one.and_then(|one| one.get(key)).and_then(toml::Value::as_bool).unwrap_or_default()
    };
    let same = |key: &str| before.and_then(|one| one.get(key)) == after.get(key);
    let claims = [("email_verified", "email"), ("phone_number_verified", "phone_number")];
    let new = |(key, of): &&(&'static str, &str)| is(Some(after), key) && !(is(before, key) && same(of));
    claims.iter().find(new).map(|(key, _)| *key)
}

/// Those who hold a role that the author could not hand out, themselves or by a team, and these teams.
fn above(conn: &mut Conn<'_>, author: &Author, tenant: TenantId) -> Result<HashSet<Uuid>, DbError> {
    let assigned = store::assignments(conn, tenant)?;
    let mut slugs: Vec<String> = assigned.iter().map(|(_, slug)| slug.clone()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    let roles = roles::store::of_slugs(conn, tenant, &slugs)?;
    let strong = roles
        .iter()
        .filter(|role| author.may_not_grant(role.permissions.iter().map(String::as_str)).is_some());
    let strong: HashSet<&str> = strong.map(|role| role.slug.as_str()).collect();
    let mut above = HashSet::new();
    for (holder, _) in assigned.iter().filter(|(_, slug)| strong.contains(slug.as_str())) {
        if above.insert(holder.uuid()) {
            // Nobody belongs to a person or a program.
            let members = store::members(conn, tenant, Id::new(holder.uuid()))?;
            above.extend(members.into_iter().map(|(_, member)| member.uuid()));
        }
    }
    Ok(above)
}

fn counts(conn: &mut Conn<'_>, bounds: &Bounds) -> Result<Counts, DbError> {
    Ok(Counts {
        users: directory::store::count(conn, bounds.tenant)?,
        applications: clients::store::count(conn, bounds.tenant)?,
        service_accounts: service_accounts::store::count_living(conn, bounds.tenant)?,
    })
}
