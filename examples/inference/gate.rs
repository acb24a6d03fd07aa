//! Who sends a request: what Gridkey says, and nothing else.

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::feed::{Feed, News};
use crate::watch::{Watch, watch};

/// How long Gridkey may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks Gridkey, or reads what a proxy was told by it.
pub struct Gate {
    http: reqwest::Client,
    url: String,
    key: String,
    behind_proxy: bool,
    feed: Feed,
}

/// Who sends a request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The organisation's identifier.
    pub tenant: String,
    /// The identifier of the person, service account or application.
    pub subject: String,
    /// The key that was used, or that a token was given for.
    pub key: Option<String>,
}

/// Somebody who may, until the watch says otherwise.
pub struct Admitted {
    /// Who.
    pub caller: Caller,
    /// Ends when they may no longer.
    pub watch: Watch,
}

/// Why a request goes no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No credential that stands, with Gridkey's reason.
    Unauthenticated(String),
    /// It stands and may not do this.
    Forbidden(String),
    /// Too many requests: seconds to wait.
    Limited(u64),
    /// The same signed request came before.
    Replayed,
    /// Gridkey cannot be asked: nobody gets in.
    Unavailable,
}

#[derive(Debug, Deserialize)]
struct Verdict {
    active: bool,
    reason: Option<String>,
    subject: Option<Named>,
    tenant: Option<Named>,
    credential: Option<Used>,
    retry_after: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Named {
    id: String,
}

#[derive(Debug, Deserialize)]
struct Used {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    key_id: Option<String>,
}

impl Gate {
    /// A gate that asks the Gridkey at this address by this key.
    pub fn new(url: &str, key: String, behind_proxy: bool, feed: Feed) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder().connect_timeout(PATIENCE).build()?;
        Ok(Self { http, url: url.trim_end_matches('/').to_owned(), key, behind_proxy, feed })
    }

    /// Lets a request in that may do this, and begins to watch over it.
    ///
    /// # Errors
    /// Why it goes no further.
    pub async fn admit(
        self: &Arc<Self>,
        request: &HttpRequest,
        body: &[u8],
        permission: &str,
    ) -> Result<Admitted, Refusal> {
        // Listening begins before the question is asked: nothing falls between the two.
        let news = self.feed.news();
        if self.behind_proxy {
            let caller = told_by_proxy(request, body)?;
            let watch = watch(Arc::clone(self), caller.clone(), None, news);
            return Ok(Admitted { caller, watch });
        }
        let question = question(request, body, permission);
        let (caller, can_ask_again) = self.ask(&question).await?;
        let watch = watch(Arc::clone(self), caller.clone(), can_ask_again.then_some(question), news);
        Ok(Admitted { caller, watch })
    }

    /// Asks Gridkey. Besides who it is: whether the same question may be asked again, which a signature does not survive.
    ///
    /// # Errors
    /// Why the request goes no further.
    pub async fn ask(&self, question: &Value) -> Result<(Caller, bool), Refusal> {
        let asked = self.http.post(format!("{}/v1/verify", self.url)).bearer_auth(&self.key).json(question);
        let answer = asked.timeout(PATIENCE).send().await.map_err(|_| Refusal::Unavailable)?;
        if !answer.status().is_success() {
            eprintln!("Gridkey answers {} to /v1/verify: check the key of this server", answer.status());
            return Err(Refusal::Unavailable);
        }
        let verdict: Verdict = answer.json().await.map_err(|_| Refusal::Unavailable)?;
        verdict.outcome()
    }

    /// Opens the stream of what ends.
    ///
    /// # Errors
    /// When Gridkey does not open it.
    pub async fn open_feed(&self) -> reqwest::Result<reqwest::Response> {
        let asked = self.http.get(format!("{}/v1/events/revocations", self.url)).bearer_auth(&self.key);
        asked.send().await?.error_for_status()
    }
}

impl Verdict {
    fn outcome(self) -> Result<(Caller, bool), Refusal> {
        let reason = self.reason.unwrap_or_default();
        match (self.active, reason.as_str(), self.subject, self.tenant, self.credential) {
            (true, _, Some(subject), Some(tenant), Some(credential)) => {
                let can_ask_again = credential.kind != "signed_request";
                let key = credential.key_id.unwrap_or(credential.id);
                let caller = Caller { tenant: tenant.id, subject: subject.id, key: Some(key) };
                Ok((caller, can_ask_again))
            }
            (false, "rate_limited", ..) => Err(Refusal::Limited(self.retry_after.unwrap_or(1))),
            (false, "permission_denied" | "address_not_allowed", ..) => Err(Refusal::Forbidden(reason)),
            (false, "replayed_request", ..) => Err(Refusal::Replayed),
            (false, ..) => Err(Refusal::Unauthenticated(reason)),
            (true, ..) => Err(Refusal::Unavailable),
        }
    }
}

/// The request as it arrived. Gridkey finds the credential in it.
fn question(request: &HttpRequest, body: &[u8], permission: &str) -> Value {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers: Vec<_> = request
        .headers()
        .iter()
        .map(|(name, value)| json!([name.as_str(), text(value.as_bytes())]))
        .collect();
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    json!({
        "request": {
            "method": request.method().as_str(),
            "target": target,
            "headers": headers,
            "authority": request.headers().get("host").map(|host| text(host.as_bytes())).unwrap_or_default(),
            "body": STANDARD.encode(body),
        },
        "address": request.peer_addr().map(|peer| peer.ip().to_string()),
        "permission": permission,
    })
}

/// What the proxy sets after it has asked Gridkey. It replaces whatever a client sent under these names.
fn told_by_proxy(request: &HttpRequest, body: &[u8]) -> Result<Caller, Refusal> {
    let told = |name: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (Some(subject), Some(tenant)) = (told("x-gridkey-subject"), told("x-gridkey-tenant-id")) else {
        eprintln!("a request without X-Gridkey-Subject: it did not come through the proxy");
        return Err(Refusal::Unavailable);
    };
    // The body of a signed request has been seen by nobody but us.
    if let Some(wanted) = told("x-gridkey-content-digest") {
        let found = format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)));
        if wanted != found {
            return Err(Refusal::Unauthenticated("content_digest_mismatch".to_owned()));
        }
    }
    Ok(Caller { tenant, subject, key: told("x-gridkey-key") })
}

impl Caller {
    /// Whether what ended may have taken something from this caller. What is not known is taken to have.
    pub fn is_concerned(&self, news: &News) -> bool {
        let News::Ended(ended) = news else { return true };
        let is_ours = ended.tenant_id == self.tenant || ended.tenant_id.chars().all(|c| c == '0' || c == '-');
        let is_other = match ended.subject_type.as_str() {
            "api_key" | "signing_key" => self.key.as_ref().is_some_and(|key| *key != ended.subject_id),
            "user" | "service_account" => ended.subject_id != self.subject,
            _ => false,
        };
        is_ours && !is_other
    }

    /// Whether it was this caller's own key that ended, about which nothing needs to be asked.
    pub fn has_lost_key(&self, news: &News) -> bool {
        let News::Ended(ended) = news else { return false };
        let verbs = ["revoke", "disable", "expose", "delete"];
        let has_ended = ended.action.rsplit('.').next().is_some_and(|verb| verbs.contains(&verb));
        has_ended && self.key.as_ref() == Some(&ended.subject_id)
    }
}
