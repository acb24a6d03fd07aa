//! One keep-alive connection that speaks just enough HTTP/1.1, and the requests that go over it: small, because what
//! the driver spends is taken from the server under test.

use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::net::TcpStream;
use url::form_urlencoded::Serializer;

/// An open connection. One request at a time.
pub struct Wire {
    stream: TcpStream,
    answer: Vec<u8>,
    chunk: Box<[u8]>,
}

/// What came back.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// 200, 303 ...
    pub status: u16,
    head: &'a str,
    body: &'a [u8],
}

impl Wire {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(8 * 1024), chunk: vec![0; 16 * 1024].into() })
    }

    /// Sends one request and waits for its answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.write(request).await?;
        self.answer.clear();
        let (status, head, whole) = loop {
            self.read().await?;
            match parse(&self.answer)? {
                Some((status, head, length)) if self.answer.len() >= head + length => {
                    break (status, head, head + length);
                }
                _ => {}
            }
        };
        ensure!(self.answer.len() == whole, "more came back than was asked for");
        let (head, body) = self.answer.split_at_checked(head).context("an answer without a head")?;
        Ok(Answer { status, head: std::str::from_utf8(head)?, body })
    }

    /// [`Wire::send`] for requests that can only succeed.
    pub async fn expect(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        let answer = self.send(request).await?;
        if answer.status != 200 {
            let asked = String::from_utf8_lossy(request);
            bail!("{}: {}", asked.lines().next().unwrap_or_default(), answer.describe());
        }
        Ok(answer)
    }

    async fn write(&mut self, mut rest: &[u8]) -> Result<()> {
        while !rest.is_empty() {
            match self.stream.try_write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(why) if why.kind() == ErrorKind::WouldBlock => self.stream.writable().await?,
                Err(why) => return Err(why).context("sending a request"),
            }
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<()> {
        loop {
            match self.stream.try_read(&mut self.chunk) {
                Ok(0) => bail!("the server closed the connection"),
                Ok(count) => {
                    self.answer.extend_from_slice(self.chunk.get(..count).unwrap_or_default());
                    return Ok(());
                }
                Err(why) if why.kind() == ErrorKind::WouldBlock => self.stream.readable().await?,
                Err(why) => return Err(why).context("waiting for an answer"),
            }
        }
    }
}

/// Status, length of the head with its empty line, length of the body; `None` while the head is not whole.
fn parse(bytes: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?;
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .context("an answer without a status")?
        .parse()?;
    let length = match (lines.find_map(|line| value_of(line, "content-length")), status) {
        (Some(length), _) => length.parse()?,
        // Nothing ever follows these.
        (None, 204 | 304) => 0,
        (None, _) => bail!("an answer without a length"),
    };
    Ok(Some((status, end + 4, length)))
}

fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (key, value) = line.split_once(':')?;
    key.eq_ignore_ascii_case(name).then(|| value.trim())
}

impl<'a> Answer<'a> {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.head.split("\r\n").skip(1).find_map(|line| value_of(line, name))
    }

    /// The body as text.
    pub fn text(&self) -> Result<&'a str> {
        Ok(std::str::from_utf8(self.body)?)
    }

    /// The text of a member of a flat JSON object, when it needs no unescaping, as tokens do not.
    pub fn member(&self, name: &str) -> Option<&'a str> {
        let (_, rest) = self.text().ok()?.split_once(&format!("\"{name}\":\""))?;
        rest.split('"').next()
    }

    /// For messages about what went wrong.
    pub fn describe(&self) -> String {
        let body: String = self.text().unwrap_or_default().chars().take(300).collect();
        format!("status {}, {}", self.status, if body.is_empty() { self.head } else { &body })
    }
}

/// A `GET`.
pub fn get(host: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut text = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n");
    push_headers(&mut text, headers);
    text.push_str("\r\n");
    text.into_bytes()
}

/// A `POST` of a form.
pub fn post(host: SocketAddr, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Vec<u8> {
    let body = query(form);
    let mut text = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\n");
    push_headers(&mut text, headers);
    text.push_str("content-type: application/x-www-form-urlencoded\r\n");
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

fn push_headers(text: &mut String, headers: &[(&str, &str)]) {
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
}

/// Pairs as they stand in a query or a form.
pub fn query(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// HTTP Basic, for names and secrets that need no encoding of their own.
pub fn basic(client_id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client_id}:{secret}")))
}
