//! Who holds which role.

use super::super::error::{Placed, did_you_mean};
use super::Work;
use crate::db::DbError;
use crate::id::Id;
use crate::roles::{self, BuiltInRole, PrincipalKind};
use crate::tenants::{Slug, TenantId};

/// The roles of somebody before and after, by slug.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    pub before: Vec<String>,
    pub after: Vec<String>,
}

impl Roles {
    /// Whether there is a difference.
    pub fn differ(&self) -> bool {
        self.before != self.after
    }
}

impl Work<'_, '_> {
    /// Gives the roles that the file names. Those that it does not name stay, unless the file is to be the whole truth;
    /// and then too a super admin stays one, so that a file cannot lock everybody out.
    pub(super) fn assign_roles<P: 'static>(
        &mut self,
        tenant: (&Slug, TenantId),
        (kind, id): (PrincipalKind, Id<P>),
        named: Option<&[Placed<String>]>,
    ) -> Result<Roles, DbError> {
        let held = roles::store::assigned_to(self.conn, tenant.1, id)?;
        let before: Vec<String> = held.iter().map(|role| role.slug.clone()).collect();
        let Some(named) = named else { return Ok(Roles { after: before.clone(), before }) };
        for slug in named {
            match roles::store::find_by_slug(self.conn, tenant.1, &slug.value)? {
                Some(role) => {
                    if !before.contains(&role.slug) {
                        self.may_assign(&role, slug.place);
                    }
                    roles::store::assign(self.conn, tenant.1, role.id, (kind, id), self.now)?;
                }
                None => self.refuse_role(tenant.0, slug),
            }
        }
        if self.prune {
            let stays = |slug: &str| {
                slug == BuiltInRole::SuperAdmin.as_str() || named.iter().any(|one| one.value == slug)
            };
            for role in held.iter().filter(|role| !stays(&role.slug)) {
                roles::store::withdraw(self.conn, tenant.1, role.id, id)?;
            }
        }
        let after = roles::store::assigned_to(self.conn, tenant.1, id)?;
        Ok(Roles { before, after: after.into_iter().map(|role| role.slug).collect() })
    }

    fn refuse_role(&mut self, tenant: &Slug, slug: &Placed<String>) {
        let file = self.file;
        let own = file.roles.iter().filter(|role| role.tenant.value == *tenant);
        let built_in = BuiltInRole::ALL.iter().map(|role| role.as_str());
        let meant = did_you_mean(&slug.value, own.map(|role| role.slug.as_str()).chain(built_in));
        let problem = format!("role \"{}\" does not exist in \"{tenant}\"{meant}", slug.value);
        self.refuse(slug.place, problem);
    }
}
