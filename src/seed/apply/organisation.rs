//! Organisations and their roles.

use super::super::report::{Change, ObjectKind, named};
use super::super::role::RoleSpec;
use super::super::tenant::TenantSpec;
use super::Work;
use crate::db::DbError;
use crate::roles::{self, Role};
use crate::tenants::{self, Tenant, TenantSettings, TenantStatus};
use crate::tokens;

impl Work<'_, '_> {
    pub(super) fn tenant(&mut self, spec: &TenantSpec) -> Result<(), DbError> {
        let Some(old) = tenants::store::find_by_slug(self.conn, spec.slug.as_str())? else {
            return self.new_tenant(spec);
        };
        self.tenants.insert(old.slug.clone(), old.id);
        let mut new = old.clone();
        if let Some(name) = &spec.display_name {
            new.display_name.clone_from(name);
        }
        new.status = spec.status.unwrap_or(old.status);
        new.settings.lifetimes = spec.lifetimes.or(old.settings.lifetimes);
        let fields = named(&[
            ("display_name", old.display_name != new.display_name),
            ("status", old.status != new.status),
            ("lifetimes", old.settings.lifetimes != new.settings.lifetimes),
        ]);
        if !fields.is_empty() {
            new.updated_at = self.now;
            tenants::store::update(self.conn, &new)?;
            if old.is_active() && !new.is_active() {
                tokens::end_tenant_tokens(self.conn, new.id, self.now)?;
            }
        }
        self.done(Change::existing(ObjectKind::Tenant, spec.slug.to_string(), fields));
        Ok(())
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
            settings: TenantSettings { lifetimes: spec.lifetimes, ..TenantSettings::default() },
            created_at: self.now,
            updated_at: self.now,
            deleted_at: None,
        };
        tenants::store::insert(self.conn, &tenant)?;
        roles::store::insert_built_in(self.conn, tenant.id, self.random, self.now)?;
        self.tenants.insert(tenant.slug.clone(), tenant.id);
        self.done(Change::created(ObjectKind::Tenant, tenant.slug.to_string()));
        Ok(())
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
            self.done(Change::created(ObjectKind::Role, name));
            return Ok(());
        };
        let mut new = old.clone();
        if let Some(name) = &spec.display_name {
            new.display_name.clone_from(name);
        }
        if let Some(permissions) = &spec.permissions {
            new.permissions.clone_from(permissions);
        }
        let fields = named(&[
            ("display_name", old.display_name != new.display_name),
            ("permissions", old.permissions != new.permissions),
        ]);
        if !fields.is_empty() {
            new.updated_at = self.now;
            roles::store::update(self.conn, tenant, &new)?;
        }
        self.done(Change::existing(ObjectKind::Role, name, fields));
        Ok(())
    }
}
