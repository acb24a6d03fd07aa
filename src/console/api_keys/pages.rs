//! `/console/api-keys/new` and `/account/api-keys/new`: the form of a new key, and the secret that is shown once.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::Whose;
use super::form::{self, DAYS, FIELDS, Unfit};
use super::samples::{Sample, samples};
use super::view::ApiKey;
use crate::app::App;
use crate::console::parts::curl;
use crate::viewer::pages::Sent;
use crate::viewer::picker::{Choice, OWNER, Picker};
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages, segment};
use crate::web::{FormErrors, paths};

/// A service account that the address names as the owner of a new key.
#[derive(Clone, Debug, Deserialize)]
struct Account {
    slug: String,
    display_name: String,
}

#[derive(Template)]
#[template(path = "console/api_keys/new.html")]
struct New {
    frame: Frame,
    fields: Fields,
    owners: Option<Picker>,
    permissions: Vec<String>,
    once: String,
    back: String,
}

/// What stands in the fields of a key's form.
pub(super) struct Fields {
    pub(super) title: String,
    pub(super) purpose: String,
    pub(super) owner: String,
    pub(super) level: String,
    pub(super) scopes: Vec<String>,
    pub(super) expiry: String,
    pub(super) expires_on: String,
    pub(super) addresses: String,
    pub(super) rate: String,
    pub(super) days: &'static [&'static str],
}

impl Fields {
    pub(super) fn of(form: &Form, viewer: &Viewer) -> Self {
        let or = |name: &str, default: &str| form.given(name).unwrap_or_else(|| default.to_owned());
        Self {
            title: form.text("name"),
            purpose: form.text("description"),
            owner: or("owner", viewer.query.get("owner").unwrap_or_default()),
            level: or("level", "read-write"),
            scopes: form.several("scopes"),
            expiry: or("expiry", "90"),
            expires_on: form.text("expires_on"),
            addresses: form.lines("allowed_addresses").join("\n"),
            rate: form.text("rate_limit"),
            days: DAYS,
        }
    }

    pub(super) fn of_key(key: &ApiKey) -> Self {
        Self {
            title: key.name.clone(),
            purpose: key.description.clone(),
            owner: String::new(),
            level: key.level.clone().unwrap_or_else(|| "scopes".into()),
            scopes: key.scopes.clone().unwrap_or_default(),
            expiry: String::new(),
            expires_on: String::new(),
            addresses: key.allowed_addresses.join("\n"),
            rate: key.rate_limit.map(|rate| rate.to_string()).unwrap_or_default(),
            days: DAYS,
        }
    }
}

/// Asks what the new key is to be.
pub async fn new(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    ask(&app, &viewer, &api, (Form::default(), FormErrors::default())).await
}

async fn ask(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    (form, errors): (Form, FormErrors),
) -> Result<HttpResponse, Failure> {
    let (words, whose) = (viewer.words(), Whose::of(&viewer.path));
    if !whose.may_create(viewer) {
        return Err(Failure::Forbidden);
    }
    let mut fields = Fields::of(&form, viewer);
    let owners = owners(viewer, api, (whose, &form), &mut fields.owner).await?;
    let body = r#"{"name":"Deployment","level":"read-only","expires_in_days":90}"#;
    let page = New {
        frame: viewer
            .frame(app, words.t("key-new-heading"), whose.menu(viewer))
            .with_recipes(
                "gridkey key create --set name=Deployment --set level=read-only",
                curl(app, "POST", &viewer.at(paths::API_KEYS), Some(body)),
            )
            .with_errors(errors.clone()),
        owners,
        permissions: viewer.who.permissions.iter().map(ToString::to_string).collect(),
        once: pages::once(app, &form),
        back: viewer.at(whose.path()).text(),
        fields,
    };
    pages::show(pages::status_of(&errors), &page)
}

