//! Events as their pages show them.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::console::parts::ListQuery;
use crate::viewer::{Recent, Viewer, recent};

/// An event, as the API gives it. Of those in a list nobody reads what they changed.
#[derive(Clone, Debug, Deserialize)]
pub struct Event<C = IgnoredAny> {
    pub id: String,
    pub timestamp: String,
    pub action: String,
    pub actor_id: String,
    pub actor_name: String,
    pub actor_type: String,
    pub resource_type: String,
    pub resource_id: String,
    pub resource_name: String,
    pub ip_address: String,
    pub user_agent: String,
    pub request_id: String,
    pub client_id: String,
    pub session_id: String,
    pub changes: C,
    pub status: String,
    pub reason: String,
    #[serde(default)]
    pub sequence: Option<i64>,
}

/// A row of the log.
#[derive(Clone, Debug)]
pub struct Row {
    pub href: String,
    pub when: Recent,
    pub action: String,
    /// Who, and all that they did.
    pub actor: String,
    pub of_actor: Option<String>,
    pub target: String,
    pub target_kind: String,
    pub address: String,
    pub tone: &'static str,
    pub outcome: String,
    pub reason: String,
}

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The colour and the word of an outcome.
pub fn outcome(viewer: &Viewer, status: &str) -> (&'static str, String) {
    match status {
        "SUCCESS" => ("good", viewer.words().t("audit-outcome-success")),
        _ => ("bad", viewer.words().t("audit-outcome-failure")),
    }
}

/// Who did it: what they are called, or what they are.
pub fn actor<C>(viewer: &Viewer, event: &Event<C>) -> String {
    if !event.actor_name.is_empty() {
        return event.actor_name.clone();
    }
    match event.actor_type.as_str() {
        kind @ ("user" | "service" | "key" | "system" | "anonymous") => {
            viewer.words().t(&format!("audit-actor-{kind}"))
        }
        other => other.to_owned(),
    }
}

impl<C> Event<C> {
    /// As a row; `list` is the list in which it stands.
    pub fn row(self, viewer: &Viewer, path: &str) -> Row {
        let (tone, outcome) = outcome(viewer, &self.status);
        let of_actor = viewer.at(path).with("actor_id", &self.actor_id).text();
        Row {
            href: viewer.at(format!("{path}/{}", self.id)).text(),
            when: recent(&self.timestamp, viewer.words(), viewer.now),
            actor: actor(viewer, &self),
            of_actor: (!self.actor_id.is_empty()).then_some(of_actor),
            target: if self.resource_name.is_empty() { self.resource_id } else { self.resource_name },
            target_kind: self.resource_type,
            action: self.action,
            address: self.ip_address,
            tone,
            outcome,
            reason: self.reason,
        }
    }
}

impl Event<Value> {
    /// What it changed, field by field.
    pub fn diff(&self) -> Vec<Change> {
        let text = |value: Option<&Value>| match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(other) => Some(serde_json::to_string_pretty(other).unwrap_or_default()),
        };
        let Some(fields) = self.changes.as_object() else { return Vec::new() };
        fields
            .iter()
            .map(|(field, change)| Change {
                field: field.clone(),
                before: text(change.get("before")),
                after: text(change.get("after")),
            })
            .collect()
    }
}

/// A moment as a field for date and time has it, in UTC, as the API wants it. What is something else stays as it is, and
/// the API says what is wrong with it.
fn moment(text: &str) -> String {
    match text.len() {
        10 => format!("{text}T00:00:00Z"),
        16 => format!("{text}:00Z"),
        19 => format!("{text}Z"),
        _ => text.to_owned(),
    }
}

/// The filters as the API takes them.
pub fn for_the_api(query: &ListQuery) -> ListQuery {
    let mut query = query.clone();
    for (name, value) in &mut query.filters {
        if ["start", "end"].contains(name) {
            *value = moment(value);
        }
    }
    query
}

/// A moment as a field for date and time shows it.
pub fn for_the_field(text: &str) -> String {
    let end = if text.len() > 16 && text.ends_with('Z') { 16 } else { text.len() };
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_browsers_send_them() {
        assert_eq!(moment("2026-05-01T12:30"), "2026-05-01T12:30:00Z");
        assert_eq!(moment("2026-05-01"), "2026-05-01T00:00:00Z");
        assert_eq!(moment("2026-05-01T12:30:00+02:00"), "2026-05-01T12:30:00+02:00");
        assert_eq!(for_the_field("2026-05-01T12:30:00Z"), "2026-05-01T12:30");
        assert_eq!(for_the_field("2026-05-01T12:30"), "2026-05-01T12:30");
    }
}
