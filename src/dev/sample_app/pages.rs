//! `/dev/app` and what its buttons lead to.

use std::sync::Arc;

use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::SampleApp;
use super::relying_party::{Registration, RelyingParty, Trouble};
use super::signed_in::SignedIn;
use super::visits::{LIFETIME, Visit};
use crate::app::App;
use crate::db::DbError;
use crate::dev::pages::{page, see_other};
use crate::dev::{PEOPLE, Person};
use crate::language::Words;
use crate::secret::{Secret, parse_prefixed};
use crate::users::Email;
use crate::web::{
    ContentSecurityPolicy, ErrorPage, FormError, Params, Reader, RequestId, form_action_source, paths,
    read_form,
};
use crate::{tenants, users};

/// Not the provider's own cookie: the two are strangers.
const COOKIE: &str = "gridkey_dev_app";
/// What the page's forms are bound to.
const PURPOSE: &str = "dev-app";

#[derive(Template)]
#[template(path = "dev/app.html")]
struct HomePage {
    words: Words,
    /// Absolute, so that a browser that came by another name of this machine gets the cookie under the right one.
    start: String,
    /// Whether the seed's applications are here.
    is_seeded: bool,
    people: Vec<Person>,
    signed_out: bool,
}

#[derive(Template)]
#[template(path = "dev/signed_in.html")]
struct SignedInPage {
    words: Words,
    visitor: Arc<SignedIn>,
    issuer: String,
    csrf: String,
}

#[derive(Template)]
#[template(path = "dev/problem.html")]
struct ProblemPage<'a> {
    words: Words,
    heading: String,
    what: String,
    next_step: String,
    /// The error's code in the protocol.
    code: Option<&'a str>,
    home: String,
    request_id: RequestId,
}

/// `GET /dev/app`: an invitation to sign in, or what signing in brought.
pub async fn home(
    app: Data<App>,
    sample: Data<SampleApp>,
    request: HttpRequest,
) -> Result<HttpResponse, ErrorPage> {
    let now = app.now();
    let cookie = cookie_of(&request);
    let public_url = app.config.server.issuer();
    if let Some((cookie, visitor)) = cookie.as_ref().and_then(|one| Some((one, sample.signed_in(one, now)?)))
    {
        let issuer = visitor.registration.issuer(public_url);
        let template =
            SignedInPage { words: Reader::words(), visitor, issuer, csrf: app.csrf.token(cookie, PURPOSE) };
        // The form to sign out ends at the provider's public address.
        let mut policy = ContentSecurityPolicy::page();
        if let Some(source) = form_action_source(public_url) {
            policy = policy.form_action(source);
        }
        return page(StatusCode::OK, &policy, &template);
    }
    let query = query(&request)?;
    let returned =
        cookie.zip(query.get("state")).is_some_and(|(one, state)| sample.take_leaving(&one, state, now));
    let is_seeded = app.client("dev-app").await.map_err(storage)?.is_some();
    let people = if is_seeded { people(&app).await.map_err(storage)? } else { Vec::new() };
    let start = format!("{public_url}{}", paths::DEV_APP_START);
    page(
        StatusCode::OK,
        &ContentSecurityPolicy::page(),
        &HomePage { words: Reader::words(), start, is_seeded, people, signed_out: returned },
    )
}

/// The people of the seed who are in the database.
async fn people(app: &App) -> Result<Vec<Person>, DbError> {
    app.db
        .read(|conn| {
            let mut found = Vec::new();
            for person in PEOPLE {
                let Ok(email) = Email::parse(person.email) else { continue };
                let mut is_here = false;
                for slug in person.tenants {
                    if let Some(tenant) = tenants::store::find_by_slug(conn, slug)? {
                        is_here |= users::store::find_by_email(conn, tenant.id, &email)?.is_some();
                    }
                }
                found.extend(is_here.then_some(*person));
            }
            Ok(found)
        })
        .await
}

