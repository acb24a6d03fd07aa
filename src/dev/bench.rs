//! An app in development for the tests of this door (`#[cfg(test)]`), without the rest of the server.

use std::time::Duration;

use actix_web::web::Data;

use crate::app::{App, Parts};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, Sources};
use crate::db::{Db, Options, Synchronous, migrations};
use crate::keyring::{Algorithm, Keyring, RotationPolicy, RsaSize};
use crate::mail::Mailer;
use crate::random::Random;
use crate::users::{HasherOptions, PasswordHasher};

/// When it all happens.
pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// The app and the folder of its database.
pub struct Bench {
    pub app: Data<App>,
    _folder: tempfile::TempDir,
}

impl Bench {
    pub fn new(public_url: &str, mailer: Mailer) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            url: format!("sqlite:{}", folder.path().join("dev.db").display()),
            connections: 2,
            wait: Duration::from_secs(5),
            synchronous: Synchronous::Normal,
            statement_timeout: Duration::from_secs(5),
            notify: true,
        };
        migrations::run(&options).unwrap();
        let settings = [
            ("server.public_url", public_url),
            ("security.master_key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ("security.development", "true"),
        ];
        let overrides = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        let config = Config::load(&Sources { overrides, ..Sources::default() }).unwrap().config;
        let policy = RotationPolicy {
            algorithms: vec![Algorithm::EdDsa],
            interval: Duration::from_secs(90 * 86_400),
            publish_ahead: Duration::from_secs(86_400),
            longest_token: Duration::from_secs(86_400),
            rsa_size: RsaSize::default(),
        };
        let keyring = Keyring::load(&[], &config.security.master_key, &policy, NOW).unwrap();
        let hasher = HasherOptions { slots: 1, queue: 1, memory_kib: 8, iterations: 1 };
        let parts = Parts {
            db: Db::open(&options).unwrap(),
            clock: Clock::manual(NOW),
            random: Random::default(),
            keyring,
            hasher: PasswordHasher::start(hasher).unwrap(),
            profiles: crate::tenants::Profiles::load(None).unwrap(),
            mailer,
            config,
        };
        Self { app: Data::new(App::new(parts)), _folder: folder }
    }
}
