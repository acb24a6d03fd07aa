//! `gridkey healthcheck`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use url::Url;

use super::failure::Failure;
use super::load::{ConfigArgs, runtime};
use super::output::say;
use crate::web::paths;

/// Longer than the server waits for its database before it says that it is not ready.
const PATIENCE: Duration = Duration::from_secs(4);

/// Ask a server whether it is ready.
#[derive(Debug, Args)]
pub struct Healthcheck {
    #[command(flatten)]
    config: ConfigArgs,
    /// The server's address. Without it, the one that this machine's configuration tells it to listen on.
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
}

/// Asks.
pub fn run(args: &Healthcheck) -> Result<(), Failure> {
    let base = match &args.url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{}", reachable(args.config.load()?.config.server.listen)),
    };
    let url = format!("{base}{}", paths::READY);
    let (status, body) = runtime()?.block_on(ask(&url)).map_err(|why| {
        Failure::failed(format!("{url} does not answer: {}", innermost(&why)))
            .fix("start the server, or name another one with --url")
    })?;
    if status.is_success() {
        say(body);
        Ok(())
    } else {
        Err(Failure::failed(format!("{url} answers {status}: {body}")))
    }
}

async fn ask(url: &str) -> Result<(reqwest::StatusCode, String), reqwest::Error> {
    // Directly: a proxy from the environment is for the way out, and this is the machine itself.
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
    let answer = client.get(url).send().await?;
    Ok((answer.status(), answer.text().await?))
}

/// Where a server that listens on `listen` can be spoken to from the same machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(all) if all.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(all) if all.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        one => one,
    };
    SocketAddr::new(address, listen.port())
}

/// The cause that says most.
fn innermost(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), innermost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_on_every_address_is_asked_at_loopback() {
        let ask = |listen: &str| reachable(listen.parse().unwrap()).to_string();
        assert_eq!(ask("0.0.0.0:8080"), "127.0.0.1:8080");
        assert_eq!(ask("[::]:8080"), "[::1]:8080");
        assert_eq!(ask("192.0.2.1:80"), "192.0.2.1:80");
    }
}
