//! `/console/api-keys/bulk` and `/account/api-keys/bulk`: one change to many keys, which is counted and shown before it is made.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Whose;
use super::list::for_the_api;
use crate::app::App;
use crate::clock::Timestamp;
use crate::console::bulk::{self, Counts};
use crate::console::parts::{ListQuery, curl, put};
use crate::viewer::{Failure, Form, Frame, LocalApi, Viewer, pages};
use crate::web::{FormErrors, paths};

/// What can be done to many, and whether programs stop working by it.
const ACTIONS: &[(&str, bool)] = &[("disable", true), ("enable", false), ("revoke", true)];
/// The filters by which the keys on every page of the list can be meant.
const FILTERS: &[&str] = &["q", "status", "health", "owner", "unused_since", "expires_before"];

/// How it would go.
#[derive(Clone, Debug, Deserialize)]
struct Plan {
    #[serde(flatten)]
    counts: Counts,
    #[serde(default)]
    keys: Vec<Named>,
}

/// A key that would be changed.
#[derive(Clone, Debug, Deserialize)]
struct Named {
    name: String,
    prefix: String,
    hint: String,
}

impl Plan {
    /// How many would be changed that are not named.
    fn unnamed(&self) -> u64 {
        self.counts.changed.saturating_sub(self.keys.len() as u64)
    }
}

/// Whether the viewer may change many of these keys.
fn may(viewer: &Viewer, whose: Whose) -> bool {
    match whose {
        Whose::Own => viewer.may("api_keys:manage") && !viewer.is_abroad(),
        Whose::Everybodys => viewer.may("api_keys:administer"),
    }
}

/// What the viewer may do to many keys of this list: value and label.
pub(super) fn actions(viewer: &Viewer, whose: Whose) -> Vec<(String, String)> {
    if !may(viewer, whose) {
        return Vec::new();
    }
    let label = |name: &str| viewer.words().t(&format!("key-{name}"));
    ACTIONS.iter().map(|(name, _)| ((*name).to_owned(), label(name))).collect()
}

#[derive(Template)]
#[template(path = "console/api_keys/bulk.html")]
struct Preview {
    frame: Frame,
    plan: Option<Plan>,
    effect: String,
    button: String,
    danger: bool,
    action: String,
    fields: Vec<(String, String)>,
    back: String,
}

/// The change as the API takes it.
fn body(viewer: &Viewer, (form, action): (&Form, &str), preview: bool) -> Value {
    let mut body = json!({ "action": action, "preview": preview });
    if Whose::of(&viewer.path) == Whose::Own {
        put(&mut body, "scope", json!("own"));
    }
    if form.ticked("everything") {
        put(&mut body, "filter", Value::Object(filter(viewer, form, viewer.now)));
    } else {
        put(&mut body, "ids", json!(form.several("ids")));
    }
    body
}

/// The filters of the list that the form was sent from.
fn filter(viewer: &Viewer, form: &Form, now: Timestamp) -> Map<String, Value> {
    let mut query = ListQuery::of(viewer, Whose::of(&viewer.path).path(), &[]);
    let said = FILTERS.iter().filter_map(|name| Some((*name, form.given(&format!("filter_{name}"))?)));
    query.filters = said.collect();
    let value = |name: &str, text: String| if name == "status" { json!([text]) } else { json!(text) };
    let filters = for_the_api(&query, now).filters;
    filters.into_iter().map(|(name, text)| (name.to_owned(), value(name, text))).collect()
}

/// Counts which keys a change would reach, and makes it when the page that told so is sent on.
pub async fn post(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let whose = Whose::of(&viewer.path);
    let (form, confirmed) = bulk::sent(&app, &request, payload, &viewer).await?;
    let action = form.text("action");
    let known = ACTIONS.iter().find(|(name, _)| *name == action && may(&viewer, whose));
    let Some(&(name, danger)) = known else { return Err(Failure::NotFound) };
    if !form.ticked("everything") && form.several("ids").is_empty() {
        let errors = FormErrors::form(viewer.words().t("keys-bulk-none"));
        return preview(&app, &viewer, (&form, name, danger), (None, errors));
    }
    let (address, wanted) = (viewer.at(paths::API_KEYS_BULK), body(&viewer, (&form, name), !confirmed));
    match viewer.send(&api, ("POST", &address), Some(wanted), None).await {
        Ok(answer) => {
            if !confirmed {
                let plan = Some(answer.read()?);
                return preview(&app, &viewer, (&form, name, danger), (plan, FormErrors::default()));
            }
            Ok(bulk::done(viewer.at(whose.path()), &format!("keys-bulk-{name}"), answer.read()?))
        }
        Err(refusal) if refusal.is_about_the_form() => {
            preview(&app, &viewer, (&form, name, danger), (None, refusal.errors(&[])))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn preview(
    app: &App,
    viewer: &Viewer,
    (form, name, danger): (&Form, &str, bool),
    (plan, errors): (Option<Plan>, FormErrors),
) -> Result<HttpResponse, Failure> {
    let (words, whose) = (viewer.words(), Whose::of(&viewer.path));
    let status = pages::status_of(&errors);
    let call = body(viewer, (form, name), false).to_string();
    let page = Preview {
        frame: viewer
            .frame(app, words.t(&format!("keys-bulk-{name}")), whose.menu(viewer))
            .with_errors(errors)
            .with_recipes("", curl(app, "POST", &viewer.at(paths::API_KEYS_BULK), Some(&call))),
        plan,
        effect: words.t(&format!("keys-bulk-{name}-effect")),
        button: words.t(&format!("key-{name}")),
        danger,
        action: viewer.at(whose.bulk()).with("confirmed", "yes").text(),
        fields: form.pairs(),
        back: viewer.at(whose.path()).text(),
    };
    pages::show(status, &page)
}

/// Nobody looks at the address of the form itself: the list is what they mean.
pub async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    Ok(pages::see_other(&viewer.at(Whose::of(&viewer.path).path()).text()))
}