/// Whom a new key can belong to: the viewer, and in the console the service accounts; whoever the address names comes
/// along, however many there are.
async fn owners(
    viewer: &Viewer,
    api: &LocalApi,
    (whose, form): (Whose, &Form),
    chosen: &mut String,
) -> Result<Option<Picker>, Failure> {
    if whose == Whose::Own {
        return Ok(None);
    }
    let mut owners = Picker::of(viewer, api, &OWNER, form).await?;
    *chosen = owners.chosen(std::mem::take(chosen));
    let me = format!("user:{}", viewer.who.user.id);
    if !chosen.is_empty() && *chosen != me && !owners.choices.iter().any(|known| known.value == *chosen) {
        owners.choices.insert(0, named(viewer, api, chosen).await);
    }
    if viewer.may("api_keys:manage") && !viewer.is_abroad() {
        owners = owners.with_first(me, viewer.words().t("key-owner-me"));
    }
    Ok(Some(owners))
}

/// An owner who is none of those that are shown, by their name if the viewer may see it.
async fn named(viewer: &Viewer, api: &LocalApi, owner: &str) -> Choice {
    let unknown = Choice { value: owner.to_owned(), title: owner.to_owned(), slug: String::new() };
    let Some(id) = owner.strip_prefix("service_account:") else { return unknown };
    let address = viewer.at(format!("{}/{}", paths::SERVICE_ACCOUNTS, segment(id)));
    match viewer.get::<Account>(api, &address).await {
        Ok(account) => Choice { title: account.display_name, slug: account.slug, ..unknown },
        Err(_) => unknown,
    }
}

#[derive(Template)]
#[template(path = "console/api_keys/secret.html")]
pub(super) struct SecretPage {
    frame: Frame,
    repeated: bool,
    secret: String,
    samples: Vec<Sample>,
    back: String,
}

/// A key with its secret, as the API gives it once.
#[derive(Deserialize)]
pub(super) struct Made {
    id: String,
    key: String,
}

/// The page that shows a secret, once.
pub(super) fn secret_page(
    app: &App,
    viewer: &Viewer,
    (heading, made, repeated): (&str, Made, bool),
) -> Result<HttpResponse, Failure> {
    let whose = Whose::of(&viewer.path);
    let page = SecretPage {
        frame: viewer.frame(app, viewer.words().t(heading), whose.menu(viewer)),
        repeated,
        samples: samples(app.config.server.issuer(), &made.key),
        // Shown again to nobody, not even to who sends the same form again.
        secret: if repeated { String::new() } else { made.key },
        back: viewer.at(format!("{}/{}", whose.path(), made.id)).text(),
    };
    pages::show(StatusCode::OK, &page)
}

pub(super) fn unfit(viewer: &Viewer, why: &Unfit) -> FormErrors {
    FormErrors::field(why.field, viewer.words().t(why.message))
}

/// Makes a key and shows its secret.
pub async fn create(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = match pages::form_or_search(&app, &request, payload, &viewer).await? {
        Sent::Deed(form) => form,
        Sent::Search(form) => return ask(&app, &viewer, &api, (form, FormErrors::default())).await,
    };
    let body = match form::creation(&form) {
        Ok(body) => body,
        Err(why) => {
            let errors = unfit(&viewer, &why);
            return ask(&app, &viewer, &api, (form, errors)).await;
        }
    };
    // Keys of a service account are made with the account's own permission, too.
    let address = match form.text("owner").strip_prefix("service_account:") {
        Some(account) => viewer.at(format!("{}/{}/api-keys", paths::SERVICE_ACCOUNTS, segment(account))),
        None => viewer.at(paths::API_KEYS),
    };
    let mut body = body;
    if let (Some(body), true) = (body.as_object_mut(), form.text("owner").starts_with("service_account:")) {
        body.remove("owner");
    }
    match viewer.create(&api, &address, (&body, &form.text("once"))).await {
        Ok(answer) => secret_page(&app, &viewer, ("key-made-heading", answer.read()?, answer.repeated)),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refusal.errors(FIELDS);
            ask(&app, &viewer, &api, (form, errors)).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
