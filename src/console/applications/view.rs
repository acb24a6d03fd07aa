//! Applications as their pages show them.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::viewer::{Form, Recent, Viewer};
use crate::web::FormErrors;

/// An application, as the API gives it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Application {
    pub id: String,
    pub client_id: String,
    pub display_name: String,
    pub kind: String,
    pub status: String,
    pub auth_method: String,
    pub first_party: bool,
    pub all_tenants: bool,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub grant_types: Vec<String>,
    pub scopes: Vec<String>,
    pub settings: Settings,
    pub created_at: String,
    pub updated_at: String,
}

/// Those of its settings that the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub lifetimes: Map<String, Value>,
    pub audiences: Vec<String>,
}

/// A secret of it, without its value.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredSecret {
    pub id: String,
    pub live: bool,
    pub created_at: String,
    #[serde(default)]
    pub expires_at: Option<String>,
}

/// A row of its secrets.
#[derive(Clone, Debug)]
pub struct SecretRow {
    pub id: String,
    pub created: Recent,
    pub ends: Option<Recent>,
    pub remove: Option<String>,
}

/// Not for programs in a browser, which sign people in there.
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A grant with its message, and whether people sign in by it.
pub const GRANTS: &[(&str, &str, bool)] = &[
    ("authorization_code", "application-grant-authorization-code", true),
    ("refresh_token", "application-grant-refresh-token", true),
    ("client_credentials", "application-grant-client-credentials", false),
    ("urn:ietf:params:oauth:grant-type:token-exchange", "application-grant-token-exchange", false),
    (DEVICE_CODE, "application-grant-device-code", true),
];

/// Lifetimes: the member of the settings with its message.
const LIFETIMES: &[(&str, &str)] = &[
    ("access_token", "application-lifetime-access-token"),
    ("id_token", "application-lifetime-id-token"),
    ("refresh_token_idle", "application-lifetime-refresh-token-idle"),
    ("refresh_token", "application-lifetime-refresh-token"),
];

/// The inputs that errors can stand at.
pub const FIELDS: &[&str] =
    &["display_name", "client_id", "redirect_uris", "post_logout_redirect_uris", "scopes", "grant_types"];

/// A box of a group.
#[derive(Clone, Debug)]
pub struct Tick {
    pub value: &'static str,
    pub label: String,
    pub ticked: bool,
}

/// A lifetime as a field of the form.
#[derive(Clone, Debug)]
pub struct Lifetime {
    pub field: String,
    pub label: String,
    pub seconds: String,
}

/// What can be typed of an application.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub display_name: String,
    pub redirect_uris: String,
    pub post_logout_redirect_uris: String,
    pub scopes: String,
    pub first_party: bool,
    pub grants: Vec<Tick>,
    pub lifetimes: Vec<Lifetime>,
}

fn offered(kind: &str) -> impl Iterator<Item = &'static (&'static str, &'static str, bool)> {
    GRANTS.iter().filter(move |(value, _, signs_in)| match kind {
        "machine" => !signs_in,
        "web" => true,
        "native" => *value != "client_credentials",
        _ => *value != "client_credentials" && *value != DEVICE_CODE,
    })
}

impl Typed {
    /// What stands in the form before anybody types.
    pub fn of(viewer: &Viewer, application: &Application) -> Self {
        let words = viewer.words();
        let lifetimes = &application.settings.lifetimes;
        Self {
            display_name: application.display_name.clone(),
            redirect_uris: application.redirect_uris.join("\n"),
            post_logout_redirect_uris: application.post_logout_redirect_uris.join("\n"),
            scopes: application.scopes.join(" "),
            first_party: application.first_party,
            grants: offered(&application.kind)
                .map(|(value, label, _)| Tick {
                    value,
                    label: words.t(label),
                    ticked: application.grant_types.iter().any(|held| held == value),
                })
                .collect(),
            lifetimes: LIFETIMES
                .iter()
                .map(|(member, label)| Lifetime {
                    field: format!("lifetime_{member}"),
                    label: words.t(label),
                    seconds: lifetimes.get(*member).map(ToString::to_string).unwrap_or_default(),
                })
                .collect(),
        }
    }

    /// What was typed, to be shown again.
    pub fn sent(mut self, form: &Form) -> Self {
        self.display_name = form.text("display_name");
        self.redirect_uris = form.lines("redirect_uris").join("\n");
        self.post_logout_redirect_uris = form.lines("post_logout_redirect_uris").join("\n");
        self.scopes = form.text("scopes");
        self.first_party = form.ticked("first_party");
        let chosen = form.several("grant_types");
        for grant in &mut self.grants {
            grant.ticked = chosen.iter().any(|one| one == grant.value);
        }
        for lifetime in &mut self.lifetimes {
            lifetime.seconds = form.text(&lifetime.field);
        }
        self
    }
}

/// Words of a field, separated by blanks or lines.
pub fn words_of(form: &Form, field: &str) -> Vec<String> {
    form.text(field).split_whitespace().map(str::to_owned).collect()
}

/// The lifetimes that a form names; what is empty is taken back.
pub fn lifetimes_of(viewer: &Viewer, form: &Form) -> Result<Value, FormErrors> {
    let mut errors = FormErrors::default();
    let mut members = Map::new();
    for (member, _) in LIFETIMES {
        let field = format!("lifetime_{member}");
        let value = match form.given(&field) {
            None => Value::Null,
            Some(text) => match text.parse::<u32>() {
                Ok(seconds) => json!(seconds),
                Err(_) => {
                    errors.add(field, viewer.words().t("application-not-a-number"));
                    continue;
                }
            },
        };
        members.insert((*member).to_owned(), value);
    }
    if errors.is_empty() { Ok(json!({ "lifetimes": members })) } else { Err(errors) }
}

/// What whoever registers such addresses should know: each with the name of a message. They are judged when they are
/// saved; this is said beside the field.
pub fn warnings(uris: &str) -> Vec<(String, &'static str)> {
    let about = |uri: &str| {
        let path = uri.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let trailing = path.is_some_and(|(_, path)| path.len() > 1 && path.ends_with('/'));
        [
            (uri.starts_with("http://"), "application-warning-http"),
            (uri.contains('*'), "application-warning-wildcard"),
            (trailing, "application-warning-slash"),
        ]
    };
    let lines = uris.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|uri| {
            let found = about(uri).into_iter().filter(|(holds, _)| *holds);
            found.map(move |(_, message)| (uri.to_owned(), message))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_lists_doubtful_addresses_is_told() {
        let found = warnings(
            "https://a.example/cb\nhttp://localhost:3000/cb\n\n https://*.a.example/cb/ \nhttps://a.example/",
        );
        let messages: Vec<&str> = found.iter().map(|(_, message)| *message).collect();
        assert_eq!(
            messages,
            ["application-warning-http", "application-warning-wildcard", "application-warning-slash"]
        );
        assert_eq!(found[1].0, "https://*.a.example/cb/");
    }
}
