//! `/console/api-keys/{id}/{action}` and the same under `/account`.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

use super::ACTIONS;
use crate::app::App;
use crate::console::api_keys::Whose;
use crate::console::api_keys::pages::{of_api, secret_page};
use crate::console::api_keys::view::ApiKey;
use crate::viewer::{Failure, Frame, LocalApi, Question, pages};

/// How long the old secret may work on, in seconds, as the form offers it.
const GRACES: &[u32] = &[0, 900, 3_600, 21_600, 86_400, 604_800, 2_592_000];

#[derive(Template)]
#[template(path = "console/api_keys/rotate.html")]
struct Rotate {
    frame: Frame,
    key: ApiKey,
    graces: Vec<(u32, String)>,
    once: String,
    back: String,
}

/// Asks before something is done to a key, and says what it does.
pub async fn ask(request: HttpRequest, app: Data<App>, api: Data<LocalApi>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (words, whose) = (viewer.words(), Whose::of(request.path()));
    let key: ApiKey = viewer.get(&api, &of_api(&viewer, &request, "")).await?;
    let action = request.match_info().get("action").unwrap_or_default();
    let known =
        ACTIONS.iter().find(|(name, states, _)| *name == action && states.contains(&key.status.as_str()));
    let Some((_, _, danger)) = known else { return Err(Failure::NotFound) };
    let frame = viewer.frame(&app, words.t(&format!("key-{action}")), whose.menu(&viewer)).with_recipes(
        format!("gridkey key {action} {}", key.id),
        crate::console::parts::curl(&app, "POST", &of_api(&viewer, &request, &format!("/{action}")), None),
    );
    let back = viewer.at(format!("{}/{}", whose.path(), key.id)).text();
    if action == "rotate" {
        let grace = |seconds: &u32| (*seconds, words.t(&format!("key-grace-{seconds}")));
        let page = Rotate {
            frame,
            key,
            graces: GRACES.iter().map(grace).collect(),
            once: pages::once(&app, &crate::viewer::Form::default()),
            back,
        };
        return pages::show(StatusCode::OK, &page);
    }
    let page = Question {
        frame,
        text: format!("{} ({}…{})", key.name, key.prefix, key.hint),
        effect: words.t(&format!("key-{action}-effect")),
        button: words.t(&format!("key-{action}")),
        danger: *danger,
        back,
    };
    pages::show(StatusCode::OK, &page)
}

/// Does something to a key.
pub async fn act(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    let action = request.match_info().get("action").unwrap_or_default();
    let at = |rest: &str| of_api(&viewer, &request, rest);
    match action {
        "rotate" => {
            let grace: u32 = form
                .text("grace")
                .parse()
                .map_err(|_| Failure::Unreadable(viewer.words().t("refused-invalid-grace")))?;
            let body = json!({ "grace_seconds": grace });
            let made = viewer.create(&api, &at("/rotate"), (&body, &form.text("once"))).await?;
            return secret_page(&app, &viewer, ("key-rotated-heading", made.read()?, made.repeated));
        }
        "disable" => viewer.send(&api, ("POST", &at("/disable")), None, None).await?,
        "enable" => viewer.send(&api, ("POST", &at("/enable")), None, None).await?,
        "revoke" => viewer.send(&api, ("DELETE", &at("")), None, None).await?,
        _ => return Err(Failure::NotFound),
    };
    let id = crate::viewer::segment(request.match_info().get("id").unwrap_or_default());
    let back = viewer.at(format!("{}/{id}", Whose::of(request.path()).path()));
    Ok(pages::see_other(&back.with("done", format!("key-{action}")).text()))
}
