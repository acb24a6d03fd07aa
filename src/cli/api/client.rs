//! One small HTTP client: it proves who asks, sends a call, and turns what comes back into an answer or a failure.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::ACCEPT;
use reqwest::{Method, RequestBuilder, StatusCode, redirect};
use serde_json::Value;
use url::Url;

use super::session;
use crate::cli::failure::{Exit, Failure};
use crate::manage::call::SCOPE;
use crate::secret::Secret;
use crate::web::paths;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Rows of a page, as many as the server gives.
const PAGE: usize = 200;

/// Where the server is.
pub const SERVER: &str = "GRIDKEY_URL";
/// An access token with the scope for managing.
const TOKEN: &str = "GRIDKEY_TOKEN";
/// An API key, which is let in as it is.
const API_KEY: &str = "GRIDKEY_API_KEY";
/// The credential of a service account.
const CLIENT_ID: &str = "GRIDKEY_CLIENT_ID";
const CLIENT_SECRET: &str = "GRIDKEY_CLIENT_SECRET";
const CLIENT_SECRET_FILE: &str = "GRIDKEY_CLIENT_SECRET_FILE";

/// A server, and the right to ask it.
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Secret,
    /// The organisation that every call is about.
    tenant: Option<String>,
}

impl Client {
    /// Finds the server and gets a token.
    pub async fn connect(
        server: Option<&Url>,
        tenant: Option<String>,
        env: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let (http, base) = reach(server, env)?;
        let token = match variable(env, TOKEN).or_else(|| variable(env, API_KEY)) {
            Some(token) => Secret::new(token),
            None if variable(env, CLIENT_ID).is_some() => token(&http, &base, env).await?,
            None => match session::token(&http, &base).await? {
                Some(token) => token,
                None => token(&http, &base, env).await?,
            },
        };
        Ok(Self { http, base, token, tenant })
    }

    fn request(&self, method: Method, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        let tenant = self.tenant.iter().map(|slug| ("tenant", slug.as_str()));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(tenant.chain(query.iter().copied()))
            .finish();
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{path}{mark}{query}", self.base);
        // Without it, an organisation's profile would decide about the shape of errors.
        let accepted = "application/json, application/problem+json";
        self.http.request(method, url).header(ACCEPT, accepted).bearer_auth(self.token.expose())
    }

    /// Sends a call; the answer may be empty.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        (body, version): (Option<&Value>, Option<&str>),
    ) -> Result<Value, Failure> {
        let mut request = self.request(method, path, &[]);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(version) = version {
            request = request.header("if-match", version);
        }
        answer(request, &self.base).await
    }

    /// Looks something up.
    pub async fn get(&self, path: &str, query: &[(String, String)]) -> Result<Value, Failure> {
        let query: Vec<(&str, &str)> =
            query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        answer(self.request(Method::GET, path, &query), &self.base).await
    }

    /// Goes through a list page by page until `each` has had enough.
    pub async fn pages(
        &self,
        path: &str,
        filters: &[(String, String)],
        limit: Option<usize>,
        mut each: impl FnMut(Value) -> bool,
    ) -> Result<(), Failure> {
        let (mut cursor, mut left) = (None::<String>, limit.unwrap_or(usize::MAX));
        while left > 0 {
            let rows = left.min(PAGE).to_string();
            let mut query: Vec<(&str, &str)> =
                filters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            query.push(("limit", &rows));
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let mut page = answer(self.request(Method::GET, path, &query), &self.base).await?;
            let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) else {
                return Err(Failure::failed(format!("{}{path} does not answer with a list", self.base)));
            };
            for item in items {
                left = left.saturating_sub(1);
                if !each(item) {
                    return Ok(());
                }
            }
            cursor = member(&page, "next_cursor").map(str::to_owned);
            if cursor.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Finds a server, and how to speak to it.
pub fn reach(
    server: Option<&Url>,
    env: &BTreeMap<String, String>,
) -> Result<(reqwest::Client, String), Failure> {
    let server = match server {
        Some(url) => url.clone(),
        None => of_environment(env)?,
    };
    check(&server)?;
    let mut builder = reqwest::Client::builder()
        .timeout(PATIENCE)
        // A redirect would carry the credential to somewhere that nobody named.
        .redirect(redirect::Policy::none());
    if is_this_machine(&server) {
        builder = builder.no_proxy();
    }
    let http = builder.build().map_err(|why| Failure::failed(innermost(&why)))?;
    Ok((http, server.as_str().trim_end_matches('/').to_owned()))
}

/// Exchanges an API key for a short token (RFC 8693). The key is all the proof that it takes.
pub async fn exchange(
    server: Option<&Url>,
    env: &BTreeMap<String, String>,
    key: &Secret,
    more: &[(&str, &str)],
) -> Result<Value, Failure> {
    let (http, base) = reach(server, env)?;
    let mut form = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token_type", "urn:gridkey:params:oauth:token-type:api-key"),
        ("subject_token", key.expose()),
    ];
    form.extend_from_slice(more);
    let answered = answer(http.post(format!("{base}{}", paths::TOKEN)).form(&form), &base).await;
    answered.map_err(|failure| match failure.exit {
        // A key that does not work is nobody.
        Exit::Failed if failure.what.contains("(invalid_grant)") => Failure { exit: Exit::Auth, ..failure },
        _ => failure,
    })
}

