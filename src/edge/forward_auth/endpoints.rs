//! `GET /v1/forward-auth/{nginx|traefik|caddy}` and every method of `/v1/forward-auth/envoy/...`.

use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, DATE, HeaderMap, HeaderName, HeaderValue, HttpDate, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};

use super::Dialect;
use crate::app::{App, Credential, Identity};
use crate::clock::Timestamp;
use crate::edge::{Carrier, Content, Header, Refusal, Wanted, decide, digest_to_check, exposure, is_signed};
use crate::request_keys::{Body, SignatureError, SignedRequest, UriScheme, accept_signature};
use crate::web::{AnswerHeaders, ClientIp, ErrorShape, Params, Problem, read_body, wants_problem_details};

/// The status that is meant, for proxies that understand only some.
const STATUS: &str = "x-gridkey-status";
/// Why a request is refused.
const REASON: &str = "x-gridkey-reason";
/// The present in Unix seconds.
const SERVER_TIME: &str = "x-gridkey-server-time";
/// What the address may say.
const KNOWN: [&str; 4] = ["tenant", "permission", "audience", "original_length"];
/// The longest list that a header carries; a longer one is left out, and whoever needs it asks `/v1/verify`.
const LONGEST_LIST: usize = 4_096;

/// How long the body of the request is, where the proxy keeps the body: `0` alone says that there is none, and only where
/// the address that the proxy asks says that the proxy itself tells it. A client can send any header, and no address.
const ORIGINAL_LENGTH: &str = "x-original-content-length";
/// Envoy sends the beginning of a body that is too long for it.
const PARTIAL_BODY: &str = "x-envoy-auth-partial-body";

/// A request as the proxy tells it.
struct Forwarded<'a> {
    /// All of them, gathered once: about a dozen names are looked for, and the map would make a name of each text first.
    headers: Vec<(&'a str, &'a HeaderValue)>,
    method: &'a str,
    target: &'a str,
    authority: &'a str,
    scheme: UriScheme,
    body: Bytes,
    length_is_told: bool,
}

impl<'a> Forwarded<'a> {
    /// Reads what the proxy adds. What it does not say, or says twice, stays empty: no signature fits that.
    fn new(request: &'a HttpRequest, dialect: Dialect, usual: UriScheme) -> Self {
        let headers: Vec<_> = request.headers().iter().map(|(name, value)| (name.as_str(), value)).collect();
        let told = |name: &str| match one(&headers, name) {
            Header::One(text) => Some(text),
            Header::Absent | Header::Ambiguous => None,
        };
        let (method, target) = match (dialect.method_header(), dialect.target_header()) {
            (Some(method), Some(target)) => {
                (told(method).unwrap_or_default(), told(target).unwrap_or_default())
            }
            _ => (request.method().as_str(), behind(request)),
        };
        // Envoy asks with the host that its client asked for.
        let host = match (dialect, one(&headers, "x-forwarded-host")) {
            (Dialect::Envoy, _) | (_, Header::Absent) => told("host"),
            (_, Header::One(host)) => Some(host),
            (_, Header::Ambiguous) => None,
        };
        let scheme = match one(&headers, "x-forwarded-proto") {
            Header::One(text) => text.to_ascii_lowercase().parse().unwrap_or(usual),
            Header::Absent | Header::Ambiguous => usual,
        };
        let authority = host.unwrap_or_default();
        Self { headers, method, target, authority, scheme, body: Bytes::new(), length_is_told: false }
    }

    /// The same where the proxy itself tells how long the body is.
    const fn with_length(mut self, is_told: bool) -> Self {
        self.length_is_told = is_told;
        self
    }

    /// The same with the body that the proxy sent along.
    fn with_body(mut self, body: Bytes) -> Self {
        self.body = body;
        self
    }
}

/// The address of the request, which stands behind the one that Envoy asks.
fn behind(request: &HttpRequest) -> &str {
    let whole = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    whole.strip_prefix(Dialect::ENVOY_PREFIX).unwrap_or_default()
}

