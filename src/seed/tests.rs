//! The seed file on a real database, and every error it can have.

mod applying;
mod clients;
mod directory;
mod documents;
mod syntax;
mod validation;

use std::time::Duration;

use super::*;
use crate::clock::Timestamp;
use crate::db::{Conn, Db, DbError, Options, Synchronous, migrations};
use crate::random::Random;
use crate::secret::MasterKey;
use crate::tenants::{self, Tenant};
use crate::users::{self, Email, HasherOptions, PasswordHasher, User};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
const DEVELOPMENT: Rules = Rules { development: true };
const PRODUCTION: Rules = Rules { development: false };

/// A migrated database in a folder of its own.
struct Bench {
    db: Db,
    hasher: PasswordHasher,
    random: Random,
    master: MasterKey,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            url: format!("sqlite:{}", folder.path().join("seed.db").display()),
            connections: 2,
            wait: Duration::from_secs(5),
            synchronous: Synchronous::Normal,
            statement_timeout: Duration::from_secs(5),
            notify: true,
        };
        migrations::run(&options).unwrap();
        let small = HasherOptions { slots: 1, queue: 4, memory_kib: 64, iterations: 1 };
        Self {
            db: Db::open(&options).unwrap(),
            hasher: PasswordHasher::start(small).unwrap(),
            random: Random::default(),
            master: MasterKey::from_bytes([7; 32]).unwrap(),
            _folder: folder,
        }
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            db: &self.db,
            hasher: &self.hasher,
            random: &self.random,
            master: &self.master,
            wall: crate::webhooks::Wall::default(),
            profiles: crate::tenants::Profiles::load(None).unwrap(),
        }
    }

    fn try_apply(&self, text: &str, now: Timestamp, dry_run: bool) -> Result<Report, ApplyError> {
        let file = SeedFile::parse(text, "seed.toml", DEVELOPMENT).unwrap();
        apply(&self.ground(), now, file, Mode { dry_run, ..Mode::default() })
    }

    fn apply(&self, text: &str) -> Report {
        self.apply_at(text, NOW)
    }

    fn apply_at(&self, text: &str, now: Timestamp) -> Report {
        self.try_apply(text, now, false).unwrap()
    }

    /// What is wrong when the file meets the database.
    fn refusal(&self, text: &str) -> String {
        match self.try_apply(text, NOW, false) {
            Err(ApplyError::Refused(errors)) => errors.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn read<T: Send + 'static>(&self, work: impl Fn(&mut Conn<'_>) -> Result<T, DbError>) -> T {
        self.db.read_blocking(work).unwrap()
    }

    fn tenant(&self, slug: &str) -> Tenant {
        self.read(|conn| tenants::store::find_by_slug(conn, slug)).unwrap()
    }

    fn user(&self, tenant: &str, email: &str) -> User {
        let (tenant, email) = (self.tenant(tenant).id, Email::parse(email).unwrap());
        self.read(|conn| users::store::find_by_email(conn, tenant, &email)).unwrap()
    }
}

/// What is wrong with a file in itself.
fn errors(text: &str, rules: Rules) -> String {
    SeedFile::parse(text, "seed.toml", rules).unwrap_err().to_string()
}
