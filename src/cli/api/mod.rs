//! `gridkey tenant`, `user`, `team`, `role`, `service-account`, `app` and `key`: the management API from the command line.
//!
//! Owns how objects are named, described and shown there. What may be said of an object is the server's to decide: a
//! noun is a row of a table, and its members pass through. Speaks to a server over HTTP as anybody would, never to its
//! database.

mod client;
mod fields;
mod keys;
mod login;
mod nouns;
mod print;
mod session;
mod signing_keys;
mod tokens;
mod webhooks;

use std::io::{BufRead, IsTerminal, Write};

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::failure::{Exit, Failure};
use super::load::runtime;
use super::output::OutputArgs;
use crate::config::Config;
use client::{Client, member};
use fields::{Fields, pair};
use print::Look;

pub use keys::{Keys, run as run_keys};
pub use login::{SignIn, Where, WhoAmI, sign_in, sign_out, who_am_i};
pub use nouns::{APPLICATION, Noun, ROLE, SERVICE_ACCOUNT, TEAM, TENANT, USER};
pub use signing_keys::{SigningKeys, run as run_signing_keys};
pub use tokens::{Tokens, run as run_tokens};
pub use webhooks::{Webhooks, run as run_webhooks};

/// Who asks, for the help of every command.
const WHO: &str = "These commands speak to the server that GRIDKEY_URL or --server names. GRIDKEY_TOKEN has an access \
                   token, GRIDKEY_API_KEY an API key, or GRIDKEY_CLIENT_ID and GRIDKEY_CLIENT_SECRET (or GRIDKEY_CLIENT_SECRET_FILE) the credential \
                   of a service account. Without any of them they ask as who is signed in (gridkey login).";

/// Manage a server over its API.
#[derive(Debug, Args)]
#[command(after_help = WHO)]
pub struct Manage {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    command: Command,
}