/// `GET /dev/app/start?client=web-app&tenant=acme`: off to the provider.
pub async fn start(
    app: Data<App>,
    sample: Data<SampleApp>,
    request: HttpRequest,
) -> Result<HttpResponse, ErrorPage> {
    let query = query(&request)?;
    let Some(registration) = Registration::choose(query.get("client"), query.get("tenant")) else {
        return problem(
            &app,
            StatusCode::BAD_REQUEST,
            ["dev-no-sample", "dev-no-sample-what", "dev-no-sample-next"],
        );
    };
    let party = match RelyingParty::discover(registration, app.config.server.issuer()).await {
        Ok(party) => party,
        Err(trouble) => return failed(&app, &trouble),
    };
    let (location, pending) = party.authorization_request(&app.random);
    let cookie = Secret::generate(&app.random);
    sample.keep(&cookie, Visit::Pending(Box::new(pending)), app.now());
    Ok(away(&app, &location, &cookie))
}

/// `GET /dev/app/callback`: back from the provider.
pub async fn callback(
    app: Data<App>,
    sample: Data<SampleApp>,
    request: HttpRequest,
) -> Result<HttpResponse, ErrorPage> {
    let (now, query) = (app.now(), query(&request)?);
    let state = query.get("state").unwrap_or_default();
    let Some(pending) = cookie_of(&request).and_then(|cookie| sample.take_pending(&cookie, state, now))
    else {
        return problem(&app, StatusCode::BAD_REQUEST, ["dev-unknown", "dev-unknown-what", "dev-again"]);
    };
    let issuer = pending.registration.issuer(app.config.server.issuer());
    if query.get("iss") != Some(issuer.as_str()) {
        return problem(
            &app,
            StatusCode::BAD_REQUEST,
            ["dev-other-provider", "dev-other-provider-what", "dev-again"],
        );
    }
    if let Some(code) = query.get("error") {
        return refused(&app, code, query.get("error_description").unwrap_or_default());
    }
    let Some(code) = query.get("code") else {
        return problem(
            &app,
            StatusCode::BAD_REQUEST,
            ["dev-incomplete", "dev-incomplete-what", "dev-again"],
        );
    };
    let signed_in =
        match RelyingParty::discover(pending.registration.clone(), app.config.server.issuer()).await {
            Ok(party) => party.sign_in(pending, code, now).await,
            Err(trouble) => Err(trouble),
        };
    match signed_in {
        Err(trouble) => failed(&app, &trouble),
        Ok(signed_in) => {
            // A new value: the one from before the sign-in is worth nothing now.
            let cookie = Secret::generate(&app.random);
            sample.keep(&cookie, Visit::SignedIn(Arc::new(signed_in)), now);
            Ok(away(&app, paths::DEV_APP, &cookie))
        }
    }
}

