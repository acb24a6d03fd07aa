//! APIs.

use super::super::describe;
use super::super::report::ObjectKind;
use super::super::resource_server::ResourceServerSpec;
use super::note::Object;
use super::{Work, won};
use crate::db::DbError;
use crate::resource_servers::{self, ResourceServer, ResourceServerSettings, ResourceServerStatus};

impl Work<'_, '_> {
    pub(super) fn resource_server(&mut self, spec: &ResourceServerSpec) -> Result<(), DbError> {
        let Some(tenant) = self.tenant_id(&spec.tenant)? else { return Ok(()) };
        let (slug, name) = (&spec.tenant.value, format!("{}/{}", spec.tenant.value, spec.audience));
        let Some(old) = resource_servers::store::find_by_audience(self.conn, tenant, &spec.audience)? else {
            let Some(display_name) = spec.display_name.clone() else {
                self.refuse(spec.place, format!("API \"{name}\" is new and needs display_name"));
                return Ok(());
            };
            let server = spec.written_over(ResourceServer {
                id: self.random.id(self.now),
                tenant_id: tenant,
                audience: spec.audience.clone(),
                display_name,
                permissions: Vec::new(),
                status: ResourceServerStatus::Active,
                settings: ResourceServerSettings::default(),
                created_at: self.now,
                updated_at: self.now,
            });
            resource_servers::store::insert(self.conn, tenant, &server)?;
            let object = Object::new(tenant, ObjectKind::ResourceServer, server.id, name);
            return self.created(object, &describe::resource_server(slug, &server));
        };
        let mut new = spec.written_over(old.clone());
        if new != old {
            new.updated_at = self.next_version(old.updated_at);
            won(resource_servers::store::update(self.conn, tenant, &new, old.updated_at)?)?;
        }
        let (before, after) = (describe::resource_server(slug, &old), describe::resource_server(slug, &new));
        let object = Object::new(tenant, ObjectKind::ResourceServer, new.id, name);
        self.existing(object, after.differences(&before), (&before, &after))
    }
}