/// Which server is asked, and how its answers look.
#[derive(Debug, Args)]
struct At {
    /// The server, instead of the one that GRIDKEY_URL names.
    #[arg(long, value_name = "URL", global = true)]
    server: Option<Url>,
    /// The slug of the organisation, instead of one's own.
    #[arg(long, value_name = "SLUG", global = true)]
    tenant: Option<String>,
    /// Print nothing but identifiers, one on a line.
    #[arg(long, short, global = true)]
    quiet: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl At {
    const fn look(&self) -> Look {
        Look { output: self.output.output, quiet: self.quiet }
    }

    async fn client(&self) -> Result<Client, Failure> {
        Client::connect(self.server.as_ref(), self.tenant.clone(), &Config::environment()).await
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List them.
    List {
        /// What the server's list can be filtered by: `status=active`, `q=ac`. Can be given several times.
        #[arg(long = "filter", value_name = "NAME=VALUE", value_parser = pair)]
        filters: Vec<(String, String)>,
        /// At most so many. All without it.
        #[arg(long)]
        limit: Option<usize>,
    },
    /// Show one.
    Get {
        #[command(flatten)]
        which: Which,
    },
    /// Make one. A secret that the server makes for it is shown this once.
    Create {
        #[command(flatten)]
        fields: Fields,
    },
    /// Change one: what is not said stays, and null takes a value back.
    Update {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        fields: Fields,
        /// The ETag that the change is based on; a change in between is a conflict then.
        #[arg(long, value_name = "ETAG")]
        if_match: Option<String>,
    },
    /// Keep one out, without deleting anything.
    Disable {
        #[command(flatten)]
        which: Which,
    },
    /// Let one in again.
    Enable {
        #[command(flatten)]
        which: Which,
    },
    /// Delete one. Asks first.
    Delete {
        #[command(flatten)]
        which: Which,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Bring one back from the recycle bin.
    Restore {
        #[command(flatten)]
        which: Which,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// Its id, or what it is called: slug, mail address, client_id.
    #[arg(value_name = "ID|NAME")]
    name: String,
}

/// Does what was asked.
pub fn run(noun: &'static Noun, args: &Manage) -> Result<(), Failure> {
    // What cannot be is refused before anybody is asked.
    let body = match &args.command {
        Command::Create { fields } | Command::Update { fields, .. } => Some(fields.object()?),
        Command::Disable { .. } => Some(state(noun, |states| states.disabled)?),
        Command::Enable { .. } => Some(state(noun, |states| states.enabled)?),
        Command::Restore { .. } if !noun.has_bin => {
            return Err(Failure::new(
                Exit::Usage,
                format!("a {} that was deleted is gone for good", noun.name),
            ));
        }
        _ => None,
    };
    runtime()?.block_on(call(noun, args, body))
}

fn state(noun: &Noun, pick: impl Fn(&nouns::States) -> &'static str) -> Result<Value, Failure> {
    let states = noun.states.as_ref().ok_or_else(|| {
        Failure::new(Exit::Usage, format!("a {} is neither disabled nor enabled", noun.name))
    })?;
    Ok(json!({ "status": pick(states) }))
}

async fn call(noun: &'static Noun, args: &Manage, body: Option<Value>) -> Result<(), Failure> {
    let look = args.at.look();
    let client = args.at.client().await?;
    let object = match &args.command {
        Command::List { filters, limit } => {
            let mut items = Vec::new();
            let each = |item| {
                items.push(item);
                true
            };
            client.pages(noun.path, filters, *limit, each).await?;
            print::list(noun, look, items);
            return Ok(());
        }
        Command::Get { which } => {
            let path = find(&client, noun, &which.name, false).await?;
            client.send(Method::GET, &path, (None, None)).await?
        }
        Command::Create { .. } => client.send(Method::POST, noun.path, (body.as_ref(), None)).await?,
        Command::Update { which, if_match, .. } => {
            let path = find(&client, noun, &which.name, false).await?;
            client.send(Method::PATCH, &path, (body.as_ref(), if_match.as_deref())).await?
        }
        Command::Disable { which } | Command::Enable { which } => {
            let path = find(&client, noun, &which.name, false).await?;
            client.send(Method::PATCH, &path, (body.as_ref(), None)).await?
        }
        Command::Delete { which, yes } => {
            let path = find(&client, noun, &which.name, false).await?;
            confirm(("Delete", noun), &which.name, *yes)?;
            client.send(Method::DELETE, &path, (None, None)).await?;
            return Ok(());
        }
        Command::Restore { which } => {
            let path = find(&client, noun, &which.name, true).await?;
            client.send(Method::POST, &format!("{path}/restore"), (None, None)).await?
        }
    };
    print::one(look, &object);
    Ok(())
}

/// The path of the one that is meant: by its id, or through the list by what it is called.
async fn find(client: &Client, noun: &Noun, name: &str, in_bin: bool) -> Result<String, Failure> {
    if let Ok(id) = name.parse::<Uuid>() {
        return Ok(format!("{}/{id}", noun.path));
    }
    let mut filters = vec![("q".to_owned(), name.to_owned())];
    if in_bin {
        filters.push(("status".to_owned(), "deleted".to_owned()));
    }
    let is_it = |item: &Value| {
        let called = member(item, noun.key).unwrap_or_default();
        called == name || noun.folds_case && called.to_lowercase() == name.to_lowercase()
    };
    let mut found = None;
    let each = |item: Value| {
        if is_it(&item) {
            found = member(&item, "id").and_then(|id| id.parse::<Uuid>().ok());
        }
        found.is_none()
    };
    client.pages(noun.path, &filters, None, each).await?;
    found.map(|id| format!("{}/{id}", noun.path)).ok_or_else(|| {
        let place = if in_bin { " in the recycle bin" } else { "" };
        Failure::new(
            Exit::NotFound,
            format!("there is no {} \"{}\"{place}", noun.name, client::printable(name)),
        )
    })
}

/// Asks whether it is really meant.
fn confirm((verb, noun): (&str, &Noun), name: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::new(Exit::Usage, "this asks first, and there is nobody to answer")
            .fix("add --yes when you mean it"));
    }
    let mut out = std::io::stderr();
    let question = format!("{verb} the {} {}? [y/N] ", noun.name, client::printable(name));
    drop(out.write_all(question.as_bytes()).and_then(|()| out.flush()));
    let mut line = String::new();
    let read = stdin.lock().read_line(&mut line);
    match (read, line.trim().to_lowercase().as_str()) {
        (Ok(_), "y" | "yes") => Ok(()),
        _ => Err(Failure::failed("nothing was done")),
    }
}
