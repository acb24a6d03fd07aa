//! `/console/applications/{id}/preview`: the claims that a person's sign-in would bring.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::{Value, json};

use super::view::{Part, Told, meant};
use crate::app::App;
use crate::console::applications::pages::{alive, of_api, page_of};
use crate::console::applications::view::Application;
use crate::console::parts::{curl, put};
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Viewer, pages};
use crate::web::FormErrors;

#[derive(Template)]
#[template(path = "console/applications/preview.html")]
struct Preview {
    frame: Frame,
    application: Application,
    user: String,
    scopes: String,
    audience: String,
    /// The APIs to choose from: value and label.
    apis: Vec<(String, String)>,
    shown: Option<Shown>,
    back: String,
}

/// What was foretold.
struct Shown {
    told: Told,
    against: Vec<(String, Option<String>)>,
    consent: String,
    parts: Vec<Part>,
    has_id_token: bool,
    has_userinfo: bool,
}

impl Shown {
    fn new(viewer: &Viewer, told: Told) -> Self {
        let words = viewer.words();
        let all = [
            ("id-token", &told.id_token),
            ("access-token", &told.access_token),
            ("userinfo", &told.userinfo),
        ];
        Self {
            against: told.against(words),
            consent: told.consent(words),
            parts: all
                .into_iter()
                .filter_map(|(id, contents)| Some(contents.as_ref()?.part(id, words)))
                .collect(),
            has_id_token: told.id_token.is_some(),
            has_userinfo: told.userinfo.is_some(),
            told,
        }
    }
}

/// The words of a field, separated by blanks; nothing when it is empty.
fn asked(viewer: &Viewer, name: &str) -> Option<Vec<String>> {
    let words: Vec<_> =
        viewer.query.get(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    (!words.is_empty()).then_some(words)
}

/// What the form asks besides whose sign-in it is.
fn question(viewer: &Viewer) -> Value {
    let mut question = json!({});
    if let Some(scopes) = asked(viewer, "scopes") {
        put(&mut question, "scopes", json!(scopes));
    }
    if let Some(audience) = viewer.query.get("audience").filter(|audience| !audience.is_empty()) {
        put(&mut question, "audiences", json!([audience]));
    }
    question
}

/// Shows what a sign-in would bring, once it is said whose.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let application = alive(&viewer, (&api, &request)).await?;
    let typed = viewer.query.get("user").map(|text| text.trim().to_owned());
    let (mut shown, mut errors) = (None, FormErrors::default());
    if let Some(typed) = typed.as_deref().filter(|typed| !typed.is_empty()) {
        match foretell(&viewer, (&api, &request), (typed, question(&viewer))).await? {
            Ok((_, told)) => shown = Some(Shown::new(&viewer, told)),
            Err(found) => errors = found,
        }
    }
    let own = if viewer.is_abroad() { String::new() } else { viewer.who.user.email.to_string() };
    let first = (String::new(), words.t("preview-api-first"));
    let apis = application.settings.audiences.iter().map(|api| (api.clone(), api.clone()));
    let status = pages::status_of(&errors);
    let command = format!("gridkey token preview --app {} --user ada@example.com", application.client_id);
    let example = json!({ "user_id": "…", "scopes": ["openid", "email"] }).to_string();
    let page = Preview {
        frame: viewer
            .frame(&app, words.t("preview-heading"), menu(&viewer, Section::Applications))
            .with_errors(errors)
            .with_recipes(
                command,
                curl(&app, "POST", &of_api(&viewer, &request, "/preview"), Some(&example)),
            ),
        user: typed.unwrap_or(own),
        scopes: viewer.query.get("scopes").unwrap_or_default().to_owned(),
        audience: viewer.query.get("audience").unwrap_or_default().to_owned(),
        apis: std::iter::once(first).chain(apis).collect(),
        shown,
        back: viewer.at(page_of(&request)).text(),
        application,
    };
    pages::show(status, &page)
}

/// Asks the API what would become of the sign-in of whoever is meant, and tells who that is; what is wrong with the form
/// otherwise. `question` is what is asked besides.
pub async fn foretell(
    viewer: &Viewer,
    (api, request): (&LocalApi, &HttpRequest),
    (typed, mut question): (&str, Value),
) -> Result<Result<(String, Told), FormErrors>, Failure> {
    let nobody = || FormErrors::field("user", viewer.words().t("preview-unknown-person"));
    let Some(user) = meant(viewer, api, typed).await? else { return Ok(Err(nobody())) };
    put(&mut question, "user_id", json!(user));
    let address = of_api(viewer, request, "/preview");
    match viewer.send(api, ("POST", &address), Some(question), None).await {
        Ok(answer) => Ok(Ok((user, answer.read()?))),
        // The application was found before.
        Err(refusal) if refusal.status == 404 => Ok(Err(nobody())),
        Err(refusal) if refusal.is_about_the_form() => Ok(Err(refusal.errors(&["scopes"]))),
        Err(refusal) => Err(refusal.into()),
    }
}
