//! Teams: made before the people and programs that belong to them, filled after.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::super::describe;
use super::super::error::{Placed, did_you_mean};
use super::super::members;
use super::super::report::ObjectKind;
use super::super::store;
use super::super::team::{MemberSpec, TeamSpec};
use super::note::Object;
use super::{Work, won};
use crate::db::DbError;
use crate::id::Id;
use crate::roles::PrincipalKind;
use crate::service_accounts;
use crate::teams::{self, Member, MemberKind, Team};
use crate::tenants::{Slug, TenantId};
use crate::users;

/// A team of the file between its making and its filling.
#[derive(Clone, Debug)]
pub struct Begun {
    team: Team,
    is_new: bool,
}

impl Work<'_, '_> {
    /// The team as it stands, made if it was not there. `None` when it cannot be made.
    pub(super) fn team(&mut self, spec: &TeamSpec) -> Result<Option<Begun>, DbError> {
        let Some(tenant) = self.tenant_id(&spec.tenant)? else { return Ok(None) };
        if let Some(team) = teams::store::find_by_slug(self.conn, tenant, spec.slug.as_str())? {
            return Ok(Some(Begun { team, is_new: false }));
        }
        let Some(display_name) = spec.display_name.clone() else {
            let problem =
                format!("team \"{}/{}\" is new and needs display_name", spec.tenant.value, spec.slug);
            self.refuse(spec.place, problem);
            return Ok(None);
        };
        let team = Team {
            id: self.random.id(self.now),
            tenant_id: tenant,
            slug: spec.slug.clone(),
            display_name,
            description: spec.description.clone().unwrap_or_default(),
            created_at: self.now,
            updated_at: self.now,
        };
        teams::store::insert(self.conn, tenant, &team)?;
        Ok(Some(Begun { team, is_new: true }))
    }

    /// Its fields, roles and members.
    pub(super) fn fill_team(&mut self, spec: &TeamSpec, begun: Option<&Begun>) -> Result<(), DbError> {
        let Some(Begun { team: old, is_new }) = begun.cloned() else { return Ok(()) };
        let (tenant, slug) = (old.tenant_id, &spec.tenant.value);
        let mut new = old.clone();
        if let Some(name) = &spec.display_name {
            new.display_name.clone_from(name);
        }
        if let Some(description) = &spec.description {
            new.description.clone_from(description);
        }
        if new != old {
            new.updated_at = self.next_version(old.updated_at);
            won(teams::store::update(self.conn, tenant, &new, old.updated_at)?)?;
        }
        let holder = (PrincipalKind::Team, new.id);
        let roles = self.assign_roles((slug, tenant), holder, spec.roles.as_deref())?;
        let members_before = members::names(self.conn, tenant, new.id)?;
        if let Some(members) = &spec.members {
            self.set_members(&new, members)?;
        }
        let members = members::names(self.conn, tenant, new.id)?;
        let after = describe::team(slug, &new, &roles.after, &members);
        let object = Object::new(tenant, ObjectKind::Team, new.id, format!("{slug}/{}", new.slug));
        if is_new {
            return self.created(object, &after);
        }
        let before = describe::team(slug, &old, &roles.before, &members_before);
        self.existing(object, after.differences(&before), (&before, &after))
    }

    /// Adds the members that the file names. Others stay, unless the file is to be the whole truth; a service account
    /// that the team owns always stays.
    fn set_members(&mut self, team: &Team, named: &[Placed<MemberSpec>]) -> Result<(), DbError> {
        let mut wanted: BTreeSet<Uuid> = BTreeSet::new();
        for member in named {
            if let Some((kind, id)) = self.member(team.tenant_id, member)? {
                let member = Member { kind, id, since: self.now };
                teams::store::add_member(self.conn, team.tenant_id, team.id, member)?;
                wanted.insert(id);
            }
        }
        if !self.prune {
            return Ok(());
        }
        for (kind, id) in store::members(self.conn, team.tenant_id, team.id)? {
            let is_owned = kind == MemberKind::ServiceAccount
                && service_accounts::store::find(self.conn, team.tenant_id, Id::new(id.uuid()))?
                    .is_some_and(|account| account.team_id == Some(team.id));
            if !is_owned && !wanted.contains(&id.uuid()) {
                teams::store::remove_member(self.conn, team.tenant_id, team.id, id.uuid())?;
            }
        }
        Ok(())
    }

    /// Whom the file means.
    fn member(
        &mut self,
        tenant: TenantId,
        member: &Placed<MemberSpec>,
    ) -> Result<Option<(MemberKind, Uuid)>, DbError> {
        let file = self.file;
        let (found, problem) = match &member.value {
            MemberSpec::User(email) => {
                let user = users::store::find_by_email(self.conn, tenant, email)?;
                let known = file.users.iter().map(|user| user.email.as_str());
                let meant = did_you_mean(email.as_str(), known);
                (
                    user.map(|user| (MemberKind::User, user.id.uuid())),
                    format!("person \"{email}\" is neither in this file nor in the database{meant}"),
                )
            }
            MemberSpec::ServiceAccount(slug) => {
                let account = service_accounts::store::find_by_slug(self.conn, tenant, slug.as_str())?;
                (
                    account.map(|account| (MemberKind::ServiceAccount, account.id.uuid())),
                    self.no_service_account(slug),
                )
            }
        };
        if found.is_none() {
            self.refuse(member.place, problem);
        }
        Ok(found)
    }

    /// What to say of a service account that is nowhere.
    pub(super) fn no_service_account(&self, slug: &Slug) -> String {
        let known = self.file.service_accounts.iter().map(|account| account.slug.as_str());
        let meant = did_you_mean(slug.as_str(), known);
        format!("service account \"{slug}\" is neither in this file nor in the database{meant}")
    }
}
