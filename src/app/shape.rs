//! In which shape an organisation's programs are told about errors.

use super::App;
use crate::db::DbError;
use crate::tenants::{self, ErrorEnvelope, Profile, TenantId};
use crate::web::ErrorShape;

impl App {
    /// The shape of the errors that programs of this organisation read.
    pub async fn error_shape(&self, id: TenantId) -> Result<ErrorShape, DbError> {
        Ok(self.profile(id).await?.error_envelope().into())
    }

    /// The profile of an organisation; the default when there is none.
    async fn profile(&self, id: TenantId) -> Result<Profile, DbError> {
        if let Some(known) = self.memory.fresh(&self.memory.profiles, &id) {
            return Ok(known);
        }
        let generation = self.memory.generation();
        let found = self.db.read_short(move |conn| tenants::store::find(conn, id)).await?;
        let profile = found.map(|tenant| tenant.settings.profile).unwrap_or_default();
        self.memory.profiles.insert(id, (generation, profile));
        Ok(profile)
    }
}

/// The profile's word for a shape as the one that renders it: neither module knows the other.
impl From<ErrorEnvelope> for ErrorShape {
    fn from(envelope: ErrorEnvelope) -> Self {
        match envelope {
            ErrorEnvelope::ProblemDetails => Self::ProblemDetails,
            ErrorEnvelope::StatusErrorMeta(names) => Self::StatusErrorMeta(names),
            ErrorEnvelope::Detail => Self::Detail,
            ErrorEnvelope::ErrorsDetail => Self::ErrorsDetail,
        }
    }
}
