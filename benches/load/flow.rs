//! What people, browsers and applications do: sign in through the pages, come back with a session, redeem a code,
//! refresh.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::{StreamExt, TryStreamExt, stream};
use url::Url;

use super::crew::{Member, Turn};
use super::instance::Instance;
use super::seed::{PASSWORD, REDIRECT_URI, SECRET};
use super::wire::{Wire, basic, get, post, query};

const SCOPE: &str = "openid offline_access";
const VERIFIER: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
/// Pages and redirects between an authorization request and its code; more means going round in circles.
const LONGEST_WAY: usize = 12;
/// People who sign in at once while an instance is prepared: fewer than may wait for a password.
const AT_ONCE: usize = 16;
/// How long somebody waits who was told that the server is busy.
const BUSY_PAUSE: Duration = Duration::from_millis(100);

/// A browser of one person, with its cookies.
#[derive(Clone)]
pub struct Browser {
    email: String,
    cookie: Option<String>,
}

/// How an authorization request ended.
pub enum Ending {
    /// The application has a code.
    Code(String),
    /// The server has no room for another password.
    Busy,
}

impl Browser {
    /// Of somebody who is not signed in.
    pub fn of(email: String) -> Self {
        Self { email, cookie: None }
    }

    /// An authorization request, followed to its end: forms are filled in as a person would.
    pub async fn authorize(&mut self, wire: &mut Wire, host: SocketAddr, client_id: &str) -> Result<Ending> {
        let mut request = self.get(host, &authorization(client_id));
        for _ in 0..LONGEST_WAY {
            let answer = wire.send(&request).await?;
            if let Some(cookie) = answer.header("set-cookie") {
                self.keep(cookie);
            }
            request = match answer.status {
                302 | 303 => {
                    let location = answer.header("location").context("a redirect to nowhere")?;
                    if let Some(code) = code(location)? {
                        return Ok(Ending::Code(code));
                    }
                    self.get(host, &path(location)?)
                }
                200 => {
                    let form = Form::read(answer.text()?).with_context(|| answer.describe())?;
                    self.submit(host, &form)?
                }
                503 => return Ok(Ending::Busy),
                _ => bail!("signing in: {}", answer.describe()),
            };
        }
        bail!("signing in goes round in circles")
    }

    /// Asks for a page of ours, and signs in on the way.
    pub async fn enter(&mut self, wire: &mut Wire, host: SocketAddr, page: &str) -> Result<()> {
        let mut request = self.get(host, page);
        for _ in 0..LONGEST_WAY {
            let answer = self.send(wire, &request).await?;
            request = match answer {
                Reached::Elsewhere(path) => self.get(host, &path),
                Reached::Form(form) if form.is_sign_in() => self.submit(host, &form)?,
                Reached::Form(_) => return Ok(()),
            };
        }
        bail!("signing in goes round in circles")
    }

    /// Asks for a page of ours, and tells the path of the page to sign in that comes instead.
    pub async fn reach_sign_in(&mut self, wire: &mut Wire, host: SocketAddr, page: &str) -> Result<String> {
        let mut path = page.to_owned();
        for _ in 0..LONGEST_WAY {
            match self.send(wire, &self.get(host, &path)).await? {
                Reached::Elsewhere(next) => path = next,
                Reached::Form(form) if form.is_sign_in() => return Ok(path),
                Reached::Form(form) => bail!("an unexpected form: {}", form.action),
            }
        }
        bail!("signing in goes round in circles")
    }

    async fn send(&mut self, wire: &mut Wire, request: &[u8]) -> Result<Reached> {
        let answer = wire.send(request).await?;
        if let Some(cookie) = answer.header("set-cookie") {
            self.keep(cookie);
        }
        Ok(match answer.status {
            302 | 303 => {
                Reached::Elsewhere(path(answer.header("location").context("a redirect to nowhere")?)?)
            }
            200 => Reached::Form(Form::read(answer.text()?).with_context(|| answer.describe())?),
            _ => bail!("signing in: {}", answer.describe()),
        })
    }

