//! Bringing the database to what the file says, in one transaction.

mod application;
mod assignment;
mod bounds;
mod note;
mod organisation;
mod passwords;
mod person;
mod prune;
mod resource_server;
mod service_account;
mod team;
mod webhook;

use std::collections::HashMap;
use std::sync::Arc;

use bounds::Before;
use passwords::{NewPassword, plan_passwords};

use super::author::Author;
use super::error::{MOST_ERRORS, Place, Placed, SeedError, SeedErrors, did_you_mean};
use super::file::SeedFile;
use super::report::Report;
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Conn, Db, DbError, Failure};
use crate::random::Random;
use crate::secret::{Digest, MasterKey};
use crate::tenants::{self, Profiles, Slug, TenantId};
use crate::users::{HasherError, PasswordHasher};
use crate::webhooks::Wall;

/// Why a file was not applied. Nothing of it was then.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file does not fit what is stored.
    #[error(transparent)]
    Refused(SeedErrors),
    /// It would not do now what its plan said. Nothing of it was done.
    #[error("what the file would do is not any more what its plan said")]
    Changed,
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
    /// The plan was another one.
    Changed,
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

/// What a file is applied with.
#[derive(Clone)]
pub struct Ground<'a> {
    /// The database.
    pub db: &'a Db,
    /// The queue in front of argon2.
    pub hasher: &'a PasswordHasher,
    /// Randomness.
    pub random: &'a Random,
    /// What seals that which must be read back.
    pub master: &'a MasterKey,
    /// Where webhooks may be.
    pub wall: Wall,
    /// The profiles that organisations can have.
    pub profiles: Profiles,
}

impl<'a> Ground<'a> {
    /// That of a server.
    pub fn of(app: &'a App) -> Self {
        Self {
            db: &app.db,
            hasher: &app.hasher,
            random: &app.random,
            master: &app.master,
            wall: app.webhook_wall(),
            profiles: app.profiles,
        }
    }
}

/// What of it the transaction needs.
struct Sealed {
    random: Random,
    master: MasterKey,
    wall: Wall,
    profiles: Profiles,
}

/// How a file is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mode {
    /// Do all of it, tell what it took, and roll back.
    pub dry_run: bool,
    /// Delete what belongs to an organisation that the file describes and is not named in the file.
    pub prune: bool,
    /// The digest of the plan that was agreed to: nothing is done if it has become another one. A file that has nothing to
    /// do any more does nothing, whatever the plan was.
    pub agreed: Option<Digest>,
}

/// Brings the database to what `file` says and tells what that took. Objects are found by slug, by organisation and
/// address, by audience or by `client_id`; the fields that the file does not name keep their values; nothing is deleted
/// unless `mode` says so. Every change has its event in the audit log.
///
/// A running server that shares this database in the same process has to forget what it remembers afterwards.
///
/// # Errors
/// Says what does not fit; nothing of the file was applied then.
pub fn apply(ground: &Ground<'_>, now: Timestamp, file: SeedFile, mode: Mode) -> Result<Report, ApplyError> {
    apply_by(ground, (Author::operator(), now), file, mode)
}

/// The same in the name of somebody else than the operator, who is held to what they may do.
///
/// # Errors
/// Says what does not fit and what they may not; nothing of the file was applied then.
pub fn apply_by(
    ground: &Ground<'_>,
    (author, now): (Author, Timestamp),
    file: SeedFile,
    mode: Mode,
) -> Result<Report, ApplyError> {
    let forbidden = bounds::of_file(&file, &author);
    if !forbidden.is_empty() {
        return Err(ApplyError::Refused(SeedErrors::new(&file.origin, forbidden)));
    }
    // Hashing takes long and must not hold the write lock.
    let passwords = plan_passwords(ground.db, ground.hasher, ground.random, &file)?;
    let file = Arc::new(file);
    let wanted = Arc::clone(&file);
    let sealed = Sealed {
        random: ground.random.clone(),
        master: ground.master.clone(),
        wall: ground.wall.clone(),
        profiles: ground.profiles,
    };
    let outcome = ground.db.write_blocking(move |conn| {
        let report = Work::new(conn, (&sealed, &author), now, &wanted, mode.prune).run(&passwords)?;
        let is_agreed = mode.agreed.is_none_or(|agreed| agreed == report.digest(&wanted.digest));
        if !is_agreed && !report.is_unchanged() {
            return Err(Stop::Changed);
        }
        if mode.dry_run { Err(Stop::DryRun(report)) } else { Ok(report) }
    });
    match outcome {
        Ok(report) | Err(Stop::DryRun(report)) => Ok(report),
        Err(Stop::Refused(errors)) => Err(ApplyError::Refused(SeedErrors::new(&file.origin, errors))),
        Err(Stop::Changed) => Err(ApplyError::Changed),
        Err(Stop::Database(error)) => Err(error.into()),
    }
}

