//! Under which name a request speaks: the instance's own issuer, or one organisation's at `/t/{slug}`.

use std::sync::Arc;

use super::{Tenant, TenantId};

/// The issuer of a request (OpenID Connect Core 2, `iss`).
#[derive(Clone, Debug)]
pub struct Issuer {
    url: String,
    tenant: Option<Arc<Tenant>>,
}

impl Issuer {
    /// The instance's issuer: people and applications of every organisation.
    pub fn instance(public_url: &str) -> Self {
        Self { url: public_url.trim_end_matches('/').to_owned(), tenant: None }
    }

    /// One organisation's issuer: only its own people and applications.
    pub fn of_tenant(public_url: &str, tenant: Arc<Tenant>) -> Self {
        let url = format!("{}/t/{}", public_url.trim_end_matches('/'), tenant.slug);
        Self { url, tenant: Some(tenant) }
    }

    /// The `iss` value.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A path of this issuer as a full URL.
    pub fn endpoint(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The organisation that this issuer is confined to.
    pub fn tenant(&self) -> Option<&Arc<Tenant>> {
        self.tenant.as_ref()
    }

    /// The id of the organisation that this issuer is confined to.
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.tenant.as_ref().map(|tenant| tenant.id)
    }

    /// Whether something of `owner` may be seen through this issuer.
    pub fn admits(&self, owner: TenantId) -> bool {
        self.tenant_id().is_none_or(|own| own == owner)
    }
}
