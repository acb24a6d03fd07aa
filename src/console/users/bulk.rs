//! `/console/users/bulk`: one change to many people, which is counted and shown before it is made.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use super::view::Counts;
use crate::app::App;
use crate::console::parts::{curl, put};
use crate::console::{Section, menu};
use crate::viewer::picker::Known;
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What can be done to many, with the permission that it takes and whether it shuts people out.
const ACTIONS: &[(&str, &str, bool)] = &[
    ("suspend", "users:update", true),
    ("resume", "users:update", false),
    ("assign_role", "roles:assign", false),
    ("withdraw_role", "roles:assign", true),
    ("delete", "users:delete", true),
];

/// The filters by which everybody on every page of the list can be meant.
const FILTERS: &[&str] = &["q", "status", "team", "role"];

/// What the list offers for the rows that are selected.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// Values and labels of what the viewer may do; nothing when that is nothing.
    pub actions: Vec<(String, String)>,
    /// Roles to give or take.
    pub roles: Known,
}

/// A name of the API as it stands in the names of messages.
fn kebab(name: &str) -> String {
    name.replace('_', "-")
}

/// What the viewer may do to many people, and to which of the roles that the page knows.
pub fn bar(viewer: &Viewer, roles: &Known) -> Bar {
    let words = viewer.words();
    let actions: Vec<_> = ACTIONS
        .iter()
        .filter(|(_, permission, _)| viewer.may(permission))
        .map(|(name, _, _)| ((*name).to_owned(), words.t(&format!("users-bulk-{}", kebab(name)))))
        .collect();
    if !viewer.may("roles:assign") {
        return Bar { actions, roles: Known::default() };
    }
    Bar { actions, roles: roles.clone().or_none(words.t("users-bulk-any-role")) }
}

#[derive(Template)]
#[template(path = "console/users/bulk.html")]
struct Preview {
    frame: Frame,
    counts: Option<Counts>,
    effect: String,
    button: String,
    danger: bool,
    action: String,
    fields: Vec<(String, String)>,
    back: String,
}

/// The change as the API takes it.
fn body(form: &Form, action: &str, preview: bool) -> Value {
    let mut body = json!({ "action": action, "preview": preview });
    if action.ends_with("_role") {
        put(&mut body, "role", json!(form.text("role")));
    }
    if form.ticked("everybody") {
        let mut filter = serde_json::Map::new();
        for name in FILTERS {
            if let Some(text) = form.given(&format!("filter_{name}")) {
                let value = if *name == "status" { json!([text]) } else { json!(text) };
                filter.insert((*name).to_owned(), value);
            }
        }
        put(&mut body, "filter", Value::Object(filter));
    } else {
        put(&mut body, "ids", json!(form.several("ids")));
    }
    body
}

/// Counts whom a change would reach, and makes it when the page that told so is sent on.
pub async fn post(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let confirmed = viewer.query.get("confirmed").is_some();
    let form = if confirmed {
        pages::form(&app, &request, payload, &viewer).await?
    } else {
        pages::looking_form(&app, &request, payload, &viewer).await?
    };
    let action = form.text("action");
    let known = ACTIONS.iter().find(|(name, permission, _)| *name == action && viewer.may(permission));
    let Some(&(name, _, danger)) = known else { return Err(Failure::NotFound) };
    let words = viewer.words();
    let nobody = !form.ticked("everybody") && form.several("ids").is_empty();
    let roleless = name.ends_with("_role") && form.given("role").is_none();
    let missing = [(nobody, "users-bulk-nobody"), (roleless, "users-bulk-no-role")];
    if let Some((_, why)) = missing.iter().find(|(missing, _)| *missing) {
        let errors = FormErrors::form(words.t(why));
        return preview(&app, &viewer, (&form, name, danger), (None, errors));
    }
    let address = viewer.at(paths::USERS_BULK);
    match viewer.send(&api, ("POST", &address), Some(body(&form, name, !confirmed)), None).await {
        Ok(answer) if confirmed => {
            let counts: Counts = answer.read()?;
            let list = viewer.at(paths::CONSOLE_USERS).with("done", "users-bulk");
            Ok(pages::see_other(&list.with("changed", counts.changed).with("kept", counts.kept()).text()))
        }
        Ok(answer) => {
            let counts: Counts = answer.read()?;
            preview(&app, &viewer, (&form, name, danger), (Some(counts), FormErrors::default()))
        }
        Err(refusal) if refusal.is_about_what_was_chosen(viewer.may("roles:assign")) => {
            preview(&app, &viewer, (&form, name, danger), (None, refusal.errors(&[])))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn preview(
    app: &App,
    viewer: &Viewer,
    (form, name, danger): (&Form, &str, bool),
    (counts, errors): (Option<Counts>, FormErrors),
) -> Result<HttpResponse, Failure> {
    let (words, key) = (viewer.words(), kebab(name));
    let status = pages::status_of(&errors);
    let frame = viewer
        .frame(app, words.t(&format!("users-bulk-{key}")), menu(viewer, Section::Users))
        .with_errors(errors)
        .with_recipes(
            "",
            curl(app, "POST", &viewer.at(paths::USERS_BULK), Some(&body(form, name, false).to_string())),
        );
    let page = Preview {
        frame,
        counts,
        effect: words.t1(&format!("users-bulk-{key}-effect"), "role", form.text("role")),
        button: words.t(&format!("users-bulk-{key}")),
        danger,
        action: viewer.at(paths::CONSOLE_USERS_BULK).with("confirmed", "yes").text(),
        fields: form.pairs(),
        back: viewer.at(paths::CONSOLE_USERS).text(),
    };
    pages::show(status, &page)
}

/// Nobody looks at the address of the form itself: the list is what they mean.
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    Ok(pages::see_other(&viewer.at(paths::CONSOLE_USERS).text()))
}
