//! `GET /account`.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Launch, launches};
use crate::account::parts::{frame, look, moment};
use crate::app::App;
use crate::clients::{self, ClientPk};
use crate::consents;
use crate::sessions::{self, store::SessionFilter};
use crate::viewer::{Address, Failure, Frame, LocalApi, Page, Recent, Viewer, pages};
use crate::web::paths;

/// A device that was not used for so long is worth a look.
const FORGOTTEN: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A key that ends within this time is worth one, too.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// Sessions that are looked at.
const MOST: i64 = 200;

#[derive(Template)]
#[template(path = "account/home.html")]
struct Home {
    frame: Frame,
    apps: Vec<Launch>,
    suggestions: Vec<Suggestion>,
    last_sign_in: Option<Recent>,
    /// Where somebody who can open nothing finds help.
    support: Option<String>,
}

/// Something that the person could look after.
#[derive(Clone, Debug)]
struct Suggestion {
    text: String,
    link: Option<(String, String)>,
}

/// Anything; only that it is there counts.
#[derive(serde::Deserialize)]
struct Something {}

/// Shows where to go from here.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    api: Data<LocalApi>,
) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (tenant, user, now) = (viewer.who.home.id, viewer.who.user.id, viewer.now);
    let used_after = now - app.session_limits().idle;
    let (clients, sessions) = look(&app, move |conn| {
        let mut clients = clients::store::first_party_of(conn, tenant)?;
        let allowed: Vec<ClientPk> = consents::store::of_user(conn, tenant, user)?
            .into_iter()
            .map(|consent| consent.client_pk)
            .filter(|id| clients.iter().all(|client| client.id != *id))
            .collect();
        clients.extend(clients::store::of_ids(conn, tenant, &allowed)?);
        let filter = SessionFilter { user: Some(user), now, used_after };
        Ok((clients, sessions::store::list(conn, tenant, &filter, None, MOST)?))
    })
    .await?;
    let forgotten = sessions.iter().any(|session| now.since(session.last_seen_at) > FORGOTTEN);
    let brand = app.brand(tenant).await?;
    let page = Home {
        support: brand.and_then(|brand| brand.support_url.clone()),
        frame: frame(&app, &viewer, "account-home-heading"),
        apps: launches(&clients),
        suggestions: suggestions(&viewer, forgotten, ending_keys(&viewer, &api).await?),
        last_sign_in: viewer.who.user.last_sign_in_at.map(|at| moment(&viewer, at)),
    };
    pages::show(StatusCode::OK, &page)
}

async fn ending_keys(viewer: &Viewer, api: &LocalApi) -> Result<bool, Failure> {
    let address = Address::new(paths::API_KEYS)
        .with("owner", format!("user:{}", viewer.who.user.id))
        .with("status", "active")
        .with("expires_before", (viewer.now + SOON).to_rfc3339())
        .with("limit", 1);
    let page: Page<Something> = viewer.peek(api, ("api_keys:manage", &address)).await?;
    Ok(!page.items.is_empty())
}

fn suggestions(viewer: &Viewer, forgotten: bool, ending: bool) -> Vec<Suggestion> {
    let words = viewer.words();
    let link = |path: &str, label: &str| Some((path.to_owned(), words.t(label)));
    let mut all = Vec::new();
    if !viewer.who.user.email_verified {
        all.push(Suggestion { text: words.t("account-suggest-verify"), link: None });
    }
    if forgotten {
        let link = link(paths::ACCOUNT_DEVICES, "account-suggest-devices-link");
        all.push(Suggestion { text: words.t("account-suggest-devices"), link });
    }
    if ending {
        let link = link(paths::ACCOUNT_API_KEYS, "account-suggest-keys-link");
        all.push(Suggestion { text: words.t("account-suggest-keys"), link });
    }
    all
}
