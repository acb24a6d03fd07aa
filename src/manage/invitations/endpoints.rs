//! `/v1/invitations`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::letter::letter;
use super::{InvitationView, NewInvitation, SentInvitation};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::invitations::{INVITATION_PREFIX, Invitation, InvitationId, Invited, store};
use crate::manage::endpoints::{
    Precondition, call, change, create, creation_body, done, etag, id, list_query, look, ok, shown,
};
use crate::manage::paging::{Page, PageRequest};
use crate::manage::strength::not_stronger;
use crate::manage::users::{NewUser, check_limit, join, living, named_roles, named_teams, new};
use crate::manage::{Answer, Call, Stop};
use crate::random::Random;
use crate::secret::{Secret, generate_prefixed};
use crate::tenants::{self, Tenant};
use crate::users::{self, User, UserId, UserStatus};
use crate::web::{Problem, paths};

/// Lists invitations.
#[utoipa::path(
    get, path = "/v1/invitations", tag = "invitations", operation_id = "list_invitations",
    params(
        ("user" = Option<uuid::Uuid>, Query, description = "Only those of this person"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, description = "A page", body = Page<InvitationView>),
        (status = 400, description = "`invalid_limit`, `invalid_cursor`, `invalid_filter`, `unknown_parameter`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`"),
    ),
)]
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:read").await?;
    let params = list_query(&request, &["user"])?;
    let user = params.get("user").map(str::parse::<UserId>).transpose();
    let user = user.map_err(|_| Problem::bad_request("invalid_filter", "user: not an identifier."))?;
    let page = PageRequest::read(&params, &app.master, format!("invitations {} {user:?}", call.tenant))?;
    let after: Option<InvitationId> = page.after.as_deref().and_then(|text| text.parse().ok());
    let (tenant, wanted, now) = (call.tenant, page.wanted(), call.now);
    let rows = look(&app, move |conn| {
        let found = store::list(conn, tenant, user, after, wanted)?;
        Ok(found.into_iter().map(|(one, invited)| InvitationView::of(&one, invited, now)).collect::<Vec<_>>())
    });
    Ok(ok(&page.finish(rows.await?, |row| row.id.to_string(), |row| row)))
}

/// What an invitation is sent with.
#[derive(Clone)]
struct Sending {
    call: Call,
    random: Random,
    token: Secret,
    link: String,
    mailed: bool,
}

impl Sending {
    fn new(app: &App, call: &Call) -> Self {
        let token = generate_prefixed(INVITATION_PREFIX, &app.random);
        let public_url = app.config.server.issuer();
        let link = format!("{public_url}{}?token={}", paths::LOGIN_INVITATION, token.expose());
        let mailed = app.mailer.is_configured();
        Self { call: call.clone(), random: app.random.clone(), token, link, mailed }
    }

    fn sent(&self, invitation: &Invitation, user: &User) -> SentInvitation {
        SentInvitation {
            invitation: InvitationView::of(invitation, user.into(), self.call.now),
            link: self.link.clone(),
            mailed: self.mailed,
        }
    }

    fn mail(&self, app: &App, user: &User, tenant: &Tenant) {
        if self.mailed {
            let mail = letter(user.words(), &user.email, &tenant.display_name, &self.link);
            app.mailer.send_in_background(mail, self.call.now);
        }
    }

    fn note(
        &self,
        conn: &mut Conn<'_>,
        action: &'static str,
        invitation: &Invitation,
        (user, changes): (&User, Changes),
    ) -> Result<(), DbError> {
        let target = Target::new("invitation", invitation.id, user.email.as_str());
        let event = self.call.event(&self.random, action, target, changes);
        audit::store::insert(conn, self.call.tenant, &event)
    }
}

