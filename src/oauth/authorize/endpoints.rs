//! `GET` and `POST /oauth2/authorize`, and the way back from the sign-in pages.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::checks::Checked;
use super::outcome::{CodeIssue, begin_interaction, issue_code};
use super::pages::{audience, form_post, redirect_uri_page, refusal_page};
use super::request::Refusal;
use super::{Answer, ConsentState, Decision, Destination, Situation, decide, prove};
use crate::app::App;
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::consents;
use crate::db::DbError;
use crate::interactions::{self, Interaction, InteractionToken, Progress};
use crate::keyring::jwt;
use crate::secret::Secret;
use crate::sessions::{self, Session};
use crate::tenants::Issuer;
use crate::tokens::{ID_TOKEN_TYPE, IdClaims};
use crate::users;
use crate::web::{ErrorPage, Params, paths, read_form};

/// The longest request that travels in a URL.
const MAX_QUERY: usize = 7 * 1024;

/// `GET /oauth2/authorize`.
pub async fn get(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let result = match Params::from_query(request.query_string()) {
        Ok(params) => authorize(&app, &request, params, None).await,
        Err(why) => Err(Refusal::Unreadable(why).into()),
    };
    answer(&app, &request, result).await
}

/// `POST /oauth2/authorize`. The form is turned into a query and asked again by GET: a form that comes from the client's
/// site brings no `SameSite=Lax` cookie with it, the GET that follows does.
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    let params = match read_form(&request, payload, app.body_limit()).await {
        Ok(params) => params,
        Err(why) => return ErrorPage::from(why).error_response(),
    };
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params.pairs()).finish();
    if query.len() > MAX_QUERY {
        return answer(&app, &request, Err(Refusal::TooLong.into())).await;
    }
    see_other(&format!("{}?{query}", request.path()))
}

/// `GET /oauth2/authorize/continue`: the person did what was asked; decide again.
pub async fn resume(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let result = continued(&app, &request).await;
    answer(&app, &request, result).await
}

/// What a visit comes to when it does not come to an answer for the client.
enum Failure {
    Refused(Refusal),
    Page(ErrorPage),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Page(storage(error))
    }
}

fn storage(error: DbError) -> ErrorPage {
    if error.is_temporary() { ErrorPage::unavailable(error) } else { ErrorPage::internal(error) }
}

async fn answer(app: &App, request: &HttpRequest, result: Result<HttpResponse, Failure>) -> HttpResponse {
    match result {
        Ok(response) => response,
        Err(Failure::Refused(Refusal::Redirect(answer))) => send(answer),
        Err(Failure::Refused(Refusal::RedirectUri { received, client })) => {
            match audience(app, request.headers(), &client.client).await {
                Ok(audience) => redirect_uri_page(&received, &client.client, audience),
                Err(why) => storage(why).error_response(),
            }
        }
        Err(Failure::Refused(refusal)) => refusal_page(refusal).error_response(),
        Err(Failure::Page(page)) => page.error_response(),
    }
}

/// Sends an answer through the browser.
fn send(answer: Answer) -> HttpResponse {
    match answer {
        Answer::Redirect(url) => see_other(url.expose()),
        Answer::Form { action, fields } => form_post(&action, &fields),
    }
}

/// 303, never 307: what was posted here must not be posted there (RFC 9700 4.12).
fn see_other(url: &str) -> HttpResponse {
    HttpResponse::build(StatusCode::SEE_OTHER).insert_header((LOCATION, url)).finish()
}

async fn continued(app: &App, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let expired = || Failure::Page(expired_page());
    let query = Params::from_query(request.query_string()).map_err(|_| expired())?;
    let token = query.get("interaction").and_then(InteractionToken::parse).ok_or_else(expired)?;
    let browser = app.browser_cookie().read(request.headers()).ok_or_else(expired)?;
    let (id, holder, now) = (token.digest(), browser.digest(), app.now());
    let interaction = app
        .db
        .read(move |conn| interactions::store::find(conn, &id, &holder, now))
        .await?
        .filter(|found| found.device.is_none())
        .ok_or_else(expired)?;
    let params = Params::from_pairs(interaction.request.clone());
    authorize(app, request, params, Some((token, interaction))).await
}

