//! `gridkey signing-key sign` and `verify`: signatures over requests, made and checked on this machine.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::failure::{Exit, Failure};
use super::output::say;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::random::Random;
use crate::request_keys::{
    Authority, Body, BodyRule, ClockWindow, GridRules, HeaderPrefix, PublicKey, QueryMode, Rfc9421Parameters,
    Rfc9421Rules, Rules, Scheme, SignatureError, SignedRequest, SigningSecret, UriScheme, parse, sign_grid,
    sign_rfc9421,
};

/// The private key, or the file that has it.
const SECRET: &str = "GRIDKEY_SIGNING_KEY";
const SECRET_FILE: &str = "GRIDKEY_SIGNING_KEY_FILE";

/// The request.
#[derive(Debug, Args)]
struct Request {
    /// Where it goes: `https://api.example.com/v1/orders?status=open`, written as it is sent.
    #[arg(value_name = "URL")]
    url: String,
    /// Its method.
    #[arg(long, short = 'X', default_value = "GET")]
    method: String,
    /// The file that has its body, as it is sent.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// What the headers of `grid-v1` begin with.
    #[arg(long, default_value = "x-thegrid-", value_name = "PREFIX")]
    prefix: String,
    /// Whether the query is signed by `grid-v1`: `include`, `exclude`, or `either` to check.
    #[arg(long, default_value = "include", value_name = "MODE")]
    query: QueryMode,
    /// The time, in Unix seconds, instead of the present.
    #[arg(long, value_name = "SECONDS")]
    time: Option<i64>,
}

/// Arguments of `sign`.
#[derive(Debug, Args)]
#[command(
    after_help = "The private key is a seed of 32 bytes, or 64 bytes of seed and public key, in base64; or PKCS #8 in PEM, \
                        as openssl makes it. It comes from GRIDKEY_SIGNING_KEY, from the file that GRIDKEY_SIGNING_KEY_FILE \
                        or --key-file names, or with --key-file - from standard input. Never from an argument."
)]
pub struct Sign {
    #[command(flatten)]
    request: Request,
    /// By which scheme: `rfc9421-v1` or `grid-v1`.
    #[arg(long, default_value = "rfc9421-v1")]
    scheme: Scheme,
    /// The file that has the private key; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    request: Request,
    /// The public key: 32 bytes or SPKI in base64, or the file that has it in any form.
    #[arg(long, value_name = "KEY|@FILE")]
    public_key: String,
    /// The file that has the headers, one on a line, instead of standard input.
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,
}

/// What a request is made of, read.
struct Parts {
    method: String,
    target: String,
    scheme: UriScheme,
    authority: String,
    body: Vec<u8>,
    prefix: HeaderPrefix,
    now: Timestamp,
}

impl Request {
    fn read(&self) -> Result<Parts, Failure> {
        let usage = |why: &str| Failure::new(Exit::Usage, why);
        let no_url = || usage("the address is no URL such as https://api.example.com/v1/orders");
        let (scheme, rest) = self.url.split_once("://").ok_or_else(no_url)?;
        let scheme: UriScheme = scheme.to_ascii_lowercase().parse().map_err(|_| no_url())?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at_checked(end).ok_or_else(no_url)?;
        Authority::parse(scheme, authority).map_err(|_| no_url())?;
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        if !target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            return Err(usage("the path has characters that cannot be sent: write them as %20 and so on"));
        }
        let body = match &self.body {
            Some(path) => std::fs::read(path).map_err(|why| unreadable(path, &why))?,
            None => Vec::new(),
        };
        Ok(Parts {
            method: self.method.clone(),
            target,
            scheme,
            authority: authority.to_owned(),
            body,
            prefix: HeaderPrefix::parse(&self.prefix).map_err(|why| usage(&why.to_string()))?,
            now: self.time.map_or_else(|| Clock::System.now(), Timestamp::from_seconds),
        })
    }
}

impl Parts {
    fn request<'a>(&'a self, headers: Vec<(&'a str, &'a [u8])>) -> SignedRequest<'a> {
        SignedRequest {
            method: &self.method,
            target: &self.target,
            scheme: self.scheme,
            authority: &self.authority,
            headers,
            body: Body::Bytes(&self.body),
        }
    }
}