    /// Keeps a cookie, in place of the one of the same name.
    fn keep(&mut self, set: &str) {
        let set = set.split(';').next().unwrap_or_default();
        let name = |cookie: &str| cookie.split('=').next().unwrap_or_default().to_owned();
        let others = self.cookie.iter().flat_map(|all| all.split("; "));
        let others = others.filter(|kept| name(kept) != name(set)).map(str::to_owned);
        let all: Vec<String> = others.chain([set.to_owned()]).collect();
        self.cookie = Some(all.join("; "));
    }

    /// What it shows of itself.
    pub fn cookie(&self) -> Result<&str> {
        self.cookie.as_deref().context("a browser without a cookie")
    }

    fn get(&self, host: SocketAddr, path: &str) -> Vec<u8> {
        match &self.cookie {
            Some(cookie) => get(host, path, &[("cookie", cookie)]),
            None => get(host, path, &[]),
        }
    }

    fn submit(&self, host: SocketAddr, form: &Form) -> Result<Vec<u8>> {
        let cookie = self.cookie.as_deref().context("a form without a cookie")?;
        let (field, value) = if form.action.contains("/identify") {
            ("email", self.email.as_str())
        } else if form.action.contains("/password") {
            ("password", PASSWORD)
        } else {
            bail!("an unexpected form: {}", form.action);
        };
        Ok(post(host, &form.action, &[("cookie", cookie)], &[("csrf", &form.csrf), (field, value)]))
    }
}

/// Where a request of a browser leads.
enum Reached {
    Elsewhere(String),
    Form(Form),
}

/// The form of a page.
struct Form {
    action: String,
    csrf: String,
}

impl Form {
    fn is_sign_in(&self) -> bool {
        ["/identify", "/password"].iter().any(|page| self.action.contains(page))
    }

    fn read(page: &str) -> Result<Self> {
        let between = |start: &str| page.split_once(start).and_then(|(_, rest)| rest.split('"').next());
        let action = between("method=\"post\" action=\"").context("a page without a form")?;
        let csrf = between("name=\"csrf\" value=\"").context("a form without its token")?;
        Ok(Self { action: action.replace("&amp;", "&").replace("&#38;", "&"), csrf: csrf.to_owned() })
    }
}

