//! Failures as people read them: what happened and why, what to do next, and an exit code for scripts.

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use crate::config::ConfigErrors;
use crate::db::DbError;
use crate::keyring::KeyringError;
use crate::server::StartError;

/// The exit codes. 2 is clap's own for arguments that it cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did not work.
    Failed = 1,
    /// The arguments or the configuration are wrong.
    Usage = 2,
    /// The server does not let the caller in, or not that far.
    Auth = 3,
    /// There is no such thing.
    NotFound = 4,
    /// It clashes with what is there.
    Conflict = 5,
}

/// Why a command did not do what it should.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened and why. It must hold no secret.
    pub what: String,
    /// What to do next.
    pub fix: Option<String>,
    /// Under which name a server wrote it into its log.
    pub request_id: Option<String>,
}

impl Failure {
    /// A failure without advice.
    pub fn new(exit: Exit, what: impl Display) -> Self {
        Self { exit, what: what.to_string(), fix: None, request_id: None }
    }

    /// It did not work.
    pub fn failed(what: impl Display) -> Self {
        Self::new(Exit::Failed, what)
    }

    /// Adds advice.
    pub fn fix(mut self, fix: impl Display) -> Self {
        self.fix = Some(fix.to_string());
        self
    }

    /// Tells it on standard error.
    pub fn report(self) -> ExitCode {
        let mut text = format!("error: {}\n", self.what);
        if let Some(fix) = self.fix {
            text.push_str(&format!("  fix: {fix}\n"));
        }
        if let Some(id) = self.request_id {
            text.push_str(&format!("  request: {id}\n"));
        }
        // Without standard error there is nobody to tell.
        drop(std::io::stderr().write_all(text.as_bytes()));
        ExitCode::from(self.exit as u8)
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self::new(Exit::Usage, errors).fix(
            "`gridkey config init` writes a file with every setting, `gridkey config reference` explains them",
        )
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let exit = match &error {
            StartError::Hasher(_)
            | StartError::Mail(_)
            | StartError::Profiles(_)
            | StartError::Database(DbError::Url) => Exit::Usage,
            _ => Exit::Failed,
        };
        Self { fix: error.fix().map(str::to_owned), ..Self::new(exit, error) }
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        StartError::from(error).into()
    }
}

impl From<KeyringError> for Failure {
    fn from(error: KeyringError) -> Self {
        let exit = match &error {
            KeyringError::Unknown(_) => Exit::NotFound,
            KeyringError::OnlySigner { .. } | KeyringError::TooMany(_) => Exit::Conflict,
            _ => Exit::Failed,
        };
        Self::new(exit, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_failure_have_their_codes() {
        let exit = |failure: Failure| failure.exit as u8;
        assert_eq!(exit(KeyringError::Unknown("x".into()).into()), 4);
        assert_eq!(exit(DbError::Busy.into()), 1);
        assert_eq!(exit(DbError::Url.into()), 2);
        let away = Failure::from(DbError::Unavailable("connection refused".into()));
        assert!(
            away.what.contains("connection refused")
                && away.fix.is_some_and(|fix| fix.contains("database.url"))
        );
    }
}
