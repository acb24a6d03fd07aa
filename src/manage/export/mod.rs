//! The forms in which lists leave as files.

pub mod endpoints;

use serde::Serialize;
use serde_json::Value;

use crate::text::text_enum;
use crate::web::{Params, Problem};

text_enum! {
    /// A form of export.
    pub enum Format {
        /// Comma-separated values (RFC 4180), for spreadsheets.
        Csv = "csv",
        /// One JSON array.
        Json = "json",
        /// One JSON object on each line.
        Ndjson = "ndjson",
    }
}

/// The columns of a CSV, in order: members of what is shown, and with a dot members of members.
pub type Columns = &'static [&'static str];

impl Format {
    /// The form that a query asks for.
    ///
    /// # Errors
    /// 400 for none and for one that there is not.
    pub fn of(params: &Params) -> Result<Self, Problem> {
        let asked = params.get("format").and_then(|text| text.parse().ok());
        asked.ok_or_else(|| Problem::bad_request("invalid_format", "format must be csv, json or ndjson."))
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// What stands before the first row.
    pub fn head(self, columns: Columns) -> String {
        let names: Vec<String> = columns.iter().map(|column| column.replace('.', "_")).collect();
        match self {
            Self::Csv => format!("{}\r\n", names.join(",")),
            Self::Json => "[".into(),
            Self::Ndjson => String::new(),
        }
    }

    /// One row.
    pub fn row(self, columns: Columns, row: &impl Serialize, is_first: bool) -> String {
        let json = || serde_json::to_string(row).unwrap_or_default();
        match self {
            Self::Csv => {
                let value = serde_json::to_value(row).unwrap_or_default();
                let cells: Vec<String> = columns.iter().map(|column| cell(member(&value, column))).collect();
                format!("{}\r\n", cells.join(","))
            }
            Self::Json => format!("{}\n{}", if is_first { "" } else { "," }, json()),
            Self::Ndjson => format!("{}\n", json()),
        }
    }

    /// What stands after the last row.
    pub const fn tail(self) -> &'static str {
        match self {
            Self::Json => "\n]\n",
            Self::Csv | Self::Ndjson => "",
        }
    }
}

/// A member of what is shown.
fn member<'v>(value: &'v Value, column: &str) -> &'v Value {
    let found = column.split('.').try_fold(value, |value, name| value.get(name));
    found.unwrap_or(&Value::Null)
}

/// A cell that no spreadsheet takes for a formula, whoever chose its text: what begins like one gets an apostrophe
/// before it (OWASP, CSV Injection).
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // Short words, as a rule: a list of them is easier to read without its brackets.
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    let formula =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    let begins = text.starts_with(formula) || text.trim_start().starts_with(formula);
    let text = if begins { format!("'{text}") } else { text };
    if text.contains(['"', ',', '\r', '\n', '\'', ';']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_ends_before_its_time() {
        for (value, expected) in [
            (json!("plain"), "plain"),
            (json!(null), ""),
            (json!(7), "7"),
            (json!("=1+1"), "\"'=1+1\""),
            (json!("+1"), "\"'+1\""),
            (json!("-1"), "\"'-1\""),
            (json!("@SUM(A1)"), "\"'@SUM(A1)\""),
            (json!("  =1"), "\"'  =1\""),
            (json!("\t=1"), "\"'\t=1\""),
            (json!("＝1"), "\"'＝1\""),
            (json!("a,b"), "\"a,b\""),
            (json!("a\"b"), "\"a\"\"b\""),
            (json!(["a", "b"]), "a b"),
            (json!(["=a"]), "\"'=a\""),
            (json!({ "a": "b" }), "\"{\"\"a\"\":\"\"b\"\"}\""),
        ] {
            assert_eq!(cell(&value), expected);
        }
    }

    #[test]
    fn a_column_can_be_a_member_of_a_member() {
        let row = json!({ "owner": { "id": 7 }, "name": "a" });
        let columns: Columns = &["name", "owner.id", "last_used.at"];
        assert_eq!(Format::Csv.head(columns), "name,owner_id,last_used_at\r\n");
        assert_eq!(Format::Csv.row(columns, &row, true), "a,7,\r\n");
    }
}
