//! `GET` and `POST /setup`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Created, Founding, Values, Wishes, found, parse_setup_token};
use crate::app::App;
use crate::audit::{ActorRef, Changes, Event, Target};
use crate::clock::Timestamp;
use crate::db::DbError;
use crate::login::begin::NewSession;
use crate::login::pages::{self, Browser, Failure};
use crate::login::store::find_setup_link;
use crate::login::view::{Errors, Frame, t};
use crate::login::visit::{Caller, check_form};
use crate::secret::Secret;
use crate::tenants::{Tenant, TenantSettings, TenantStatus};
use crate::users::{Profile, User, UserStatus};
use crate::web::{ContentSecurityPolicy, ErrorPage, Params, Reader, paths};

const PAGE: &str = paths::SETUP;

#[derive(Template)]
#[template(path = "login/setup.html")]
struct Page {
    frame: Frame,
    token: String,
    values: Values,
    minimum: usize,
    action: &'static str,
}

#[derive(Template)]
#[template(path = "login/setup_ended.html")]
struct Ended {
    frame: Frame,
}

fn ended() -> Result<HttpResponse, Failure> {
    let page = Ended { frame: Frame::own(t("login-link-ended")) };
    pages::page(StatusCode::GONE, &ContentSecurityPolicy::page(), &page)
}

/// The token, if the link it belongs to can still be used.
async fn live_token(app: &App, params: &Params) -> Result<Option<Secret>, DbError> {
    let Some(token) = params.get("token").and_then(parse_setup_token) else { return Ok(None) };
    let (digest, now) = (token.digest(), app.now());
    let live = app.db.read_short(move |conn| find_setup_link(conn, &digest, now)).await?;
    Ok(live.then_some(token))
}

/// A form is bound to its link.
fn purpose(token: &Secret) -> String {
    format!("{PAGE} {}", token.expose())
}

/// Asks for the organisation and its administrator.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let Some(token) = live_token(&app, &caller.query).await? else { return ended() };
    render(&app, &Browser::of(&app, &caller), &token, Values::default(), Errors::default())
}

/// Makes them, and signs the administrator in.
pub async fn submit(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let caller = pages::caller(&app, &request)?;
    let form = pages::form(&app, &request, payload).await?;
    let browser = Browser::of(&app, &caller);
    let Some(token) = live_token(&app, &form).await? else { return ended() };
    let typed = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let values = Values {
        organization: typed("organization"),
        slug: typed("slug"),
        name: typed("name"),
        email: typed("email"),
    };
    if let Err(forged) = check_form(&app, &caller, (&browser.secret, &purpose(&token)), &form) {
        return render(&app, &browser, &token, values, Errors::form(forged.said()));
    }
    let password = form.get("password").map(Secret::new);
    let (typed_values, rule) = (values.clone(), (app.password_policy(), Reader::words()));
    // Judging a password can take a tenth of a second.
    let read = tokio::task::spawn_blocking(move || Wishes::read(&typed_values, password, rule));
    let wishes = match read.await.map_err(ErrorPage::internal)? {
        Ok(wishes) => wishes,
        Err(errors) => return render(&app, &browser, &token, values, errors),
    };
    let (founding, cookie) = prepare(&app, &caller, (&browser, &token), wishes).await?;
    match found(&app.db, &app.random, founding).await? {
        Created::Yes => {}
        Created::LinkEnded => return ended(),
        Created::SlugTaken => {
            let text = t("login-setup-slug-taken");
            return render(&app, &browser, &token, values, Errors::field("slug", text));
        }
    }
    app.forget();
    tracing::info!("the server was set up: an organisation and its administrator were created");
    Ok(pages::see_other_as(&app, paths::CONSOLE, &cookie))
}

async fn prepare(
    app: &App,
    caller: &Caller,
    (browser, token): (&Browser, &Secret),
    wishes: Wishes,
) -> Result<(Founding, Secret), Failure> {
    let hash = app.hasher.hash(&app.random, wishes.password.clone()).await?;
    let now = app.now();
    let tenant = tenant_of(app, &wishes, now);
    let user = User {
        id: app.random.id(now),
        tenant_id: tenant.id,
        email: wishes.email,
        email_verified: false,
        display_name: wishes.name,
        profile: Profile::default(),
        status: UserStatus::Active,
        password_changed_at: Some(now),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        last_sign_in_at: None,
    };
    let new = NewSession::by_password(app, (tenant.id, user.id), caller, now);
    let made = serde_json::json!({
        "slug": tenant.slug.as_str(),
        "display_name": tenant.display_name,
        "administrator": user.email.as_str(),
    });
    let event = Event::new(&app.random, (tenant.id, now), "setup.complete")
        .by(ActorRef::person(tenant.id, user.id, user.email.as_str()))
        .on(Target::new("tenant", tenant.id, tenant.slug.as_str()))
        .changing(Changes::created(&made))
        .at(caller.origin().in_session(new.session.id));
    let founding = Founding {
        event,
        link: token.digest(),
        tenant,
        user,
        hash,
        session: new.session,
        old_browser: browser.secret.digest(),
    };
    Ok((founding, new.cookie))
}

fn tenant_of(app: &App, wishes: &Wishes, now: Timestamp) -> Tenant {
    Tenant {
        id: app.random.id(now),
        slug: wishes.slug.clone(),
        display_name: wishes.organization.clone(),
        status: TenantStatus::Active,
        settings: TenantSettings::default(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

fn render(
    app: &App,
    browser: &Browser,
    token: &Secret,
    values: Values,
    errors: Errors,
) -> Result<HttpResponse, Failure> {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = app.csrf.token(&browser.secret, &purpose(token));
    let page = Page {
        frame: Frame::own(t("login-setup-heading")).with_form(csrf, errors),
        token: token.expose().to_owned(),
        values,
        minimum: app.password_policy().minimum_length,
        action: PAGE,
    };
    browser.page(app, status, &ContentSecurityPolicy::page().script_self(), &page)
}