fn one<'a>(headers: &[(&str, &'a HeaderValue)], name: &str) -> Header<'a> {
    let mut all = headers.iter().filter(|(known, _)| *known == name);
    match (all.next(), all.next()) {
        (None, _) => Header::Absent,
        (Some((_, value)), None) => value.to_str().map_or(Header::Ambiguous, Header::One),
        (Some(_), Some(_)) => Header::Ambiguous,
    }
}

impl Carrier for Forwarded<'_> {
    fn header(&self, name: &str) -> Header<'_> {
        one(&self.headers, name)
    }

    fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn signed(&self) -> Option<SignedRequest<'_>> {
        Some(SignedRequest {
            method: self.method,
            target: self.target,
            scheme: self.scheme,
            authority: self.authority,
            headers: self.headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect(),
            body: Body::Bytes(b""),
        })
    }

    fn content(&self) -> Content<'_> {
        let is_partial = !matches!(self.header(PARTIAL_BODY), Header::Absent | Header::One("false"));
        match self.header(ORIGINAL_LENGTH) {
            _ if is_partial => Content::Unseen { announced: true },
            _ if !self.body.is_empty() => Content::Seen(&self.body),
            Header::One("0") if self.length_is_told => Content::Seen(b""),
            Header::Absent => Content::Unseen { announced: false },
            Header::One(_) | Header::Ambiguous => Content::Unseen { announced: true },
        }
    }
}

/// What nginx asks by `auth_request`.
pub async fn nginx(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    answer((&request, payload), &app, Dialect::Nginx).await
}

/// What Traefik asks by ForwardAuth.
pub async fn traefik(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    answer((&request, payload), &app, Dialect::Traefik).await
}

/// What Caddy asks by `forward_auth`.
pub async fn caddy(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    answer((&request, payload), &app, Dialect::Caddy).await
}

/// What Envoy asks by `ext_authz`: the method and the address of the request, behind this one.
pub async fn envoy(request: HttpRequest, payload: Payload, app: Data<App>) -> HttpResponse {
    answer((&request, payload), &app, Dialect::Envoy).await
}

async fn answer((request, payload): (&HttpRequest, Payload), app: &App, dialect: Dialect) -> HttpResponse {
    if !is_trusted(request, app) {
        let detail = "Only proxies that the server trusts are answered here.";
        let problem = Problem::forbidden(detail).named("untrusted_proxy");
        return problem.fix("Name the proxy's address in server.trusted_proxies.").error_response();
    }
    let (wanted, length_is_told) = match read(request, dialect) {
        Ok(read) => read,
        Err(problem) => return problem.error_response(),
    };
    let mut carrier = Forwarded::new(request, dialect, app.usual_scheme()).with_length(length_is_told);
    if is_signed(app, &carrier) {
        carrier = match read_body(request, payload, app.body_limit()).await {
            Ok(body) => carrier.with_body(body),
            Err(error) => return Problem::from(error).error_response(),
        };
    }
    let now = app.now();
    let decided = decide(app, &carrier, &wanted, (ClientIp::of(request), now)).await;
    let mut response = match decided.outcome {
        Ok(identity) => admitted(&identity, &carrier),
        Err(refusal) => {
            note_exposure(app, &refusal, now).await;
            let shape = shape(request, app, wanted.tenant.as_deref()).await;
            refused(&refusal, (dialect, shape), now)
        }
    };
    if let Some(limits) = &decided.limits {
        AnswerHeaders(limits.headers()).put(response.headers_mut());
    }
    response
}

/// In whose words a program is told: the proxy hands the answer on. Those of the organisation whose API it is, else those
/// that the form of the credential asks for, else none but our own.
async fn shape(request: &HttpRequest, app: &App, tenant: Option<&str>) -> Option<ErrorShape> {
    if wants_problem_details(request.headers()) {
        return None;
    }
    let found = match tenant {
        Some(slug) => app.tenant_named(slug).await.ok().flatten(),
        None => None,
    };
    let profile = found.and_then(|tenant| app.profile_of(&tenant).ok());
    match profile {
        Some(profile) => profile.errors_everywhere.then_some(ErrorShape(&profile.errors)),
        None => ErrorShape::of(request),
    }
}

async fn note_exposure(app: &App, refusal: &Refusal, now: Timestamp) {
    if let Refusal::Exposed(key) = refusal
        && let Err(error) = exposure::note(app, key, now).await
    {
        tracing::error!(%error, "a key that was exposed could not be marked");
    }
}

