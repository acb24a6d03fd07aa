//! The forms in which the log leaves.

use serde_json::Value;

use super::EventView;
use crate::text::text_enum;

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

/// The columns of the CSV, in order.
const COLUMNS: [&str; 21] = [
    "id",
    "timestamp",
    "action",
    "actor_id",
    "actor_email",
    "actor_name",
    "actor_type",
    "tenant_id",
    "resource_type",
    "resource_id",
    "resource_name",
    "ip_address",
    "user_agent",
    "request_id",
    "client_id",
    "session_id",
    "changes",
    "status",
    "reason",
    "sequence",
    "partner_id",
];

impl Format {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// What stands before the first event.
    pub fn head(self) -> String {
        match self {
            Self::Csv => format!("{}\r\n", COLUMNS.join(",")),
            Self::Json => "[".into(),
            Self::Ndjson => String::new(),
        }
    }

    /// One event.
    pub fn row(self, event: &EventView, is_first: bool) -> String {
        let json = || serde_json::to_string(event).unwrap_or_default();
        match self {
            Self::Csv => {
                let value = serde_json::to_value(event).unwrap_or_default();
                let cells: Vec<String> =
                    COLUMNS.iter().map(|name| cell(value.get(name).unwrap_or(&Value::Null))).collect();
                format!("{}\r\n", cells.join(","))
            }
            Self::Json => format!("{}\n{}", if is_first { "" } else { "," }, json()),
            Self::Ndjson => format!("{}\n", json()),
        }
    }

    /// What stands after the last event.
    pub const fn tail(self) -> &'static str {
        match self {
            Self::Json => "\n]\n",
            Self::Csv | Self::Ndjson => "",
        }
    }
}

/// A cell that no spreadsheet takes for a formula, whoever chose its text: what begins like one gets an apostrophe
/// before it (OWASP, CSV Injection).
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
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
            (json!({ "a": "b" }), "\"{\"\"a\"\":\"\"b\"\"}\""),
        ] {
            assert_eq!(cell(&value), expected);
        }
    }
}
