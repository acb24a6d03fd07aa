//! Whether a refresh token would be taken by the token endpoint: the questions that a refresh asks, without moving
//! anything.

use std::sync::Arc;

use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::oauth::presented;
use crate::secret::MasterKey;
use crate::tenants::{self, TenantId};
use crate::tokens::{RefreshToken, TokenFamily};
use crate::{sessions, users};

/// A question about a refresh token, from a client that has proved itself.
#[derive(Clone, Debug)]
pub struct Question {
    /// What was presented.
    pub token: RefreshToken,
    /// Who asks.
    pub client: Arc<KnownClient>,
    /// The organisation that the issuer is confined to.
    pub issuer_tenant_id: Option<TenantId>,
    /// Opens the seeds.
    pub master: MasterKey,
    /// The present.
    pub now: Timestamp,
}

/// The family, if the token is its living one and everybody concerned may still take part. A token that was used is not
/// living, even while a lost answer could be repeated for it.
///
/// # Errors
/// Those of the database.
pub fn living(conn: &mut Conn<'_>, question: &Question) -> Result<Option<TokenFamily>, DbError> {
    let found = presented::family_of(conn, &question.token, &question.master)?;
    let Some(family) = found.filter(|family| stands(family, question)) else { return Ok(None) };
    let tenant = tenants::store::find(conn, family.tenant_id)?;
    if !tenant.is_some_and(|tenant| tenant.is_active())
        || !users::store::is_active(conn, family.tenant_id, family.user_id)?
    {
        return Ok(None);
    }
    if let Some(session) = family.session_id
        && !sessions::store::is_open(conn, family.tenant_id, session, question.now)?
    {
        return Ok(None);
    }
    Ok(Some(family))
}

/// What the family's own row decides. Only its owner hears of a refresh token: it is for nobody else.
fn stands(family: &TokenFamily, question: &Question) -> bool {
    family.client_pk == question.client.client.id
        && question.client.client.serves(family.tenant_id)
        && family.issuer_tenant_id == question.issuer_tenant_id
        && family.generation == question.token.generation
        && family.is_live(question.now)
}