/// The transaction while it goes on.
struct Work<'a, 'c> {
    conn: &'a mut Conn<'c>,
    random: &'a Random,
    ground: &'a Sealed,
    now: Timestamp,
    author: &'a Author,
    file: &'a SeedFile,
    /// Whether lists of the file are whole, and what the file does not name goes.
    prune: bool,
    tenants: HashMap<Slug, TenantId>,
    report: Report,
    errors: Vec<SeedError>,
    /// Where the object stands that is being worked on.
    at: Place,
    before: Before,
}

impl<'a, 'c> Work<'a, 'c> {
    fn new(
        conn: &'a mut Conn<'c>,
        (ground, author): (&'a Sealed, &'a Author),
        now: Timestamp,
        file: &'a SeedFile,
        prune: bool,
    ) -> Self {
        Self {
            conn,
            random: &ground.random,
            ground,
            now,
            author,
            file,
            prune,
            tenants: HashMap::new(),
            report: Report::default(),
            errors: Vec::new(),
            at: Place { line: 1, column: 1 },
            before: Before::default(),
        }
    }

    /// Goes through the whole file even after an error, so that all of them are told; the transaction is rolled back
    /// then. Teams are made before those who belong to them, and filled after.
    fn run(mut self, passwords: &[NewPassword]) -> Result<Report, Stop> {
        let file = self.file;
        self.begin()?;
        self.each(&file.tenants, |one| one.place, Self::tenant)?;
        self.each(&file.roles, |one| one.place, Self::role)?;
        let mut teams = Vec::new();
        self.each(
            &file.teams,
            |one| one.place,
            |work, team| {
                teams.push(work.team(team)?);
                Ok(())
            },
        )?;
        let users: Vec<_> = file.users.iter().zip(passwords).collect();
        self.each(&users, |one| one.0.place, |work, (user, password)| work.user(user, password))?;
        self.each(&file.service_accounts, |one| one.place, Self::service_account)?;
        let teams: Vec<_> = file.teams.iter().zip(teams).collect();
        self.each(&teams, |one| one.0.place, |work, (spec, team)| work.fill_team(spec, team.as_ref()))?;
        self.each(&file.resource_servers, |one| one.place, Self::resource_server)?;
        self.each(&file.clients, |one| one.place, Self::client)?;
        self.each(&file.webhooks, |one| one.place, Self::webhook)?;
        if self.errors.is_empty() && self.prune {
            self.each(&file.tenants, |one| one.place, |work, tenant| work.prune(&tenant.slug))?;
        }
        self.finish()?;
        if self.errors.is_empty() { Ok(self.report) } else { Err(Stop::Refused(self.errors)) }
    }

    /// Works on one object after the other, until there are more errors than anybody reads.
    fn each<S>(
        &mut self,
        specs: &[S],
        place: impl Fn(&S) -> Place,
        mut work: impl FnMut(&mut Self, &S) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        for spec in specs {
            if self.errors.len() >= MOST_ERRORS {
                break;
            }
            self.at = place(spec);
            work(self, spec)?;
        }
        Ok(())
    }

    /// The next version of an object that was last changed at `seen`: versions only grow, whatever the clock does.
    fn next_version(&self, seen: Timestamp) -> Timestamp {
        self.now.max(Timestamp::from_micros(seen.micros() + 1))
    }

    fn refuse(&mut self, place: Place, problem: impl Into<String>) {
        self.errors.push(SeedError::new(place, problem));
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
