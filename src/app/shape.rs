//! In which words and shapes an organisation's programs are answered.

use super::App;
use crate::db::DbError;
use crate::tenants::{self, Profile, Tenant, TenantId, UnknownProfile};
use crate::web::ErrorShape;

impl App {
    /// The profile of an organisation.
    ///
    /// # Errors
    /// When this server does not know it: its file was there when the organisation chose it, and is gone.
    pub fn profile_of(&self, tenant: &Tenant) -> Result<&'static Profile, UnknownProfile> {
        self.profiles.find(&tenant.settings.profile)
    }

    /// The shape of the errors that programs of this organisation read.
    pub async fn error_shape(&self, id: TenantId) -> Result<ErrorShape, DbError> {
        Ok(ErrorShape(&self.profile(id).await?.errors))
    }

    /// The profile of an organisation; our own when there is no such organisation, and when its profile is not known.
    pub async fn profile(&self, id: TenantId) -> Result<&'static Profile, DbError> {
        if let Some(known) = self.memory.fresh(&self.memory.profiles, &id) {
            return Ok(known);
        }
        let generation = self.memory.generation();
        let found = self.db.read_short(move |conn| tenants::store::find(conn, id)).await?;
        let profile = found.and_then(|tenant| self.profile_of(&tenant).ok());
        let profile = profile.unwrap_or_else(|| self.profiles.native());
        self.memory.profiles.insert(id, (generation, profile));
        Ok(profile)
    }
}
