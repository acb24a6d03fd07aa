//! What the audit log says when a code or a refresh token comes a second time.

use super::FamilyId;
use crate::audit::{ActorRef, AuditId, Event, Origin, Target};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::tenants::TenantId;
use crate::users::UserId;

/// Who redeems or refreshes, from where, and under which identifier a replay would be noted. The identifier is drawn
/// before the transaction, because that may run twice.
#[derive(Clone, Debug)]
pub struct Presenter {
    /// The identifier.
    pub event: AuditId,
    /// From where.
    pub origin: Origin,
}

impl Presenter {
    /// The event of a family that died because of `reason`.
    pub(super) fn replay(
        &self,
        client: &Client,
        (tenant, family, user): (TenantId, FamilyId, UserId),
        now: Timestamp,
        reason: &str,
    ) -> Event {
        // A public client has proved nothing: whoever sent this may have stolen it.
        let actor = if client.is_public() {
            ActorRef::anonymous(&client.client_id)
        } else {
            ActorRef::program(client.tenant_id, &client.client_id)
        };
        Event::with_id(self.event, (tenant, now), "token.replay")
            .by(actor)
            .on(Target::new("token", family, user.to_string()))
            .at(self.origin.clone().through(&client.client_id))
            .refused(reason)
    }
}