/// Invites somebody: makes the person, and a link with which they choose a password.
#[utoipa::path(
    post, path = "/v1/invitations", tag = "invitations", operation_id = "create_invitation",
    request_body = NewInvitation,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable for a day")),
    responses(
        (status = 201, description = "Sent; the link is shown this once", body = SentInvitation),
        (status = 400, description = "`invalid_body`, `invalid_idempotency_key`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:create`; `roles:assign` for roles, `teams:update` for teams, and every permission that comes with them or that the person holds"),
        (status = 404, description = "`not_found`: there is no such person"),
        (status = 409, description = "`already_exists`: the mail address is taken; `limit_reached`; `not_invited`: the person has joined"),
        (status = 422, description = "`invalid_invitation`, `invalid_email`, `invalid_display_name`, `unknown_role`, `unknown_team`, `too_many`, `idempotency_key_reused`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:create").await?;
    let (wanted, key) = creation_body::<NewInvitation>(&request, payload, (&app, &call)).await?;
    if !wanted.roles.is_empty() {
        call.need(&app, "roles:assign").await?;
    }
    if !wanted.teams.is_empty() {
        call.need(&app, "teams:update").await?;
    }
    let guest = guest(&call, &app.random, &wanted)?;
    let tenant = call.tenant;
    let tenant = look(&app, move |conn| tenants::store::find(conn, tenant)).await?;
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    let sending = Sending::new(&app, &call);
    let (made, named) = (sending.clone(), guest.clone());
    let response = create(&app, &call, key, move |conn| {
        let (user, changes) = arrive(conn, &made.call, &named, &wanted)?;
        let invitation = Invitation {
            id: made.random.id(made.call.now),
            tenant_id: made.call.tenant,
            user_id: user.id,
            invited_by: made.call.actor.reference(),
            created_at: made.call.now,
            expires_at: made.call.now + Invitation::LIFETIME,
            accepted_at: None,
            revoked_at: None,
        };
        store::insert(conn, made.call.tenant, &invitation, &made.token.digest())?;
        made.note(conn, "invitation.create", &invitation, (&user, changes))?;
        Ok(Answer {
            location: format!("{}/{}", paths::INVITATIONS, invitation.id),
            etag: etag(invitation.expires_at),
            body: json!(made.sent(&invitation, &user)),
        })
    })
    .await?;
    // An answer that was kept belongs to a mail that was sent.
    if !response.headers().contains_key("idempotency-replayed") {
        let user = match guest {
            Guest::New(user) => Some(*user),
            Guest::Known(id) => {
                let tenant = call.tenant;
                look(&app, move |conn| users::store::find(conn, tenant, id)).await?
            }
        };
        if let Some(user) = user {
            sending.mail(&app, &user, &tenant);
        }
    }
    Ok(response)
}

/// Who is invited.
#[derive(Clone)]
enum Guest {
    /// Somebody new.
    New(Box<User>),
    /// Somebody who was made as one who is invited.
    Known(UserId),
}

fn guest(call: &Call, random: &Random, wanted: &NewInvitation) -> Result<Guest, Problem> {
    match (&wanted.email, &wanted.display_name, wanted.user_id) {
        (Some(email), Some(display_name), None) => {
            let user = NewUser {
                email: email.clone(),
                display_name: display_name.clone(),
                profile: None,
                status: Some(UserStatus::Invited.to_string()),
                roles: Vec::new(),
                teams: Vec::new(),
            };
            Ok(Guest::New(Box::new(new(call, random, &user)?)))
        }
        (None, None, Some(id)) if wanted.roles.is_empty() && wanted.teams.is_empty() => {
            Ok(Guest::Known(Id::new(id)))
        }
        _ => {
            let detail =
                "An invitation names email and display_name, with roles and teams, or user_id alone.";
            Err(Problem::invalid("invalid_invitation", detail))
        }
    }
}

/// Makes the person, or finds them and ends the links that they have.
fn arrive(
    conn: &mut Conn<'_>,
    call: &Call,
    guest: &Guest,
    wanted: &NewInvitation,
) -> Result<(User, Changes), Stop> {
    match guest {
        Guest::New(user) => {
            check_limit(conn, call)?;
            let roles = named_roles(conn, call, &wanted.roles)?;
            let teams = named_teams(conn, call, &wanted.teams)?;
            users::store::insert(conn, call.tenant, user, None)?;
            join(conn, call, user.id, (&roles, &teams))?;
            let nothing: &[String] = &[];
            let changes = Changes::none()
                .field("user_id", &None, &Some(user.id))
                .field("email", &None, &Some(user.email.as_str()))
                .field("display_name", &None, &Some(&user.display_name))
                .field("roles", &nothing, &wanted.roles.as_slice())
                .field("teams", &nothing, &wanted.teams.as_slice());
            Ok((user.as_ref().clone(), changes))
        }
        Guest::Known(id) => {
            let user = invited(conn, call, *id)?;
            store::revoke_of_users(conn, call.tenant, &[user.id], call.now)?;
            Ok((user, Changes::none().field("user_id", &None, &Some(*id))))
        }
    }
}

/// A person who has not joined yet, and may do nothing that the caller may not: the link is shown to the caller.
fn invited(conn: &mut Conn<'_>, call: &Call, id: UserId) -> Result<User, Stop> {
    let user = living(conn, call, id)?;
    not_stronger(conn, call, id)?;
    if user.status == UserStatus::Invited {
        return Ok(user);
    }
    let detail = format!("The person is {}, and does not wait for an invitation.", user.status);
    Err(Problem::conflict("not_invited", detail).into())
}

