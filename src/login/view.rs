//! What the templates of all sign-in pages share.

use std::sync::Arc;

use crate::language::Words;
pub use crate::web::FormErrors as Errors;
use crate::web::{Brand, Reader};

/// The frame of a page: who asks, what for, and what is wrong.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The words.
    pub words: Words,
    /// Who reads it.
    pub reader: Reader,
    /// How the organisation looks whose page it is.
    pub brand: Option<Arc<Brand>>,
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
        let reader = Reader::current();
        Self {
            words: reader.preferences.words(),
            reader,
            brand: Brand::current(),
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

    /// A message.
    pub fn t(&self, id: &str) -> String {
        self.words.t(id)
    }

    /// Whose page it is, for its title.
    pub fn owner(&self) -> &str {
        match &self.brand {
            Some(brand) if !self.from_application => &brand.name,
            _ => &self.asker,
        }
    }

    /// The letter that stands for the application's logo.
    pub fn initial(&self) -> String {
        initial(&self.asker)
    }
}

/// A message in the language of whoever reads the page.
pub fn t(id: &str) -> String {
    Reader::words().t(id)
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
    pub label: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_letters_or_digits() {
        for (name, expected) in
            [("acme", "A"), ("  (x)", "X"), ("ß", "SS"), ("7up", "7"), ("—", "?"), ("", "?")]
        {
            assert_eq!(initial(name), expected, "{name}");
        }
    }
}
