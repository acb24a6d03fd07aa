//! `GET` and `POST /oauth2/logout`: the wish of an application, and the person's answer to our question.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use askama::Template;

use super::page::{Page, Person};
use super::{Decision, Destination, DestinationRefused, Hint, decide};
use crate::app::App;
use crate::audit::{self, ActorRef, Event, Origin, Target};
use crate::clients::KnownClient;
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::secret::Secret;
use crate::sessions::{self, Session};
use crate::tenants::{self, Issuer};
use crate::web::{
    ContentSecurityPolicy, ErrorPage, FormError, Params, ParamsError, Reader, Sender, form_action_source,
    paths, read_form, same_origin,
};
use crate::{tokens, users};

/// What a form's token is for.
const PURPOSE: &str = "logout";
/// The longest request that is turned into a URL.
const MAX_QUERY: usize = 7 * 1024;

/// A visit that ends with an error page.
#[derive(Debug)]
pub struct Failure(ErrorPage);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        self.0.error_response()
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self(if error.is_temporary() { ErrorPage::unavailable(error) } else { ErrorPage::internal(error) })
    }
}

impl From<FormError> for Failure {
    fn from(error: FormError) -> Self {
        Self(error.into())
    }
}

impl From<ParamsError> for Failure {
    fn from(error: ParamsError) -> Self {
        FormError::from(error).into()
    }
}

impl From<DestinationRefused> for Failure {
    fn from(refused: DestinationRefused) -> Self {
        refuse("error-wrong-address", "error-logout-address")(refused)
    }
}

/// A page for a request that an application put together wrongly.
fn refuse<E: std::fmt::Display>(heading: &'static str, what: &'static str) -> impl FnOnce(E) -> Failure {
    let says = [heading, what, "error-still-signed-in"];
    move |cause| Failure(ErrorPage::new(StatusCode::BAD_REQUEST, says).cause(cause))
}

/// `GET /oauth2/logout`.
///
/// # Errors
/// A page.
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let params = Params::from_query(request.query_string())?;
    let visit = Visit::begin(&app, &request, params).await?;
    visit.follow_wish().await
}

/// `POST /oauth2/logout`: the same wish as a form, or, with our token in it, the answer to our question.
///
/// # Errors
/// A page.
pub async fn post(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let params = read_form(&request, payload, app.config.server.body_limit.as_usize()).await?;
    let visit = Visit::begin(&app, &request, params).await?;
    if visit.params.pairs().any(|(name, _)| name == "csrf") {
        return visit.confirm(&request).await;
    }
    if visit.browser.is_none() {
        return visit.ask_again_by_get();
    }
    visit.follow_wish().await
}

/// What one visit works with.
struct Visit<'a> {
    app: &'a App,
    issuer: Issuer,
    params: Params,
    hint: Option<Hint>,
    client: Option<Arc<KnownClient>>,
    destination: Destination,
    browser: Option<Secret>,
    /// The sessions of this browser that live and that this issuer may see.
    sessions: Vec<Session>,
    /// Whether the browser has others, of another issuer's organisations.
    has_others: bool,
    origin: Origin,
    now: Timestamp,
}

impl<'a> Visit<'a> {
    /// Checks everything that a request says, before anything is done.
    async fn begin(app: &'a App, request: &HttpRequest, params: Params) -> Result<Self, Failure> {
        let params = params.without_repeats()?;
        let tenant = request.match_info().get("tenant");
        let issuer = app.issuer(tenant).await?.ok_or_else(|| Failure(ErrorPage::not_found()))?;
        let now = app.now();
        let hint = hint(app, &issuer, &params, now)?;
        let client = client(app, &issuer, &params, hint.as_ref()).await?;
        let destination = Destination::judge(
            client.as_ref().map(|known| &known.client),
            params.get("post_logout_redirect_uri"),
            params.get("state"),
        )?;
        let browser = app.browser_cookie().read(request.headers());
        let (sessions, has_others) = sessions(app, &issuer, browser.as_ref(), now).await?;
        let origin = Origin::from(Sender::of(request));
        let origin = match &client {
            Some(known) => origin.through(&known.client.client_id),
            None => origin,
        };
        Ok(Self {
            app,
            issuer,
            params,
            hint,
            client,
            destination,
            browser,
            sessions,
            has_others,
            origin,
            now,
        })
    }