fn variable<'e>(env: &'e BTreeMap<String, String>, name: &str) -> Option<&'e str> {
    env.get(name).map(String::as_str).filter(|text| !text.is_empty())
}

fn of_environment(env: &BTreeMap<String, String>) -> Result<Url, Failure> {
    let text = session::server(env, SERVER).ok_or_else(|| {
        Failure::new(Exit::Usage, "no server is named")
            .fix(format!("name it with --server URL or {SERVER}, such as https://id.example.com"))
    })?;
    text.parse().map_err(|why| Failure::new(Exit::Usage, format!("{SERVER} is no URL: {why}")))
}

/// A credential travels in clear to this machine alone.
fn check(server: &Url) -> Result<(), Failure> {
    let bare = server.username().is_empty() && server.password().is_none() && server.query().is_none();
    let fits = match server.scheme() {
        "https" => true,
        "http" => is_this_machine(server),
        _ => false,
    };
    if fits && bare {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "the address of the server does not fit").fix(
        "write https://HOST, or http://localhost:PORT for a server on this machine, without a user and a query",
    ))
}

fn is_this_machine(server: &Url) -> bool {
    let host = server.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Gets a token for the credential of a service account (RFC 6749 4.4).
async fn token(
    http: &reqwest::Client,
    base: &str,
    env: &BTreeMap<String, String>,
) -> Result<Secret, Failure> {
    let Some(client_id) = variable(env, CLIENT_ID) else {
        return Err(Failure::new(Exit::Auth, "nothing says who asks").fix(format!(
            "run `gridkey login --server {base}`, or set {TOKEN} or {API_KEY}, or {CLIENT_ID} and {CLIENT_SECRET} (or {CLIENT_SECRET_FILE}) of a service account"
        )));
    };
    let secret = secret(env)?;
    let form = [("grant_type", "client_credentials"), ("scope", SCOPE)];
    // Both are encoded before they become a header (RFC 6749 2.3.1).
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let request = http
        .post(format!("{base}{}", paths::TOKEN))
        .basic_auth(encoded(client_id), Some(encoded(secret.expose())))
        .form(&form);
    let answer = answer(request, base).await.map_err(|failure| match failure.exit {
        Exit::Failed | Exit::NotFound => failure,
        // Whatever the token endpoint has against it, nobody is let in.
        _ => Failure { exit: Exit::Auth, ..failure },
    })?;
    member(&answer, "access_token")
        .map(Secret::new)
        .ok_or_else(|| Failure::failed(format!("{base} gives no access token")))
}

fn secret(env: &BTreeMap<String, String>) -> Result<Secret, Failure> {
    if let Some(secret) = variable(env, CLIENT_SECRET) {
        return Ok(Secret::new(secret));
    }
    let Some(path) = variable(env, CLIENT_SECRET_FILE) else {
        return Err(Failure::new(Exit::Auth, format!("{CLIENT_ID} is set and its secret is not"))
            .fix(format!("set {CLIENT_SECRET} or {CLIENT_SECRET_FILE}")));
    };
    let text = std::fs::read_to_string(path)
        .map_err(|why| Failure::new(Exit::Usage, format!("{path} cannot be read: {why}")))?;
    Ok(Secret::new(text.trim_end_matches(['\r', '\n'])))
}

/// Sends a request and reads the answer; one that is no success becomes a failure.
pub async fn answer(request: RequestBuilder, base: &str) -> Result<Value, Failure> {
    let away = |why: reqwest::Error| {
        let why = why.without_url();
        Failure::failed(format!("{base} does not answer: {}", innermost(&why)))
            .fix(format!("check --server or {SERVER}, and that the server runs"))
    };
    let response = request.send().await.map_err(away)?;
    let status = response.status();
    let text = response.text().await.map_err(away)?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    if !status.is_success() {
        return Err(refusal(status, &body, base));
    }
    if body.is_null() && !text.is_empty() {
        return Err(Failure::failed(format!("{base} answers with something that is no JSON"))
            .fix(format!("check --server or {SERVER}: is that a Gridkey server?")));
    }
    Ok(body)
}

/// What the server said against it: problem details (RFC 9457), or an error of the token endpoint (RFC 6749 5.2).
fn refusal(status: StatusCode, body: &Value, base: &str) -> Failure {
    let exit = match status.as_u16() {
        400 if matches!(member(body, "error"), Some("invalid_client" | "invalid_scope")) => Exit::Auth,
        401 | 403 => Exit::Auth,
        404 => Exit::NotFound,
        409 | 412 => Exit::Conflict,
        _ => Exit::Failed,
    };
    let text = |names: [&str; 2]| {
        names.iter().find_map(|name| member(body, name)).map(printable).filter(|text| !text.is_empty())
    };
    let code = text(["code", "error"]).unwrap_or_else(|| status.as_u16().to_string());
    let detail = text(["detail", "error_description"]).unwrap_or_else(|| format!("{base} answers {status}"));
    let failure = Failure::new(exit, format!("{detail} ({code})"));
    let failure = match text(["fix", "fix"]) {
        Some(fix) => failure.fix(fix),
        None => failure,
    };
    Failure { request_id: text(["request_id", "request_id"]), ..failure }
}

/// A member of an object that is a text.
pub fn member<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name).and_then(Value::as_str)
}

