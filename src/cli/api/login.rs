//! `gridkey login`, `logout` and `whoami`: signing in on the command line by a browser anywhere (RFC 8628).

use std::time::Duration;

use clap::Args;
use serde_json::Value;
use url::Url;

use super::client::{Client, answer, member, printable, reach};
use super::session::{Login, Logins};
use crate::cli::failure::{Exit, Failure};
use crate::cli::load::runtime;
use crate::cli::output::{Output, OutputArgs, say};
use crate::clients::CLI_CLIENT;
use crate::config::Config;
use crate::web::paths;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPES: &str = "openid profile email offline_access gridkey:manage";
/// How much longer to wait after `slow_down` (RFC 8628 3.5), and before the first question if the server names nothing.
const PACE: u64 = 5;
/// The longest time that is waited for an answer, whatever the server says.
const PATIENCE: u64 = 30 * 60;

/// Sign in at a server, for the commands that manage it.
#[derive(Debug, Args)]
pub struct SignIn {
    /// The server, instead of the one that GRIDKEY_URL names.
    #[arg(long, value_name = "URL")]
    server: Option<Url>,
    /// Do not open a browser: show the address and the code.
    #[arg(long)]
    no_browser: bool,
    /// As which application. It needs the grant device_code and the scope gridkey:manage.
    #[arg(long, value_name = "ID", default_value = CLI_CLIENT)]
    client_id: String,
}

/// Which server is meant.
#[derive(Debug, Args)]
pub struct Where {
    /// The server, instead of the one that GRIDKEY_URL names or that was signed in to last.
    #[arg(long, value_name = "URL")]
    server: Option<Url>,
}

/// Who the commands ask as.
#[derive(Debug, Args)]
pub struct WhoAmI {
    #[command(flatten)]
    at: Where,
    #[command(flatten)]
    list: OutputArgs,
}

/// `gridkey login`
pub fn sign_in(args: &SignIn) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let logins = Logins::required()?;
        let (http, base) = reach(args.server.as_ref(), &Config::environment())?;
        let form = [("client_id", args.client_id.as_str()), ("scope", SCOPES)];
        let begun = http.post(format!("{base}{}", paths::DEVICE_AUTHORIZATION)).form(&form);
        let begun = answer(begun, &base).await.map_err(|failure| of_application(failure, &args.client_id))?;
        invite(&begun, args.no_browser, &base)?;
        let tokens = wait(&http, &base, &args.client_id, &begun).await?;
        let login = Login::new(&base, &args.client_id, &tokens)?;
        logins.write(&login)?;
        logins.prefer(&base)?;
        let client =
            Client::connect(Some(&address(&base)?), None, &std::collections::BTreeMap::new()).await?;
        let me = client.get(paths::ME, &[]).await?;
        say(format!("signed in as {} at {base}", described(&me)));
        Ok(())
    })
}

/// What can be done about an application that the server does not let in so.
fn of_application(failure: Failure, client_id: &str) -> Failure {
    if failure.exit != Exit::Auth || failure.fix.is_some() {
        return failure;
    }
    failure.fix(format!(
        "{client_id} must be an application of that server with the grant device_code and the scope gridkey:manage; \
         name another one with --client-id"
    ))
}

/// Tells the person where to go and what to type.
fn invite(begun: &Value, no_browser: bool, base: &str) -> Result<(), Failure> {
    let (Some(page), Some(code)) = (member(begun, "verification_uri"), member(begun, "user_code")) else {
        return Err(Failure::failed(format!("{base} does not say where to sign in")));
    };
    say(format!("Open {} and enter the code {}", printable(page), printable(code)));
    // What is opened is a page of the very server that was named.
    let complete = member(begun, "verification_uri_complete").unwrap_or(page);
    let is_page = ["https://", "http://"].iter().any(|scheme| complete.starts_with(scheme));
    if !no_browser && (!is_page || open::that_detached(complete).is_err()) {
        say("No browser could be opened: open the address yourself.");
    }
    Ok(())
}

/// Asks until the person has answered (RFC 8628 3.4).
async fn wait(http: &reqwest::Client, base: &str, client_id: &str, begun: &Value) -> Result<Value, Failure> {
    let seconds = |name: &str| begun.get(name).and_then(Value::as_u64);
    let mut pace = seconds("interval").unwrap_or(PACE).clamp(1, 60);
    let mut left = seconds("expires_in").unwrap_or(PATIENCE).min(PATIENCE);
    let code = member(begun, "device_code").unwrap_or_default();
    let form = [("grant_type", GRANT), ("client_id", client_id), ("device_code", code)];
    while left > 0 {
        tokio::time::sleep(Duration::from_secs(pace)).await;
        left = left.saturating_sub(pace);
        let asked = answer(http.post(format!("{base}{}", paths::TOKEN)).form(&form), base).await;
        match asked {
            Ok(tokens) => return Ok(tokens),
            Err(failure) if failure.what.contains("(authorization_pending)") => {}
            Err(failure) if failure.what.contains("(slow_down)") => pace += PACE,
            Err(failure) if failure.what.contains("(access_denied)") => {
                return Err(Failure::new(Exit::Auth, "the sign-in was not allowed"));
            }
            Err(failure) if failure.what.contains("(expired_token)") => break,
            Err(failure) => return Err(failure),
        }
    }
    Err(Failure::new(Exit::Auth, "nobody answered in time").fix("run `gridkey login` again"))
}

/// `gridkey logout`
pub fn sign_out(args: &Where) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let logins = Logins::required()?;
        let (http, base) = reach(args.server.as_ref(), &Config::environment())?;
        let Some(login) = logins.read(&base)? else {
            logins.remove(&base)?;
            say(format!("nobody is signed in at {base}"));
            return Ok(());
        };
        let form = [("client_id", login.client_id.as_str()), ("token", login.refresh_token())];
        let told = answer(http.post(format!("{base}{}", paths::REVOKE)).form(&form), &base).await;
        // Whatever the server says, this machine keeps nothing.
        logins.remove(&base)?;
        told.map_err(|failure| Failure {
            what: format!(
                "this machine has forgotten the sign-in, but the server could not be told: {}",
                failure.what
            ),
            fix: Some("end the session on the server: Account, Devices".into()),
            ..failure
        })?;
        say(format!("signed out at {base}"));
        Ok(())
    })
}

/// `gridkey whoami`
pub fn who_am_i(args: &WhoAmI) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let env = Config::environment();
        let (_, base) = reach(args.at.server.as_ref(), &env)?;
        let client = Client::connect(args.at.server.as_ref(), None, &env).await?;
        let me = client.get(paths::ME, &[]).await?;
        match args.list.output {
            Output::Table => say(format!("{} at {base}", described(&me))),
            output => say(output.document(&me)),
        }
        Ok(())
    })
}

fn address(base: &str) -> Result<Url, Failure> {
    base.parse().map_err(|why| Failure::failed(format!("{base}: {why}")))
}

/// Who somebody is, and of which organisation.
fn described(me: &Value) -> String {
    let name = ["email", "name", "slug", "id"].iter().find_map(|key| member(me, key)).unwrap_or("somebody");
    let tenant = me.get("tenant").and_then(|tenant| member(tenant, "slug")).unwrap_or_default();
    printable(&format!("{name} of {tenant}"))
}
