//! Organisations, their mail domains and their roles.

use super::super::describe;
use super::super::error::Placed;
use super::super::report::ObjectKind;
use super::super::role::RoleSpec;
use super::super::store::domain_names;
use super::super::tenant::TenantSpec;
use super::Work;
use super::note::Object;
use crate::branding::{self, Branding};
use crate::db::DbError;
use crate::roles::{self, Role};
use crate::tenants::{self, Tenant, TenantId, TenantSettings, TenantStatus};
use crate::tokens;

impl Work<'_, '_> {
    pub(super) fn tenant(&mut self, spec: &TenantSpec) -> Result<(), DbError> {
        let Some(old) = tenants::store::find_by_slug(self.conn, spec.slug.as_str())? else {
            return self.new_tenant(spec);
        };
        self.tenants.insert(old.slug.clone(), old.id);
        let domains = domain_names(self.conn, old.id)?;
        let looks = branding::store::find(self.conn, old.id)?;
        let before = describe::tenant(&old, &domains, &looks);
        let mut new = old.clone();
        if let Some(name) = &spec.display_name {
            new.display_name.clone_from(name);
        }
        // Whatever a file describes is there: it comes back from the recycle bin.
        let back = (old.status != TenantStatus::Deleted).then_some(old.status);
        new.status = spec.status.or(back).unwrap_or(TenantStatus::Active);
        new.deleted_at = None;
        new.settings = spec.settings_over(old.settings.clone());
        if new != old {
            new.updated_at = self.next_version(old.updated_at);
            tenants::store::update(self.conn, &new)?;
            if old.is_active() && !new.is_active() {
                tokens::end_tenant_tokens(self.conn, new.id, self.now)?;
            }
        }
        if old.is_active() && !new.is_active() {
            tokens::end_tenant_tokens(self.conn, new.id, self.now)?;
        }
        let domains = self.claim_domains(old.id, spec.domains.as_deref(), domains)?;
        let looks = self.looks(old.id, spec, looks)?;
        let after = describe::tenant(&new, &domains, &looks);
        let object = Object::new(new.id, ObjectKind::Tenant, new.id, new.slug.as_str());
        self.existing(object, after.differences(&before), (&before, &after))
    }

    fn new_tenant(&mut self, spec: &TenantSpec) -> Result<(), DbError> {
        let Some(display_name) = spec.display_name.clone() else {
            self.refuse(spec.place, format!("organisation \"{}\" is new and needs display_name", spec.slug));
            return Ok(());
        };
        let tenant = Tenant {
            id: self.random.id(self.now),
            slug: spec.slug.clone(),
            display_name,
            status: spec.status.unwrap_or(TenantStatus::Active),
            settings: spec.settings_over(TenantSettings::default()),
            created_at: self.now,
            updated_at: self.now,
            deleted_at: None,
        };
        tenants::store::insert(self.conn, &tenant)?;
        roles::store::insert_built_in(self.conn, tenant.id, self.random, self.now)?;
        self.tenants.insert(tenant.slug.clone(), tenant.id);
        let domains = self.claim_domains(tenant.id, spec.domains.as_deref(), Vec::new())?;
        let object = Object::new(tenant.id, ObjectKind::Tenant, tenant.id, tenant.slug.as_str());
        let looks = self.looks(tenant.id, spec, Branding::default())?;
        self.created(object, &describe::tenant(&tenant, &domains, &looks))
    }

    /// Brings the looks of an organisation to what the file says and returns them.
    fn looks(&mut self, tenant: TenantId, spec: &TenantSpec, seen: Branding) -> Result<Branding, DbError> {
        let mut looks = spec.looks_over(seen.clone());
        if looks == seen {
            return Ok(seen);
        }
        looks.updated_at = Some(self.next_version(seen.version()));
        if branding::store::put(self.conn, tenant, &looks, seen.updated_at)? {
            Ok(looks)
        } else {
            Err(DbError::Retry)
        }
    }

    /// Brings the mail domains of an organisation to what the file says and returns them.
    fn claim_domains(
        &mut self,
        tenant: TenantId,
        named: Option<&[Placed<String>]>,
        held: Vec<String>,
    ) -> Result<Vec<String>, DbError> {
        let Some(named) = named else { return Ok(held) };
        let mut domains = if self.prune { Vec::new() } else { held };
        for domain in named {
            if domains.contains(&domain.value) {
                continue;
            }
            let one = std::slice::from_ref(&domain.value);
            if tenants::store::foreign_domain(self.conn, tenant, one)?.is_some() {
                let problem =
                    format!("tenants.domains: \"{}\" belongs to another organisation", domain.value);
                self.refuse(domain.place, problem);
            } else {
                domains.push(domain.value.clone());
            }
        }
        tenants::store::set_domains(self.conn, tenant, &domains, self.now)?;
        Ok(domains)
    }

    pub(super) fn role(&mut self, spec: &RoleSpec) -> Result<(), DbError> {
        let Some(tenant) = self.tenant_id(&spec.tenant)? else { return Ok(()) };
        let name = format!("{}/{}", spec.tenant.value, spec.slug);
        let Some(old) = roles::store::find_by_slug(self.conn, tenant, &spec.slug)? else {
            let Some(display_name) = spec.display_name.clone() else {
                self.refuse(spec.place, format!("role \"{name}\" is new and needs display_name"));
                return Ok(());
            };
            let role = Role {
                id: self.random.id(self.now),
                tenant_id: tenant,
                slug: spec.slug.clone(),
                display_name,
                permissions: spec.permissions.clone().unwrap_or_default(),
                built_in: false,
                created_at: self.now,
                updated_at: self.now,
            };
            roles::store::insert(self.conn, tenant, &role)?;
            let object = Object::new(tenant, ObjectKind::Role, role.id, name);
            return self.created(object, &describe::role(&spec.tenant.value, &role));
        };
        let mut new = old.clone();
        if let Some(name) = &spec.display_name {
            new.display_name.clone_from(name);
        }
        if let Some(permissions) = &spec.permissions {
            new.permissions.clone_from(permissions);
        }
        if new != old {
            new.updated_at = self.next_version(old.updated_at);
            roles::store::update(self.conn, tenant, &new)?;
        }
        let slug = &spec.tenant.value;
        let (before, after) = (describe::role(slug, &old), describe::role(slug, &new));
        let object = Object::new(tenant, ObjectKind::Role, new.id, name);
        self.existing(object, after.differences(&before), (&before, &after))
    }
}