/// `POST /dev/app/refresh`: new tokens for the refresh token.
pub async fn refresh(
    app: Data<App>,
    sample: Data<SampleApp>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ErrorPage> {
    let Some((cookie, visitor)) = posted(&app, &sample, &request, payload).await? else {
        return Ok(see_other(paths::DEV_APP));
    };
    let fresh = match RelyingParty::discover(visitor.registration.clone(), app.config.server.issuer()).await {
        Ok(party) => party.refresh(&visitor, app.now()).await,
        Err(trouble) => Err(trouble),
    };
    match fresh {
        Err(trouble) => failed(&app, &trouble),
        Ok(fresh) => {
            sample.keep(&cookie, Visit::SignedIn(Arc::new(fresh)), app.now());
            Ok(see_other(paths::DEV_APP))
        }
    }
}

/// `POST /dev/app/sign-out`: forgets the tokens and asks the provider to end its session too.
pub async fn sign_out(
    app: Data<App>,
    sample: Data<SampleApp>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, ErrorPage> {
    let Some((cookie, visitor)) = posted(&app, &sample, &request, payload).await? else {
        return Ok(see_other(paths::DEV_APP));
    };
    let state = app.random.text();
    sample.keep(&cookie, Visit::Leaving(state.clone()), app.now());
    match RelyingParty::discover(visitor.registration.clone(), app.config.server.issuer()).await {
        Err(trouble) => failed(&app, &trouble),
        Ok(party) => {
            let url = party.sign_out_url(&visitor, &openidconnect::CsrfToken::new(state));
            Ok(see_other(url.as_deref().unwrap_or(paths::DEV_APP)))
        }
    }
}

/// Who posted one of the page's forms; nobody when the visit is over.
async fn posted(
    app: &App,
    sample: &SampleApp,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Option<(Secret, Arc<SignedIn>)>, ErrorPage> {
    let form = read_form(request, payload, app.config.server.body_limit.as_usize()).await?;
    let visit = cookie_of(request).and_then(|cookie| {
        let visitor = sample.signed_in(&cookie, app.now())?;
        Some((cookie, visitor))
    });
    let token = form.get("csrf").unwrap_or_default();
    match visit {
        Some((cookie, _)) if !app.csrf.verify(&cookie, PURPOSE, token) => {
            let says = ["error-forged", "error-forged-what", "error-forged-next"];
            Err(ErrorPage::new(StatusCode::FORBIDDEN, says))
        }
        visit => Ok(visit),
    }
}

fn query(request: &HttpRequest) -> Result<Params, ErrorPage> {
    let read = Params::from_query(request.query_string()).and_then(Params::without_repeats);
    read.map_err(|why| FormError::from(why).into())
}

fn cookie_of(request: &HttpRequest) -> Option<Secret> {
    parse_prefixed("", request.cookie(COOKIE)?.value())
}

/// 303 with the cookie of the visit.
fn away(app: &App, location: &str, value: &Secret) -> HttpResponse {
    let lifetime = i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
    let cookie = Cookie::build(COOKIE, value.expose().to_owned())
        .path(paths::DEV_APP)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.is_https())
        .max_age(time::Duration::seconds(lifetime))
        .finish();
    HttpResponse::SeeOther().cookie(cookie).insert_header((LOCATION, location)).finish()
}

fn storage(error: DbError) -> ErrorPage {
    if error.is_temporary() { ErrorPage::unavailable(error) } else { ErrorPage::internal(error) }
}

/// Something that the sample application says itself: three messages.
fn problem(
    app: &App,
    status: StatusCode,
    [heading, what, next_step]: [&str; 3],
) -> Result<HttpResponse, ErrorPage> {
    told(app, status, (heading, Reader::words().t(what), next_step), None)
}

/// The provider or the person said no.
fn refused(app: &App, code: &str, description: &str) -> Result<HttpResponse, ErrorPage> {
    let said = match code {
        "access_denied" => ("dev-said-no", Reader::words().t("dev-said-no-what"), "dev-said-no-next"),
        "temporarily_unavailable" => ("dev-busy", description.to_owned(), "dev-busy-next"),
        _ => ("dev-failed", description.to_owned(), "dev-failed-look-up"),
    };
    told(app, StatusCode::OK, said, Some(code))
}

/// The provider's answer could not be used: what was wrong is told in the words of the protocol, for the developer in front
/// of the screen.
fn failed(app: &App, trouble: &Trouble) -> Result<HttpResponse, ErrorPage> {
    told(app, StatusCode::BAD_GATEWAY, ("dev-failed", trouble.to_string(), "dev-failed-next"), None)
}

fn told(
    app: &App,
    status: StatusCode,
    (heading, what, next_step): (&str, String, &str),
    code: Option<&str>,
) -> Result<HttpResponse, ErrorPage> {
    let words = Reader::words();
    let home = format!("{}{}", app.config.server.issuer(), paths::DEV_APP);
    let (heading, next_step) = (words.t(heading), words.t(next_step));
    let template =
        ProblemPage { words, heading, what, next_step, code, home, request_id: RequestId::current() };
    page(status, &ContentSecurityPolicy::page(), &template)
}
