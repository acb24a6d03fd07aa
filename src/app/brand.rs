//! How an organisation looks, for its pages.

use std::sync::Arc;

use super::App;
use crate::branding::{self, Branding, Palette};
use crate::db::DbError;
use crate::tenants::store::TenantFilter;
use crate::tenants::{self, Tenant, TenantId, TenantStatus};
use crate::web::{Brand, paths};

impl App {
    /// How an organisation looks; `None` when it does not take part.
    pub async fn brand(&self, id: TenantId) -> Result<Option<Arc<Brand>>, DbError> {
        if let Some(known) = self.memory.fresh(&self.memory.brands, &id) {
            return Ok(known);
        }
        let generation = self.memory.generation();
        let read = self.db.read_short(move |conn| {
            let Some(tenant) = tenants::store::find(conn, id)?.filter(Tenant::is_active) else {
                return Ok(None);
            };
            Ok::<_, DbError>(Some((tenant, branding::store::find(conn, id)?)))
        });
        let brand = read.await?.map(|(tenant, branding)| Arc::new(brand(&tenant, branding)));
        self.memory.brands.insert(id, (generation, brand.clone()));
        Ok(brand)
    }

    /// The one organisation of a server that has no other.
    pub async fn only_tenant(&self) -> Result<Option<TenantId>, DbError> {
        if let Some(known) = self.memory.fresh(&self.memory.only_tenant, &()) {
            return Ok(known);
        }
        let generation = self.memory.generation();
        let filter = TenantFilter { status: vec![TenantStatus::Active], begins_with: None };
        let found = self.db.read_short(move |conn| tenants::store::list(conn, &filter, None, 2)).await?;
        let only = match found.as_slice() {
            [only] => Some(only.id),
            _ => None,
        };
        self.memory.only_tenant.insert((), (generation, only));
        Ok(only)
    }

    /// Gives the page that is being made the looks of this organisation.
    pub async fn note_brand(&self, id: TenantId) -> Result<(), DbError> {
        Brand::note(self.brand(id).await?);
        Ok(())
    }
}

fn brand(tenant: &Tenant, branding: Branding) -> Brand {
    Brand {
        name: tenant.display_name.clone(),
        logo: branding.logo.map(|name| paths::logo(&tenant.id.to_string(), &name)),
        style_sheet: branding
            .accent
            .map(|accent| paths::brand_style(&Palette::of(accent).style_sheet_name())),
        support_url: branding.support_url,
    }
}
