//! From a configuration to an [`App`]: the database, its schema, the keys, the hasher, the mailer. Blocking, because
//! nothing else happens before it is done.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Parts};
use crate::clock::{Clock, Timestamp};
use crate::config::{self, Config, MailTransport, RevocationsThrough, RsaBits};
use crate::db::{self, Db, DbError, migrations};
use crate::keyring::{self, Algorithm, Done, Keyring, KeyringError, RotationPolicy, RsaSize};
use crate::mail::{MailError, Mailer};
use crate::random::Random;
use crate::tenants::{ProfileErrors, Profiles};
use crate::users::{HasherOptions, HasherStartError, PasswordHasher};

/// The longest that any access or ID token lives: the most that the configuration allows for the server, an
/// organisation or an application. A retired key stays published for this long.
const LONGEST_TOKEN: Duration = Duration::from_secs(24 * 60 * 60);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why not.
        why: io::Error,
    },
    /// The database.
    #[error("{0}")]
    Database(#[from] DbError),
    /// The schema is older than this program.
    #[error("the database lacks {} of this release's migrations: {}", .0.len(), .0.join(", "))]
    NotMigrated(Vec<String>),
    /// The token signing keys.
    #[error("{0}")]
    Keys(#[from] KeyringError),
    /// Password hashing.
    #[error("{0}")]
    Hasher(#[from] HasherStartError),
    /// Mail.
    #[error("mail cannot be sent with this configuration: {0}")]
    Mail(#[from] MailError),
    /// The profiles.
    #[error("{0}")]
    Profiles(#[from] ProfileErrors),
    /// The process got no thread or no runtime.
    #[error("the server could not be started: {0}")]
    Process(#[from] io::Error),
}

impl StartError {
    /// What to do about it.
    pub fn fix(&self) -> Option<&'static str> {
        match self {
            Self::Listen { why, .. } if why.kind() == io::ErrorKind::AddrInUse => {
                Some("stop the other program, or set server.listen to another address")
            }
            Self::Listen { .. } => {
                Some("set server.listen to an address of this machine and a port that you may use")
            }
            Self::Database(DbError::Unavailable(_)) => {
                Some("check database.url, and that the database runs and can be reached from here")
            }
            Self::NotMigrated(_) => {
                Some("run `gridkey migrate run`, or let `gridkey serve` do it (database.migrate_on_start)")
            }
            Self::Profiles(_) => Some("`gridkey profile check FILE` looks at one file"),
            Self::Hasher(_) => Some("change security.argon2_memory and security.argon2_iterations"),
            Self::Mail(_) => Some("check mail.smtp_url and mail.from"),
            _ => None,
        }
    }
}

/// Takes the address, so that a server that cannot have it fails before it does anything else. Port 0 takes a free one.
///
/// # Errors
/// When the address is taken, or not one of this machine.
pub fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    listen(address).map_err(|why| StartError::Listen { address, why })
}

/// Through tokio, because the standard library's listener fixes the backlog at 128.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let listening = {
        let _context = runtime.enter();
        let socket = if address.is_ipv4() {
            tokio::net::TcpSocket::new_v4()
        } else {
            tokio::net::TcpSocket::new_v6()
        }?;
        // A restart must not wait for connections of the process before it to be forgotten.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    // Not dropped: a caller inside another runtime may do so, and dropping one there panics.
    runtime.shutdown_background();
    listening
}

/// Opens everything that requests need.
///
/// # Errors
/// When the database cannot be reached or is of another release, when the master key is not the one of its keys, or
/// when a setting cannot be kept.
pub fn bootstrap(config: Config, clock: Clock, random: Random) -> Result<Arc<App>, StartError> {
    let profiles = Profiles::load(config.profiles.folder().as_deref())?;
    let mut options = database_options(&config.database);
    options.notify = config.edge.revocations_through == RevocationsThrough::Database;
    bring_up_to_date(&options, config.database.migrate_on_start)?;
    let db = Db::open(&options)?;
    let keyring = open_keys(&config, &db, &random, clock.now())?;
    let hasher = PasswordHasher::start(HasherOptions {
        slots: config.security.hash_slots(),
        queue: config.security.password_hash_queue,
        memory_kib: config.security.argon2_memory.kibibytes(),
        iterations: config.security.argon2_iterations,
    })?;
    let mailer = mailer(&config.mail)?;
    Ok(Arc::new(App::new(Parts { config, db, clock, random, keyring, hasher, mailer, profiles })))
}

/// The configuration's words about the database in the database's own: neither module knows the other.
pub fn database_options(config: &config::Database) -> db::Options {
    db::Options {
        url: config.url.expose().to_owned(),
        connections: config.connection_count(),
        wait: config.wait,
        synchronous: match config.synchronous {
            config::Synchronous::Full => db::Synchronous::Full,
            config::Synchronous::Normal => db::Synchronous::Normal,
        },
        statement_timeout: config.statement_timeout,
        notify: true,
    }
}

/// What the keys follow. All algorithms always have a key, so that an application can be moved to another one without
/// waiting.
pub fn rotation_policy(config: &config::Tokens) -> RotationPolicy {
    RotationPolicy {
        algorithms: Algorithm::ALL.to_vec(),
        interval: config.key_rotation_interval,
        publish_ahead: config.key_publish_ahead,
        longest_token: LONGEST_TOKEN,
        rsa_size: match config.rsa_bits {
            RsaBits::Bits2048 => RsaSize::Bits2048,
            RsaBits::Bits3072 => RsaSize::Bits3072,
            RsaBits::Bits4096 => RsaSize::Bits4096,
        },
    }
}

fn bring_up_to_date(options: &db::Options, migrate: bool) -> Result<(), StartError> {
    if !migrate {
        return check_schema(options);
    }
    for name in migrations::run(options)? {
        tracing::info!(name, "migration applied");
    }
    Ok(())
}

/// Refuses a database that is not of this release: whose schema is older, or newer.
///
/// # Errors
/// [`StartError::NotMigrated`], and those of the database.
pub fn check_schema(options: &db::Options) -> Result<(), StartError> {
    let missing: Vec<String> =
        migrations::status(options)?.into_iter().filter(|step| !step.applied).map(|step| step.name).collect();
    if missing.is_empty() { Ok(()) } else { Err(StartError::NotMigrated(missing)) }
}

fn open_keys(config: &Config, db: &Db, random: &Random, now: Timestamp) -> Result<Keyring, KeyringError> {
    let policy = rotation_policy(&config.tokens);
    if let Err(why) = policy.validate() {
        tracing::warn!(%why, "token signing keys will change later than tokens.key_rotation_interval says");
    }
    let master = &config.security.master_key;
    tell(&keyring::rotate(db, master, random, now, &policy)?);
    Keyring::open(db, master, &policy, now)
}

/// Writes down what happened to the keys.
pub fn tell(done: &[Done]) {
    for one in done {
        match one {
            Done::Created(key) => tracing::info!(
                kid = key.kid,
                algorithm = key.algorithm.as_str(),
                signs_from = %key.active_at,
                "signing key created"
            ),
            Done::Retired { kid, at } => tracing::info!(kid, since = %at, "signing key retired"),
            Done::Deleted { kid } => tracing::info!(kid, "signing key deleted"),
        }
    }
}

fn mailer(config: &config::Mail) -> Result<Mailer, MailError> {
    match config.transport {
        MailTransport::None => Ok(Mailer::None),
        MailTransport::Smtp => Mailer::smtp(config.smtp_url.expose(), &config.from.to_string()),
        MailTransport::Inbox => Ok(Mailer::inbox()),
    }
}