fn expired_page() -> ErrorPage {
    ErrorPage::new(StatusCode::BAD_REQUEST, ["error-over", "error-over-what", "error-over-next"])
}

/// What one visit works with.
struct Visit<'a> {
    app: &'a App,
    issuer: Issuer,
    client: Arc<KnownClient>,
    destination: Destination,
    checked: Checked,
    params: Params,
    browser: Option<Secret>,
    pending: Option<(InteractionToken, Interaction)>,
    now: Timestamp,
}

async fn authorize(
    app: &App,
    request: &HttpRequest,
    params: Params,
    pending: Option<(InteractionToken, Interaction)>,
) -> Result<HttpResponse, Failure> {
    let Some(issuer) = app.issuer(request.match_info().get("tenant")).await? else {
        return Err(Failure::Page(ErrorPage::not_found()));
    };
    if pending.as_ref().is_some_and(|(_, interaction)| interaction.issuer_tenant_id != issuer.tenant_id()) {
        return Err(Failure::Page(expired_page()));
    }
    let known = match params.get("client_id") {
        Some(client_id) => app.client(client_id).await?,
        None => None,
    };
    let (client, destination) = prove(&issuer, known, &params)?;
    let checked = Checked::run(&client, &params, &destination)?;
    let visit = Visit {
        app,
        issuer,
        client,
        destination,
        checked,
        params,
        browser: app.browser_cookie().read(request.headers()),
        pending,
        now: app.now(),
    };
    visit.decide().await
}

