//! Sends one delivery.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use reqwest::Client;
use reqwest::redirect::Policy;

use super::resolver::{Resolver, is_forbidden};
use crate::webhooks::{Attempt, Wall};

/// How much of an answer is kept, in bytes.
const KEPT: usize = 1_024;
/// How long connecting may take at most.
const CONNECT: Duration = Duration::from_secs(5);
/// How we call ourselves.
const USER_AGENT: &str = concat!("Gridkey-Webhooks/", env!("CARGO_PKG_VERSION"));

/// What sends. It is made ready when something is sent for the first time.
pub struct Sender {
    client: OnceLock<Option<Client>>,
    wall: Wall,
    timeout: Duration,
}

impl Sender {
    /// One that stays outside of this wall.
    pub const fn new(wall: Wall, timeout: Duration) -> Self {
        Self { client: OnceLock::new(), wall, timeout }
    }

    fn client(&self) -> Option<&Client> {
        let made = self.client.get_or_init(|| {
            let builder = Client::builder()
                .dns_resolver(Resolver(self.wall.clone()))
                // A proxy would look names up itself, where nobody judges what they lead to.
                .no_proxy()
                .redirect(Policy::none())
                .connect_timeout(CONNECT)
                .timeout(self.timeout)
                // A connection that is kept was judged when it was made; others are judged anew.
                .pool_max_idle_per_host(0)
                .user_agent(USER_AGENT);
            builder.build().inspect_err(|why| tracing::error!(error = %why, "webhooks cannot be sent")).ok()
        });
        made.as_ref()
    }

    /// Sends a body to an address and tells what came of it. Only 2xx means that it was taken.
    pub async fn send(&self, url: &str, headers: &[(String, String)], body: String) -> Attempt {
        let began = Instant::now();
        let mut attempt = self.try_once(url, headers, body).await;
        attempt.duration_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        attempt
    }

    async fn try_once(&self, url: &str, headers: &[(String, String)], body: String) -> Attempt {
        // An address in numbers is looked up by nobody, and the server's settings may have changed since it was given.
        let Ok(url) = self.wall.url(url) else { return failed("address_not_allowed") };
        let Some(client) = self.client() else { return failed("connection_failed") };
        let mut request = client.post(url).header("content-type", "application/json").body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(why) if is_forbidden(&why) => return failed("address_not_allowed"),
            Err(why) if why.is_timeout() => return failed("timeout"),
            Err(_) => return failed("connection_failed"),
        };
        let status = response.status();
        let mut kept = Vec::new();
        let mut cut = "";
        while kept.len() < KEPT {
            match response.chunk().await {
                Ok(Some(chunk)) => kept.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(why) => {
                    cut = if why.is_timeout() { "timeout" } else { "connection_failed" };
                    break;
                }
            }
        }
        kept.truncate(KEPT);
        let error = match status.as_u16() {
            // Whoever says yes and breaks off has said yes.
            200..=299 => "",
            300..=399 => "redirect",
            _ if !cut.is_empty() => cut,
            _ => "unexpected_status",
        };
        Attempt {
            answer_status: Some(status.as_u16()),
            // PostgreSQL keeps no NUL in a text.
            answer_body: String::from_utf8_lossy(&kept).replace('\0', "\u{fffd}"),
            error: error.to_owned(),
            duration_ms: 0,
        }
    }
}

/// An attempt without an answer.
pub fn failed(error: &str) -> Attempt {
    Attempt { error: error.to_owned(), ..Attempt::default() }
}
