//! A preview as its pages show it, and whose it is.

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::language::Words;
use crate::viewer::{Failure, LocalApi, Page, Viewer};
use crate::web::paths;

/// What the API foretells.
#[derive(Clone, Debug, Deserialize)]
pub struct Told {
    pub outcome: String,
    pub refusals: Vec<Refusal>,
    pub consent: String,
    pub issuer: String,
    #[serde(default)]
    pub id_token: Option<Contents>,
    #[serde(default)]
    pub access_token: Option<Contents>,
    #[serde(default)]
    pub userinfo: Option<Contents>,
}

/// Something that stands against it.
#[derive(Clone, Debug, Deserialize)]
pub struct Refusal {
    pub code: String,
    #[serde(default)]
    pub subject: Option<String>,
}

/// What is in a token, or in the userinfo answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Contents {
    #[serde(default)]
    pub header: Option<Value>,
    pub claims: Map<String, Value>,
    pub explained: Vec<Explained>,
}

/// Why a claim is there or not.
#[derive(Clone, Debug, Deserialize)]
pub struct Explained {
    pub claim: String,
    pub present: bool,
    pub reason: String,
    #[serde(default)]
    pub scope: Option<String>,
}

/// Somebody whose sign-in is looked at.
#[derive(Deserialize)]
struct Found {
    id: String,
}

/// The identifier of whoever is meant by an address or identifier; `None` for nobody.
pub async fn meant(viewer: &Viewer, api: &LocalApi, text: &str) -> Result<Option<String>, Failure> {
    if let Ok(id) = text.parse::<Uuid>() {
        return Ok(Some(id.to_string()));
    }
    match viewer.get::<Page<Found>>(api, &viewer.at(paths::USERS).with("email", text)).await {
        Ok(page) => Ok(page.items.into_iter().next().map(|found| found.id)),
        // What is no address is nobody's.
        Err(refusal) if refusal.status == 400 => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}

impl Told {
    /// Whether nothing stands against it.
    pub fn is_issued(&self) -> bool {
        self.outcome == "issued"
    }

    /// What stands against it: the sentence for each code of the API, and what it is about.
    pub fn against(&self, words: Words) -> Vec<(String, Option<String>)> {
        let sentence = |refusal: &Refusal| {
            let id = format!("preview-refusal-{}", refusal.code.replace('_', "-"));
            (words.t(&id), refusal.subject.clone())
        };
        self.refusals.iter().map(sentence).collect()
    }

    /// Whether the person would be asked, in words.
    pub fn consent(&self, words: Words) -> String {
        words.t(&format!("preview-consent-{}", self.consent.replace('_', "-")))
    }
}

/// A claim with its value, if it is there, and what is to be said of it.
#[derive(Clone, Debug)]
pub struct Row {
    pub claim: String,
    pub value: String,
    pub why: String,
}

/// A token or an answer as the page shows it.
#[derive(Clone, Debug)]
pub struct Part {
    pub id: &'static str,
    pub title: String,
    pub header: Option<String>,
    pub payload: String,
    pub present: Vec<Row>,
    pub absent: Vec<Row>,
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

impl Contents {
    /// As the page shows it; `id` names the message of its heading, too.
    pub fn part(&self, id: &'static str, words: Words) -> Part {
        let row = |one: &Explained| Row {
            claim: one.claim.clone(),
            value: self.claims.get(&one.claim).map(ToString::to_string).unwrap_or_default(),
            why: why(one, words),
        };
        let (present, absent): (Vec<_>, Vec<_>) = self.explained.iter().partition(|one| one.present);
        Part {
            id,
            title: words.t(&format!("preview-{id}")),
            header: self.header.as_ref().map(pretty),
            payload: pretty(&self.claims),
            present: present.into_iter().map(row).collect(),
            absent: absent.into_iter().map(row).collect(),
        }
    }
}

/// The sentence for each reason of the API.
fn why(one: &Explained, words: Words) -> String {
    let id = format!("preview-why-{}", one.reason.replace('_', "-"));
    match &one.scope {
        Some(scope) => words.t1(&id, "scope", scope.as_str()),
        None => words.t(&id),
    }
}
