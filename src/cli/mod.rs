//! The command line: what `gridkey` can be told, and how it answers.
//!
//! Owns the commands, their help, the shape of lists and failures, and exit codes. Secrets come from a file, the
//! environment or standard input, never from an argument, which other users of the machine could read. Answers go to
//! standard output, failures and the log to standard error.

mod admin;
mod api;
mod audit;
mod config;
mod dev;
mod failure;
mod healthcheck;
mod keys;
mod load;
mod migrate;
mod output;
mod private;
mod profile;
mod serve;
mod signing;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::telemetry;
use failure::Failure;

/// A standalone OAuth 2.0 and OpenID Connect identity provider.
#[derive(Debug, Parser)]
#[command(name = "gridkey", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 not authorised, 4 not found, 5 conflict."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Serve),
    /// Run a server to develop with, on this machine only, with examples in it.
    Dev(dev::Dev),
    /// Check, show, write and apply configuration.
    Config(config::Config),
    /// Bring the database's schema up to date.
    Migrate(migrate::Migrate),
    /// The keys that sign tokens.
    Keys(keys::Keys),
    /// The audit log: verify its chain, export it, look at its end. Works on the database.
    Audit(audit::Audit),
    /// Help people who cannot get in. Works on the database, whether the server runs or not.
    Admin(admin::Admin),
    /// Sign in at a server by a browser anywhere, for the commands that manage it.
    Login(api::SignIn),
    /// Sign out again, and forget the sign-in.
    Logout(api::Where),
    /// Tell who these commands ask as.
    Whoami(api::WhoAmI),
    /// The organisations of a server.
    Tenant(api::Manage),
    /// The people of an organisation.
    User(api::Manage),
    /// The teams of an organisation.
    Team(api::Manage),
    /// The roles of an organisation.
    Role(api::Manage),
    /// The service accounts of an organisation: identities of programs.
    ServiceAccount(api::Manage),
    /// The applications of an organisation.
    App(api::Manage),
    /// API keys: one's own, and those of an organisation.
    Key(api::Keys),
    /// Public keys that requests are signed with, and signing requests.
    SigningKey(api::SigningKeys),
    /// What tokens would say: the claims that a sign-in would bring.
    Token(api::Tokens),
    /// Webhooks: addresses that are told what happens in an organisation.
    Webhook(api::Webhooks),
    /// The published interfaces that organisations can choose from: list, print and check profiles.
    Profile(profile::Profile),
    /// Ask a server whether it is ready: for containers and service managers.
    Healthcheck(healthcheck::Healthcheck),
    /// Print the version.
    Version,
}

