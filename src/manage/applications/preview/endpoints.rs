//! `/v1/applications/{id}/preview`.

use std::sync::Arc;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::view::{IssuerChoice, PreviewOutcome, Refusal, RefusalCode, TokenView, UserinfoView};
use super::{PreviewAnswer, PreviewQuestion, explain, rules};
use crate::app::App;
use crate::clients::{self, ClientPk, KnownClient};
use crate::consents::{self, Consent};
use crate::db::{Conn, DbError};
use crate::manage::applications::change::find;
use crate::manage::endpoints::{body, call, id, look, ok};
use crate::roles;
use crate::tenants::{Issuer, TenantId};
use crate::tokens::{Imagined, MintError, Preview};
use crate::users::{self, User, UserId};
use crate::web::Problem;

/// Who would take part.
struct Parties {
    known: KnownClient,
    user: User,
    roles: Vec<String>,
    consent: Option<Consent>,
}

/// The application and the person, if both are of this organisation and neither is gone.
fn parties(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (application, person): (ClientPk, UserId),
) -> Result<Option<Parties>, DbError> {
    let client = find(conn, tenant, application)?.filter(|client| client.deleted_at.is_none());
    let Some(client) = client else { return Ok(None) };
    let user = users::store::find(conn, tenant, person)?.filter(|user| user.deleted_at.is_none());
    let known = clients::store::find_known(conn, &client.client_id)?;
    let Some((known, user)) = known.zip(user) else { return Ok(None) };
    Ok(Some(Parties {
        roles: roles::store::held_by(conn, tenant, user.id)?,
        consent: consents::store::find(conn, tenant, user.id, client.id)?,
        known,
        user,
    }))
}

/// Says what a person's sign-in to the application would give: the claims of the ID token and of the access token, the
/// userinfo answer, what each claim is, and why others are absent. Or why it would be refused.
///
/// The claims are made by what makes those of real tokens, as of a sign-in just now by password. Nothing is signed, nothing
/// is kept, and identifiers that each sign-in draws anew (`jti`, `sid`, `grant_id`) belong to nothing.
#[utoipa::path(
    post, path = "/v1/applications/{id}/preview", tag = "applications", operation_id = "preview_claims",
    params(("id" = uuid::Uuid, Path, description = "The application")),
    request_body = PreviewQuestion,
    responses(
        (status = 200, description = "What was found, good or bad: look at `outcome`", body = PreviewAnswer),
        (status = 400, description = "`invalid_body`"),
        (status = 401, description = "`unauthenticated`, `invalid_token`, `token_expired`"),
        (status = 403, description = "`permission_denied`: needs `applications:read` and `users:read`"),
        (status = 404, description = "`not_found`: the application or the person"),
        (status = 422, description = "`invalid_scopes`, `invalid_audience`"),
    ),
)]
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Problem> {
    let call = call(&request, &app).await?;
    call.need(&app, "applications:read").await?;
    call.need(&app, "users:read").await?;
    let application: ClientPk = id(&request, "id")?;
    let question: PreviewQuestion = body(&request, payload, &app).await?;
    let (tenant, person) = (call.tenant, UserId::new(question.user_id));
    let found = look(&app, move |conn| parties(conn, tenant, (application, person))).await?;
    let Parties { known, user, roles, consent } = found.ok_or_else(Problem::not_found)?;
    let (scopes, audiences) = rules::asked(question.scopes, question.audiences, &known.client)?;
    let issuer = issuer(&app, &known, question.issuer);
    let mut refusals = rules::of_parties(&known, &user, call.now);
    let (scopes, audiences) = match rules::of_request(&known, scopes, audiences) {
        Ok(granted) => granted,
        Err(more) => {
            refusals.extend(more);
            (Vec::new(), Vec::new())
        }
    };
    let mut answer = PreviewAnswer {
        outcome: PreviewOutcome::Refused,
        refusals,
        consent: rules::consent(&known.client, consent.as_ref(), &scopes),
        issuer: issuer.url().to_owned(),
        scopes: scopes.clone(),
        audiences: audiences.clone(),
        id_token: None,
        access_token: None,
        userinfo: None,
    };
    if answer.refusals.is_empty() {
        let known = Arc::new(known);
        let partner = known.tenant.settings.partner.clone();
        let minting = app.minting(issuer, Arc::clone(&known), call.now);
        let imagined = Imagined { user, partner, roles, scopes, audiences };
        match minting.preview(imagined) {
            Ok(preview) => fill(&mut answer, preview, &known),
            Err(why @ MintError::NoKey(_)) => {
                let detail = format!("Nothing can be signed: {why}.");
                answer.refusals.push(Refusal { code: RefusalCode::NoSigningKey, detail, subject: None });
            }
            Err(why) => return Err(Problem::internal(why)),
        }
    }
    Ok(ok(&answer))
}

/// Under which name the application is used.
fn issuer(app: &App, known: &KnownClient, choice: Option<IssuerChoice>) -> Issuer {
    let public_url = app.config.server.issuer();
    match (choice, known.client.all_tenants) {
        (Some(IssuerChoice::Instance), _) | (None, true) => Issuer::instance(public_url),
        (Some(IssuerChoice::Organisation), _) | (None, false) => {
            Issuer::of_tenant(public_url, Arc::clone(&known.tenant))
        }
    }
}

fn fill(answer: &mut PreviewAnswer, preview: Preview, known: &KnownClient) {
    let scopes = explain::Scopes { granted: &answer.scopes, registered: &known.client.scopes };
    let holds_person = known.client.settings.claims_in_id_token;
    let Preview { access_token, id_token, userinfo } = preview;
    let id_token = id_token.map(|token| {
        let explained = explain::id_token(&token.claims, scopes, holds_person);
        TokenView::new(token, explained)
    });
    let userinfo =
        userinfo.map(|claims| UserinfoView { explained: explain::userinfo(&claims, scopes), claims });
    let explained = explain::access_token(&access_token.claims);
    answer.outcome = PreviewOutcome::Issued;
    answer.id_token = id_token;
    answer.userinfo = userinfo;
    answer.access_token = Some(TokenView::new(access_token, explained));
}
