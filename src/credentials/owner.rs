//! To whom a key belongs.

use uuid::Uuid;

use super::PrincipalType;
use crate::roles::PrincipalKind;
use crate::service_accounts::ServiceAccountId;
use crate::users::UserId;

/// A key dies with its owner and never does more than its owner may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyOwner {
    /// A person.
    User(UserId),
    /// A service account.
    ServiceAccount(ServiceAccountId),
}

impl KeyOwner {
    /// From the two columns of which one is set.
    pub fn from_columns(user: Option<UserId>, account: Option<ServiceAccountId>) -> Option<Self> {
        user.map(Self::User).or(account.map(Self::ServiceAccount))
    }

    /// As the two columns.
    pub const fn columns(self) -> (Option<UserId>, Option<ServiceAccountId>) {
        match self {
            Self::User(id) => (Some(id), None),
            Self::ServiceAccount(id) => (None, Some(id)),
        }
    }

    /// What kind of holder of roles it is.
    pub const fn kind(self) -> PrincipalKind {
        match self {
            Self::User(_) => PrincipalKind::User,
            Self::ServiceAccount(_) => PrincipalKind::ServiceAccount,
        }
    }

    /// What it is, in a verdict.
    pub const fn principal_type(self) -> PrincipalType {
        match self {
            Self::User(_) => PrincipalType::User,
            Self::ServiceAccount(_) => PrincipalType::ServiceAccount,
        }
    }

    /// The identifier.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::ServiceAccount(id) => id.uuid(),
        }
    }
}