    /// Does what the application wishes, or asks the person.
    async fn follow_wish(self) -> Result<HttpResponse, Failure> {
        match decide(&self.sessions, self.hint.as_ref()) {
            Decision::Nothing => Ok(self.go_on(0)),
            Decision::End(session) => {
                let only = vec![session.clone()];
                self.end(only).await
            }
            Decision::Ask => self.ask().await,
        }
    }

    /// The person pressed the button: every account of this browser is signed out.
    async fn confirm(self, request: &HttpRequest) -> Result<HttpResponse, Failure> {
        // Pressed twice, or signed out elsewhere meanwhile: there is nothing that a stranger could bring about.
        let Some(browser) = self.browser.as_ref().filter(|_| !self.sessions.is_empty()) else {
            return Ok(self.go_on(0));
        };
        let token = self.params.get("csrf").unwrap_or_default();
        let origin = self.app.config.server.public_url.origin().ascii_serialization();
        if !self.app.csrf.verify(browser, PURPOSE, token) || !same_origin(request.headers(), &origin) {
            let says = ["error-logout-old", "error-logout-old-what", "error-logout-old-next"];
            return Err(Failure(ErrorPage::new(StatusCode::FORBIDDEN, says)));
        }
        let all = self.sessions.clone();
        self.end(all).await
    }

    /// A form that comes from another site brings no `SameSite=Lax` cookie with it; the GET that follows does.
    fn ask_again_by_get(&self) -> Result<HttpResponse, Failure> {
        const KNOWN: [&str; 6] =
            ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "logout_hint"];
        let known = self.params.pairs().filter(|(name, _)| KNOWN.contains(name));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(known).finish();
        if query.len() > MAX_QUERY {
            let refuse = refuse("error-request", "error-request-long");
            return Err(refuse("a post without a cookie is too long"));
        }
        Ok(see_other(&format!("{}?{query}", self.path())))
    }

    /// Ends sessions with all tokens that hang on them.
    async fn end(self, ending: Vec<Session>) -> Result<HttpResponse, Failure> {
        let (count, now) = (ending.len(), self.now);
        let (random, origin) = (self.app.random.clone(), self.origin.clone());
        self.app
            .db
            .write(move |conn| {
                for session in &ending {
                    let (tenant, user) = (session.tenant_id, session.user_id);
                    if !tokens::end_session(conn, tenant, session.id, now)? {
                        continue;
                    }
                    let person = users::store::find(conn, tenant, user)?;
                    let email = person.map(|person| person.email.to_string()).unwrap_or_default();
                    let event = Event::new(&random, (tenant, now), "session.end")
                        .by(ActorRef::person(tenant, user, email))
                        .on(Target::new("session", session.id, ""))
                        .at(origin.clone().in_session(session.id));
                    audit::store::insert(conn, tenant, &event)?;
                }
                Ok::<_, DbError>(())
            })
            .await?;
        self.app.forget();
        Ok(self.go_on(count))
    }

    /// Sends the browser on, after `ended` of its sessions were ended. When none is left its cookie goes too: what a
    /// later sign-in gets shall have nothing to do with this one.
    fn go_on(&self, ended: usize) -> HttpResponse {
        let mut response = see_other(&self.destination.location());
        let none_left = ended == self.sessions.len() && !self.has_others;
        if ended > 0
            && none_left
            && let Err(why) = response.add_cookie(&self.app.browser_cookie().clear())
        {
            tracing::error!(%why, "the browser cookie could not be cleared");
        }
        response
    }

    async fn ask(&self) -> Result<HttpResponse, Failure> {
        let people = people(self.app, &self.sessions).await?;
        // Somebody is signed in, so there is a cookie.
        let csrf =
            self.browser.as_ref().map(|browser| self.app.csrf.token(browser, PURPOSE)).unwrap_or_default();
        let state = self.params.get("state");
        let fields: Vec<(&'static str, &str)> = [
            ("client_id", self.client.as_ref().map(|known| known.client.client_id.as_str())),
            ("post_logout_redirect_uri", self.destination.application_uri()),
            ("state", state.filter(|_| self.destination != Destination::SignedOut)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
        let path = self.path();
        let page = Page {
            reader: Reader::current(),
            people: &people,
            application: self.client.as_ref().map(|known| known.client.display_name.as_str()),
            action: &path,
            csrf: &csrf,
            fields: &fields,
        };
        let html = page.render().map_err(|why| Failure(ErrorPage::internal(why)))?;
        let policy = match self.destination.application_uri().and_then(form_action_source) {
            Some(source) => ContentSecurityPolicy::page().form_action(source),
            None => ContentSecurityPolicy::page(),
        };
        Ok(HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header(policy.header())
            .body(html))
    }

    /// The path of this endpoint under this issuer.
    fn path(&self) -> String {
        match self.issuer.tenant() {
            Some(tenant) => paths::in_tenant(tenant.slug.as_str(), paths::END_SESSION),
            None => paths::END_SESSION.to_owned(),
        }
    }
}

/// 303, never 307: what was posted here must not be posted there (RFC 9700 4.12).
fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, location)).finish()
}

