//! What applying a seed file did, or would do.

use std::fmt;

use serde::Serialize;

use crate::audit::Changes;
use crate::secret::Digest;
use crate::text::text_enum;

text_enum! {
    /// What happened to an object.
    pub enum Action {
        /// It is new.
        Created = "created",
        /// Some of its fields were changed.
        Updated = "updated",
        /// It was as the file says.
        Unchanged = "unchanged",
        /// It is not in the file, and went to the recycle bin or is gone.
        Deleted = "deleted",
    }
}

text_enum! {
    /// The nouns of a seed file.
    pub enum ObjectKind {
        /// An organisation.
        Tenant = "tenant",
        /// A role.
        Role = "role",
        /// A team.
        Team = "team",
        /// A person.
        User = "user",
        /// A service account.
        ServiceAccount = "service_account",
        /// An API.
        ResourceServer = "resource_server",
        /// An application.
        Client = "client",
        /// A webhook.
        Webhook = "webhook",
    }
}

/// What happened to one object of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What happened.
    pub action: Action,
    /// What kind of object it is.
    pub kind: ObjectKind,
    /// Its name: the slug, `tenant/slug`, `tenant/address`, `tenant/audience` or `client_id`.
    pub name: String,
    /// The keys of the file that made a difference to an object that existed before.
    pub fields: Vec<String>,
    /// What its fields were and are, but for those that are secret. Nothing is said of what stays as it is.
    #[serde(skip_serializing_if = "Changes::is_empty")]
    pub values: Changes,
}

impl Change {
    pub(super) fn created(kind: ObjectKind, name: String) -> Self {
        Self { action: Action::Created, kind, name, fields: Vec::new(), values: Changes::none() }
    }

    pub(super) fn deleted(kind: ObjectKind, name: String) -> Self {
        Self { action: Action::Deleted, kind, name, fields: Vec::new(), values: Changes::none() }
    }

    /// An object that was there: without changed fields it is unchanged.
    pub(super) fn existing(kind: ObjectKind, name: String, fields: Vec<String>) -> Self {
        let action = if fields.is_empty() { Action::Unchanged } else { Action::Updated };
        Self { action, kind, name, fields, values: Changes::none() }
    }

    /// The same with what its fields were and are.
    pub(super) fn with_values(self, values: Changes) -> Self {
        Self { values, ..self }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.action, self.kind, self.name)?;
        if self.fields.is_empty() { Ok(()) } else { write!(f, " ({})", self.fields.join(", ")) }
    }
}

/// What happened to every object, in the order in which it was done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One entry for each object of the file, and for each that was deleted.
    pub changes: Vec<Change>,
}

impl Report {
    /// How many objects this happened to.
    pub fn count(&self, action: Action) -> usize {
        self.changes.iter().filter(|change| change.action == action).count()
    }

    /// What stands for exactly this: for a plan that is applied only if it is still the same. `file` is the digest of the
    /// file's text.
    pub fn digest(&self, file: &Digest) -> Digest {
        let mut whole = file.as_bytes().to_vec();
        whole.extend(serde_json::to_vec(&self.changes).unwrap_or_default());
        Digest::of(&whole)
    }

    /// Whether the database is, or was, as the file says.
    pub fn is_unchanged(&self) -> bool {
        self.count(Action::Unchanged) == self.changes.len()
    }
}

/// One line for each object that was not as the file says, and the counts.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in self.changes.iter().filter(|change| change.action != Action::Unchanged) {
            writeln!(f, "{change}")?;
        }
        let count = |action| self.count(action);
        write!(
            f,
            "{} created, {} updated, {} unchanged",
            count(Action::Created),
            count(Action::Updated),
            count(Action::Unchanged)
        )?;
        match count(Action::Deleted) {
            0 => Ok(()),
            deleted => write!(f, ", {deleted} deleted"),
        }
    }
}

/// The keys that are marked as different.
pub(super) fn named(keys: &[(&str, bool)]) -> Vec<String> {
    keys.iter().filter(|(_, differs)| *differs).map(|(key, _)| (*key).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_changed_and_counts_the_rest() {
        let report = Report {
            changes: vec![
                Change::created(ObjectKind::Tenant, "acme".into()),
                Change::existing(
                    ObjectKind::User,
                    "acme/ada@acme.example".into(),
                    vec!["name".into(), "roles".into()],
                ),
                Change::existing(ObjectKind::Client, "app".into(), Vec::new()),
            ],
        };
        assert!(!report.is_unchanged());
        assert_eq!(
            report.to_string(),
            "created tenant acme\nupdated user acme/ada@acme.example (name, roles)\n1 created, 1 updated, 1 unchanged"
        );
    }
}