/// An invitation that can still be sent or taken back.
fn open(conn: &mut Conn<'_>, call: &Call, id: InvitationId) -> Result<Invitation, Stop> {
    let found = store::find(conn, call.tenant, id)?.ok_or_else(Problem::not_found)?;
    if found.is_open() {
        return Ok(found);
    }
    let detail = format!("The invitation is {}.", found.state(call.now));
    Err(Problem::conflict("invitation_ended", detail).fix("Make a new one.").into())
}

/// Shows one invitation.
#[utoipa::path(
    get, path = "/v1/invitations/{id}", tag = "invitations", operation_id = "get_invitation",
    params(("id" = uuid::Uuid, Path, description = "The invitation")),
    responses(
        (status = 200, description = "The invitation", body = InvitationView),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:read`"),
        (status = 404, description = "`not_found`"),
    ),
)]
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:read").await?;
    let wanted: InvitationId = id(&request, "id")?;
    let (tenant, now) = (call.tenant, call.now);
    let found = look(&app, move |conn| {
        let Some(invitation) = store::find(conn, tenant, wanted)? else { return Ok(None) };
        let user = users::store::find(conn, tenant, invitation.user_id)?;
        Ok(user.map(|user| (invitation, user)))
    });
    let (invitation, user) = found.await?.ok_or_else(Problem::not_found)?;
    Ok(shown(&InvitationView::of(&invitation, Invited::from(&user), now), invitation.expires_at))
}

/// Takes an invitation back: its link ends. The person stays, as one who was invited.
#[utoipa::path(
    delete, path = "/v1/invitations/{id}", tag = "invitations", operation_id = "delete_invitation",
    params(
        ("id" = uuid::Uuid, Path, description = "The invitation"),
        ("If-Match" = Option<String>, Header, description = "The ETag that the deletion is based on"),
    ),
    responses(
        (status = 204, description = "Its link works no more"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:create`"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`invitation_ended`: it was accepted or taken back"),
        (status = 412, description = "`changed_meanwhile`"),
    ),
)]
pub async fn delete(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:create").await?;
    let wanted: InvitationId = id(&request, "id")?;
    let (condition, sending) = (Precondition::of(&request), Sending::new(&app, &call));
    change(&app, move |conn| {
        let seen = open(conn, &sending.call, wanted)?;
        condition.holds(seen.expires_at)?;
        if !store::revoke(conn, sending.call.tenant, wanted, sending.call.now)? {
            return Err(DbError::Retry.into());
        }
        let user = users::store::find(conn, sending.call.tenant, seen.user_id)?;
        let user = user.ok_or_else(Problem::not_found)?;
        let changes = Changes::none().field("state", &seen.state(sending.call.now).as_str(), &"revoked");
        Ok(sending.note(conn, "invitation.delete", &seen, (&user, changes))?)
    })
    .await?;
    Ok(done())
}

/// Sends an invitation again, with a new link for seven days; the link before it ends.
#[utoipa::path(
    post, path = "/v1/invitations/{id}/resend", tag = "invitations", operation_id = "resend_invitation",
    params(("id" = uuid::Uuid, Path, description = "The invitation")),
    responses(
        (status = 200, description = "Sent; the link is shown this once", body = SentInvitation),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `users:create` and every permission that the person holds"),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`invitation_ended`: it was accepted or taken back; `not_invited`: the person has joined"),
    ),
)]
pub async fn resend(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "users:create").await?;
    let wanted: InvitationId = id(&request, "id")?;
    let sending = Sending::new(&app, &call);
    let made = sending.clone();
    let (invitation, user, tenant) = change(&app, move |conn| {
        let call = &made.call;
        let seen = open(conn, call, wanted)?;
        let user = invited(conn, call, seen.user_id)?;
        let tenant = tenants::store::find(conn, call.tenant)?.ok_or_else(Problem::not_found)?;
        // Versions only grow, however fast somebody sends again.
        let expires_at = (call.now + Invitation::LIFETIME).max(call.next_version(seen.expires_at));
        if !store::renew(conn, call.tenant, &seen, (&made.token.digest(), expires_at))? {
            return Err(DbError::Retry.into());
        }
        let invitation = Invitation { expires_at, ..seen.clone() };
        let until = |one: &Invitation| one.expires_at.to_rfc3339();
        let changes = Changes::none().field("expires_at", &until(&seen), &until(&invitation));
        made.note(conn, "invitation.resend", &invitation, (&user, changes))?;
        Ok((invitation, user, tenant))
    })
    .await?;
    sending.mail(&app, &user, &tenant);
    Ok(shown(&sending.sent(&invitation, &user), invitation.expires_at))
}