/// Whether the peer itself is a proxy that is trusted: what it forwards says nothing about it.
fn is_trusted(request: &HttpRequest, app: &App) -> bool {
    let peer: Option<IpAddr> = request.peer_addr().map(|peer| peer.ip().to_canonical());
    peer.is_some_and(|peer| app.config.server.trusted_proxies.iter().any(|net| net.contains(&peer)))
}

/// What the request needs, and whether the proxy tells how long its body is.
fn read(request: &HttpRequest, dialect: Dialect) -> Result<(Wanted, bool), Problem> {
    if dialect.target_header().is_none() {
        // Envoy's own address holds the client's; what the request needs stands in headers that Envoy adds.
        let text = |name: &str| {
            let value = request.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        let permission = text("x-gridkey-permission");
        let wanted = wanted(text("x-gridkey-tenant"), permission.as_deref(), text("x-gridkey-audience"))?;
        return Ok((wanted, false));
    }
    let unreadable = |why: &dyn std::fmt::Display| {
        Problem::bad_request("invalid_query", format!("The query cannot be read: {why}."))
    };
    let params = Params::from_query(request.query_string())
        .and_then(Params::without_repeats)
        .map_err(|why| unreadable(&why))?;
    if let Some((name, _)) = params.pairs().find(|(name, _)| !KNOWN.contains(name)) {
        let detail = format!("This address knows no parameter {name:?}.");
        return Err(
            Problem::bad_request("unknown_parameter", detail).fix(format!("It knows: {}.", KNOWN.join(", ")))
        );
    }
    let owned = |name: &str| params.get(name).map(str::to_owned);
    let length_is_told = match params.get("original_length") {
        None => false,
        Some("told") => true,
        Some(_) => return Err(Problem::bad_request("invalid_query", "original_length is told or absent.")),
    };
    let wanted = wanted(owned("tenant"), params.get("permission"), owned("audience"))?;
    Ok((wanted, length_is_told))
}

fn wanted(
    tenant: Option<String>,
    permission: Option<&str>,
    audience: Option<String>,
) -> Result<Wanted, Problem> {
    let permission = permission
        .map(str::parse)
        .transpose()
        .map_err(|why| Problem::bad_request("invalid_permission", format!("permission: {why}.")))?;
    Ok(Wanted { tenant, permission, audience })
}

/// 200 with who it is. The proxy has to take these headers over whatever the client sent under the same names.
fn admitted(identity: &Identity, carrier: &Forwarded<'_>) -> HttpResponse {
    let who = &identity.principal;
    let mut signed = (String::new(), String::new(), "");
    let (kind, id, key) = match &identity.credential {
        Credential::ApiKey { key, .. } => ("api_key", key.id.to_string(), String::new()),
        Credential::Token { claims, key } => {
            let key = key.as_ref().map(|key| key.id.to_string());
            ("access_token", claims.jti.clone(), key.unwrap_or_default())
        }
        Credential::SignedRequest { key, query_signed, .. } => {
            let digest = digest_to_check(carrier).unwrap_or_default();
            signed = (key.fingerprint.to_string(), digest, query_signed.as_str());
            ("signed_request", key.id.to_string(), String::new())
        }
    };
    let (fingerprint, digest, query_signed) = signed;
    let permissions: Vec<&str> = identity.permissions.iter().map(|permission| permission.as_str()).collect();
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")));
    put(&mut response, "x-gridkey-subject", who.id.clone());
    put_word(&mut response, "x-gridkey-subject-type", who.kind.as_str());
    put(&mut response, "x-gridkey-subject-name", who.name.clone());
    put(&mut response, "x-gridkey-tenant", who.tenant.slug.to_string());
    put(&mut response, "x-gridkey-tenant-id", who.tenant.id.to_string());
    put(&mut response, "x-gridkey-credential", id);
    put_word(&mut response, "x-gridkey-credential-type", kind);
    put(&mut response, "x-gridkey-key", key);
    put(&mut response, "x-gridkey-fingerprint", fingerprint);
    put(&mut response, "x-gridkey-content-digest", digest);
    put_word(&mut response, "x-gridkey-query-signed", query_signed);
    put(&mut response, "x-gridkey-teams", who.teams.join(","));
    put(&mut response, "x-gridkey-roles", who.roles.join(","));
    put(&mut response, "x-gridkey-permissions", permissions.join(" "));
    response.finish()
}

/// Adds a header. One that says nothing is sent empty, so that a proxy that takes it over wipes what the client sent.
fn put(response: &mut HttpResponseBuilder, name: &'static str, value: String) {
    let fits = value.len() <= LONGEST_LIST;
    let value = HeaderValue::from_maybe_shared(Bytes::from(value)).ok().filter(|_| fits);
    response.insert_header((HeaderName::from_static(name), value.unwrap_or(HeaderValue::from_static(""))));
}

/// The same for a word of ours.
fn put_word(response: &mut HttpResponseBuilder, name: &'static str, value: &'static str) {
    response.insert_header((HeaderName::from_static(name), HeaderValue::from_static(value)));
}

/// What a refusal is called in profiles.
fn in_common(reason: &str, usual: &'static str) -> &'static str {
    match reason {
        "missing" => "unauthenticated",
        "unknown_key" | "revoked" | "disabled" | "owner_inactive" | "wrong_tenant" | "malformed"
        | "wrong_header" => "invalid_key",
        "expired" => "token_expired",
        "invalid_token" => "invalid_token",
        "permission_denied" | "address_not_allowed" => "permission_denied",
        _ => usual,
    }
}

fn refused(
    refusal: &Refusal,
    (dialect, shape): (Dialect, Option<ErrorShape>),
    now: Timestamp,
) -> HttpResponse {
    let problem = problem(refusal);
    let meant = problem.status.as_u16();
    let mut response = match shape {
        Some(shape) => {
            let code = in_common(refusal.reason(), problem.code);
            shape.render(&problem.named(code))
        }
        None => problem.error_response(),
    };
    let status = StatusCode::from_u16(dialect.status(meant)).unwrap_or(StatusCode::FORBIDDEN);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static(REASON), HeaderValue::from_static(refusal.reason()));
    headers.insert(HeaderName::from_static(STATUS), HeaderValue::from(meant));
    if meant == 401 && !headers.contains_key(WWW_AUTHENTICATE) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let (401, Refusal::Signature(error)) = (meant, refusal) {
        help_to_sign(headers, *error, now);
    }
    if meant == 503 && !headers.contains_key(RETRY_AFTER) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn problem(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::Unauthenticated(_) | Refusal::Exposed(_) => Problem::unauthenticated(
            "credential_refused",
            "The request carries no credential that stands here.",
        ),
        Refusal::Forbidden(_) => {
            Problem::forbidden("The credential does not allow this request.").named("credential_refused")
        }
        Refusal::Unavailable(error) => Problem::unavailable(error),
        Refusal::RateLimited(limits) => Problem::rate_limited(limits.standing.wait),
        Refusal::Signature(error) if error.is_bad_request() => {
            Problem::bad_request("credential_refused", format!("The request cannot be signed: {error}."))
        }
        Refusal::Signature(error) => {
            Problem::unauthenticated("credential_refused", format!("Not signed as it must be: {error}."))
                .fix("Sign the request anew, with the present time.")
        }
        Refusal::Replayed => Problem::conflict("replayed_request", "This request was made before.")
            .fix("Sign the request anew; a signature is good once."),
    }
}

/// What a client needs to sign as it must: which parts (RFC 9421 5.1), and at what time.
fn help_to_sign(headers: &mut HeaderMap, error: SignatureError, now: Timestamp) {
    if let Ok(value) = HeaderValue::from_str(&accept_signature(true)) {
        headers.insert(HeaderName::from_static("accept-signature"), value);
    }
    if error.is_about_time() {
        headers.insert(HeaderName::from_static(SERVER_TIME), HeaderValue::from(now.seconds()));
        let date =
            HttpDate::from(UNIX_EPOCH + Duration::from_secs(now.seconds().try_into().unwrap_or_default()));
        if let Ok(value) = HeaderValue::from_str(&date.to_string()) {
            headers.insert(DATE, value);
        }
    }
}
