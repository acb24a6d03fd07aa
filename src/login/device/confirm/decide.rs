//! What an answer changes, in one transaction.

use crate::audit::{self, Event};
use crate::clients::{self, ClientPk};
use crate::clock::Timestamp;
use crate::consents;
use crate::db::{Conn, Db, DbError};
use crate::device_authorizations::{self as devices, Approval, DeviceAuthorization, DeviceState};
use crate::interactions;
use crate::login::rollback::{Stopped, outcome};
use crate::secret::Digest;
use crate::sessions;
use crate::tenants::{self, Tenant};
use crate::users;

/// An answer.
#[derive(Clone)]
pub struct Answer {
    /// The interaction, which ends with it.
    pub interaction: Digest,
    /// What it is about.
    pub device: DeviceAuthorization,
    /// Whether the person allows it.
    pub allowed: bool,
    /// The application whose list of allowed scopes it adds to; none when it belongs to the operator.
    pub consent: Option<ClientPk>,
    /// Who answers.
    pub by: Approval,
    /// What the audit log says of it.
    pub event: Event,
    /// When.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It stands.
    Yes,
    /// The interaction, the session, or whoever takes part was ended meanwhile.
    Over,
    /// The device has been answered, was ended, or its time is over.
    Gone,
}

/// Writes the answer down, or leaves everything as it was.
pub async fn decide(db: &Db, answer: Answer) -> Result<Decided, DbError> {
    outcome(db.write(move |conn| write(conn, &answer)).await, Decided::Yes)
}

fn write(conn: &mut Conn<'_>, answer: &Answer) -> Result<(), Stopped<Decided>> {
    let Answer { device, by, now, .. } = answer;
    let takes_part = sessions::store::is_open(conn, by.tenant_id, by.session_id, *now)?
        && users::store::is_active(conn, by.tenant_id, by.user_id)?
        && tenants::store::find(conn, by.tenant_id)?.as_ref().is_some_and(Tenant::is_active)
        && clients::store::is_active(conn, device.tenant_id, device.client_pk)?;
    if !takes_part || !interactions::store::finish(conn, &answer.interaction, *now)? {
        return Err(Stopped::With(Decided::Over));
    }
    let state = if answer.allowed { DeviceState::Approved } else { DeviceState::Denied };
    if !devices::store::decide(conn, device.tenant_id, device.id, (state, *by), *now)? {
        return Err(Stopped::With(Decided::Gone));
    }
    if let Some(client) = answer.consent.filter(|_| answer.allowed) {
        consents::store::give(conn, by.tenant_id, (by.user_id, client), &device.scopes, *now)?;
    }
    audit::store::insert(conn, by.tenant_id, &answer.event)?;
    Ok(())
}
