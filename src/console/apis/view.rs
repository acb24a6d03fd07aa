//! APIs as their pages show them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::viewer::{Form, Viewer};
use crate::web::FormErrors;

/// An API, as the management API gives it.
#[derive(Clone, Debug, Deserialize)]
pub struct ResourceServer {
    pub id: String,
    pub audience: String,
    pub display_name: String,
    pub permissions: Vec<String>,
    pub status: String,
    #[serde(default)]
    pub settings: Settings,
    pub created_at: String,
    pub updated_at: String,
}

/// What is decided for its tokens.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub access_token_lifetime: Option<u32>,
    pub access_token_alg: Option<String>,
}

/// What can be typed of an API.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub audience: String,
    pub display_name: String,
    pub permissions: String,
    pub lifetime: String,
    pub algorithm: String,
}

/// How tokens can be signed.
pub const ALGORITHMS: &[&str] = &["RS256", "ES256", "EdDSA"];

impl From<&ResourceServer> for Typed {
    fn from(server: &ResourceServer) -> Self {
        Self {
            audience: server.audience.clone(),
            display_name: server.display_name.clone(),
            permissions: server.permissions.join("\n"),
            lifetime: server
                .settings
                .access_token_lifetime
                .map(|seconds| seconds.to_string())
                .unwrap_or_default(),
            algorithm: server.settings.access_token_alg.clone().unwrap_or_default(),
        }
    }
}

impl From<&Form> for Typed {
    fn from(form: &Form) -> Self {
        Self {
            audience: form.text("audience"),
            display_name: form.text("display_name"),
            permissions: form.lines("permissions").join("\n"),
            lifetime: form.text("access_token_lifetime"),
            algorithm: form.text("access_token_alg"),
        }
    }
}

/// The document that a form describes; `patch` takes back what is empty, which a new one leaves out.
pub fn document(viewer: &Viewer, form: &Form, patch: bool) -> Result<Value, FormErrors> {
    let mut settings = serde_json::Map::new();
    let lifetime = form.given("access_token_lifetime").map(|text| text.parse::<u32>()).transpose();
    let lifetime = lifetime
        .map_err(|_| FormErrors::field("access_token_lifetime", viewer.words().t("api-not-a-number")))?;
    let members = [
        ("access_token_lifetime", lifetime.map(|seconds| json!(seconds))),
        ("access_token_alg", form.given("access_token_alg").map(Value::String)),
    ];
    for (name, value) in members {
        match value {
            Some(value) => settings.insert(name.to_owned(), value),
            None if patch => settings.insert(name.to_owned(), Value::Null),
            None => None,
        };
    }
    Ok(json!({
        "display_name": form.text("display_name"),
        "permissions": form.lines("permissions"),
        "settings": settings,
    }))
}

/// The colour of a state.
pub fn tone(status: &str) -> &'static str {
    if status == "active" { "good" } else { "warning" }
}
