//! `GET /health`, `/health/live`, `/health/ready` and `/metrics`.

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, FORWARDED, HeaderMap, VIA};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::{Health, State, gauges};
use crate::app::App;
use crate::telemetry::Metrics;
use crate::web::{Problem, retry_after};

/// When a probe may ask again: as soon as the finding is looked up anew.
const PROBE_AGAIN: std::time::Duration = std::time::Duration::from_secs(1);

#[derive(Serialize)]
struct Report {
    status: State,
    database: &'static str,
    version: &'static str,
}

/// `GET /health`: for people and simple probes. 200 with `"status": "ok"`, else 503 with `degraded` or `draining`.
#[utoipa::path(
    get, path = "/health", tag = "operations", operation_id = "health",
    responses(
        (status = 200, description = "Everything works"),
        (status = 503, description = "`degraded` or `draining`"),
    ),
    security(()),
)]
pub async fn health(app: Data<App>, health: Data<Health>) -> HttpResponse {
    let reachable = health.database_is_reachable(&app.db).await;
    let status = health.state(reachable);
    let database = if reachable { "reachable" } else { "unreachable" };
    answer(status).json(Report { status, database, version: env!("CARGO_PKG_VERSION") })
}

/// `GET /health/live`: the process runs. It asks nothing else, because a restart does not mend a database.
#[utoipa::path(
    get, path = "/health/live", tag = "operations", operation_id = "live",
    responses(
        (status = 200, description = "The process runs"),
    ),
    security(()),
)]
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": State::Ok }))
}

/// `GET /health/ready`: whether traffic may come. 503 while the server drains, or when the database did not answer
/// within two seconds.
#[utoipa::path(
    get, path = "/health/ready", tag = "operations", operation_id = "ready",
    responses(
        (status = 200, description = "Traffic may come"),
        (status = 503, description = "It may not"),
    ),
    security(()),
)]
pub async fn ready(app: Data<App>, health: Data<Health>) -> HttpResponse {
    let reachable = !health.is_draining() && health.database_is_reachable(&app.db).await;
    let status = health.state(reachable);
    answer(status).json(serde_json::json!({ "status": status }))
}

fn answer(state: State) -> actix_web::HttpResponseBuilder {
    let mut builder = HttpResponse::build(match state {
        State::Ok => StatusCode::OK,
        State::Degraded | State::Draining => StatusCode::SERVICE_UNAVAILABLE,
    });
    if state != State::Ok {
        builder.insert_header(retry_after(PROBE_AGAIN));
    }
    builder
}

/// `GET /metrics`: only for a scraper that speaks to this process directly, from the machine itself or from a private
/// network. Anyone else is told that there is nothing here: whoever comes from a public address, and whoever comes
/// through a proxy (a request that carries `X-Forwarded-For`, `Forwarded`, `X-Real-IP` or `Via`), because then the
/// private address is the proxy's. A proxy that adds none of these must not pass on this path.
#[utoipa::path(
    get, path = "/metrics", tag = "operations", operation_id = "metrics",
    responses(
        (status = 200, description = "Prometheus text format"),
    ),
    security(()),
)]
pub async fn metrics(
    request: HttpRequest,
    app: Data<App>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, Problem> {
    if !is_direct_scrape(request.peer_addr().map(|peer| peer.ip()), request.headers()) {
        return Err(Problem::not_found());
    }
    gauges::update(&app);
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; version=0.0.4")).body(metrics.render()))
}

fn is_direct_scrape(peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let forwarded = [FORWARDED.as_str(), VIA.as_str(), "x-forwarded-for", "x-real-ip"]
        .iter()
        .any(|name| headers.contains_key(*name));
    !forwarded && peer.is_some_and(|address| is_near(address.to_canonical()))
}

/// Loopback, private (RFC 1918, RFC 4193), link-local, or shared address space (RFC 6598), which clusters use.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn ask(peer: &str, header: Option<(&str, &str)>) -> bool {
        let mut request = TestRequest::get();
        if let Some(header) = header {
            request = request.insert_header(header);
        }
        is_direct_scrape(Some(peer.parse().unwrap()), request.to_http_request().headers())
    }

    #[test]
    fn metrics_are_for_neighbours_who_come_directly() {
        for near in [
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "192.168.0.9",
            "172.16.0.1",
            "100.64.0.1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(ask(near, None), "{near}");
        }
        for far in ["192.0.2.1", "8.8.8.8", "100.128.0.1", "2001:db8::1", "172.32.0.1", "::ffff:8.8.8.8"] {
            assert!(!ask(far, None), "{far}");
        }
        for header in ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"] {
            assert!(!ask("127.0.0.1", Some((header, "127.0.0.1"))), "{header}");
        }
        assert!(!is_direct_scrape(None, TestRequest::get().to_http_request().headers()));
    }
}