/// The verified hint, if the request has one. A hint that does not hold is an error, not a request without one.
fn hint(app: &App, issuer: &Issuer, params: &Params, now: Timestamp) -> Result<Option<Hint>, Failure> {
    let Some(text) = params.get("id_token_hint") else { return Ok(None) };
    let keys = app.keyring.snapshot();
    let verified = Hint::verify(text, keys.keys(), issuer.url(), now);
    verified.map(Some).map_err(refuse("error-logout-request", "error-hint-foreign"))
}

/// The client that wishes it: by the hint, by `client_id`, or unknown. It takes part, and this issuer may see it.
async fn client(
    app: &App,
    issuer: &Issuer,
    params: &Params,
    hint: Option<&Hint>,
) -> Result<Option<Arc<KnownClient>>, Failure> {
    let named = params.get("client_id");
    let hinted = hint.map(|hint| hint.client_id.as_str());
    if named.zip(hinted).is_some_and(|(named, hinted)| named != hinted) {
        let refuse = refuse("error-logout-request", "error-hint-other");
        return Err(refuse("client_id differs from the hint's aud"));
    }
    let Some(id) = named.or(hinted) else { return Ok(None) };
    let known = app.client(id).await?;
    let known = known.filter(|known| known.is_active() && issuer.admits(known.client.tenant_id));
    if known.is_none() && named.is_some() {
        let refuse = refuse("error-unknown-application", "error-unknown-client");
        return Err(refuse("unknown, disabled or another organisation's client"));
    }
    Ok(known)
}

/// The live sessions of this browser that the issuer may see, and whether there are others.
async fn sessions(
    app: &App,
    issuer: &Issuer,
    browser: Option<&Secret>,
    now: Timestamp,
) -> Result<(Vec<Session>, bool), Failure> {
    let Some(digest) = browser.map(Secret::digest) else { return Ok((Vec::new(), false)) };
    let limits = app.session_limits();
    let (all, tenants) = app
        .db
        .read_short(move |conn| {
            let all = sessions::store::of_browser(conn, &digest)?;
            let ids: Vec<_> = all.iter().map(|session| session.tenant_id).collect();
            let tenants = if ids.is_empty() { Vec::new() } else { tenants::store::find_many(conn, &ids)? };
            Ok::<_, DbError>((all, tenants))
        })
        .await?;
    let live = all.into_iter().filter(|session| {
        let tenant = tenants.iter().find(|tenant| tenant.id == session.tenant_id);
        session.is_live(tenant.map_or(limits, |tenant| limits.within(tenant.settings.sessions)), now)
    });
    let (ours, others): (Vec<_>, Vec<_>) = live.partition(|session| issuer.admits(session.tenant_id));
    Ok((ours, !others.is_empty()))
}

/// Who the sessions belong to.
async fn people(app: &App, sessions: &[Session]) -> Result<Vec<Person>, DbError> {
    let whose: Vec<_> = sessions.iter().map(|session| (session.tenant_id, session.user_id)).collect();
    app.db
        .read(move |conn| {
            let tenant_ids: Vec<_> = whose.iter().map(|(tenant, _)| *tenant).collect();
            let tenants = tenants::store::find_many(conn, &tenant_ids)?;
            let mut people = Vec::with_capacity(whose.len());
            for (tenant, user) in &whose {
                let organisation = tenants.iter().find(|known| known.id == *tenant);
                if let Some(user) = users::store::find(conn, *tenant, *user)? {
                    people.push(Person {
                        name: user.display_name,
                        email: user.email.to_string(),
                        organisation: organisation
                            .map_or_else(String::new, |known| known.display_name.clone()),
                    });
                }
            }
            Ok(people)
        })
        .await
}
