//! `gridkey key`: API keys from the command line.

use std::io::Read;

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{self, Client, member};
use super::fields::{Fields, pair};
use super::nouns::{KEY, SERVICE_ACCOUNT};
use super::print::Look;
use super::{At, WHO, confirm, find, print};
use crate::cli::failure::{Exit, Failure};
use crate::cli::load::runtime;
use crate::config::Config;
use crate::secret::Secret;
use crate::web::paths;

/// Manage API keys over a server's API.
#[derive(Debug, Args)]
#[command(after_help = WHO)]
pub struct Keys {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List one's own.
    List {
        /// Those of everybody in the organisation.
        #[arg(long)]
        all: bool,
        /// What the list can be filtered by: `status=active`, `owner=user:ID`, `unused_since=TIME`, `q=dep`. Can be given
        /// several times.
        #[arg(long = "filter", value_name = "NAME=VALUE", value_parser = pair)]
        filters: Vec<(String, String)>,
        /// At most so many. All without it.
        #[arg(long)]
        limit: Option<usize>,
    },
    /// Make one and show its secret, this once: `--set name=Deployment --set level=read-only`.
    Create {
        #[command(flatten)]
        fields: Fields,
        /// The id or slug of the service account to which it belongs.
        #[arg(long, value_name = "ID|SLUG")]
        service_account: Option<String>,
    },
    /// Show one.
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Replace the secret of one and show the new one, this once.
    Rotate {
        #[command(flatten)]
        which: Which,
        /// How long the present secret works on: `0`, `90s`, `30m`, `24h`, at most `30d`. A day without it.
        #[arg(long, value_name = "TIME", value_parser = seconds)]
        grace: Option<u64>,
    },
    /// Keep one from working until it is enabled again.
    Disable {
        #[command(flatten)]
        which: Which,
    },
    /// Let one work again.
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
    /// Ask what the key on standard input is worth. Ends with 3 when it is not let in.
    Verify {
        /// What it needs to be allowed: `models:use`.
        #[arg(long, value_name = "RESOURCE:ACTION")]
        permission: Option<String>,
        /// The address that it comes from.
        #[arg(long, value_name = "ADDRESS")]
        address: Option<String>,
    },
    /// Exchange the key on standard input for a short token.
    Exchange {
        /// The API that the token is for; the server itself without it.
        #[arg(long, value_name = "API")]
        audience: Option<String>,
        /// What it may be used for, at most: permissions, separated by blanks.
        #[arg(long, value_name = "PERMISSIONS")]
        scope: Option<String>,
    },
    /// Show its last 20 uses, one by one.
    Uses {
        #[command(flatten)]
        which: Which,
    },
    /// Show how often one was used, by hour and by how it ended.
    Usage {
        #[command(flatten)]
        which: Which,
        /// Days back, 1 to 100.
        #[arg(long, default_value_t = 7)]
        days: u32,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// Its id, or its name when only one of one's own keys has it.
    #[arg(value_name = "ID|NAME")]
    name: String,
}

/// Does what was asked.
pub fn run(args: &Keys) -> Result<(), Failure> {
    // What cannot be is refused before anybody is asked.
    let body = match &args.command {
        Command::Create { fields, .. } => Some(fields.object()?),
        _ => None,
    };
    runtime()?.block_on(call(args, body))
}

async fn call(args: &Keys, body: Option<Value>) -> Result<(), Failure> {
    let look = args.at.look();
    if let Command::Exchange { audience, scope } = &args.command {
        let wished = [("audience", audience), ("scope", scope)];
        let more: Vec<(&str, &str)> =
            wished.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?))).collect();
        let (server, env) = (args.at.server.as_ref(), Config::environment());
        print::token(look, &client::exchange(server, &env, &presented()?, &more).await?);
        return Ok(());
    }
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
            client.pages(KEY.path, &filters, *limit, each).await?;
            print::list(&KEY, look, items);
            return Ok(());
        }
        Command::Create { service_account, .. } => {
            let path = match service_account {
                Some(name) => format!("{}/api-keys", find(&client, &SERVICE_ACCOUNT, name, false).await?),
                None => KEY.path.to_owned(),
            };
            client.send(Method::POST, &path, (body.as_ref(), None)).await?
        }
        Command::Show { which } => {
            client.send(Method::GET, &which.path(&client).await?, (None, None)).await?
        }
        Command::Rotate { which, grace } => {
            let path = which.under(&client, "rotate").await?;
            let body = grace.map_or_else(|| json!({}), |seconds| json!({ "grace_seconds": seconds }));
            client.send(Method::POST, &path, (Some(&body), None)).await?
        }
        Command::Disable { which } => which.turn(&client, "disable").await?,
        Command::Enable { which } => which.turn(&client, "enable").await?,
        Command::Revoke { which, yes } => {
            let path = which.path(&client).await?;
            confirm(("Revoke", &KEY), &which.name, *yes)?;
            client.send(Method::DELETE, &path, (None, None)).await?;
            return Ok(());
        }
        Command::Verify { permission, address } => {
            let key = presented()?;
            let body = json!({ "credential": key.expose(), "permission": permission, "address": address });
            let verdict = client.send(Method::POST, paths::VERIFY, (Some(&body), None)).await?;
            print::one(look, &verdict);
            let reason = member(&verdict, "reason").map(client::printable);
            return match reason {
                None => Ok(()),
                Some(reason) => Err(Failure::new(Exit::Auth, format!("the key is not let in: {reason}"))),
            };
        }
        Command::Exchange { .. } => return Ok(()),
        Command::Usage { .. } | Command::Uses { .. } => return show_use(&client, look, &args.command).await,
    };
    print::one(look, &object);
    Ok(())
}