fn authorization(client_id: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
    let pairs = query(&[
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", REDIRECT_URI),
        ("scope", SCOPE),
        ("state", "0123456789abcdef"),
        ("nonce", "0123456789abcdef"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    format!("/oauth2/authorize?{pairs}")
}

/// The code, when a redirect leads to the application.
fn code(location: &str) -> Result<Option<String>> {
    if !location.starts_with(REDIRECT_URI) {
        return Ok(None);
    }
    let url = Url::parse(location)?;
    let code = url.query_pairs().find(|(name, _)| name == "code").map(|(_, value)| value.into_owned());
    code.map(Some).with_context(|| format!("the application was told: {location}"))
}

/// Path and query of a redirect that stays here.
fn path(location: &str) -> Result<String> {
    if location.starts_with('/') {
        return Ok(location.to_owned());
    }
    let url = Url::parse(location)?;
    Ok(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
}

/// The request that redeems a code.
pub fn redemption(host: SocketAddr, client_id: &str, code: &str) -> Vec<u8> {
    token_request(
        host,
        client_id,
        &[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ],
    )
}

/// The request of a program that speaks for itself.
pub fn client_credentials(host: SocketAddr, client_id: &str) -> Vec<u8> {
    token_request(host, client_id, &[("grant_type", "client_credentials"), ("scope", "read")])
}

fn token_request(host: SocketAddr, client_id: &str, form: &[(&str, &str)]) -> Vec<u8> {
    post(host, "/oauth2/token", &[("authorization", &basic(client_id, SECRET))], form)
}

/// A line of refresh tokens, each of which is used once.
pub struct Line {
    host: SocketAddr,
    client_id: &'static str,
    refresh_token: String,
}

impl Line {
    /// Begins with a code.
    async fn begin(wire: &mut Wire, host: SocketAddr, client_id: &'static str, code: &str) -> Result<Self> {
        let answer = wire.expect(&redemption(host, client_id, code)).await?;
        let token = answer.member("refresh_token").context("no refresh token came with the code")?;
        Ok(Self { host, client_id, refresh_token: token.to_owned() })
    }

    /// Uses the newest token. Tells how many signed tokens came back.
    pub async fn refresh(&mut self, wire: &mut Wire) -> Result<usize> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", self.refresh_token.as_str())];
        let answer = wire.expect(&token_request(self.host, self.client_id, &form)).await?;
        let next = answer.member("refresh_token").context("no further refresh token")?;
        ensure!(next != self.refresh_token, "the refresh token did not change");
        let signed = ["access_token", "id_token"].iter().filter(|name| answer.member(name).is_some()).count();
        next.clone_into(&mut self.refresh_token);
        Ok(signed)
    }
}

impl Member for Line {
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn> {
        self.refresh(wire).await?;
        Ok(Turn::Done)
    }
}

/// Several lines on one connection, used in turn.
pub struct Lines {
    lines: Vec<Line>,
    next: usize,
}

impl Lines {
    /// Deals lines out to connections.
    pub fn deal(lines: Vec<Line>, connections: usize) -> Vec<Self> {
        let mut hands: Vec<Self> = (0..connections).map(|_| Self { lines: Vec::new(), next: 0 }).collect();
        for (place, line) in lines.into_iter().enumerate() {
            if let Some(hand) = hands.get_mut(place % connections) {
                hand.lines.push(line);
            }
        }
        hands
    }
}

impl Member for Lines {
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn> {
        let place = self.next;
        self.next = (place + 1) % self.lines.len().max(1);
        self.lines.get_mut(place).context("a connection without lines")?.work(wire).await
    }
}

/// Somebody who signs in again and again, each time with a new browser, until the application has its code.
pub struct Visitor {
    host: SocketAddr,
    client_id: &'static str,
    email: String,
}

impl Visitor {
    /// The person with this address.
    pub fn new(host: SocketAddr, client_id: &'static str, email: String) -> Self {
        Self { host, client_id, email }
    }
}

impl Member for Visitor {
    async fn work(&mut self, wire: &mut Wire) -> Result<Turn> {
        match Browser::of(self.email.clone()).authorize(wire, self.host, self.client_id).await? {
            Ending::Code(_) => Ok(Turn::Done),
            Ending::Busy => {
                tokio::time::sleep(BUSY_PAUSE).await;
                Ok(Turn::Refused)
            }
        }
    }
}

/// Signs these people in, and begins a line with each of the applications for each of them. Lines are in the order of
/// applications, then people.
pub async fn begin_lines(
    instance: &Instance,
    people: Vec<String>,
    client_ids: &'static [&'static str],
) -> Result<(Vec<Browser>, Vec<Vec<Line>>)> {
    let host = instance.address();
    let begun: Vec<(Browser, Vec<Line>)> = stream::iter(people)
        .map(|email| async move {
            let (mut wire, mut browser) = (Wire::open(host).await?, Browser::of(email));
            let mut lines = Vec::new();
            for client_id in client_ids {
                match browser.authorize(&mut wire, host, client_id).await? {
                    Ending::Code(code) => lines.push(Line::begin(&mut wire, host, client_id, &code).await?),
                    Ending::Busy => bail!("the server was too busy to sign anybody in"),
                }
            }
            anyhow::Ok((browser, lines))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    let mut by_client: Vec<Vec<Line>> = client_ids.iter().map(|_| Vec::new()).collect();
    let mut browsers = Vec::new();
    for (browser, lines) in begun {
        browsers.push(browser);
        for (all, line) in by_client.iter_mut().zip(lines) {
            all.push(line);
        }
    }
    Ok((browsers, by_client))
}
