//! Answers of the server as tables, JSON, YAML or bare identifiers.

use serde_json::Value;

use super::client::{member, printable};
use super::nouns::Noun;
use crate::cli::output::{Output, Table, say};

/// How answers look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The form.
    pub output: Output,
    /// Nothing but identifiers.
    pub quiet: bool,
}

/// Prints a list.
pub fn list(noun: &'static Noun, look: Look, items: Vec<Value>) {
    if look.quiet {
        items.iter().for_each(|item| say(member(item, "id").map(printable).unwrap_or_default()));
        return;
    }
    match look.output {
        Output::Table => {
            let mut table = Table::new(noun.columns);
            for item in &items {
                table.row(noun.columns.iter().map(|column| item.get(column).and_then(cell)));
            }
            table.print(look.output);
        }
        Output::Json | Output::Yaml => say(look.output.document(&items)),
    }
}

/// Prints one object, whole.
pub fn one(look: Look, object: &Value) {
    if look.quiet {
        say(member(object, "id").map(printable).unwrap_or_default());
        // It is shown this once, so it must not get lost.
        for name in ["client_secret", "key", "secret"] {
            member(object, name).into_iter().for_each(say);
        }
        return;
    }
    match (look.output, object) {
        (Output::Table, Value::Object(members)) => {
            let mut table = Table::new(&["name", "value"]);
            for (name, value) in members {
                table.row([Some(printable(name)), cell(value)]);
            }
            table.print(look.output);
        }
        _ => say(look.output.document(object)),
    }
}

/// Prints a token: alone where nothing else is wanted.
pub fn token(look: Look, answer: &Value) {
    if look.quiet {
        member(answer, "access_token").into_iter().for_each(say);
    } else {
        one(look, answer);
    }
}

/// Prints how a key was used, hour by hour.
pub fn usage(look: Look, object: &Value) {
    if look.output != Output::Table {
        say(look.output.document(object));
        return;
    }
    let mut table = Table::new(&["hour", "outcome", "requests"]);
    for hour in object.get("hours").and_then(Value::as_array).into_iter().flatten() {
        for (outcome, requests) in hour.get("requests").and_then(Value::as_object).into_iter().flatten() {
            table.row([hour.get("hour").and_then(cell), Some(printable(outcome)), cell(requests)]);
        }
    }
    table.print(look.output);
}

/// The columns of the newest uses of a key.
const OF_USES: [&str; 6] = ["at", "address", "user_agent", "outcome", "door", "requests"];

/// The newest uses of a key: the API's document, or a table with a row for each.
pub fn uses(look: Look, object: &Value) {
    if look.output != Output::Table {
        say(look.output.document(object));
        return;
    }
    let mut table = Table::new(&OF_USES);
    for used in object.get("items").and_then(Value::as_array).into_iter().flatten() {
        table.row(OF_USES.map(|name| used.get(name).and_then(cell)));
    }
    table.print(look.output);
}

/// A value in a cell of a table.
pub fn cell(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(printable(text)),
        Value::Array(items) if items.iter().all(|item| item.is_string()) => {
            Some(items.iter().filter_map(cell).collect::<Vec<_>>().join(", "))
        }
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn cells_are_one_line_that_no_terminal_obeys() {
        assert_eq!(cell(&json!("a\n\u{1b}[2J")).unwrap(), "a  [2J");
        assert_eq!(cell(&json!(["a", "b"])).unwrap(), "a, b");
        assert_eq!(cell(&json!({ "a": [1] })).unwrap(), "{\"a\":[1]}");
        assert_eq!((cell(&json!(null)), cell(&json!(5)).unwrap()), (None, "5".into()));
    }

    #[test]
    fn yaml_reads_like_what_went_in() {
        let value = json!([{ "slug": "no", "n": 1, "list": [], "text": "a: b\n# c", "when": "2026-01-01", "null": null }]);
        let text = Output::Yaml.document(&value);
        for line in ["slug: \"no\"", "n\": 1", "list: []", "\"null\": null", "when: \"2026-01-01\""] {
            assert!(text.contains(line) || text.contains(&line.replace('"', "'")), "{line}: {text}");
        }
    }
}
