//! How an interface tells failures: which document, under which codes, in which words. Data, that somebody else reads.

use std::collections::BTreeMap;

use super::{Json, Template};

/// A failure as we know it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Failing<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Our code.
    pub code: &'a str,
    /// What kind of failure it is.
    pub title: &'a str,
    /// What happened, in a sentence.
    pub message: &'a str,
    /// What can be done about it.
    pub fix: Option<&'a str>,
    /// What is wrong with which members.
    pub details: &'a [(&'a str, &'a str)],
    /// What is wrong with a text that was sent: line, column, and what.
    pub parts: &'a [(usize, usize, &'a str)],
    /// Seconds to wait.
    pub retry_after: Option<u32>,
    /// What only our log says; an interface may have a known text for it.
    pub cause: Option<&'a str>,
    /// The request's name.
    pub request_id: &'a str,
}

/// How an interface tells failures.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorForm {
    /// The media type.
    pub content_type: String,
    /// The document.
    pub body: Template,
    /// Names of codes: by `code:member`, by `code`, by status; `*` is the form of all others.
    pub codes: BTreeMap<String, String>,
    /// Whether codes without a name of their own are written in capitals.
    pub capitals: bool,
    /// Known texts, by `code:member`, by `code: cause`, by `code`, by status.
    pub texts: BTreeMap<String, String>,
}

impl ErrorForm {
    /// What the places of the document may be called.
    pub const PLACES: [&'static str; 11] = [
        "type",
        "code",
        "title",
        "status",
        "message",
        "fix",
        "retry_after",
        "field",
        "details",
        "errors",
        "request_id",
    ];

    /// What this interface calls a failure.
    pub fn code(&self, failing: &Failing<'_>) -> String {
        match self.known(&self.codes, failing) {
            Some(name) => name.to_owned(),
            None if self.capitals => failing.code.to_ascii_uppercase(),
            None => failing.code.to_owned(),
        }
    }

    /// What this interface says of a failure.
    pub fn message<'a>(&'a self, failing: &Failing<'a>) -> &'a str {
        self.known(&self.texts, failing).unwrap_or(failing.message)
    }

    fn known<'a>(&self, names: &'a BTreeMap<String, String>, failing: &Failing<'_>) -> Option<&'a str> {
        if names.is_empty() {
            return None;
        }
        let code = failing.code;
        let by_member = failing.details.first().and_then(|(field, _)| names.get(&format!("{code}:{field}")));
        let by_cause = || failing.cause.and_then(|cause| names.get(&format!("{code}: {cause}")));
        let by_status = || names.get(&failing.status.to_string());
        let found = by_member.or_else(by_cause).or_else(|| names.get(code)).or_else(by_status);
        found.map(String::as_str)
    }

    /// The document.
    pub fn render(&self, failing: &Failing<'_>) -> String {
        let code = self.code(failing);
        let kind = Json::Text(format!("/errors/{}", failing.code));
        let text = |text: &str| Json::Text(text.to_owned());
        let code = text(&code);
        let (title, message) = (text(failing.title), text(self.message(failing)));
        let (status, id) = (Json::from(u64::from(failing.status)), text(failing.request_id));
        let (fix, wait) =
            (failing.fix.map(text), failing.retry_after.map(|wait| Json::from(u64::from(wait))));
        let member = |(field, message): &(&str, &str)| {
            Json::Object(vec![("field".into(), text(field)), ("message".into(), text(message))])
        };
        let details = Json::List(failing.details.iter().map(member).collect());
        let field = failing.details.first().map(|(field, _)| text(field));
        let number = |number: usize| Json::from(u64::try_from(number).unwrap_or(u64::MAX));
        let part = |&(line, column, detail): &(usize, usize, &str)| {
            Json::Object(vec![
                ("line".into(), number(line)),
                ("column".into(), number(column)),
                ("detail".into(), text(detail)),
            ])
        };
        let errors = Json::List(failing.parts.iter().map(part).collect());
        let mut scopes = vec![
            ("type", &kind),
            ("code", &code),
            ("title", &title),
            ("status", &status),
            ("message", &message),
            ("request_id", &id),
        ];
        scopes.extend(fix.as_ref().map(|fix| ("fix", fix)));
        scopes.extend(wait.as_ref().map(|wait| ("retry_after", wait)));
        if !failing.details.is_empty() {
            scopes.push(("details", &details));
        }
        scopes.extend(field.as_ref().map(|field| ("field", field)));
        if !failing.parts.is_empty() {
            scopes.push(("errors", &errors));
        }
        self.body.fill(&scopes).unwrap_or(Json::Null).to_text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ErrorForm {
        let names = |list: &[(&str, &str)]| {
            list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        ErrorForm {
            content_type: "application/json".into(),
            body: Template::parse(
                r#"{"error":{"code":"$code","message":"$message","wait":"$retry_after","details":"$details"},"id":"$request_id"}"#,
                &ErrorForm::PLACES,
            )
            .unwrap(),
            codes: names(&[("already_exists:slug", "SLUG"), ("expired", "OLD"), ("422", "INVALID")]),
            capitals: true,
            texts: names(&[("invalid: not three parts", "Not enough segments"), ("429", "Slow down")]),
        }
    }

    #[test]
    fn codes_and_texts_go_from_the_narrow_to_the_wide() {
        let form = form();
        let details = [("slug", "It is taken.")];
        let slug = Failing { status: 409, code: "already_exists", details: &details, ..Failing::default() };
        assert_eq!(form.code(&slug), "SLUG");
        assert_eq!(form.code(&Failing { details: &[], ..slug }), "ALREADY_EXISTS");
        assert_eq!(form.code(&Failing { status: 422, code: "other", ..Failing::default() }), "INVALID");
        assert_eq!(form.code(&Failing { status: 422, code: "expired", ..Failing::default() }), "OLD");
        let cause = Failing { code: "invalid", cause: Some("not three parts"), ..Failing::default() };
        assert_eq!(form.message(&cause), "Not enough segments");
        let other = Failing { code: "invalid", cause: Some("x"), message: "No.", ..Failing::default() };
        assert_eq!(form.message(&other), "No.");
    }

    #[test]
    fn a_document_has_its_bytes() {
        let failing = Failing {
            status: 401,
            code: "expired",
            message: "Over.",
            request_id: "req_1",
            ..Failing::default()
        };
        assert_eq!(form().render(&failing), r#"{"error":{"code":"OLD","message":"Over."},"id":"req_1"}"#);
        let details = [("name", "It is missing.")];
        let full = Failing { status: 429, details: &details, retry_after: Some(7), ..failing };
        assert_eq!(
            form().render(&full),
            r#"{"error":{"code":"OLD","message":"Slow down","wait":7,"details":[{"field":"name","message":"It is missing."}]},"id":"req_1"}"#
        );
    }
}
