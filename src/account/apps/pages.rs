//! `/account/apps`.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::account::parts::{change, done, frame, look, moment};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::clients::{self, Client, ClientPk};
use crate::consents::{self, Consent, in_words};
use crate::db::DbError;
use crate::tokens;
use crate::viewer::{Failure, Frame, Question, Recent, Viewer, pages};
use crate::web::paths;

#[derive(Template)]
#[template(path = "account/apps.html")]
struct List {
    frame: Frame,
    apps: Vec<Connected>,
}

/// An application with what it may do.
#[derive(Clone, Debug)]
struct Connected {
    display_name: String,
    sentences: Vec<String>,
    since: Recent,
    remove: String,
}

/// What was allowed to whom. An application that is gone or no longer for this organisation has no name here.
async fn own(app: &App, viewer: &Viewer) -> Result<Vec<(Consent, Option<Client>)>, Failure> {
    let (tenant, user) = (viewer.who.home.id, viewer.who.user.id);
    look(app, move |conn| {
        let consents = consents::store::of_user(conn, tenant, user)?;
        let ids: Vec<ClientPk> = consents.iter().map(|consent| consent.client_pk).collect();
        let found = clients::store::of_ids(conn, tenant, &ids)?;
        let mut found: BTreeMap<ClientPk, Client> =
            found.into_iter().map(|client| (client.id, client)).collect();
        Ok(consents
            .into_iter()
            .map(|consent| {
                let client = found.remove(&consent.client_pk);
                (consent, client)
            })
            .collect())
    })
    .await
}

fn display_name(viewer: &Viewer, client: Option<&Client>) -> String {
    client.map_or_else(|| viewer.words().t("account-app-gone"), |client| client.display_name.clone())
}

/// Lists them.
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let words = viewer.words();
    let row = |(consent, client): (Consent, Option<Client>)| Connected {
        display_name: display_name(&viewer, client.as_ref()),
        sentences: consent.scopes.iter().map(|scope| in_words(scope, words)).collect(),
        since: moment(&viewer, consent.granted_at),
        remove: paths::ACCOUNT_APP.replace("{id}", &consent.client_pk.to_string()),
    };
    let apps = own(&app, &viewer).await?.into_iter().map(row).collect();
    let frame = frame(&app, &viewer, "account-apps-heading");
    pages::show(StatusCode::OK, &List { frame, apps })
}

async fn named(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
) -> Result<(Consent, Option<Client>), Failure> {
    let id = request.match_info().get("id").and_then(|text| text.parse::<ClientPk>().ok());
    let found = own(app, viewer).await?.into_iter().find(|(consent, _)| Some(consent.client_pk) == id);
    found.ok_or(Failure::NotFound)
}

/// Asks before an application loses what it may do.
pub async fn ask(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (_, client) = named(&app, &viewer, &request).await?;
    let words = viewer.words();
    let page = Question {
        frame: frame(&app, &viewer, "account-app-remove"),
        text: display_name(&viewer, client.as_ref()),
        effect: words.t("account-app-remove-effect"),
        button: words.t("account-app-remove"),
        danger: true,
        back: paths::ACCOUNT_APPS.into(),
    };
    pages::show(StatusCode::OK, &page)
}

/// Takes it back, with every token that came of it.
pub async fn remove(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    pages::looking_form(&app, &request, payload, &viewer).await?;
    let (consent, client) = named(&app, &viewer, &request).await?;
    let (tenant, user, now) = (viewer.who.home.id, viewer.who.user.id, viewer.now);
    let id = consent.client_pk;
    let client_id = client.map(|client| client.client_id).unwrap_or_default();
    let event = viewer
        .event(&app, "consent.revoke", Target::new("application", id, client_id))
        .changing(Changes::none().field("scopes", &consent.scopes, &Vec::new()));
    change(&app, move |conn| {
        if tokens::withdraw_consent(conn, tenant, (user, id), now)? {
            audit::store::insert(conn, tenant, &event)?;
        }
        Ok::<_, DbError>(())
    })
    .await?;
    Ok(pages::see_other(&done(paths::ACCOUNT_APPS, "account-app")))
}
