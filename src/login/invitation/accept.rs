//! Whose invitation it is, and what accepting it changes.

use crate::audit::{self, ActorKind, ActorRef, AuditId, Changes, Event, Origin, Outcome, Target};
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::invitations::{self, Invitation};
use crate::secret::Digest;
use crate::tenants::{self, Tenant};
use crate::users::{self, PasswordHash, User, UserStatus};

/// Who may accept.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The invitation.
    pub invitation: Invitation,
    /// The person.
    pub user: User,
    /// The organisation.
    pub tenant: Tenant,
}

/// The guest of a link that works, if they still wait to join. Looking does not use it up.
pub fn guest(conn: &mut Conn<'_>, link: &Digest, now: Timestamp) -> Result<Option<Guest>, DbError> {
    let Some(invitation) = invitations::store::find_by_link(conn, link, now)? else { return Ok(None) };
    let user = users::store::find(conn, invitation.tenant_id, invitation.user_id)?;
    let user = user.filter(|user| user.status == UserStatus::Invited);
    let tenant = tenants::store::find(conn, invitation.tenant_id)?.filter(Tenant::is_active);
    Ok(user.zip(tenant).map(|(user, tenant)| Guest { invitation, user, tenant }))
}

/// A guest's first password.
#[derive(Clone)]
pub struct Acceptance {
    /// The link.
    pub link: Digest,
    /// The password.
    pub hash: PasswordHash,
    /// The identifier of the event.
    pub event: AuditId,
    /// From where it is accepted.
    pub origin: Origin,
    /// The present.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The person has joined.
    Yes,
    /// The link was used, taken back or too old, or nobody waits to join by it.
    LinkEnded,
}

/// Joins. The link is used up first: of two requests with the same link, one goes on.
pub fn accept(conn: &mut Conn<'_>, of: &Acceptance) -> Result<Accepted, DbError> {
    let Some(guest) = guest(conn, &of.link, of.now)? else { return Ok(Accepted::LinkEnded) };
    let (tenant, seen) = (guest.tenant.id, &guest.user);
    if !invitations::store::accept(conn, tenant, guest.invitation.id, (&of.link, of.now))? {
        return Ok(Accepted::LinkEnded);
    }
    let user = User {
        status: UserStatus::Active,
        email_verified: true,
        updated_at: of.now.max(Timestamp::from_micros(seen.updated_at.micros() + 1)),
        ..seen.clone()
    };
    if !users::store::update_seen(conn, tenant, &user, seen.updated_at)? {
        return Err(DbError::Retry);
    }
    users::store::set_password(conn, tenant, user.id, &of.hash, user.updated_at)?;
    let name = user.email.to_string();
    let event = Event {
        id: of.event,
        tenant_id: tenant,
        at: of.now,
        action: "invitation.accept",
        outcome: Outcome::Success,
        reason: String::new(),
        actor: ActorRef {
            kind: ActorKind::User,
            id: user.id.to_string(),
            name: name.clone(),
            tenant_id: Some(tenant),
        },
        target: Target::new("invitation", guest.invitation.id, name),
        changes: Changes::none().field("status", &seen.status, &user.status).field(
            "email_verified",
            &seen.email_verified,
            &user.email_verified,
        ),
        origin: of.origin.clone(),
    };
    audit::store::insert(conn, tenant, &event)?;
    Ok(Accepted::Yes)
}
