//! What the sample application knows of somebody who signed in, and how its page shows that.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreIdToken;
use openidconnect::{AccessToken, RefreshToken, SubjectIdentifier};
use serde_json::{Map, Value};

use super::relying_party::Registration;
use crate::clock::Timestamp;

/// The tokens of one sign-in, checked.
pub struct SignedIn {
    pub registration: Registration,
    pub subject: SubjectIdentifier,
    pub id_token: CoreIdToken,
    pub access_token: AccessToken,
    pub refresh_token: Option<RefreshToken>,
    /// `expires_in` in seconds.
    pub expires_in: Option<u64>,
    /// `scope`, as far as the answer says it.
    pub scope: Option<String>,
    /// The claims of the ID token.
    pub claims: Vec<Row>,
    /// The answer of the userinfo endpoint.
    pub userinfo: Vec<Row>,
    /// How many times the tokens were refreshed.
    pub refreshed: u32,
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub name: String,
    pub value: String,
}

/// Claims that are points in time, in seconds.
const TIMES: [&str; 5] = ["exp", "iat", "nbf", "auth_time", "updated_at"];

/// A document as lines, each member one.
pub fn rows(document: &Map<String, Value>) -> Vec<Row> {
    document.iter().map(|(name, value)| Row { name: name.clone(), value: shown(name, value) }).collect()
}

fn shown(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if TIMES.contains(&name) => match number.as_i64() {
            Some(seconds) => format!("{seconds} ({})", Timestamp::from_seconds(seconds)),
            None => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// The claims of a JWT as they stand in it. Only for one whose signature was checked.
pub fn payload(jwt: &str) -> Map<String, Value> {
    let decoded = jwt.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    decoded.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The ends of a token and its length: enough to tell two apart, of no use to anyone.
pub fn shortened(token: &str) -> String {
    const SHOWN: usize = 8;
    let length = token.chars().count();
    if length <= 4 * SHOWN {
        return format!("… ({length} characters)");
    }
    let head: String = token.chars().take(SHOWN).collect();
    let tail: String = token.chars().skip(length - SHOWN).collect();
    format!("{head}…{tail} ({length} characters)")
}

impl SignedIn {
    /// The answer of the token endpoint, with its tokens shortened.
    pub fn answer(&self) -> Vec<Row> {
        let row = |name: &str, value: String| Row { name: name.to_owned(), value };
        let mut rows = vec![row("access_token", shortened(self.access_token.secret()))];
        rows.push(row("id_token", shortened(&self.id_token.to_string())));
        rows.extend(self.refresh_token.as_ref().map(|token| row("refresh_token", shortened(token.secret()))));
        rows.extend(self.expires_in.map(|seconds| row("expires_in", seconds.to_string())));
        rows.extend(self.scope.clone().map(|scope| row("scope", scope)));
        rows
    }

    /// How to address the person.
    pub fn name(&self) -> &str {
        let find = |wanted: &str| self.userinfo.iter().chain(&self.claims).find(|row| row.name == wanted);
        find("name").or_else(|| find("email")).or_else(|| find("sub")).map_or("somebody", |row| &row.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_become_lines() {
        let document =
            serde_json::json!({ "sub": "1", "exp": 1_800_000_000, "amr": ["pwd"], "email_verified": true });
        let lines: Vec<String> = rows(document.as_object().unwrap())
            .iter()
            .map(|row| format!("{}={}", row.name, row.value))
            .collect();
        for line in ["sub=1", "exp=1800000000 (2027-01-15T08:00:00Z)", "amr=[\"pwd\"]", "email_verified=true"]
        {
            assert!(lines.iter().any(|have| have == line), "{line}: {lines:?}");
        }
    }

    #[test]
    fn tokens_are_never_shown_whole() {
        assert_eq!(shortened("abc"), "… (3 characters)");
        let token = format!("head1234{}tail5678", "x".repeat(40));
        assert_eq!(shortened(&token), "head1234…tail5678 (56 characters)");
    }

    #[test]
    fn a_payload_is_read_and_junk_is_empty() {
        let jwt = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(r#"{"sub":"1"}"#));
        assert_eq!(payload(&jwt).get("sub").unwrap(), "1");
        assert!(payload("junk").is_empty() && payload("a.!.b").is_empty());
    }
}
