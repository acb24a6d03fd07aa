//! Who calls with an access token: a person or a program, with what they may do right now.

use super::Actor;
use crate::app::acting::ActingPerson;
use crate::app::{App, Caller, CallerError};
use crate::audit::{ActorKind, ActorRef, Origin};
use crate::credentials::KeyOwner;
use crate::db::DbError;
use crate::roles::Permissions;
use crate::users::UserId;
use crate::web::{Problem, RequestId};
use crate::{roles, service_accounts, users};

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
    let tenant_id = caller.tenant_id;
    let found = if caller.is_service() {
        program(app, caller).await?
    } else {
        let id: UserId = caller
            .claims
            .sub
            .parse()
            .map_err(|_| Problem::from(CallerError::Invalid("sub is not a person".into())))?;
        let found = app
            .db
            .read_short(move |conn| {
                let Some(user) = users::store::find(conn, tenant_id, id)? else { return Ok(None) };
                let held = roles::store::permissions_of(conn, tenant_id, id)?;
                Ok::<_, DbError>(Some((user.email.to_string(), held)))
            })
            .await?;
        found.map(|(name, held)| (ActorKind::User, id.to_string(), name, held))
    };
    let (kind, id, name, permissions) = found.ok_or_else(|| Problem::from(caller.gone()))?;
    let principal = match kind {
        ActorKind::User => id.parse().ok().map(KeyOwner::User),
        _ => id.parse().ok().map(KeyOwner::ServiceAccount),
    };
    Ok(Actor {
        name: ActorRef { kind, id, name, tenant_id: Some(tenant_id) },
        principal,
        tenant_id,
        permissions,
    })
}

/// A service account with its roles, or an application that speaks for itself and holds none.
async fn program(
    app: &App,
    caller: &Caller,
) -> Result<Option<(ActorKind, String, String, Permissions)>, Problem> {
    let (tenant_id, sub) = (caller.tenant_id, caller.claims.sub.clone());
    if sub == caller.claims.client_id {
        return Ok(Some((ActorKind::Service, sub.clone(), sub, Permissions::default())));
    }
    let Ok(id) = sub.parse::<service_accounts::ServiceAccountId>() else { return Ok(None) };
    let found = app
        .db
        .read_short(move |conn| {
            let Some(account) = service_accounts::store::find(conn, tenant_id, id)? else { return Ok(None) };
            let held = roles::store::permissions_of(conn, tenant_id, id)?;
            Ok::<_, DbError>(Some((account.slug.to_string(), held)))
        })
        .await?;
    Ok(found.map(|(name, held)| (ActorKind::Service, sub, name, held)))
}