/// Tells how a key was used.
async fn show_use(client: &Client, look: Look, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Usage { which, days } => {
            let days = [("days".to_owned(), days.to_string())];
            print::usage(look, &client.get(&which.under(client, "usage").await?, &days).await?);
        }
        Command::Uses { which } => {
            print::uses(look, &client.get(&which.under(client, "uses").await?, &[]).await?);
        }
        _ => {}
    }
    Ok(())
}

impl Which {
    /// The path of the one that is meant.
    async fn path(&self, client: &Client) -> Result<String, Failure> {
        if let Ok(id) = self.name.parse::<Uuid>() {
            return Ok(format!("{}/{id}", KEY.path));
        }
        let shown = client::printable(&self.name);
        let mut found = Vec::new();
        let each = |item: Value| {
            let is_it =
                member(&item, "name") == Some(&self.name) && member(&item, "status") != Some("revoked");
            found.extend(member(&item, "id").filter(|_| is_it).and_then(|id| id.parse::<Uuid>().ok()));
            true
        };
        client.pages(KEY.path, &[("q".to_owned(), self.name.clone())], None, each).await?;
        match found.as_slice() {
            [id] => Ok(format!("{}/{id}", KEY.path)),
            [] => Err(Failure::new(Exit::NotFound, format!("you have no API key \"{shown}\""))),
            _ => Err(Failure::new(Exit::Conflict, format!("you have several API keys \"{shown}\""))
                .fix("name the one that you mean by its id")),
        }
    }

    /// What lies under it.
    async fn under(&self, client: &Client, name: &str) -> Result<String, Failure> {
        Ok(format!("{}/{name}", self.path(client).await?))
    }

    async fn turn(&self, client: &Client, how: &str) -> Result<Value, Failure> {
        let path = self.under(client, how).await?;
        client.send(Method::POST, &path, (None, None)).await
    }
}

/// The key on standard input: an argument would be seen by everybody who lists processes.
fn presented() -> Result<Secret, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().take(4_096).read_to_string(&mut text);
    read.map_err(|why| Failure::new(Exit::Usage, format!("standard input cannot be read: {why}")))?;
    match text.trim() {
        "" => Err(Failure::new(Exit::Usage, "there is no key on standard input")
            .fix("give it there: gridkey key verify < key.txt")),
        key => Ok(Secret::new(key)),
    }
}

/// Reads a span of time in seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = text.split_at(digits.len());
    let unit = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err("expected a time such as 90s, 30m, 24h or 7d".to_owned()),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .filter(|seconds| *seconds <= 30 * 24 * 60 * 60)
        .ok_or_else(|| "expected a time of at most 30d, such as 90s, 30m, 24h or 7d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_their_units() {
        for (text, expected) in [("0", 0), ("90s", 90), ("30m", 1_800), ("24h", 86_400), ("30d", 2_592_000)] {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for bad in ["", "h", "-1", "1w", "31d", "1h30m", "99999999999999999999d", "1.5h"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
