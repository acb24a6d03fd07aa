//! Bringing the database to what the file says, in one transaction.

mod application;
mod assignment;
mod note;
mod organisation;
mod passwords;
mod person;
mod prune;
mod resource_server;
mod service_account;
mod team;

use std::collections::HashMap;
use std::sync::Arc;

use passwords::{NewPassword, plan_passwords};

use super::error::{Placed, SeedError, SeedErrors, did_you_mean};
use super::file::SeedFile;
use super::report::Report;
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

/// How a file is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// Do all of it, tell what it took, and roll back.
    pub dry_run: bool,
    /// Delete what belongs to an organisation that the file describes and is not named in the file.
    pub prune: bool,
}

/// Brings the database to what `file` says and tells what that took. Objects are found by slug, by organisation and
/// address, by audience or by `client_id`; the fields that the file does not name keep their values; nothing is deleted
/// unless `mode` says so. Every change has its event in the audit log.
///
/// A running server that shares this database in the same process has to forget what it remembers afterwards.
///
/// # Errors
/// Says what does not fit; nothing of the file was applied then.
pub fn apply(
    db: &Db,
    hasher: &PasswordHasher,
    random: &Random,
    now: Timestamp,
    file: SeedFile,
    mode: Mode,
) -> Result<Report, ApplyError> {
    // Hashing takes long and must not hold the write lock.
    let passwords = plan_passwords(db, hasher, random, &file)?;
    let file = Arc::new(file);
    let (wanted, random) = (Arc::clone(&file), random.clone());
    let outcome = db.write_blocking(move |conn| {
        let report = Work::new(conn, &random, now, &wanted, mode.prune).run(&passwords)?;
        if mode.dry_run { Err(Stop::DryRun(report)) } else { Ok(report) }
    });
    match outcome {
        Ok(report) | Err(Stop::DryRun(report)) => Ok(report),
        Err(Stop::Refused(errors)) => Err(ApplyError::Refused(SeedErrors::new(&file.origin, errors))),
        Err(Stop::Database(error)) => Err(error.into()),
    }
}

/// The transaction while it goes on.
struct Work<'a, 'c> {
    conn: &'a mut Conn<'c>,
    random: &'a Random,
    now: Timestamp,
    file: &'a SeedFile,
    /// Whether lists of the file are whole, and what the file does not name goes.
    prune: bool,
    tenants: HashMap<Slug, TenantId>,
    report: Report,
    errors: Vec<SeedError>,
}

impl<'a, 'c> Work<'a, 'c> {
    fn new(
        conn: &'a mut Conn<'c>,
        random: &'a Random,
        now: Timestamp,
        file: &'a SeedFile,
        prune: bool,
    ) -> Self {
        let report = Report::default();
        Self { conn, random, now, file, prune, tenants: HashMap::new(), report, errors: Vec::new() }
    }

    /// Goes through the whole file even after an error, so that all of them are told; the transaction is rolled back
    /// then. Teams are made before those who belong to them, and filled after.
    fn run(mut self, passwords: &[NewPassword]) -> Result<Report, Stop> {
        let file = self.file;
        for tenant in &file.tenants {
            self.tenant(tenant)?;
        }
        for role in &file.roles {
            self.role(role)?;
        }
        let mut teams = Vec::new();
        for team in &file.teams {
            teams.push(self.team(team)?);
        }
        for (user, password) in file.users.iter().zip(passwords) {
            self.user(user, password)?;
        }
        for account in &file.service_accounts {
            self.service_account(account)?;
        }
        for (spec, team) in file.teams.iter().zip(teams) {
            self.fill_team(spec, team)?;
        }
        for server in &file.resource_servers {
            self.resource_server(server)?;
        }
        for client in &file.clients {
            self.client(client)?;
        }
        if self.errors.is_empty() && self.prune {
            for tenant in &file.tenants {
                self.prune(&tenant.slug)?;
            }
        }
        if self.errors.is_empty() { Ok(self.report) } else { Err(Stop::Refused(self.errors)) }
    }

    /// The next version of an object that was last changed at `seen`: versions only grow, whatever the clock does.
    fn next_version(&self, seen: Timestamp) -> Timestamp {
        self.now.max(Timestamp::from_micros(seen.micros() + 1))
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

/// A conditional update that somebody else won: the transaction has to run again.
fn won(updated: bool) -> Result<(), DbError> {
    if updated { Ok(()) } else { Err(DbError::Retry) }
}
