//! `GET /v1/forward-auth/{nginx|traefik|caddy}` and every method of `/v1/forward-auth/envoy/...`.

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};

use super::Dialect;
use crate::app::{App, Identity};
use crate::clock::Timestamp;
use crate::edge::{Carrier, Header, Refusal, UsedCredential, Wanted, decide, exposure};
use crate::web::{AnswerHeaders, ClientIp, Params, Problem};

/// The status that is meant, for proxies that understand only some.
const STATUS: &str = "x-gridkey-status";
/// Why a request is refused.
const REASON: &str = "x-gridkey-reason";
/// The longest list that a header carries; a longer one is left out, and whoever needs it asks `/v1/verify`.
const LONGEST_LIST: usize = 4_096;

/// A request as the proxy tells it.
struct Forwarded<'a> {
    request: &'a HttpRequest,
    query: String,
}

impl Carrier for Forwarded<'_> {
    fn header(&self, name: &str) -> Header<'_> {
        let mut all = self.request.headers().get_all(name);
        match (all.next(), all.next()) {
            (None, _) => Header::Absent,
            (Some(value), None) => value.to_str().map_or(Header::Ambiguous, Header::One),
            (Some(_), Some(_)) => Header::Ambiguous,
        }
    }

    fn query(&self) -> &str {
        &self.query
    }
}

/// What nginx asks by `auth_request`.
pub async fn nginx(request: HttpRequest, app: Data<App>) -> HttpResponse {
    answer(&request, &app, Dialect::Nginx).await
}

/// What Traefik asks by ForwardAuth.
pub async fn traefik(request: HttpRequest, app: Data<App>) -> HttpResponse {
    answer(&request, &app, Dialect::Traefik).await
}

/// What Caddy asks by `forward_auth`.
pub async fn caddy(request: HttpRequest, app: Data<App>) -> HttpResponse {
    answer(&request, &app, Dialect::Caddy).await
}

/// What Envoy asks by `ext_authz`: the method and the address of the request, behind this one.
pub async fn envoy(request: HttpRequest, app: Data<App>) -> HttpResponse {
    answer(&request, &app, Dialect::Envoy).await
}

async fn answer(request: &HttpRequest, app: &App, dialect: Dialect) -> HttpResponse {
    if !is_trusted(request, app) {
        let detail = "Only proxies that the server trusts are answered here.";
        let problem = Problem::forbidden(detail).named("untrusted_proxy");
        return problem.fix("Name the proxy's address in server.trusted_proxies.").error_response();
    }
    let (carrier, wanted) = match read(request, dialect) {
        Ok(read) => read,
        Err(problem) => return problem.error_response(),
    };
    let now = app.now();
    let decided = decide(app, &carrier, &wanted, (ClientIp::of(request), now)).await;
    let mut response = match decided.outcome {
        Ok(identity) => admitted(&identity),
        Err(refusal) => {
            note_exposure(app, &refusal, now).await;
            refused(&refusal, dialect)
        }
    };
    if let Some(limits) = &decided.limits {
        AnswerHeaders(limits.headers()).put(response.headers_mut());
    }
    response
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

fn read(request: &HttpRequest, dialect: Dialect) -> Result<(Forwarded<'_>, Wanted), Problem> {
    let Some(name) = dialect.target_header() else {
        // Envoy's own address holds the client's; what the request needs stands in headers that Envoy adds.
        let text = |name: &str| {
            let value = request.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        let permission = text("x-gridkey-permission");
        let wanted = wanted(text("x-gridkey-tenant"), permission.as_deref(), text("x-gridkey-audience"))?;
        return Ok((Forwarded { request, query: request.query_string().to_owned() }, wanted));
    };
    let unreadable = |why: &dyn std::fmt::Display| {
        Problem::bad_request("invalid_query", format!("The query cannot be read: {why}."))
    };
    let params = Params::from_query(request.query_string())
        .and_then(Params::without_repeats)
        .map_err(|why| unreadable(&why))?;
    if let Some((name, _)) =
        params.pairs().find(|(name, _)| !["tenant", "permission", "audience"].contains(name))
    {
        let detail = format!("This address knows no parameter {name:?}.");
        return Err(
            Problem::bad_request("unknown_parameter", detail).fix("It knows: tenant, permission, audience.")
        );
    }
    let owned = |name: &str| params.get(name).map(str::to_owned);
    let wanted = wanted(owned("tenant"), params.get("permission"), owned("audience"))?;
    let target = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let query = target.split_once('?').map_or("", |(_, query)| query).to_owned();
    Ok((Forwarded { request, query }, wanted))
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
fn admitted(identity: &Identity) -> HttpResponse {
    let who = &identity.principal;
    let credential = UsedCredential::from(&identity.credential);
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    put(&mut response, "x-gridkey-subject", &who.id);
    put(&mut response, "x-gridkey-subject-type", who.kind.as_str());
    put(&mut response, "x-gridkey-subject-name", &who.name);
    put(&mut response, "x-gridkey-tenant", who.tenant.slug.as_str());
    put(&mut response, "x-gridkey-tenant-id", &who.tenant.id.to_string());
    put(&mut response, "x-gridkey-credential", &credential.id);
    put(&mut response, "x-gridkey-credential-type", credential.kind);
    put(&mut response, "x-gridkey-key", credential.key_id.as_deref().unwrap_or_default());
    put(&mut response, "x-gridkey-teams", &who.teams.join(","));
    put(&mut response, "x-gridkey-roles", &who.roles.join(","));
    let permissions: Vec<&str> = identity.permissions.iter().map(|permission| permission.as_str()).collect();
    put(&mut response, "x-gridkey-permissions", &permissions.join(" "));
    response.finish()
}

/// Adds a header. One that says nothing is sent empty, so that a proxy that takes it over wipes what the client sent.
fn put(response: &mut HttpResponseBuilder, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).ok().filter(|value| value.len() <= LONGEST_LIST);
    response.insert_header((HeaderName::from_static(name), value.unwrap_or(HeaderValue::from_static(""))));
}

fn refused(refusal: &Refusal, dialect: Dialect) -> HttpResponse {
    let problem = match refusal {
        Refusal::Unauthenticated(_) | Refusal::Exposed(_) => Problem::unauthenticated(
            "credential_refused",
            "The request carries no credential that stands here.",
        ),
        Refusal::Forbidden(_) => {
            Problem::forbidden("The credential does not allow this request.").named("credential_refused")
        }
        Refusal::Unavailable(error) => Problem::unavailable(error),
        Refusal::RateLimited(limits) => Problem::rate_limited(limits.standing.wait),
    };
    let meant = problem.status.as_u16();
    let mut response = problem.error_response();
    let status = StatusCode::from_u16(dialect.status(meant)).unwrap_or(StatusCode::FORBIDDEN);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static(REASON), HeaderValue::from_static(refusal.reason()));
    headers.insert(HeaderName::from_static(STATUS), HeaderValue::from(meant));
    if meant == 401 && !headers.contains_key(WWW_AUTHENTICATE) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if meant == 503 && !headers.contains_key(RETRY_AFTER) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
