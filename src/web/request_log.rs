//! One line and one measurement for each request, when its answer is there.
//!
//! It never logs a query string, a body, a header value other than the user agent, or the path itself: a path may hold
//! a token, so the matched route's pattern stands for it.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{HeaderValue, USER_AGENT};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use metrics::Histogram;
use tracing::{error, info};

use super::cause::Cause;

/// The histogram of answer times in seconds, by `route`, `method` and `status` (`2xx` ...).
pub const REQUEST_DURATION: &str = "http_request_duration_seconds";

const USER_AGENT_LENGTH: usize = 200;
const UNMATCHED: &str = "unmatched";

/// What the log and the metrics say about one request.
pub(super) struct Line {
    method: &'static str,
    client: IpAddr,
    user_agent: Option<HeaderValue>,
    started: Instant,
}

impl Line {
    /// Of a request that has just come from `client`.
    pub(super) fn begin(request: &ServiceRequest, client: IpAddr) -> Self {
        Self {
            method: method_label(request.method()),
            client,
            user_agent: request.headers().get(USER_AGENT).cloned(),
            started: Instant::now(),
        }
    }

    /// Writes both.
    pub(super) fn finish<B>(self, response: &HttpResponse<B>, route: &RouteTimes) {
        let status = response.status();
        let latency = self.started.elapsed();
        let (method, pattern) = (self.method, route.pattern.as_str());
        if let Some(Cause(cause)) = Cause::of(response) {
            if status.is_server_error() {
                error!(status = status.as_u16(), method, route = pattern, cause, "request failed");
            } else {
                info!(status = status.as_u16(), method, route = pattern, cause, "request refused");
            }
        }
        info!(
            status = status.as_u16(),
            latency_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX),
            method,
            route = pattern,
            client_ip = address(self.client),
            user_agent = user_agent(self.user_agent.as_ref()),
            "request finished"
        );
        route.record(method, class(status), latency);
    }
}

/// The pattern of a route, and its histograms once they were asked for. A resource carries it as `app_data`, because
/// asking the router for the pattern costs as much as routing did.
pub struct RouteTimes {
    pattern: String,
    histograms: [[OnceLock<Histogram>; CLASSES.len()]; METHODS.len()],
}

impl RouteTimes {
    /// Of the route with this pattern.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self { pattern: pattern.into(), histograms: Default::default() }
    }

    /// Of a request that no route had.
    pub(super) fn unmatched() -> Rc<Self> {
        Rc::new(Self::new(UNMATCHED))
    }

    /// Of the route that had a request.
    pub(super) fn of(request: &HttpRequest) -> Rc<Self> {
        match request.app_data::<Rc<Self>>() {
            Some(known) => Rc::clone(known),
            None => {
                request.match_pattern().map_or_else(Self::unmatched, |pattern| Rc::new(Self::new(pattern)))
            }
        }
    }

    fn record(&self, method: &'static str, class: &'static str, latency: Duration) {
        let place = METHODS.iter().position(|known| *known == method);
        let cell = place.and_then(|row| self.histograms.get(row)).and_then(|row| {
            CLASSES.iter().position(|known| *known == class).and_then(|column| row.get(column))
        });
        let histogram = || {
            let labels =
                [("route", self.pattern.clone()), ("method", method.into()), ("status", class.into())];
            metrics::histogram!(REQUEST_DURATION, &labels)
        };
        match cell {
            Some(cell) => cell.get_or_init(histogram).record(latency),
            None => histogram().record(latency),
        }
    }
}

/// An address as text. Nearly all have four numbers.
fn address(client: IpAddr) -> String {
    let IpAddr::V4(client) = client else { return client.to_string() };
    let mut text = String::with_capacity("255.255.255.255".len());
    for (at, number) in client.octets().into_iter().enumerate() {
        if at > 0 {
            text.push('.');
        }
        text.push_str(itoa::Buffer::new().format(number));
    }
    text
}

/// What is logged of it: the beginning.
fn user_agent(sent: Option<&HeaderValue>) -> &str {
    let text = sent.and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Nothing but ASCII is a text in a header.
    text.get(..USER_AGENT_LENGTH).unwrap_or(text)
}

/// What [`method_label`] says.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"];
/// What [`class`] says.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Callers may invent methods; the metrics must not grow with them.
fn method_label(method: &Method) -> &'static str {
    METHODS.iter().find(|known| **known == method.as_str()).copied().unwrap_or("OTHER")
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
