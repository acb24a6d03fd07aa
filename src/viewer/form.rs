//! What a form sent.

use serde_json::{Map, Value};

use crate::secret::Secret;
use crate::web::Params;

/// The button by which a form looks for more to choose from; its value is the field that chooses.
const FIND: &str = "find";
/// Begins the name of the field that says what is looked for.
const SOUGHT: &str = "find_";
/// Begins the name of the hidden field that says what was looked for last.
const SOUGHT_BEFORE: &str = "found_";

/// The field that says what is looked for, for the field that then chooses.
pub fn search_field(field: &str) -> String {
    format!("{SOUGHT}{field}")
}

/// The fields of a form whose token was good.
#[derive(Clone, Debug, Default)]
pub struct Form(Params);

impl Form {
    /// Wraps what was read.
    pub const fn new(params: Params) -> Self {
        Self(params)
    }

    /// A field as it was sent, without the blanks around it; empty when it was not sent.
    pub fn text(&self, name: &str) -> String {
        self.0.get(name).unwrap_or_default().trim().to_owned()
    }

    /// A field as it was sent, to the last blank.
    pub fn raw(&self, name: &str) -> String {
        self.0.get(name).unwrap_or_default().to_owned()
    }

    /// A field, if anything was put into it.
    pub fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// Every value of a group of boxes of one name.
    pub fn several(&self, name: &str) -> Vec<String> {
        self.0
            .pairs()
            .filter(|(found, value)| *found == name && !value.is_empty())
            .map(|(_, value)| value.to_owned())
            .collect()
    }

    /// Whether the form was sent to look for what a field can choose: by its button, or because something was typed that
    /// was not looked for yet, as by the Enter key.
    pub fn searches(&self, field: &str) -> bool {
        let text = |prefix: &str| self.text(&format!("{prefix}{field}"));
        self.text(FIND) == field || text(SOUGHT) != text(SOUGHT_BEFORE)
    }

    /// Whether the form was sent to look for something to choose, and not yet for what it is for.
    pub fn is_search(&self) -> bool {
        self.0.pairs().any(|(name, value)| match name.strip_prefix(SOUGHT) {
            Some(field) => self.searches(field),
            None => name == FIND && !value.is_empty(),
        })
    }

    /// The lines of a field that takes one thing on each.
    pub fn lines(&self, name: &str) -> Vec<String> {
        let text = self.0.get(name).unwrap_or_default();
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// Everything but what the frame itself sends, for a page that has to send it on.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let own = |name: &str| ["csrf", super::confirm::PASSWORD].contains(&name);
        self.0
            .pairs()
            .filter(|(name, _)| !own(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// These fields as members of a JSON object; an empty one becomes `null`, which in a merge patch takes a value away.
    pub fn members(&self, names: &[&str]) -> Map<String, Value> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), self.given(name).map_or(Value::Null, Value::String)))
            .collect()
    }

    /// A field that nobody else may read, as it was typed: blanks at its ends count.
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.0.get(name).filter(|text| !text.is_empty()).map(Secret::new)
    }

    /// The password that the question for it brought.
    pub(super) fn password(&self) -> Option<&str> {
        self.0.get(super::confirm::PASSWORD)
    }

    /// The form's token.
    pub(super) fn token(&self) -> &str {
        self.0.get("csrf").unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(query: &str) -> Form {
        Form::new(Params::from_query(query).unwrap())
    }

    #[test]
    fn a_form_looks_for_what_was_typed_and_not_looked_for() {
        for (query, is_search) in [
            ("name=CI&owner=x", false),
            ("find=owner&find_owner=&found_owner=", true),
            ("find_owner=bill&found_owner=", true),
            ("find_owner=bill&found_owner=bill", false),
            ("find_owner=&found_owner=bill", true),
            ("find_owner=&found_owner=&find_roles=a&found_roles=", true),
            ("find=", false),
        ] {
            assert_eq!(form(query).is_search(), is_search, "{query}");
        }
        let both = form("find=owner&find_owner=b&found_owner=b&find_roles=&found_roles=");
        assert!(both.searches("owner") && !both.searches("roles"));
    }
}
