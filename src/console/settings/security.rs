//! `/console/settings/security`: passwords, sessions, lifetimes of tokens, API keys and their limits. What is left empty
//! follows the server.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Map, Value, json};

use super::view::{Tenant, of_api};
use crate::app::App;
use crate::console::parts::curl;
use crate::console::{Section, menu};
use crate::language::Words;
use crate::viewer::{Failure, Form, Frame, LocalApi, Refusal, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What can be set: groups as the page shows them, each setting with its object in the settings (none for one that
/// stands alone) and its name there.
const GROUPS: &[(&str, &[(&str, &str)])] = &[
    ("sign-in", &[("passwords", "minimum_length"), ("sessions", "idle"), ("sessions", "absolute")]),
    (
        "tokens",
        &[
            ("lifetimes", "access_token"),
            ("lifetimes", "id_token"),
            ("lifetimes", "refresh_token_idle"),
            ("lifetimes", "refresh_token"),
        ],
    ),
    (
        "keys",
        &[
            ("api_keys", "prefix"),
            ("api_keys", "default_lifetime_days"),
            ("api_keys", "longest_lifetime_days"),
            ("api_keys", "token_lifetime"),
            ("api_keys", "session_lifetime"),
        ],
    ),
    (
        "rates",
        &[
            ("api_keys", "key_rate_limit"),
            ("api_keys", "principal_rate_limit"),
            ("api_keys", "tenant_rate_limit"),
        ],
    ),
    ("log", &[("", "audit_retention_days")]),
];

/// The setting that is a text; all others are numbers.
const TEXT: &str = "prefix";

/// The name of the input.
fn key(object: &str, name: &str) -> String {
    if object.is_empty() { name.to_owned() } else { format!("{object}_{name}") }
}

/// Where it stands in the settings, as the API names it.
fn path(object: &str, name: &str) -> String {
    if object.is_empty() { name.to_owned() } else { format!("{object}.{name}") }
}

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    GROUPS.iter().flat_map(|(_, fields)| fields.iter().copied())
}

struct Group {
    heading: String,
    fields: Vec<Field>,
}

struct Field {
    key: String,
    caption: String,
    note: String,
    current: String,
    number: bool,
}

#[derive(Template)]
#[template(path = "console/settings/security.html")]
struct Security {
    frame: Frame,
    groups: Vec<Group>,
    disable_on_spike: bool,
    version: String,
    may_update: bool,
}

/// Shows what the organisation decides for itself.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    show_with(&app, &viewer, &api, None).await
}

fn setting<'a>(settings: &'a Value, object: &str, name: &str) -> Option<&'a Value> {
    let within = if object.is_empty() { Some(settings) } else { settings.get(object) };
    within.and_then(|within| within.get(name))
}

fn field(words: Words, (settings, form): (&Value, Option<&Form>), (object, name): (&str, &str)) -> Field {
    let key = key(object, name);
    let message = format!("settings-{}", key.replace('_', "-"));
    let current = match (form, setting(settings, object, name)) {
        (Some(form), _) => form.text(&key),
        (None, Some(Value::String(text))) => text.clone(),
        (None, Some(value)) if !value.is_null() => value.to_string(),
        _ => String::new(),
    };
    let note = words.t(&format!("{message}-hint"));
    Field { caption: words.t(&message), note, current, number: name != TEXT, key }
}

async fn show_with(
    app: &App,
    viewer: &Viewer,
    api: &LocalApi,
    sent: Option<(Form, FormErrors)>,
) -> Result<HttpResponse, Failure> {
    let (tenant, version): (Tenant, String) = viewer.get_versioned(api, &of_api(viewer, "")).await?;
    let words = viewer.words();
    let (form, errors) = sent.unzip();
    let errors = errors.unwrap_or_default();
    let status = pages::status_of(&errors);
    let body = json!({ "settings": { "sessions": { "idle": 3600 } } }).to_string();
    let frame = viewer
        .frame(app, words.t("settings-security-heading"), menu(viewer, Section::Security))
        .with_errors(errors)
        .with_recipes(
            format!("gridkey tenant update {} --data '{body}'", tenant.slug),
            curl(app, "PATCH", &of_api(viewer, ""), Some(&body)),
        );
    let values = (&tenant.settings, form.as_ref());
    let group = |(name, fields): &(&str, &[(&str, &str)])| Group {
        heading: words.t(&format!("settings-group-{name}")),
        fields: fields.iter().map(|of| field(words, values, *of)).collect(),
    };
    let spike = setting(&tenant.settings, "api_keys", "disable_on_spike");
    let page = Security {
        frame,
        groups: GROUPS.iter().map(group).collect(),
        disable_on_spike: form
            .as_ref()
            .map_or(spike == Some(&Value::Bool(true)), |form| form.ticked("disable_on_spike")),
        version: form.as_ref().map_or(version, |form| form.text("version")),
        may_update: viewer.may("tenant:update"),
    };
    pages::show(status, &page)
}

/// The form as a merge patch: what is empty is taken back.
fn patch(words: Words, form: &Form) -> Result<Value, FormErrors> {
    let mut settings = Map::new();
    let mut errors = FormErrors::default();
    for (object, name) in all() {
        let input = key(object, name);
        let value = match form.given(&input) {
            None => Value::Null,
            Some(text) if name == TEXT => Value::String(text),
            Some(text) => match text.parse::<u32>() {
                Ok(number) => number.into(),
                Err(_) => {
                    errors.add(input, words.t("settings-no-number"));
                    continue;
                }
            },
        };
        if object.is_empty() {
            settings.insert(name.to_owned(), value);
        } else if let Value::Object(within) =
            settings.entry(object).or_insert_with(|| Value::Object(Map::new()))
        {
            within.insert(name.to_owned(), value);
        }
    }
    if let Some(Value::Object(keys)) = settings.get_mut("api_keys") {
        let on = form.ticked("disable_on_spike");
        keys.insert("disable_on_spike".to_owned(), if on { Value::Bool(true) } else { Value::Null });
    }
    if errors.is_empty() { Ok(json!({ "settings": settings })) } else { Err(errors) }
}

/// The refusal at the input that it names.
fn refused(refusal: &Refusal) -> FormErrors {
    let named = all().find(|(object, name)| {
        let within = format!("settings.{}", path(object, name));
        let rest = refusal.detail.strip_prefix(&within);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    });
    match named {
        Some((object, name)) => FormErrors::field(key(object, name), refusal.said()),
        None => refusal.errors(&[]),
    }
}

/// Changes what the organisation decides for itself.
pub async fn update(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let body = match patch(viewer.words(), &form) {
        Ok(body) => body,
        Err(errors) => return show_with(&app, &viewer, &api, Some((form, errors))).await,
    };
    match viewer.send(&api, ("PATCH", &of_api(&viewer, "")), Some(body), Some(form.text("version"))).await {
        Ok(_) => Ok(pages::see_other(&viewer.at(paths::CONSOLE_SECURITY).with("done", "saved").text())),
        Err(refusal) if refusal.is_about_the_form() => {
            let errors = refused(&refusal);
            show_with(&app, &viewer, &api, Some((form, errors))).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
