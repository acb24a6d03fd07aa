//! What is wrong with a form, for its page.

use std::borrow::Cow;

use super::reader::Reader;

/// What is wrong with one field, or with the form as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The id of the input.
    pub field: Option<Cow<'static, str>>,
    /// What happened and what to do, in a sentence.
    pub text: String,
}

/// Everything that is wrong with a form: the summary links to the fields, each field repeats its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors(Vec<FieldError>);

impl FormErrors {
    /// One error of the whole form.
    pub fn form(text: impl Into<String>) -> Self {
        Self(vec![FieldError { field: None, text: text.into() }])
    }

    /// One error of one field.
    pub fn field(field: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, text);
        errors
    }

    /// Adds an error of a field.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, text: impl Into<String>) {
        self.0.push(FieldError { field: Some(field.into()), text: text.into() });
    }

    /// A message in the language of whoever reads the form.
    pub fn t(&self, id: &str) -> String {
        Reader::words().t(id)
    }

    /// The rule for new passwords in their language.
    pub fn password_rule(&self, minimum: impl ToString) -> String {
        Reader::words().t1("password-rule", "minimum", minimum.to_string())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    /// What is wrong with this field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field.as_deref() == Some(field)).map(|error| error.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_finds_its_own_error() {
        let mut errors = FormErrors::field("email", "Enter your e-mail address.");
        errors.add("name", "Enter your name.");
        assert_eq!(errors.of("email"), Some("Enter your e-mail address."));
        assert_eq!(errors.of("password"), None);
        assert_eq!(errors.iter().count(), 2);
        assert_eq!(FormErrors::form("x").of(""), None);
        assert!(FormErrors::default().is_empty());
    }
}
