//! `gridkey keys`

use clap::{Args, Subcommand};
use serde_json::json;

use super::failure::Failure;
use super::load::{ConfigArgs, open_database};
use super::output::{OutputArgs, Table, say};
use crate::audit::{self, ActorRef, Changes, Event, Target};
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::db::{Conn, Db, DbError};
use crate::keyring::{self, Algorithm, Done, KeyringError, RotationPolicy, Start};
use crate::random::Random;
use crate::server::rotation_policy;

/// The keys that sign tokens. They change by themselves (tokens.key_rotation_interval); a running server hears of what
/// is done here within a minute.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the keys and where they stand, oldest first.
    List(OutputArgs),
    /// Make new keys out of turn. They are published now and sign once every verifier has had the time to learn them
    /// (tokens.key_publish_ahead).
    Rotate {
        /// Sign with them at once and retire the former ones: for keys that leaked. Verifiers that cached the former
        /// ones refuse new tokens until they read the published keys again.
        #[arg(long)]
        now: bool,
        /// Only for this algorithm. May be repeated.
        #[arg(long, value_name = "ALGORITHM")]
        algorithm: Vec<Algorithm>,
    },
    /// Stop signing with a key at once. Tokens that it signed stay good until they expire.
    Retire {
        /// The key's id, as the list shows it.
        // One in 64 begins with a hyphen.
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
}

/// Does what was asked.
pub fn run(args: &Keys) -> Result<(), Failure> {
    let config = args.config.load()?.config;
    let db = open_database(&config.database)?;
    let policy = rotation_policy(&config.tokens);
    let now = Clock::System.now();
    match &args.command {
        Command::List(list) => {
            let mut table = Table::new(&["kid", "algorithm", "state", "created", "signs_from", "retired"]);
            for key in keyring::list(&db, now, &policy)? {
                let time = |at: Timestamp| Some(at.to_rfc3339());
                let (algorithm, state) = (key.algorithm.to_string(), key.state.to_string());
                table.row([
                    Some(key.kid),
                    Some(algorithm),
                    Some(state),
                    time(key.created_at),
                    time(key.active_at),
                    key.retired_at.and_then(time),
                ]);
            }
            table.print(list.output);
        }
        Command::Rotate { now: at_once, algorithm } => {
            let start = if *at_once { Start::AtOnce } else { Start::Published };
            let algorithms = if algorithm.is_empty() { Algorithm::ALL } else { algorithm };
            for done in rotate(&config, &db, &policy, (algorithms, start), now)? {
                say(sentence(&done));
            }
        }
        Command::Retire { kid } => {
            let retired = keyring::retire(&db, kid, now, &policy, noting(Random::default(), now))?;
            say(if retired { format!("retired {kid}") } else { format!("{kid} was retired before") });
        }
    }
    Ok(())
}

fn rotate(
    config: &Config,
    db: &Db,
    policy: &RotationPolicy,
    (algorithms, start): (&[Algorithm], Start),
    now: Timestamp,
) -> Result<Vec<Done>, KeyringError> {
    let random = Random::default();
    let mut all = Vec::new();
    for algorithm in algorithms {
        let what = (*algorithm, start);
        let made = (&config.security.master_key, &random);
        all.extend(keyring::rotate_now(db, made, now, policy, what, noting(random.clone(), now))?);
    }
    Ok(all)
}

/// Writes what is done to the keys by hand into the instance's log.
fn noting(
    random: Random,
    now: Timestamp,
) -> impl Fn(&mut Conn<'_>, &[Done]) -> Result<(), DbError> + Send + 'static {
    move |conn, all| {
        all.iter().try_for_each(|done| {
            let (action, kid, changes) = match done {
                Done::Created(key) => {
                    let made = json!({ "algorithm": key.algorithm.to_string(), "signs_from": key.active_at.to_rfc3339() });
                    ("token_key.create", &key.kid, Changes::created(&made))
                }
                Done::Retired { kid, at } => {
                    let changes = Changes::none().field("retired_at", &None, &Some(at.to_rfc3339()));
                    ("token_key.retire", kid, changes)
                }
                Done::Deleted { kid } => ("token_key.delete", kid, Changes::none()),
            };
            let event = Event::new(&random, (Event::instance(), now), action)
                .by(ActorRef::system("keys command"))
                .on(Target::new("signing_key", kid, kid.clone()))
                .changing(changes);
            audit::store::insert(conn, Event::instance(), &event)
        })
    }
}

fn sentence(done: &Done) -> String {
    match done {
        Done::Created(key) => {
            format!("created {} ({}), signs from {}", key.kid, key.algorithm, key.active_at)
        }
        Done::Retired { kid, at } => format!("retired {kid} since {at}"),
        Done::Deleted { kid } => format!("deleted {kid}"),
    }
}
