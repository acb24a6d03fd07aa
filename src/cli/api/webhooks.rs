//! `gridkey webhook`: whom an organisation tells what happens, over a server's API.

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::client::{self, Client, member};
use super::fields::{Fields, pair};
use super::nouns::{DELIVERY, WEBHOOK};
use super::{At, WHO, confirm, print};
use crate::cli::failure::{Exit, Failure};
use crate::cli::load::runtime;

/// Manage webhooks over a server's API.
#[derive(Debug, Args)]
#[command(after_help = WHO)]
pub struct Webhooks {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List them.
    List {
        #[command(flatten)]
        list: Filters,
    },
    /// Show one.
    Get {
        #[command(flatten)]
        which: Which,
    },
    /// Make one: `--set url=https://example.com/hooks --set events=["user.*"]`. Its secret is shown this once.
    Create {
        #[command(flatten)]
        fields: Fields,
    },
    /// Change one: what is not said stays. `--set status=paused` keeps events from it.
    Update {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        fields: Fields,
        /// The ETag that the change is based on; a change in between is a conflict then.
        #[arg(long, value_name = "ETAG")]
        if_match: Option<String>,
    },
    /// Replace its secret. The new one is shown this once; the old one signs too for a day.
    RotateSecret {
        #[command(flatten)]
        which: Which,
    },
    /// Delete one with what is kept of its deliveries. Asks first.
    Delete {
        #[command(flatten)]
        which: Which,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Send it an event of the type webhook.test.
    Test {
        #[command(flatten)]
        which: Which,
    },
    /// List what was told to it.
    Deliveries {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        list: Filters,
    },
    /// Tell it something again.
    Resend {
        #[command(flatten)]
        which: Which,
        /// The id of the delivery.
        delivery: Uuid,
    },
}

#[derive(Debug, Args)]
struct Filters {
    /// What the list can be filtered by: `status=active`, `type=user.created`. Can be given several times.
    #[arg(long = "filter", value_name = "NAME=VALUE", value_parser = pair)]
    filters: Vec<(String, String)>,
    /// At most so many. All without it.
    #[arg(long)]
    limit: Option<usize>,
}

#[derive(Debug, Args)]
struct Which {
    /// Its id, or its address when only one has it.
    #[arg(value_name = "ID|URL")]
    name: String,
}

/// Does what was asked.
pub fn run(args: &Webhooks) -> Result<(), Failure> {
    // What cannot be is refused before anybody is asked.
    let body = match &args.command {
        Command::Create { fields } | Command::Update { fields, .. } => Some(fields.object()?),
        Command::RotateSecret { .. } => Some(json!({})),
        _ => None,
    };
    runtime()?.block_on(call(args, body))
}

async fn call(args: &Webhooks, body: Option<Value>) -> Result<(), Failure> {
    let look = args.at.look();
    let client = args.at.client().await?;
    let object = match &args.command {
        Command::List { list } => {
            print::list(&WEBHOOK, look, list.all(&client, WEBHOOK.path).await?);
            return Ok(());
        }
        Command::Deliveries { which, list } => {
            let path = format!("{}/deliveries", which.path(&client).await?);
            print::list(&DELIVERY, look, list.all(&client, &path).await?);
            return Ok(());
        }
        Command::Get { which } => client.send(Method::GET, &which.path(&client).await?, (None, None)).await?,
        Command::Create { .. } => client.send(Method::POST, WEBHOOK.path, (body.as_ref(), None)).await?,
        Command::Update { which, if_match, .. } => {
            let path = which.path(&client).await?;
            client.send(Method::PATCH, &path, (body.as_ref(), if_match.as_deref())).await?
        }
        Command::RotateSecret { which } => {
            let path = format!("{}/rotate-secret", which.path(&client).await?);
            client.send(Method::POST, &path, (body.as_ref(), None)).await?
        }
        Command::Delete { which, yes } => {
            let path = which.path(&client).await?;
            confirm(("Delete", &WEBHOOK), &which.name, *yes)?;
            client.send(Method::DELETE, &path, (None, None)).await?;
            return Ok(());
        }
        Command::Test { which } => {
            let path = format!("{}/test", which.path(&client).await?);
            client.send(Method::POST, &path, (None, None)).await?
        }
        Command::Resend { which, delivery } => {
            let path = format!("{}/deliveries/{delivery}/resend", which.path(&client).await?);
            client.send(Method::POST, &path, (None, None)).await?
        }
    };
    print::one(look, &object);
    Ok(())
}

impl Filters {
    async fn all(&self, client: &Client, path: &str) -> Result<Vec<Value>, Failure> {
        let mut items = Vec::new();
        let each = |item| {
            items.push(item);
            true
        };
        client.pages(path, &self.filters, self.limit, each).await?;
        Ok(items)
    }
}

impl Which {
    /// The path of the one that is meant.
    async fn path(&self, client: &Client) -> Result<String, Failure> {
        if let Ok(id) = self.name.parse::<Uuid>() {
            return Ok(format!("{}/{id}", WEBHOOK.path));
        }
        let shown = client::printable(&self.name);
        let mut found = Vec::new();
        let each = |item: Value| {
            let is_it = member(&item, "url") == Some(&self.name);
            found.extend(member(&item, "id").filter(|_| is_it).and_then(|id| id.parse::<Uuid>().ok()));
            true
        };
        client.pages(WEBHOOK.path, &[], None, each).await?;
        match found.as_slice() {
            [id] => Ok(format!("{}/{id}", WEBHOOK.path)),
            [] => Err(Failure::new(Exit::NotFound, format!("there is no webhook \"{shown}\""))),
            _ => Err(Failure::new(Exit::Conflict, format!("there are several webhooks \"{shown}\""))
                .fix("name the one that you mean by its id")),
        }
    }
}
