//! An application on another origin: it answers everything with a page that says hello, and remembers what was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{GLANCE, PATIENCE, Server};

/// RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// What every request is answered with. The icon spares the browser a request of its own.
const PAGE: &str =
    "<!doctype html><title>Arrived</title><link rel=icon href='data:,'><h1 id=arrived>Hello</h1>";

/// A request for the redirect URI.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub method: String,
    /// The parameters of the query or of the form.
    pub params: BTreeMap<String, String>,
}

/// A running application, registered as `elsewhere`.
pub struct Application {
    /// `http://HOST:PORT/callback`.
    redirect_uri: String,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

impl Application {
    /// Starts it on a free port of this machine, under the name `host`, and registers it.
    pub async fn start(server: &Server, host: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let redirect_uri = format!("http://{host}:{}/callback", listener.local_addr().unwrap().port());
        server.seed(registration(&redirect_uri)).await;
        let arrivals = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&arrivals);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&seen)));
            }
        });
        Self { redirect_uri, arrivals }
    }

    /// The path of its authorization request, with further parameters.
    pub fn authorize(&self, more: &[(&str, &str)]) -> String {
        let params = [
            ("client_id", "elsewhere"),
            ("response_type", "code"),
            ("redirect_uri", &self.redirect_uri),
            ("scope", "openid email"),
            ("state", "st-1"),
            ("nonce", "no-1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(params)
            .extend_pairs(more)
            .finish();
        format!("/oauth2/authorize?{query}")
    }

    /// Waits until somebody arrives, and takes note of it; nobody else has arrived then.
    pub async fn arrival(&self) -> Arrival {
        let arrived = async {
            while self.arrivals.lock().unwrap().is_empty() {
                tokio::time::sleep(GLANCE).await;
            }
        };
        tokio::time::timeout(PATIENCE, arrived).await.expect("nobody came back to the application");
        let mut arrivals = self.arrivals.lock().unwrap();
        assert_eq!(arrivals.len(), 1, "{arrivals:?}");
        arrivals.remove(0)
    }
}

fn registration(redirect_uri: &str) -> String {
    format!(
        r#"
        [[clients]]
        tenant = "acme"
        client_id = "elsewhere"
        display_name = "Elsewhere"
        kind = "web"
        secret = "elsewhere-development-secret"
        redirect_uris = ["{redirect_uri}"]
        response_modes = ["query", "form_post"]
        scopes = ["openid", "email"]
        "#
    )
}

/// Reads one request and answers it. Connections that a browser opens in advance end without one.
async fn answer(mut stream: TcpStream, seen: Arc<Mutex<Vec<Arrival>>>) {
    let mut read = Vec::new();
    let request = loop {
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return,
            Ok(length) => read.extend(part.iter().take(length)),
        }
        if let Some(request) = whole(&read) {
            break request;
        }
    };
    if let Some(arrival) = request {
        seen.lock().unwrap().push(arrival);
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{PAGE}", PAGE.len());
    // A browser that went away has nothing to be told.
    drop(stream.write_all(answer.as_bytes()).await);
}

/// The request once it is there with its body; within, `None` when it is not for the redirect URI.
fn whole(read: &[u8]) -> Option<Option<Arrival>> {
    let text = std::str::from_utf8(read).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
    if body.len() < length {
        return None;
    }
    let mut line = head.lines().next()?.split(' ');
    let (method, target) = (line.next()?, line.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != "/callback" {
        return Some(None);
    }
    let sent = if method == "POST" { body } else { query };
    Some(Some(Arrival {
        method: method.to_owned(),
        params: url::form_urlencoded::parse(sent.as_bytes()).into_owned().collect(),
    }))
}
