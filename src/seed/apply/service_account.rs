//! Service accounts, the teams that own them and their roles.

use super::super::describe;
use super::super::error::did_you_mean;
use super::super::report::ObjectKind;
use super::super::service_account::ServiceAccountSpec;
use super::note::Object;
use super::{Work, won};
use crate::db::DbError;
use crate::roles::PrincipalKind;
use crate::service_accounts::{self, ServiceAccount, ServiceAccountStatus};
use crate::teams::{self, Member, MemberKind, Team, TeamId};
use crate::tenants::TenantId;

impl Work<'_, '_> {
    pub(super) fn service_account(&mut self, spec: &ServiceAccountSpec) -> Result<(), DbError> {
        let Some(tenant) = self.tenant_id(&spec.tenant)? else { return Ok(()) };
        let team = self.owner(tenant, spec)?;
        let old = service_accounts::store::find_by_slug(self.conn, tenant, spec.slug.as_str())?;
        let name = format!("{}/{}", spec.tenant.value, spec.slug);
        let account = match &old {
            Some(old) => self.changed_account(old, spec, team.as_ref())?,
            None => {
                let Some(display_name) = spec.display_name.clone() else {
                    let problem = format!("service account \"{name}\" is new and needs display_name");
                    self.refuse(spec.place, problem);
                    return Ok(());
                };
                let account = ServiceAccount {
                    id: self.random.id(self.now),
                    tenant_id: tenant,
                    team_id: team.as_ref().map(|team| team.id),
                    slug: spec.slug.clone(),
                    display_name,
                    description: spec.description.clone().unwrap_or_default(),
                    status: spec.status.unwrap_or(ServiceAccountStatus::Active),
                    created_by: "system:config".into(),
                    deleted_at: None,
                    created_at: self.now,
                    updated_at: self.now,
                };
                service_accounts::store::insert(self.conn, tenant, &account)?;
                account
            }
        };
        if let Some(team) = account.team_id {
            // Whom a team owns belongs to it.
            let member = Member { kind: MemberKind::ServiceAccount, id: account.id.uuid(), since: self.now };
            teams::store::add_member(self.conn, tenant, team, member)?;
        }
        let slug = &spec.tenant.value;
        let holder = (PrincipalKind::ServiceAccount, account.id);
        let roles = self.assign_roles((slug, tenant), holder, spec.roles.as_deref())?;
        let team = self.team_slug(tenant, account.team_id)?;
        let after = describe::service_account(slug, &account, team.as_deref(), &roles.after);
        let object = Object::new(tenant, ObjectKind::ServiceAccount, account.id, name);
        let Some(old) = old else { return self.created(object, &after) };
        let team = self.team_slug(tenant, old.team_id)?;
        let before = describe::service_account(slug, &old, team.as_deref(), &roles.before);
        self.existing(object, after.differences(&before), (&before, &after))
    }

    fn changed_account(
        &mut self,
        old: &ServiceAccount,
        spec: &ServiceAccountSpec,
        team: Option<&Team>,
    ) -> Result<ServiceAccount, DbError> {
        let mut new = old.clone();
        if let Some(name) = &spec.display_name {
            new.display_name.clone_from(name);
        }
        if let Some(description) = &spec.description {
            new.description.clone_from(description);
        }
        // Whatever a file describes is there: it comes back from the recycle bin.
        let back = (old.status != ServiceAccountStatus::Deleted).then_some(old.status);
        new.status = spec.status.or(back).unwrap_or(ServiceAccountStatus::Active);
        new.deleted_at = None;
        new.team_id = team.map(|team| team.id).or(old.team_id);
        if new != *old {
            new.updated_at = self.next_version(old.updated_at);
            won(service_accounts::store::update(self.conn, new.tenant_id, &new, old.updated_at)?)?;
        }
        Ok(new)
    }

    /// The team that the file says owns it.
    fn owner(&mut self, tenant: TenantId, spec: &ServiceAccountSpec) -> Result<Option<Team>, DbError> {
        let Some(slug) = &spec.team else { return Ok(None) };
        let team = teams::store::find_by_slug(self.conn, tenant, slug.value.as_str())?;
        if team.is_none() {
            let known = self.file.teams.iter().map(|team| team.slug.as_str());
            let meant = did_you_mean(slug.value.as_str(), known);
            let problem =
                format!("team \"{}\" is neither in this file nor in the database{meant}", slug.value);
            self.refuse(slug.place, problem);
        }
        Ok(team)
    }

    pub(super) fn team_slug(
        &mut self,
        tenant: TenantId,
        team: Option<TeamId>,
    ) -> Result<Option<String>, DbError> {
        let Some(team) = team else { return Ok(None) };
        Ok(teams::store::find(self.conn, tenant, team)?.map(|team| team.slug.to_string()))
    }
}
