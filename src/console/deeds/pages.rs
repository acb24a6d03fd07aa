//! The question before a deed, and what is told once.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::Deed;
use crate::app::App;
use crate::console::{Section, menu};
use crate::viewer::{Failure, Frame, Viewer, pages};
use crate::web::FormErrors;

/// What a question is about.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What the object is called.
    pub text: String,
    /// The page of the object.
    pub back: String,
    /// Hidden fields of the form.
    pub carried: Vec<(&'static str, String)>,
    /// Why it was not done.
    pub errors: FormErrors,
}

#[derive(Template)]
#[template(path = "console/question.html")]
struct Question {
    frame: Frame,
    text: String,
    effect: String,
    button: String,
    danger: bool,
    back: String,
    carried: Vec<(&'static str, String)>,
}

/// Asks before something is done.
///
/// # Errors
/// When the template fails.
pub fn ask(
    app: &App,
    viewer: &Viewer,
    (section, deed): (Section, &Deed),
    about: About,
) -> Result<HttpResponse, Failure> {
    let words = viewer.words();
    let status = pages::status_of(&about.errors);
    let page = Question {
        frame: viewer.frame(app, words.t(deed.label), menu(viewer, section)).with_errors(about.errors),
        text: about.text,
        effect: words.t(deed.effect),
        button: words.t(deed.label),
        danger: deed.danger,
        back: about.back,
        carried: about.carried,
    };
    pages::show(status, &page)
}

/// A value that is told once.
#[derive(Clone, Debug)]
pub struct Line {
    /// The id of the element that holds it.
    pub id: &'static str,
    /// What it is.
    pub label: String,
    /// The value.
    pub text: String,
}

/// What a page tells once.
#[derive(Clone, Debug)]
pub struct Secret {
    /// The heading.
    pub heading: String,
    /// Whether it was told before: then the values are not.
    pub repeated: bool,
    /// The values.
    pub lines: Vec<Line>,
    /// Where to go from here.
    pub back: String,
}

#[derive(Template)]
#[template(path = "console/told.html")]
struct Told {
    frame: Frame,
    repeated: bool,
    lines: Vec<Line>,
    back: String,
}

/// Tells a secret. A form that is sent again tells nothing.
///
/// # Errors
/// When the template fails.
pub fn tell(app: &App, viewer: &Viewer, section: Section, secret: Secret) -> Result<HttpResponse, Failure> {
    let page = Told {
        frame: viewer.frame(app, secret.heading, menu(viewer, section)),
        repeated: secret.repeated,
        lines: if secret.repeated { Vec::new() } else { secret.lines },
        back: secret.back,
    };
    pages::show(StatusCode::OK, &page)
}