/// Without characters that a terminal would obey.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The cause that says most.
fn innermost(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn credentials_travel_encrypted_or_not_at_all() {
        let fits = |text: &str| check(&text.parse().unwrap()).is_ok();
        for good in
            ["https://id.example.com", "http://localhost:8080", "http://127.0.0.1:1/", "http://[::1]:1"]
        {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "http://id.example.com",
            "http://localhost.example.com",
            "ftp://x",
            "https://u:p@x",
            "https://x?y",
        ] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[test]
    fn refusals_have_their_exit_codes_and_say_all_that_the_server_said() {
        let problem = json!({ "code": "c", "detail": "D.\u{1b}[31m", "fix": "F.", "request_id": "r" });
        for (status, exit) in [(400, 1), (401, 3), (403, 3), (404, 4), (409, 5), (412, 5), (422, 1), (503, 1)]
        {
            let failure = refusal(StatusCode::from_u16(status).unwrap(), &problem, "x");
            assert_eq!(failure.exit as u8, exit, "{status}");
            assert_eq!(failure.what, "D. [31m (c)");
            assert_eq!((failure.fix.as_deref(), failure.request_id.as_deref()), (Some("F."), Some("r")));
        }
        let oauth = json!({ "error": "invalid_client", "error_description": "No." });
        let failure = refusal(StatusCode::BAD_REQUEST, &oauth, "x");
        assert_eq!((failure.exit, failure.what.as_str()), (Exit::Auth, "No. (invalid_client)"));
        let nothing = refusal(StatusCode::BAD_GATEWAY, &Value::Null, "https://x");
        assert_eq!(nothing.what, "https://x answers 502 Bad Gateway (502)");
    }
}
