//! What a file did, or would do, as the pages show it.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::language::Words;

/// Objects that a page shows: whoever changes more reads the file.
const SHOWN: usize = 500;

/// What a file did, or would do, as the API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub deleted: usize,
    pub changes: Vec<Change>,
}

/// What happened to one object.
#[derive(Clone, Debug, Deserialize)]
pub struct Change {
    pub action: String,
    pub kind: String,
    pub name: String,
    pub fields: Vec<String>,
    pub values: Map<String, Value>,
}

/// An object of the plan.
#[derive(Clone, Debug)]
pub struct Object {
    pub tone: &'static str,
    pub action: String,
    pub kind: String,
    pub called: String,
    pub fields: Vec<Field>,
}

/// A key that makes a difference.
#[derive(Clone, Debug)]
pub struct Field {
    pub key: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Report {
    /// Whether there is nothing to do.
    pub const fn is_empty(&self) -> bool {
        self.created + self.updated + self.deleted == 0
    }

    /// What is counted, with its word.
    pub fn counts(&self, words: Words) -> Vec<(String, usize)> {
        [
            ("created", self.created),
            ("updated", self.updated),
            ("deleted", self.deleted),
            ("unchanged", self.unchanged),
        ]
        .map(|(action, count)| (words.t(&format!("import-action-{action}")), count))
        .into()
    }

    /// The objects that do not stay as they are, and how many more there are than are shown.
    pub fn objects(&self, words: Words) -> (Vec<Object>, usize) {
        let differ = || self.changes.iter().filter(|change| change.action != "unchanged");
        let shown = differ().take(SHOWN).map(|change| change.object(words)).collect();
        (shown, differ().count().saturating_sub(SHOWN))
    }
}

impl Change {
    fn object(&self, words: Words) -> Object {
        let tone = match self.action.as_str() {
            "created" => "good",
            "deleted" => "bad",
            _ => "warning",
        };
        let field = |(key, value): (&String, &Value)| Field {
            key: key.clone(),
            before: text(value.get("before")),
            after: text(value.get("after")),
        };
        // An empty list where nothing was is not worth a row.
        let says = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let fields = self.values.iter().map(field);
        let mut fields: Vec<Field> =
            fields.filter(|field| says(&field.before) || says(&field.after)).collect();
        // Of a secret nothing is said but that it is another one.
        let silent = self.fields.iter().filter(|key| !self.values.contains_key(*key));
        fields.extend(silent.map(|key| Field { key: key.clone(), before: None, after: None }));
        Object {
            tone,
            action: words.t(&format!("import-action-{}", self.action)),
            kind: words.t(&format!("import-kind-{}", self.kind.replace('_', "-"))),
            called: self.name.clone(),
            fields,
        }
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
            Some(list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        Some(other) => Some(other.to_string()),
    }
}
