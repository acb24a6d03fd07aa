//! What the templates of all sign-in pages share.

/// What is wrong with one field, or with the form as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The id of the input.
    pub field: Option<&'static str>,
    /// What happened and what to do, in a sentence.
    pub text: String,
}

/// Everything that is wrong with a form: the summary links to the fields, each field repeats its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// One error of the whole form.
    pub fn form(text: impl Into<String>) -> Self {
        Self(vec![FieldError { field: None, text: text.into() }])
    }

    /// One error of one field.
    pub fn field(field: &'static str, text: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, text);
        errors
    }

    /// Adds an error of a field.
    pub fn add(&mut self, field: &'static str, text: impl Into<String>) {
        self.0.push(FieldError { field: Some(field), text: text.into() });
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
        self.0.iter().find(|error| error.field == Some(field)).map(|error| error.text.as_str())
    }
}

/// The frame of a page: who asks, what for, and what is wrong.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language of the page, for `lang`.
    pub language: &'static str,
    /// `ltr` or `rtl`, for `dir`.
    pub direction: &'static str,
    /// The name of the application, or ours.
    pub asker: String,
    /// Whether an application asks.
    pub from_application: bool,
    /// The page's heading; the title begins with it.
    pub heading: String,
    /// What is wrong with the form.
    pub errors: Errors,
    /// The token of the page's forms.
    pub csrf: String,
}

impl Frame {
    /// A page of ours, for nobody else.
    pub fn own(heading: impl Into<String>) -> Self {
        Self {
            language: "en",
            direction: "ltr",
            asker: "Gridkey".into(),
            from_application: false,
            heading: heading.into(),
            errors: Errors::default(),
            csrf: String::new(),
        }
    }

    /// A page on the way into an application.
    pub fn of_application(name: &str, heading: impl Into<String>) -> Self {
        Self { asker: name.to_owned(), from_application: true, ..Self::own(heading) }
    }

    /// Adds the token of the page's forms, and what is wrong with what they sent.
    #[must_use]
    pub fn with_form(self, csrf: String, errors: Errors) -> Self {
        Self { csrf, errors, ..self }
    }

    /// The letter that stands for the application's logo.
    pub fn initial(&self) -> String {
        initial(&self.asker)
    }
}

/// The letter that stands for somebody or something without a picture.
pub fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(|| "?".into(), |c| c.to_uppercase().collect())
}

/// Where a page may lead on to.
#[derive(Clone, Debug)]
pub struct Link {
    /// The address.
    pub path: String,
    /// What the button says.
    pub label: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_finds_its_own_error() {
        let mut errors = Errors::field("email", "Enter your e-mail address.");
        errors.add("name", "Enter your name.");
        assert_eq!(errors.of("email"), Some("Enter your e-mail address."));
        assert_eq!(errors.of("password"), None);
        assert_eq!(errors.iter().count(), 2);
        assert_eq!(Errors::form("x").of(""), None);
        assert!(Errors::default().is_empty());
    }

    #[test]
    fn initials_are_letters_or_digits() {
        for (name, expected) in
            [("acme", "A"), ("  (x)", "X"), ("ß", "SS"), ("7up", "7"), ("—", "?"), ("", "?")]
        {
            assert_eq!(initial(name), expected, "{name}");
        }
    }
}
