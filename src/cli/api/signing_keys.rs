//! `gridkey signing-key`: the public keys that requests are signed with, over a server's API, and signing itself.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use super::client::{self, Client, member};
use super::fields::{Fields, pair};
use super::nouns::SIGNING_KEY;
use super::{At, WHO, confirm, print};
use crate::cli::failure::{Exit, Failure};
use crate::cli::load::runtime;
use crate::cli::signing::{self, Sign, Verify};
use crate::request_keys::{Fingerprint, PublicKey};

/// Manage signing keys over a server's API, and sign requests.
#[derive(Debug, Args)]
#[command(after_help = WHO)]
pub struct SigningKeys {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Register a public key: `--set name=Trading --public-key public.pem`.
    Add {
        #[command(flatten)]
        fields: Fields,
        /// The file that has the public key, in any form.
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
    },
    /// List one's own.
    List {
        /// Those of everybody in the organisation.
        #[arg(long)]
        all: bool,
        /// What the list can be filtered by: `status=active`, `owner=user:ID`, `fingerprint=...`, `q=tra`. Can be given
        /// several times.
        #[arg(long = "filter", value_name = "NAME=VALUE", value_parser = pair)]
        filters: Vec<(String, String)>,
        /// At most so many. All without it.
        #[arg(long)]
        limit: Option<usize>,
    },
    /// Show one.
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Keep one from counting until it is enabled again.
    Disable {
        #[command(flatten)]
        which: Which,
    },
    /// Let one count again.
    Enable {
        #[command(flatten)]
        which: Which,
    },
    /// End one for good. Asks first.
    Revoke {
        #[command(flatten)]
        which: Which,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Sign a request and print the headers, one on a line, as `curl -H @-` reads them. Asks no server.
    Sign(Sign),
    /// Check the headers of a signed request, read from standard input. Asks no server.
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Which {
    /// Its id, its fingerprint, or its name when only one of one's own keys has it.
    #[arg(value_name = "ID|FINGERPRINT|NAME")]
    name: String,
}

/// Does what was asked.
pub fn run(args: &SigningKeys) -> Result<(), Failure> {
    // What cannot be is refused before anybody is asked.
    let body = match &args.command {
        Command::Sign(sign) => return signing::sign(sign),
        Command::Verify(verify) => return signing::verify(verify),
        Command::Add { fields, public_key } => Some(described(fields, public_key.as_deref())?),
        _ => None,
    };
    runtime()?.block_on(call(args, body))
}

/// What is said of a new key.
fn described(fields: &Fields, public_key: Option<&Path>) -> Result<Value, Failure> {
    let mut body = fields.object()?;
    if let Some(path) = public_key {
        let text = std::fs::read_to_string(path)
            .map_err(|why| Failure::new(Exit::Usage, format!("{} cannot be read: {why}", path.display())))?;
        // A private key must not leave this machine, not even to be refused.
        PublicKey::parse(&text)
            .map_err(|why| Failure::new(Exit::Usage, format!("{}: {why}", path.display())))?;
        if let Some(members) = body.as_object_mut() {
            members.insert("public_key".to_owned(), Value::String(text));
        }
    }
    Ok(body)
}

async fn call(args: &SigningKeys, body: Option<Value>) -> Result<(), Failure> {
    let look = args.at.look();
    let client = args.at.client().await?;
    let object = match &args.command {
        Command::List { all, filters, limit } => {
            let mut filters = filters.clone();
            if *all {
                filters.push(("scope".to_owned(), "tenant".to_owned()));
            }
            let mut items = Vec::new();
            let each = |item| {
                items.push(item);
                true
            };
            client.pages(SIGNING_KEY.path, &filters, *limit, each).await?;
            print::list(&SIGNING_KEY, look, items);
            return Ok(());
        }
        Command::Show { which } => {
            client.send(Method::GET, &which.path(&client).await?, (None, None)).await?
        }
        Command::Disable { which } => which.turn(&client, "disable").await?,
        Command::Enable { which } => which.turn(&client, "enable").await?,
        Command::Revoke { which, yes } => {
            let path = which.path(&client).await?;
            confirm(("Revoke", &SIGNING_KEY), &which.name, *yes)?;
            client.send(Method::DELETE, &path, (None, None)).await?;
            return Ok(());
        }
        // Signing asks no server, and was done before one was looked for.
        Command::Add { .. } | Command::Sign(_) | Command::Verify(_) => {
            client.send(Method::POST, SIGNING_KEY.path, (body.as_ref(), None)).await?
        }
    };
    print::one(look, &object);
    Ok(())
}

impl Which {
    /// The path of the one that is meant.
    async fn path(&self, client: &Client) -> Result<String, Failure> {
        if let Ok(id) = self.name.parse::<Uuid>() {
            return Ok(format!("{}/{id}", SIGNING_KEY.path));
        }
        let shown = client::printable(&self.name);
        let mut found = Vec::new();
        let is_fingerprint = self.name.parse::<Fingerprint>().is_ok();
        let (filter, key) = if is_fingerprint { ("fingerprint", "fingerprint") } else { ("q", "name") };
        let each = |item: Value| {
            let is_it = member(&item, key) == Some(&self.name)
                && (is_fingerprint || member(&item, "status") != Some("revoked"));
            found.extend(member(&item, "id").filter(|_| is_it).and_then(|id| id.parse::<Uuid>().ok()));
            true
        };
        client.pages(SIGNING_KEY.path, &[(filter.to_owned(), self.name.clone())], None, each).await?;
        match found.as_slice() {
            [id] => Ok(format!("{}/{id}", SIGNING_KEY.path)),
            [] => Err(Failure::new(Exit::NotFound, format!("you have no signing key \"{shown}\""))),
            _ => Err(Failure::new(Exit::Conflict, format!("you have several signing keys \"{shown}\""))
                .fix("name the one that you mean by its id or its fingerprint")),
        }
    }

    async fn turn(&self, client: &Client, how: &str) -> Result<Value, Failure> {
        let path = format!("{}/{how}", self.path(client).await?);
        client.send(Method::POST, &path, (None, None)).await
    }
}