impl Visit<'_> {
    async fn decide(self) -> Result<HttpResponse, Failure> {
        let only_subject = self.only_subject()?;
        let sessions = self.sessions().await?;
        let progress = self
            .pending
            .as_ref()
            .map_or_else(Progress::default, |(_, interaction)| interaction.progress.clone());
        let mut consents = Vec::with_capacity(sessions.len());
        for session in &sessions {
            consents.push((session.id, self.consent_state(session).await?));
        }
        let situation = Situation {
            request: &self.checked,
            sessions: &sessions,
            progress: &progress,
            only_subject: only_subject.as_deref(),
            now: self.now,
        };
        let consent_of = |session: &Session| {
            consents
                .iter()
                .find(|(id, _)| *id == session.id)
                .map_or(ConsentState::Missing, |(_, state)| *state)
        };
        match decide(&situation, consent_of) {
            Decision::Issue(session) => self.issue(&session).await,
            Decision::Refuse(code, why) => {
                self.finish().await?;
                Ok(send(self.destination.error(code, why)))
            }
            Decision::SignIn => self.hand_over(paths::LOGIN_IDENTIFY, None).await,
            Decision::ChooseAccount => self.hand_over(paths::LOGIN_ACCOUNT, None).await,
            Decision::AskConsent(session) => self.hand_over(paths::LOGIN_CONSENT, Some(session.id)).await,
        }
    }

    /// The person that the client insists on: by an ID token of ours, expired or not, or by the `claims` parameter.
    fn only_subject(&self) -> Result<Option<String>, Refusal> {
        let Some(hint) = self.params.get("id_token_hint") else { return Ok(self.checked.claims.sub.clone()) };
        let expected = jwt::Expected {
            issuer: Some(self.issuer.url()),
            leeway: jwt::ANY_AGE,
            ..jwt::Expected::new(&[ID_TOKEN_TYPE])
        };
        let keys = self.app.keyring.snapshot();
        match jwt::verify::<IdClaims>(hint, keys.keys(), &expected, self.now) {
            Ok(claims) => Ok(Some(claims.sub)),
            Err(_) => Err(super::request::redirected(
                &self.destination,
                crate::oauth::ErrorCode::InvalidRequest,
                "id_token_hint is not an ID token of this issuer",
            )),
        }
    }

    /// The browser's live sessions that may be used for this request.
    async fn sessions(&self) -> Result<Vec<Session>, DbError> {
        let Some(browser) = self.browser.as_ref().map(Secret::digest) else { return Ok(Vec::new()) };
        let (limits, now) = (self.app.session_limits(), self.now);
        let (issuer, client) = (self.issuer.clone(), Arc::clone(&self.client));
        self.app
            .db
            .read(move |conn| {
                let mut usable = Vec::new();
                for session in sessions::store::of_browser(conn, &browser)? {
                    let fits = session.is_live(limits, now)
                        && issuer.admits(session.tenant_id)
                        && client.client.serves(session.tenant_id);
                    if fits
                        && users::store::is_active(conn, session.tenant_id, session.user_id)?
                        && crate::tenants::store::find(conn, session.tenant_id)?.is_some_and(|tenant| {
                            tenant.is_active()
                                && session.is_live(limits.within(tenant.settings.sessions), now)
                        })
                    {
                        usable.push(session);
                    }
                }
                Ok(usable)
            })
            .await
    }

    async fn consent_state(&self, session: &Session) -> Result<ConsentState, DbError> {
        if self.client.client.first_party {
            return Ok(ConsentState::NotNeeded);
        }
        if consents::is_unassured(&self.client.client, self.destination.redirect_uri()) {
            return Ok(ConsentState::Missing);
        }
        let (tenant, user, client) = (session.tenant_id, session.user_id, self.client.client.id);
        let given =
            self.app.db.read_short(move |conn| consents::store::find(conn, tenant, user, client)).await?;
        let missing = consents::missing(given.as_ref(), &self.checked.consent_scopes());
        Ok(if missing.is_empty() { ConsentState::Covered } else { ConsentState::Missing })
    }

    /// Keeps the request and sends the browser to the sign-in pages.
    async fn hand_over(
        self,
        page: &str,
        session: Option<sessions::SessionId>,
    ) -> Result<HttpResponse, Failure> {
        let cookie = self.app.browser_cookie();
        let mut response = HttpResponse::build(StatusCode::SEE_OTHER);
        let token = match self.pending {
            Some((token, interaction)) => {
                if session.is_some() && interaction.progress.session_id != session {
                    let progress = Progress { session_id: session, ..interaction.progress };
                    let (id, now) = (interaction.id, self.now);
                    self.app
                        .db
                        .write(move |conn| interactions::store::set_progress(conn, &id, &progress, now))
                        .await?;
                }
                token
            }
            None => {
                let browser = self.browser.unwrap_or_else(|| {
                    let fresh = Secret::generate(&self.app.random);
                    response.cookie(cookie.set(&fresh, self.app.session_limits().absolute));
                    fresh
                });
                let token = InteractionToken::generate(&self.app.random);
                let interaction = Interaction {
                    id: token.digest(),
                    tenant_id: self.client.client.tenant_id,
                    client_pk: self.client.client.id,
                    issuer_tenant_id: self.issuer.tenant_id(),
                    browser: browser.digest(),
                    request: self
                        .params
                        .pairs()
                        .map(|(name, value)| (name.to_owned(), value.to_owned()))
                        .collect(),
                    progress: Progress { session_id: session, ..Progress::default() },
                    created_at: self.now,
                    expires_at: self.now + self.app.config.sign_in.interaction_lifetime,
                    device: None,
                };
                begin_interaction(self.app, interaction).await?;
                token
            }
        };
        Ok(response.insert_header((LOCATION, format!("{page}?interaction={}", token.expose()))).finish())
    }

    async fn finish(&self) -> Result<(), Failure> {
        let Some((_, interaction)) = &self.pending else { return Ok(()) };
        let (id, now) = (interaction.id, self.now);
        if self.app.db.write(move |conn| interactions::store::finish(conn, &id, now)).await? {
            Ok(())
        } else {
            Err(Failure::Page(expired_page()))
        }
    }

    async fn issue(self, session: &Session) -> Result<HttpResponse, Failure> {
        let issue = CodeIssue {
            session: session.clone(),
            client_pk: self.client.client.id,
            issuer_tenant_id: self.issuer.tenant_id(),
            redirect_uri: self.destination.redirect_uri().to_owned(),
            checked: self.checked,
            interaction: self.pending.map(|(_, interaction)| interaction.id),
            lifetime: self.app.config.tokens.authorization_code_lifetime,
            now: self.now,
        };
        match issue_code(self.app, issue).await? {
            Some(code) => Ok(send(self.destination.code(code.expose()))),
            None => Err(Failure::Page(expired_page())),
        }
    }
}
