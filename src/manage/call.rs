//! One call of the management API: who calls, in which organisation, and from where.

use crate::app::App;
pub use crate::app::MANAGE_SCOPE as SCOPE;
use crate::audit::{self, ActorKind, ActorRef, Changes, Event, Origin, Outcome, Target};
use crate::clock::Timestamp;
use crate::credentials::KeyOwner;
use crate::id::Id;
use crate::random::Random;
use crate::roles::{Permission, Permissions};
use crate::tenants::{Profiles, TenantId};
use crate::web::Problem;

/// Who calls.
#[derive(Clone, Debug)]
pub struct Actor {
    /// As the audit log writes them.
    pub name: ActorRef,
    /// The person or service account: themselves, or whose key it is. None for an application that speaks for itself.
    pub principal: Option<KeyOwner>,
    /// Their own organisation.
    pub tenant_id: TenantId,
    /// What they may do right now.
    pub permissions: Permissions,
}

impl Actor {
    /// Whether this is the person or service account of that identifier, or a key of theirs.
    pub fn is<P: 'static>(&self, id: Id<P>) -> bool {
        self.principal.is_some_and(|principal| principal.uuid() == id.uuid())
    }

    /// The same, but no key: what somebody may do to themselves is not for whoever found a key of theirs.
    pub fn is_itself<P: 'static>(&self, id: Id<P>) -> bool {
        self.name.kind != ActorKind::Key && self.is(id)
    }

    /// As objects remember who made them: `user:0199...`.
    pub fn reference(&self) -> String {
        format!("{}:{}", self.name.kind, self.name.id)
    }
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who calls.
    pub actor: Actor,
    /// The organisation that the call is about: the caller's own, or the one that `tenant` in the query names.
    pub tenant: TenantId,
    /// When.
    pub now: Timestamp,
    /// From where.
    pub origin: Origin,
    /// The interfaces that organisations can choose from.
    pub profiles: Profiles,
}

impl Call {
    /// Lets the call go on if the caller has this permission; a refusal is written into the audit log.
    ///
    /// # Errors
    /// 403 in the caller's organisation; 404 in any other, so that nobody learns what is there.
    pub async fn need(&self, app: &App, permission: &str) -> Result<(), Problem> {
        self.allow(app, permission, self.actor.permissions.allows(permission)).await
    }

    /// The same for one thing: the permission may be for it alone.
    pub async fn need_on(&self, app: &App, permission: &str, names: &[&str]) -> Result<(), Problem> {
        let held = &self.actor.permissions;
        let allowed = held.allows(permission) || names.iter().any(|name| held.allows_on(permission, name));
        self.allow(app, permission, allowed).await
    }

    /// Lets the call go on if `allowed`.
    pub async fn allow(&self, app: &App, permission: &str, allowed: bool) -> Result<(), Problem> {
        if allowed {
            return Ok(());
        }
        self.note_refusal(app, permission).await?;
        Err(Problem::forbidden(format!("You do not have the permission {permission}."))
            .fix("Ask an administrator of the organisation for a role that has it."))
    }

    /// Writes into the audit log that the call was refused for want of a permission.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn note_refusal(&self, app: &App, permission: &str) -> Result<(), Problem> {
        let target = Target::new("permission", permission, permission);
        let event = Event {
            outcome: Outcome::Failure,
            reason: "permission_denied".into(),
            ..self.event(&app.random, "authorization.deny", target, Changes::none())
        };
        let tenant = self.tenant;
        app.db.write(move |conn| audit::store::insert(conn, tenant, &event)).await?;
        Ok(())
    }

    /// Whether the caller may hand out this permission.
    ///
    /// # Errors
    /// 403 that names the permission; it is written into the audit log when the call has been answered.
    pub fn may_grant<'a>(
        &self,
        permissions: impl IntoIterator<Item = &'a Permission>,
    ) -> Result<(), Problem> {
        for permission in permissions {
            if !self.actor.permissions.may_grant(permission) {
                let detail =
                    format!("You cannot hand out {permission}, because you do not hold it yourself.");
                return Err(Problem::lacking(permission, detail).fix("Ask somebody who holds it."));
            }
        }
        Ok(())
    }

    /// The event of a change that this call makes.
    pub fn event(&self, random: &Random, action: &'static str, target: Target, changes: Changes) -> Event {
        Event {
            id: random.id(self.now),
            tenant_id: self.tenant,
            at: self.now,
            action,
            outcome: Outcome::Success,
            reason: String::new(),
            actor: self.actor.name.clone(),
            target,
            changes,
            origin: self.origin.clone(),
        }
    }

    /// The next version of an object that was last changed at `seen`: versions only grow, whatever the clock does.
    pub fn next_version(&self, seen: Timestamp) -> Timestamp {
        self.now.max(Timestamp::from_micros(seen.micros() + 1))
    }
}
