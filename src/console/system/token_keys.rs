//! `/console/system/token-keys`: the keys that sign tokens.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::view::TokenKey;
use crate::app::App;
use crate::console::parts::curl;
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, LocalApi, Page, Recent, Viewer, pages, recent};
use crate::web::paths;

#[derive(Template)]
#[template(path = "console/system/token_keys.html")]
struct Keys {
    frame: Frame,
    rows: Vec<Row>,
    published: &'static str,
}

struct Row {
    kid: String,
    algorithm: String,
    tone: &'static str,
    state: String,
    created: Recent,
    active: Recent,
    retired: Option<Recent>,
}

fn row(viewer: &Viewer, key: TokenKey) -> Row {
    let words = viewer.words();
    let at = |text: &str| recent(text, words, viewer.now);
    Row {
        tone: match key.state.as_str() {
            "active" => "good",
            "retired" => "warning",
            "expired" => "bad",
            _ => "",
        },
        state: words.t(&format!("token-key-state-{}", key.state)),
        created: at(&key.created_at),
        active: at(&key.active_at),
        retired: key.retired_at.as_deref().map(at),
        kid: key.kid,
        algorithm: key.algorithm,
    }
}

/// Lists the keys.
pub async fn list(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let address = viewer.at(paths::TOKEN_KEYS);
    let page: Page<TokenKey> = viewer.get(&api, &address).await?;
    let frame = viewer
        .frame(&app, viewer.words().t("token-keys-heading"), menu(&viewer, Section::TokenKeys))
        .with_recipes("gridkey keys list", curl(&app, "GET", &address, None));
    let rows = page.items.into_iter().map(|key| row(&viewer, key)).collect();
    pages::show(StatusCode::OK, &Keys { frame, rows, published: paths::JWKS })
}