/// Reads the arguments, does what they say, and gives the exit code.
pub fn main() -> ExitCode {
    let outcome = run(Cli::parse().command);
    telemetry::flush_log();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(args) => serve::run(&args),
        Command::Dev(args) => dev::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Migrate(args) => migrate::run(&args),
        Command::Keys(args) => keys::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Admin(args) => admin::run(&args),
        Command::Login(args) => api::sign_in(&args),
        Command::Logout(args) => api::sign_out(&args),
        Command::Whoami(args) => api::who_am_i(&args),
        Command::Tenant(args) => api::run(&api::TENANT, &args),
        Command::User(args) => api::run(&api::USER, &args),
        Command::Team(args) => api::run(&api::TEAM, &args),
        Command::Role(args) => api::run(&api::ROLE, &args),
        Command::ServiceAccount(args) => api::run(&api::SERVICE_ACCOUNT, &args),
        Command::App(args) => api::run(&api::APPLICATION, &args),
        Command::Key(args) => api::run_keys(&args),
        Command::SigningKey(args) => api::run_signing_keys(&args),
        Command::Token(args) => api::run_tokens(&args),
        Command::Webhook(args) => api::run_webhooks(&args),
        Command::Profile(args) => profile::run(&args),
        Command::Healthcheck(args) => healthcheck::run(&args),
        Command::Version => {
            output::say(concat!("gridkey ", env!("CARGO_PKG_VERSION")));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    const UNDERSTOOD: &[&str] = &[
        "serve",
        "serve --config /etc/gridkey.toml --listen 127.0.0.1:9000",
        "dev --port 0 --seed people.toml --open --fresh --data /tmp/x",
        "dev --no-seed",
        "config check",
        "config show --output json",
        "config init",
        "config init other.toml",
        "config reference",
        "config apply people.toml --dry-run --config gridkey.toml",
        "config plan people.toml --prune",
        "config apply people.toml --prune --dry-run",
        "config export --tenant acme --output toml",
        "tenant list --filter status=active --limit 5 --output yaml --quiet",
        "user get ada@acme.example --tenant acme --server https://id.example.com",
        "team create --set slug=a --set display_name=A --output json",
        "role update auditor --data @role.json --if-match x",
        "service-account disable nightly",
        "service-account enable nightly",
        "app delete acme-portal --yes",
        "app restore acme-portal",
        "key list --all --filter status=active --output json",
        "key create --set name=Deployment --set level=read-only --service-account nightly",
        "key show 0199d2c0-0000-7000-8000-000000000000 --tenant acme",
        "key rotate Deployment --grace 24h --quiet",
        "key disable Deployment",
        "key enable Deployment",
        "key revoke Deployment --yes",
        "key usage Deployment --days 30",
        "signing-key add --set name=Trading --public-key public.pem --tenant acme",
        "signing-key list --all --filter fingerprint=x --output json",
        "signing-key show Trading",
        "signing-key disable Trading",
        "signing-key enable Trading",
        "signing-key revoke Trading --yes",
        "signing-key sign https://api.example.com/v1/orders --method POST --body order.json --key-file -",
        "signing-key sign https://api.example.com/v1/orders --scheme grid-v1 --query exclude --time 1700000000",
        "signing-key verify https://api.example.com/v1/orders --public-key @public.pem --headers headers.txt",
        "token preview --app acme-portal --user ada@acme.example --scope openid --scope email --output json",
        "token preview --app acme-portal --user ada@acme.example --audience https://api.example.com --tenant acme",
        "webhook list --filter status=active --output json",
        "webhook create --set url=https://example.com/hooks --set events=[\"user.*\"]",
        "webhook update https://example.com/hooks --set status=paused --if-match x",
        "webhook rotate-secret https://example.com/hooks --quiet",
        "webhook deliveries https://example.com/hooks --filter status=failed --limit 5",
        "webhook resend https://example.com/hooks 0199d2c0-0000-7000-8000-000000000000",
        "webhook delete https://example.com/hooks --yes",
        "migrate status",
        "profile list --output json",
        "profile show polargrid",
        "profile check mine.toml --config gridkey.toml",
        "migrate run",
        "keys list --output json",
        "keys rotate --now --algorithm ES256",
        "keys retire abc",
        "audit verify --tenant acme --output json",
        "audit export --format csv --tenant acme --action user.* --start 2026-01-01T00:00:00Z",
        "audit export --format jsonl --instance",
        "audit tail --tenant acme --lines 5",
        "admin setup-link",
        "admin reset-link ada@example.com --tenant acme",
        "admin unlock ada@example.com",
        "healthcheck --url http://127.0.0.1:8080",
        "version",
    ];

    #[test]
    fn every_command_of_the_reference_is_understood() {
        for line in UNDERSTOOD {
            let words = std::iter::once("gridkey").chain(line.split(' '));
            if let Err(why) = Cli::try_parse_from(words) {
                panic!("{line}: {why}");
            }
        }
    }

    #[test]
    fn signing_in_is_understood() {
        for line in [
            "gridkey login",
            "gridkey login --server https://id.example.com --no-browser --client-id acme-cli",
            "gridkey logout --server https://id.example.com",
            "gridkey whoami --output json",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_ok(), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for line in [
            "",
            "start",
            "dev --seed a.toml --no-seed",
            "keys retire",
            "profile show",
            "profile check",
            "keys rotate --algorithm HS256",
            "tenant",
            "tenant get",
            "user list --filter status",
            "key",
            "key rotate x --grace 31d",
            "key create --secret x",
            "signing-key sign",
            "signing-key sign https://api.example.com/ --scheme hmac",
            "signing-key sign https://api.example.com/ --key secret",
            "signing-key verify https://api.example.com/",
            "token",
            "token preview --app x",
            "webhook resend x",
            "webhook create --secret x",
            "config export --output xml",
        ] {
            let words = std::iter::once("gridkey").chain(line.split_whitespace());
            assert!(Cli::try_parse_from(words).is_err(), "{line}");
        }
    }
}
