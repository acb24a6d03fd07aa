//! Who calls with an access token: a person or a program, with what they may do right now.

use super::Actor;
use crate::app::acting::ActingPerson;
use crate::app::{App, Caller, CallerError};
use crate::audit::{ActorKind, ActorRef, Origin};
use crate::credentials::KeyOwner;
use crate::roles::Permissions;
use crate::web::{Problem, RequestId};

/// A person whose page of ours calls, with what the page knows of them.
pub(super) fn of_page(person: ActingPerson) -> (Actor, Origin) {
    let origin = Origin {
        client_id: String::new(),
        session_id: person.session_id.to_string(),
        request_id: RequestId::current().as_str().to_owned(),
        address: person.address.to_string(),
        user_agent: person.user_agent,
    };
    let actor = Actor {
        name: ActorRef::person(person.tenant_id, person.user_id, &person.email),
        principal: Some(KeyOwner::User(person.user_id)),
        tenant_id: person.tenant_id,
        permissions: person.permissions,
    };
    (actor, origin)
}

/// Looks up who the token stands for, and what they may do right now: tokens say neither.
pub(super) async fn of_token(app: &App, caller: &Caller) -> Result<Actor, Problem> {
    let (tenant_id, sub) = (caller.tenant_id, &caller.claims.sub);
    let actor = |kind, name: &str, principal, permissions| Actor {
        name: ActorRef { kind, id: sub.clone(), name: name.to_owned(), tenant_id: Some(tenant_id) },
        principal,
        tenant_id,
        permissions,
    };
    let (kind, owner) = if !caller.is_service() {
        let person = |_| CallerError::Invalid("sub is not a person".into());
        (ActorKind::User, KeyOwner::User(sub.parse().map_err(person)?))
    } else if *sub == caller.claims.client_id {
        // An application that speaks for itself holds no roles.
        return Ok(actor(ActorKind::Service, sub, None, Permissions::default()));
    } else {
        (ActorKind::Service, KeyOwner::ServiceAccount(sub.parse().map_err(|_| caller.gone())?))
    };
    let who = app.principal(tenant_id, owner).await?.ok_or_else(|| caller.gone())?;
    Ok(actor(kind, &who.name, Some(owner), who.permissions.clone()))
}
