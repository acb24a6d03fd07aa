//! Bringing the database to what the file says, in one transaction.

mod application;
mod organisation;
mod passwords;
mod person;

use std::collections::HashMap;
use std::sync::Arc;

use passwords::{NewPassword, plan_passwords};

use super::error::{Placed, SeedError, SeedErrors, did_you_mean};
use super::file::SeedFile;
use super::report::{Action, Change, ObjectKind, Report};
use crate::audit::{self, ActorRef, Changes, Event, Target};
use crate::clock::Timestamp;
use crate::db::{Conn, Db, DbError, Failure};
use crate::random::Random;
use crate::tenants::{self, Slug, TenantId};
use crate::users::{HasherError, PasswordHasher};

/// Why a file was not applied. Nothing of it was then.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file does not fit what is stored.
    #[error(transparent)]
    Refused(SeedErrors),
    /// The database failed.
    #[error("the seed file could not be applied")]
    Database(#[from] DbError),
    /// A password could not be hashed.
    #[error("a password of the seed file could not be hashed")]
    Password(#[from] HasherError),
}

/// Why the transaction was rolled back.
enum Stop {
    Database(DbError),
    Refused(Vec<SeedError>),
    /// Everything went well, and was only a rehearsal.
    DryRun(Report),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl Failure for Stop {
    fn database(&self) -> Option<&DbError> {
        if let Self::Database(error) = self { Some(error) } else { None }
    }
}

/// Brings the database to what `file` says and tells what that took. Objects are found by slug, by organisation and
/// address, or by `client_id`; the fields that the file does not name keep their values; nothing is ever deleted. A
/// `dry_run` does all of it and rolls back.
///
/// A running server that shares this database in the same process has to forget what it remembers afterwards.
pub fn apply(
    db: &Db,
    hasher: &PasswordHasher,
    random: &Random,
    now: Timestamp,
    file: SeedFile,
    dry_run: bool,
) -> Result<Report, ApplyError> {
    // Hashing takes long and must not hold the write lock.
    let passwords = plan_passwords(db, hasher, random, &file)?;
    let file = Arc::new(file);
    let (wanted, random) = (Arc::clone(&file), random.clone());
    let outcome = db.write_blocking(move |conn| {
        let report = Work::new(conn, &random, now, &wanted).run(&passwords)?;
        if dry_run { Err(Stop::DryRun(report)) } else { Ok(report) }
    });
    match outcome {
        Ok(report) | Err(Stop::DryRun(report)) => Ok(report),
        Err(Stop::Refused(errors)) => Err(ApplyError::Refused(SeedErrors::new(&file.origin, errors))),
        Err(Stop::Database(error)) => Err(error.into()),
    }
}

/// The audit log's words for what happened: the noun, and the action. `None` when nothing did.
fn words(change: &Change) -> Option<(&'static str, &'static str)> {
    Some(match (change.kind, change.action) {
        (_, Action::Unchanged) => return None,
        (ObjectKind::Tenant, Action::Created) => ("tenant", "tenant.create"),
        (ObjectKind::Tenant, Action::Updated) => ("tenant", "tenant.update"),
        (ObjectKind::Role, Action::Created) => ("role", "role.create"),
        (ObjectKind::Role, Action::Updated) => ("role", "role.update"),
        (ObjectKind::User, Action::Created) => ("user", "user.create"),
        (ObjectKind::User, Action::Updated) => ("user", "user.update"),
        (ObjectKind::Client, Action::Created) => ("application", "application.create"),
        (ObjectKind::Client, Action::Updated) => ("application", "application.update"),
    })
}

/// That something was set which nobody may see: a password, a secret.
fn hidden(changes: Changes, name: &str) -> Changes {
    changes.field(name, &None, &Some("(hidden)"))
}

/// The transaction while it goes on.
struct Work<'a, 'c> {
    conn: &'a mut Conn<'c>,
    random: &'a Random,
    now: Timestamp,
    file: &'a SeedFile,
    tenants: HashMap<Slug, TenantId>,
    report: Report,
    errors: Vec<SeedError>,
}

impl<'a, 'c> Work<'a, 'c> {
    fn new(conn: &'a mut Conn<'c>, random: &'a Random, now: Timestamp, file: &'a SeedFile) -> Self {
        let report = Report::default();
        Self { conn, random, now, file, tenants: HashMap::new(), report, errors: Vec::new() }
    }

    /// Goes through the whole file even after an error, so that all of them are told; the transaction is rolled back
    /// then.
    fn run(mut self, passwords: &[NewPassword]) -> Result<Report, Stop> {
        let file = self.file;
        for tenant in &file.tenants {
            self.tenant(tenant)?;
        }
        for role in &file.roles {
            self.role(role)?;
        }
        for (user, password) in file.users.iter().zip(passwords) {
            self.user(user, password)?;
        }
        for client in &file.clients {
            self.client(client)?;
        }
        if self.errors.is_empty() { Ok(self.report) } else { Err(Stop::Refused(self.errors)) }
    }

    /// Notes what became of an object, for the report and, if anything did, for the organisation's audit log.
    fn done(
        &mut self,
        (tenant, id): (TenantId, impl ToString),
        change: Change,
        changes: Changes,
    ) -> Result<(), DbError> {
        if let Some((noun, action)) = words(&change) {
            let event = Event::new(self.random, (tenant, self.now), action)
                .by(ActorRef::system("config apply"))
                .on(Target::new(noun, id, &change.name))
                .changing(changes);
            audit::store::insert(self.conn, tenant, &event)?;
        }
        self.report.changes.push(change);
        Ok(())
    }

    fn refuse(&mut self, place: super::error::Place, problem: impl Into<String>) {
        self.errors.push(SeedError { place, problem: problem.into() });
    }

    /// The organisation that another object of the file belongs to.
    fn tenant_id(&mut self, slug: &Placed<Slug>) -> Result<Option<TenantId>, DbError> {
        if let Some(id) = self.tenants.get(&slug.value) {
            return Ok(Some(*id));
        }
        let found = tenants::store::find_by_slug(self.conn, slug.value.as_str())?;
        match &found {
            Some(tenant) => {
                self.tenants.insert(slug.value.clone(), tenant.id);
            }
            None => {
                let meant =
                    did_you_mean(slug.value.as_str(), self.file.tenants.iter().map(|one| one.slug.as_str()));
                let problem =
                    format!("tenant \"{}\" is neither in this file nor in the database{meant}", slug.value);
                self.refuse(slug.place, problem);
            }
        }
        Ok(found.map(|tenant| tenant.id))
    }
}
