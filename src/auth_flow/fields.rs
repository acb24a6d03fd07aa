//! The members of a JSON body, read one by one so that everything that is wrong is told at once and by name. Members
//! that nobody asked for are ignored: an application may send more than this version knows.

use serde_json::{Map, Value};

use super::Error;
use crate::web::envelope::Detail;

/// A body that is being read.
#[derive(Debug)]
pub struct Fields {
    body: Map<String, Value>,
    wrong: Vec<Detail>,
}

impl Fields {
    /// Nothing read yet.
    pub const fn new(body: Map<String, Value>) -> Self {
        Self { body, wrong: Vec::new() }
    }

    /// A text that must be there and not be empty.
    pub fn required(&mut self, name: &'static str) -> Option<String> {
        match self.body.remove(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text),
            Some(Value::String(_)) => self.refuse(name, "It must not be empty."),
            None | Some(Value::Null) => self.refuse(name, "It is missing."),
            Some(_) => self.refuse(name, "It must be a string."),
        }
    }

    /// A text that may be absent; `null` is absent.
    pub fn optional(&mut self, name: &'static str) -> Option<String> {
        match self.body.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => self.required(name),
        }
    }

    /// The value, or a note of what is wrong with the field that it was read from.
    pub fn checked<T>(&mut self, name: &'static str, value: Result<T, impl std::fmt::Display>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(why) => self.refuse(name, why.to_string()),
        }
    }

    /// Notes what is wrong with a field.
    pub fn refuse<T>(&mut self, field: &'static str, message: impl Into<String>) -> Option<T> {
        self.wrong.push(Detail { field, message: message.into() });
        None
    }

    /// What was made of the fields, if all of them are as they should be.
    ///
    /// # Errors
    /// `VALIDATION_ERROR` with everything that is wrong.
    pub fn finish<T>(self, request: Option<T>) -> Result<T, Error> {
        match request {
            Some(request) if self.wrong.is_empty() => Ok(request),
            _ => Err(Error::validation(self.wrong)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(body: Value) -> Fields {
        Fields::new(body.as_object().unwrap().clone())
    }

    fn details(error: Error) -> Vec<(&'static str, String)> {
        error.details.into_iter().map(|detail| (detail.field, detail.message)).collect()
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut fields = fields(json!({ "a": 1, "b": "", "c": ["x"], "more": true, "null": null }));
        for name in ["a", "b", "c", "d", "null"] {
            assert_eq!(fields.required(name), None);
        }
        let expected = [
            ("a", "It must be a string.".to_owned()),
            ("b", "It must not be empty.".to_owned()),
            ("c", "It must be a string.".to_owned()),
            ("d", "It is missing.".to_owned()),
            ("null", "It is missing.".to_owned()),
        ];
        assert_eq!(details(fields.finish::<()>(None).unwrap_err()), expected);
    }

    #[test]
    fn absent_and_null_are_fine_where_they_may_be_and_wrong_types_never() {
        let mut good = fields(json!({ "null": null, "text": "x" }));
        assert_eq!((good.optional("null"), good.optional("gone")), (None, None));
        assert_eq!(good.optional("text").as_deref(), Some("x"));
        assert!(good.finish(Some(())).is_ok());
        let mut bad = fields(json!({ "text": {} }));
        assert_eq!(bad.optional("text"), None);
        assert_eq!(details(bad.finish(Some(())).unwrap_err()), [("text", "It must be a string.".to_owned())]);
    }
}
