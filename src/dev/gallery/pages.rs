//! `GET /dev/gallery`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::samples::{self, CHANGES, CODE, COMPARED, KEY, MATRIX, PERMISSIONS, STEPS};
use crate::app::App;
use crate::dev::pages::page;
use crate::viewer::chart::Chart;
use crate::viewer::picker::{Known, Picker};
use crate::viewer::{Frame, NavGroup, NavItem, Recent};
use crate::web::{Brand, ContentSecurityPolicy, ErrorPage, FormErrors, Reader, paths};

/// The fields that are shown once more with something wrong in them.
const WRONG: &[&str] = &[
    "wrong_text",
    "wrong_email",
    "wrong_area",
    "wrong_number",
    "wrong_select",
    "wrong_new_password",
    "wrong_current_password",
];

#[derive(Template)]
#[template(path = "dev/gallery.html")]
struct Gallery {
    frame: Frame,
    sound: FormErrors,
    broken: FormErrors,
    moments: Vec<Recent>,
    choice_list: Vec<(String, String)>,
    tab_list: Vec<(String, String, bool)>,
    busy_chart: Chart,
    flat_chart: Chart,
    further: Option<String>,
    nowhere: Option<String>,
    sample_brand: Brand,
    one_of_many: Picker,
    some_of_many: Picker,
    none_of_many: Picker,
    known: Known,
    known_of_many: Known,
    picked: String,
    picked_some: Vec<String>,
}

/// Shows every part.
pub async fn show(app: Data<App>) -> Result<HttpResponse, ErrorPage> {
    let reader = Reader::current();
    let words = reader.preferences.words();
    let item = |label: &str, href: &str| NavItem {
        label: label.into(),
        href: href.into(),
        current: href == paths::DEV_GALLERY,
    };
    let menu = vec![NavGroup {
        label: "/dev".into(),
        items: vec![
            item("gallery", paths::DEV_GALLERY),
            item("app", paths::DEV_APP),
            item("mail", paths::DEV_MAIL),
        ],
    }];
    let mut frame = Frame::sample(&reader, "Gallery", ("Ada Lovelace", "ada@acme.example"), "Acme");
    frame.menu = menu;
    frame.here = paths::DEV_GALLERY.into();
    let template = Gallery {
        frame,
        sound: FormErrors::default(),
        broken: samples::errors(words, WRONG),
        moments: samples::moments(words, app.now()),
        choice_list: samples::choices(),
        tab_list: samples::tabs(),
        busy_chart: samples::chart(words, false),
        flat_chart: samples::chart(words, true),
        further: Some("#ui-pager".into()),
        nowhere: None,
        sample_brand: Brand { name: "Acme".into(), logo: None, style_sheet: None, support_url: None },
        one_of_many: Picker::sample("picked_team", "", samples::NAMES),
        some_of_many: Picker::sample("picked_teams", "o", samples::NAMES),
        none_of_many: Picker::sample("picked_more", "x", &[]),
        known: Known { choices: samples::choices(), more: false },
        known_of_many: Known { choices: samples::choices(), more: true },
        picked: "ops".into(),
        picked_some: vec!["ops".into()],
    };
    let policy = ContentSecurityPolicy::page().script_self().connect_self();
    page(StatusCode::OK, &policy, &template)
}
