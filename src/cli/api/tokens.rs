//! `gridkey token`: what tokens would say, over a server's API.

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Client, member};
use super::nouns::{APPLICATION, USER};
use super::{At, WHO, find, print};
use crate::cli::failure::Failure;
use crate::cli::load::runtime;
use crate::cli::output::{Output, Table, say};

/// Look at tokens over a server's API.
#[derive(Debug, Args)]
#[command(after_help = WHO)]
pub struct Tokens {
    #[command(flatten)]
    at: At,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the claims that a person's sign-in to an application would bring, or why it would be refused. No token is made.
    Preview {
        /// The application: its id or client_id.
        #[arg(long, value_name = "ID|CLIENT_ID")]
        app: String,
        /// The person: their id or mail address.
        #[arg(long, value_name = "ID|EMAIL")]
        user: String,
        /// A scope that the sign-in asks for. Can be given several times; without it, all that the application may ask for.
        #[arg(long = "scope", value_name = "SCOPE")]
        scopes: Vec<String>,
        /// An API that the access token shall be for. Can be given several times.
        #[arg(long = "audience", value_name = "AUDIENCE")]
        audiences: Vec<String>,
    },
}

/// Does what was asked.
pub fn run(args: &Tokens) -> Result<(), Failure> {
    runtime()?.block_on(call(args))
}

async fn call(args: &Tokens) -> Result<(), Failure> {
    let Command::Preview { app, user, scopes, audiences } = &args.command;
    let client = args.at.client().await?;
    let path = find(&client, &APPLICATION, app, false).await?;
    let person = find(&client, &USER, user, false).await?;
    let id = person.rsplit('/').next().unwrap_or_default();
    let mut body = json!({ "user_id": id, "audiences": audiences });
    if let Some(members) = body.as_object_mut().filter(|_| !scopes.is_empty()) {
        members.insert("scopes".to_owned(), json!(scopes));
    }
    let told = preview(&client, &path, &body).await?;
    match args.at.look().output {
        Output::Table => print_table(&told),
        output => say(output.document(&told)),
    }
    Ok(())
}

async fn preview(client: &Client, path: &str, body: &Value) -> Result<Value, Failure> {
    client.send(Method::POST, &format!("{path}/preview"), (Some(body), None)).await
}

/// What would be refused, or claim by claim what would be issued.
fn print_table(told: &Value) {
    let items =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut table = Table::new(&["part", "name", "value", "why"]);
    for refusal in items(told, "refusals") {
        let text = |name: &str| member(&refusal, name).map(super::client::printable);
        table.row([Some("refused".into()), text("code"), text("subject"), text("detail")]);
    }
    for part in ["id_token", "access_token", "userinfo"] {
        let Some(contents) = told.get(part) else { continue };
        for one in items(contents, "explained") {
            let claim = member(&one, "claim").unwrap_or_default();
            let value = contents.get("claims").and_then(|claims| claims.get(claim)).and_then(print::cell);
            let why =
                [member(&one, "reason"), member(&one, "scope")].into_iter().flatten().collect::<Vec<_>>();
            table.row([Some(part.into()), Some(claim.into()), value, Some(why.join(" "))]);
        }
    }
    table.print(Output::Table);
}
