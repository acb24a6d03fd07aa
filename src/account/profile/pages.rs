//! `GET` and `POST /account/profile`.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::{Wanted, patched};
use crate::account::parts::{change, done, frame, next_version};
use crate::app::App;
use crate::audit::{self, Changes, Target};
use crate::db::DbError;
use crate::users::{self, User};
use crate::viewer::{Failure, Frame, Viewer, pages};
use crate::web::{FormErrors, paths};

#[derive(Template)]
#[template(path = "account/profile.html")]
struct Page {
    frame: Frame,
    email: String,
    verified: bool,
    wanted: Wanted,
    version: String,
    may_change: bool,
}

fn version(user: &User) -> String {
    user.updated_at.micros().to_string()
}

/// Shows what the person says of themselves.
pub async fn show(request: HttpRequest, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let user = &viewer.who.user;
    render(&app, &viewer, (Wanted::of(user), version(user)), FormErrors::default())
}

fn render(
    app: &App,
    viewer: &Viewer,
    (wanted, version): (Wanted, String),
    errors: FormErrors,
) -> Result<HttpResponse, Failure> {
    let status = pages::status_of(&errors);
    let user = &viewer.who.user;
    let page = Page {
        frame: frame(app, viewer, "account-profile-heading").with_errors(errors),
        email: user.email.to_string(),
        verified: user.email_verified,
        wanted,
        version,
        may_change: viewer.may("profile:manage"),
    };
    pages::show(status, &page)
}

/// Takes what they say.
pub async fn update(request: HttpRequest, payload: Payload, app: Data<App>) -> Result<HttpResponse, Failure> {
    let viewer = pages::viewer(&app, &request).await?;
    let form = pages::form(&app, &request, payload, &viewer).await?;
    if !viewer.may("profile:manage") {
        return Err(Failure::Forbidden);
    }
    let words = viewer.words();
    let wanted = Wanted {
        display_name: form.text("display_name"),
        given_name: form.text("given_name"),
        family_name: form.text("family_name"),
        locale: form.text("locale"),
        zoneinfo: form.text("zoneinfo"),
    };
    let mut errors = FormErrors::default();
    for (field, why) in wanted.faults() {
        errors.add(field, words.t(why));
    }
    if !errors.is_empty() {
        return render(&app, &viewer, (wanted, form.text("version")), errors);
    }
    let seen = viewer.who.user.clone();
    if form.text("version") != version(&seen) {
        let errors = FormErrors::form(words.t("account-changed-meanwhile"));
        return render(&app, &viewer, (wanted, version(&seen)), errors);
    }
    let mut user = patched(&seen, &wanted);
    if user == seen {
        return Ok(pages::see_other(&done(paths::ACCOUNT_PROFILE, "saved")));
    }
    user.updated_at = next_version(&seen, viewer.now);
    let event = viewer
        .event(&app, "user.update", Target::new("user", user.id, user.email.as_str()))
        .changing(Changes::between(&Wanted::of(&seen), &wanted));
    let tenant = viewer.who.home.id;
    let written = change(&app, move |conn| {
        let written = users::store::update_seen(conn, tenant, &user, seen.updated_at)?;
        if written {
            audit::store::insert(conn, tenant, &event)?;
        }
        Ok::<_, DbError>(written)
    })
    .await?;
    if !written {
        let errors = FormErrors::form(words.t("account-changed-meanwhile"));
        return render(&app, &viewer, (wanted, form.text("version")), errors);
    }
    Ok(pages::see_other(&done(paths::ACCOUNT_PROFILE, "saved")))
}