fn unreadable(path: &Path, why: &std::io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{} cannot be read: {why}", path.display()))
}

fn refused(error: SignatureError) -> Failure {
    Failure::failed(error)
}

/// Prints the headers of a signature.
pub fn sign(args: &Sign) -> Result<(), Failure> {
    let parts = args.request.read()?;
    let secret = secret(args.key_file.as_deref(), &Config::environment())?;
    let request = parts.request(Vec::new());
    let created = parts.now.seconds();
    let mut headers: Vec<(String, String)> = match args.scheme {
        Scheme::GridV1 => {
            let signed = sign_grid(&secret, &request, created, args.request.query).map_err(refused)?;
            signed.headers(&parts.prefix).into()
        }
        Scheme::Rfc9421V1 => {
            let nonce = Random::default().text();
            let parameters = Rfc9421Parameters { created, expires: None, nonce: Some(&nonce) };
            let signed = sign_rfc9421(&secret, &request, &parameters).map_err(refused)?;
            signed.headers().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        }
    };
    if args.scheme == Scheme::GridV1 && !parts.body.is_empty() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    for (name, value) in headers {
        say(format!("{name}: {value}"));
    }
    Ok(())
}

/// Tells whether a signature is good.
pub fn verify(args: &Verify) -> Result<(), Failure> {
    let parts = args.request.read()?;
    let key = match args.public_key.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|why| unreadable(Path::new(path), &why))
            .map(Zeroizing::new)?,
        None => Zeroizing::new(args.public_key.clone()),
    };
    let key = PublicKey::parse(&key).map_err(|why| Failure::new(Exit::Usage, why))?;
    let text = match &args.headers {
        Some(path) => std::fs::read_to_string(path).map_err(|why| unreadable(path, &why))?,
        None => standard_input()?.as_str().to_owned(),
    };
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let headers = lines.map(|(name, value)| (name.trim(), value.trim().as_bytes())).collect();
    let authority = Authority::parse(parts.scheme, &parts.authority).map_err(Failure::failed)?;
    let rules = Rules {
        window: ClockWindow::default(),
        grid: Some(GridRules {
            prefix: parts.prefix.clone(),
            query: args.request.query,
            bodies: BodyRule::Json,
        }),
        rfc9421: Some(Rfc9421Rules { authorities: vec![authority] }),
    };
    let checked = parse(&parts.request(headers), &rules, parts.now).and_then(|claimed| claimed.verify(&key));
    let verified = checked.map_err(|error| {
        let failure = Failure::failed(format!("the request does not count as signed: {error}"));
        if error.is_about_time() {
            failure.fix("check the clock, or name the time with --time")
        } else {
            failure
        }
    })?;
    say(format!("signed by {} ({}), query {}", verified.fingerprint(), verified.scheme(), verified.query()));
    Ok(())
}

/// The private key, from wherever it is.
fn secret(file: Option<&Path>, env: &BTreeMap<String, String>) -> Result<SigningSecret, Failure> {
    let of_file =
        |path: &Path| std::fs::read_to_string(path).map(Zeroizing::new).map_err(|why| unreadable(path, &why));
    let variable = |name: &str| env.get(name).filter(|text| !text.is_empty());
    let text = match (file, variable(SECRET), variable(SECRET_FILE)) {
        (Some(path), ..) if path == Path::new("-") => standard_input()?,
        (Some(path), ..) => of_file(path)?,
        (None, Some(text), _) => Zeroizing::new(text.clone()),
        (None, None, Some(path)) => of_file(Path::new(path))?,
        (None, None, None) => {
            return Err(Failure::new(Exit::Usage, "no private key is named")
                .fix(format!("set {SECRET} or {SECRET_FILE}, or name a file with --key-file")));
        }
    };
    SigningSecret::from_text(&text).map_err(|why| Failure::new(Exit::Usage, why))
}

fn standard_input() -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    std::io::stdin()
        .lock()
        .take(64 * 1024)
        .read_to_string(&mut text)
        .map_err(|why| Failure::new(Exit::Usage, format!("standard input cannot be read: {why}")))?;
    Ok(text)
}
