//! How a look at a page can fail.

use std::time::Duration;

use serde::Deserialize;

use super::api::ApiAnswer;
use crate::db::DbError;
use crate::language::{Language, Words};
use crate::users::HasherError;
use crate::web::{FormError, FormErrors, Reader};

/// What the management API refused, in its words.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// The name of the error.
    #[serde(default)]
    pub code: String,
    /// What happened.
    #[serde(default)]
    pub detail: String,
    /// What can be done about it.
    #[serde(default)]
    pub fix: Option<String>,
    /// The member of the body that it is about.
    #[serde(default)]
    pub field: Option<Box<str>>,
    /// Everything that is wrong with a text that was sent.
    #[serde(default)]
    pub errors: Box<[Flaw]>,
    /// Seconds to wait before it makes sense to ask again.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

/// One thing that is wrong with a text that was sent, in the API's words.
#[derive(Clone, Debug, Deserialize)]
pub struct Flaw {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
    /// What is wrong there.
    pub detail: String,
}

impl Refusal {
    /// A failure of ours.
    pub(super) fn broken(why: impl ToString) -> Self {
        Self { status: 500, code: "internal_error".into(), detail: why.to_string(), ..Self::default() }
    }

    pub(super) fn of(answer: &ApiAnswer) -> Self {
        let read: Result<Self, _> = serde_json::from_slice(&answer.body);
        let refusal = read.unwrap_or_else(Self::broken);
        Self { status: answer.status, retry_after: answer.retry_after, ..refusal }
    }

    /// Whether the person can mend it in the form: anything else is a page of its own.
    pub fn is_about_the_form(&self) -> bool {
        matches!(self.status, 400 | 409 | 412 | 422)
    }

    /// The same for a form that hands out permissions: what the person may not hand out they can leave out.
    /// `may` says whether they may do this at all.
    pub fn is_about_what_was_chosen(&self, may: bool) -> bool {
        self.is_about_the_form() || may && self.status == 403
    }

    /// What is wrong, for whoever reads the page. The API speaks English, and says there what it knows; in any other
    /// language the error's code has a sentence of its own.
    pub fn said(&self) -> String {
        let words = Reader::words();
        if words == Words(Language::English) {
            return match &self.fix {
                Some(fix) => format!("{} {fix}", self.detail),
                None => self.detail.clone(),
            };
        }
        // For each code that a form can bring about there is one; a test compares them with the API's.
        let id = format!("refused-{}", self.code.replace('_', "-"));
        if words.knows(&id) { words.t(&id) } else { words.t1("refused-other", "code", self.code.as_str()) }
    }

    /// As the errors of a form, at the field that they are about. `fields` are the inputs of the form: what is about
    /// another member of the body stands above the form.
    pub fn errors(&self, fields: &[&str]) -> FormErrors {
        let text = self.said();
        match &self.field {
            Some(field) if fields.contains(&&**field) => FormErrors::field(field.to_string(), text),
            _ => FormErrors::form(text),
        }
    }
}

/// Why a page is not shown.
#[derive(Debug)]
pub enum Failure {
    /// There is no such thing, or nothing that the viewer may see.
    NotFound,
    /// The viewer may not see or do this.
    Forbidden,
    /// A form that was not sent by our page: why, in the viewer's language.
    Forged(String),
    /// A form that cannot be read.
    Form(FormError),
    /// The request cannot be read: why, in the viewer's language.
    Unreadable(String),
    /// Something of ours failed; the text is for the log.
    Broken(String),
    /// The server is busy or its database is away.
    Busy(String),
    /// More was asked for than is allowed; it is after this time.
    Limited(Duration),
    /// An answer that is no failure, made where a page gives up early.
    Answer(Box<super::pages::Early>),
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        if error.is_temporary() { Self::Busy(error.to_string()) } else { Self::Broken(error.to_string()) }
    }
}

impl From<HasherError> for Failure {
    fn from(error: HasherError) -> Self {
        if error.is_temporary() { Self::Busy(error.to_string()) } else { Self::Broken(error.to_string()) }
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal.status {
            403 => Self::Forbidden,
            404 => Self::NotFound,
            429 => Self::Limited(Duration::from_secs(refusal.retry_after.unwrap_or(1).into())),
            503 => Self::Busy(refusal.detail),
            400..=499 => Self::Unreadable(refusal.said()),
            _ => Self::Broken(refusal.detail),
        }
    }
}
