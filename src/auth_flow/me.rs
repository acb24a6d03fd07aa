//! What an access token stands for, and its end.
//!
//! Roles and permissions are looked up at each request, never read from the token: what an administrator takes away is
//! gone at once. What a person shows follows the scopes that the token was granted, as at the userinfo endpoint.

use std::time::Duration;

use serde::Serialize;

use super::identify::TenantName;
use super::{Code, Error};
use crate::app::{App, Caller, Identity};
use crate::audit::{self, ActorRef, Event, Origin, Target};
use crate::clock::Timestamp;
use crate::credentials::PrincipalType;
use crate::db::DbError;
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::tokens::{self, AccessClaims, FamilyId};
use crate::users::UserId;
use crate::{roles, tenants, users};

/// Who the caller is.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Me {
    /// A person.
    User(Box<Person>),
    /// A program that speaks for itself.
    Service {
        /// The client.
        client_id: String,
        /// Its organisation.
        tenant: TenantName,
        /// What its token was granted.
        scopes: Vec<String>,
    },
}

/// A person, as far as the token's scopes show them.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// Identifier; the `sub` claim.
    id: String,
    /// With the scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// With the scope `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
    /// With the scope `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    tenant: TenantName,
    roles: Vec<String>,
    permissions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    scopes: Vec<String>,
}

/// Looks up who the caller is. `holder` is whose key it was, where the token was given for one: what the token may is then
/// what the key may.
pub async fn me(app: &App, caller: Caller, holder: Option<Identity>) -> Result<Me, Error> {
    let tenant_id = caller.tenant_id;
    let scopes = caller.scopes().map(str::to_owned).collect();
    let gone = || Error::new(Code::IdentityNotFound, "The person or program of this token is gone.");
    let by_program =
        holder.as_ref().is_some_and(|holder| holder.principal.kind == PrincipalType::ServiceAccount);
    if caller.is_service() || by_program {
        let tenant =
            app.db.read_short(move |conn| tenants::store::find(conn, tenant_id)).await?.ok_or_else(gone)?;
        return Ok(Me::Service { client_id: caller.claims.client_id, tenant: (&tenant).into(), scopes });
    }
    // A key's token was asked for by its owner, who needs no leave to be told who they are.
    let by_key = holder.is_some();
    if !by_key && !caller.has("openid") {
        let message = "The access token was granted without the scope openid, which this address needs.";
        return Err(Error::new(Code::InsufficientScope, message));
    }
    let id: UserId = caller.claims.sub.parse().map_err(|_| Error::token("sub is not a person"))?;
    let found = app
        .db
        .read_short(move |conn| {
            let (Some(user), Some(tenant)) =
                (users::store::find(conn, tenant_id, id)?, tenants::store::find(conn, tenant_id)?)
            else {
                return Ok(None);
            };
            let roles = roles::store::held_by(conn, tenant_id, id)?;
            let permissions = roles::store::permissions_of(conn, tenant_id, id)?;
            Ok::<_, DbError>(Some((user, tenant, roles, permissions)))
        })
        .await?;
    let (user, tenant, roles, held) = found.ok_or_else(gone)?;
    let permissions = holder.map_or(held, |holder| (*holder.permissions).clone());
    let shows_email = by_key || caller.has("email");
    Ok(Me::User(Box::new(Person {
        id: user.id.to_string(),
        email: shows_email.then(|| user.email.to_string()),
        email_verified: shows_email.then_some(user.email_verified),
        display_name: (by_key || caller.has("profile")).then_some(user.display_name),
        tenant: (&tenant).into(),
        roles,
        permissions: permissions.iter().map(ToString::to_string).collect(),
        session_id: caller.claims.sid,
        scopes,
    })))
}

/// Ends what the token stands for: its family, so that the refresh token dies too, and the browser session that it
/// names. A token without a family is revoked by itself.
pub async fn logout(app: &App, caller: Caller, (now, origin): (Timestamp, Origin)) -> Result<(), Error> {
    let program = caller.is_service();
    let (tenant, claims) = (caller.tenant_id, caller.claims);
    let event = event(app, (tenant, now), &claims, program)
        .at(origin.through(&claims.client_id).in_session(claims.sid.clone().unwrap_or_default()));
    let user: Option<UserId> = claims.sub.parse().ok().filter(|_| !program);
    let family: Option<FamilyId> = claims.grant_id.as_ref().and_then(|id| id.parse().ok());
    let session: Option<SessionId> = claims.sid.as_ref().and_then(|id| id.parse().ok());
    let (jti, expires_at) = (claims.jti, Timestamp::from_seconds(claims.exp) + Duration::from_secs(1));
    app.db
        .write(move |conn| {
            let mut ended = false;
            if let Some(session) = session {
                ended |= tokens::end_session(conn, tenant, session, now)?;
            }
            ended |= match family {
                Some(family) => tokens::store::revoke_family(conn, tenant, family, now)?,
                None => tokens::store::revoke_access_token(conn, tenant, &jti, expires_at)?,
            };
            if ended {
                let mut event = event.clone();
                if let Some(user) = user {
                    let person = users::store::find(conn, tenant, user)?;
                    event.actor.name = person.map(|person| person.email.to_string()).unwrap_or_default();
                }
                audit::store::insert(conn, tenant, &event)?;
            }
            Ok::<_, DbError>(())
        })
        .await?;
    app.forget();
    Ok(())
}

/// What the audit log says: a person signed out, or a program gave its token back.
fn event(app: &App, log: (TenantId, Timestamp), claims: &AccessClaims, program: bool) -> Event {
    if program {
        return Event::new(&app.random, log, "token.revoke")
            .by(ActorRef::program(log.0, &claims.sub))
            .on(Target::new("token", &claims.jti, ""));
    }
    let target = match (&claims.sid, &claims.grant_id) {
        (Some(session), _) => Target::new("session", session, ""),
        (None, family) => Target::new("token", family.as_deref().unwrap_or_default(), ""),
    };
    Event::new(&app.random, log, "session.end").by(ActorRef::person(log.0, &claims.sub, "")).on(target)
}
