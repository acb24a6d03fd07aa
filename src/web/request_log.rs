//! The outermost middleware: names the request, works out the client's address, opens the span, and when the answer is
//! there writes one line and one measurement.
//!
//! It never logs a query string, a body, a header value other than the user agent, or the path itself: a path may hold
//! a token, so the matched route's pattern stands for it.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::USER_AGENT;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage, HttpResponse};
use ipnet::IpNet;
use tracing::{Instrument, error, error_span, info};

use super::cause::{Cause, as_error};
use super::client_ip::{ClientIp, client_ip, forwarded_for, peer};
use super::request_id::{RequestId, X_REQUEST_ID};
use crate::random::Random;

/// The histogram of answer times in seconds, by `route`, `method` and `status` (`2xx` ...).
pub const REQUEST_DURATION: &str = "http_request_duration_seconds";

const USER_AGENT_LENGTH: usize = 200;
const UNMATCHED: &str = "unmatched";

/// The middleware; wrap it last, so that it is outermost. Believes `X-Forwarded-For` from `trusted_proxies` alone.
pub fn request_log<S, B>(
    trusted_proxies: Vec<IpNet>,
    random: Random,
) -> impl Transform<S, ServiceRequest, Response = ServiceResponse<B>, Error = Error, InitError = ()>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    let shared = Rc::new((trusted_proxies, random));
    from_fn(move |request: ServiceRequest, next: Next<B>| observe(Rc::clone(&shared), request, next))
}

async fn observe<B: MessageBody>(
    shared: Rc<(Vec<IpNet>, Random)>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let (trusted_proxies, random) = &*shared;
    let id = RequestId::choose(request.headers(), random);
    let client = client_ip(peer(request.peer_addr()), &forwarded_for(request.headers()), trusted_proxies);
    let line =
        Line { id: id.clone(), method: method_label(request.method()), route: route(&request), started };
    let span = line.span(client, &user_agent(&request));
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(ClientIp(client));

    let answered = async move {
        match next.call(request).await {
            Ok(mut answer) => {
                line.finish(answer.response_mut());
                Ok(answer)
            }
            Err(error) => {
                let mut response = HttpResponse::from_error(error);
                line.finish(&mut response);
                Err(as_error(response))
            }
        }
    };
    id.scope(answered.instrument(span)).await
}

/// What the log and the metrics say about one request.
struct Line {
    id: RequestId,
    method: &'static str,
    route: String,
    started: Instant,
}

impl Line {
    /// At the highest level: a filter that lets only errors through must still let their request id through.
    fn span(&self, client: IpAddr, user_agent: &str) -> tracing::Span {
        error_span!(
            "request",
            request_id = self.id.as_str(),
            method = self.method,
            route = self.route.as_str(),
            client_ip = %client,
            user_agent,
        )
    }

    fn finish<B>(self, response: &mut HttpResponse<B>) {
        response.headers_mut().insert(X_REQUEST_ID, self.id.header_value());
        let status = response.status();
        let latency = self.started.elapsed();
        if let Some(Cause(cause)) = Cause::of(response) {
            if status.is_server_error() {
                error!(status = status.as_u16(), cause, "request failed");
            } else {
                info!(status = status.as_u16(), cause, "request refused");
            }
        }
        let latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        info!(status = status.as_u16(), latency_ms, "request finished");
        let labels =
            [("route", self.route), ("method", self.method.into()), ("status", class(status).into())];
        metrics::histogram!(REQUEST_DURATION, &labels).record(latency);
    }
}

fn route(request: &ServiceRequest) -> String {
    request.match_pattern().unwrap_or_else(|| UNMATCHED.to_owned())
}

fn user_agent(request: &ServiceRequest) -> String {
    let sent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    sent.unwrap_or_default().chars().take(USER_AGENT_LENGTH).collect()
}

/// Callers may invent methods; the metrics must not grow with them.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
#[path = "request_log_tests.rs"]
mod tests;
