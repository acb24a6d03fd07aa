//! `GET /account/organisations`.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::account::parts::{frame, look};
use crate::app::App;
use crate::app::accounts::{self, Account};
use crate::viewer::{Address, Failure, Frame, pages};
use crate::web::paths;

#[derive(Template)]
#[template(path = "account/organisations.html")]
struct List {
    frame: Frame,
    organisations: Vec<Organisation>,
    switch: String,
}

/// One in which the person is signed in.
#[derive(Clone, Debug)]
struct Organisation {
    display_name: String,
    slug: String,
    is_this: bool,
}

/// Lists the organisations in which somebody with the same address is signed in in this browser.
pub async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let (browser, limits, now) = (viewer.browser.digest(), app.session_limits(), viewer.now);
    let found = look(&app, move |conn| accounts::of_browser(conn, &browser, limits, now)).await?;
    let same = |account: &Account| account.user.email.key() == viewer.who.user.email.key();
    let row = |account: Account| Organisation {
        is_this: account.tenant.id == viewer.who.home.id,
        display_name: account.tenant.display_name,
        slug: account.tenant.slug.to_string(),
    };
    let page = List {
        frame: frame(&app, &viewer, "account-organisations-heading"),
        organisations: found.into_iter().filter(same).map(row).collect(),
        switch: Address::new(paths::LOGIN_SWITCH).with("back", paths::ACCOUNT_ORGANISATIONS).text(),
    };
    pages::show(StatusCode::OK, &page)
}
