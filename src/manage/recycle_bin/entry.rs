//! What is in the recycle bin.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::KEPT;
use crate::clients;
use crate::clock::Timestamp;
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::service_accounts;
use crate::tenants::{self, TenantId};
use crate::text::text_enum;
use crate::users::UserStatus;
use crate::users::directory::{self, Position, UserFilter};

text_enum! {
    /// Kinds of things that go into the recycle bin, in the order of its list.
    pub enum BinKind {
        /// A person.
        User = "user",
        /// An application.
        Application = "application",
        /// A program's identity.
        ServiceAccount = "service_account",
        /// An organisation.
        Tenant = "tenant",
    }
}

impl BinKind {
    /// The permission to see things of this kind there.
    pub const fn reading(self) -> &'static str {
        match self {
            Self::User => "users:read",
            Self::Application => "applications:read",
            Self::ServiceAccount => "service_accounts:read",
            Self::Tenant => "tenants:read",
        }
    }

    /// The permission to delete them for good.
    pub const fn purging(self) -> &'static str {
        match self {
            Self::User => "users:delete",
            Self::Application => "applications:delete",
            Self::ServiceAccount => "service_accounts:delete",
            Self::Tenant => "tenants:delete",
        }
    }

    /// What the event of its end is called.
    pub const fn action(self) -> &'static str {
        match self {
            Self::User => "user.purge",
            Self::Application => "application.purge",
            Self::ServiceAccount => "service_account.purge",
            Self::Tenant => "tenant.purge",
        }
    }
}

/// A thing in the recycle bin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BinEntry {
    /// `user`, `application`, `service_account` or `tenant`.
    #[schema(value_type = String, example = "user")]
    pub kind: BinKind,
    /// Identifier.
    pub id: Uuid,
    /// What people call it: a mail address, a name, a slug.
    pub name: String,
    /// When it was deleted.
    #[schema(format = DateTime)]
    pub deleted_at: String,
    /// When it is deleted for good.
    #[schema(format = DateTime)]
    pub purged_at: String,
    /// How many days are left until then, counting the one that has begun.
    pub days_left: u64,
}

impl BinEntry {
    /// A thing that was deleted at that time.
    pub fn new(kind: BinKind, id: Uuid, name: String, times: (Option<Timestamp>, Timestamp)) -> Self {
        let (deleted_at, now) = times;
        let deleted_at = deleted_at.unwrap_or(now);
        let end = deleted_at + KEPT;
        Self {
            kind,
            id,
            name,
            deleted_at: deleted_at.to_rfc3339(),
            purged_at: end.to_rfc3339(),
            days_left: end.since(now).as_secs().div_ceil(24 * 60 * 60),
        }
    }

    /// Where it stands in the list.
    pub const fn place(&self) -> Place {
        Place(self.kind, self.id)
    }
}

/// A place in the list: by kind, then by identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(BinKind, Uuid);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0, self.1)
    }
}

/// A text is no [`Place`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in the recycle bin")]
pub struct InvalidPlace;

impl FromStr for Place {
    type Err = InvalidPlace;
    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        let (kind, id) = text.split_once(':').ok_or(InvalidPlace)?;
        Ok(Self(kind.parse().map_err(|_| InvalidPlace)?, id.parse().map_err(|_| InvalidPlace)?))
    }
}

/// The things of these kinds after `after`, at most `limit`.
pub fn list(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    kinds: &[BinKind],
    (after, now): (Option<Place>, Timestamp),
    limit: i64,
) -> Result<Vec<BinEntry>, DbError> {
    let mut found = Vec::new();
    let begun = after.map(|place| place.0);
    for kind in BinKind::ALL.iter().copied().filter(|kind| kinds.contains(kind)) {
        let rest = limit - i64::try_from(found.len()).unwrap_or(limit);
        if rest <= 0 {
            break;
        }
        if begun.is_some_and(|begun| kind < begun) {
            continue;
        }
        let start = after.filter(|place| place.0 == kind).map_or(Uuid::nil(), |place| place.1);
        found.extend(of_kind(conn, tenant, kind, (start, now), rest)?);
    }
    Ok(found)
}

fn of_kind(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    kind: BinKind,
    (after, now): (Uuid, Timestamp),
    limit: i64,
) -> Result<Vec<BinEntry>, DbError> {
    let entry = |id, name, deleted_at| BinEntry::new(kind, id, name, (deleted_at, now));
    Ok(match kind {
        BinKind::User => {
            let filter = UserFilter { status: vec![UserStatus::Deleted], ..UserFilter::default() };
            let after = Position::Id(Id::new(after));
            directory::store::list(conn, tenant, &filter, Some(&after), limit)?
                .into_iter()
                .map(|user| entry(user.id.uuid(), user.email.to_string(), user.deleted_at))
                .collect()
        }
        BinKind::Application => clients::store::list_deleted(conn, tenant, Id::new(after), limit)?
            .into_iter()
            .map(|client| entry(client.id.uuid(), client.display_name, client.deleted_at))
            .collect(),
        BinKind::ServiceAccount => {
            service_accounts::store::list_deleted(conn, tenant, Id::new(after), limit)?
                .into_iter()
                .map(|account| entry(account.id.uuid(), account.slug.to_string(), account.deleted_at))
                .collect()
        }
        BinKind::Tenant => tenants::store::list_deleted(conn, Id::new(after), limit)?
            .into_iter()
            .map(|tenant| entry(tenant.id.uuid(), tenant.slug.to_string(), tenant.deleted_at))
            .collect(),
    })
}

/// One thing in the recycle bin.
pub fn find(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (kind, id): (BinKind, Uuid),
    now: Timestamp,
) -> Result<Option<BinEntry>, DbError> {
    let found = match kind {
        BinKind::User => crate::users::store::find(conn, tenant, Id::new(id))?
            .map(|user| (user.email.to_string(), user.deleted_at)),
        BinKind::Application => clients::store::find(conn, tenant, Id::new(id))?
            .map(|client| (client.display_name, client.deleted_at)),
        BinKind::ServiceAccount => service_accounts::store::find(conn, tenant, Id::new(id))?
            .map(|account| (account.slug.to_string(), account.deleted_at)),
        BinKind::Tenant => tenants::store::find(conn, Id::new(id))?
            .map(|tenant| (tenant.slug.to_string(), tenant.deleted_at)),
    };
    let found = found.filter(|(_, deleted_at)| deleted_at.is_some());
    Ok(found.map(|(name, deleted_at)| BinEntry::new(kind, id, name, (deleted_at, now))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_until_the_end() {
        let day = |n: i64| Timestamp::from_seconds(n * 24 * 60 * 60);
        let left =
            |now| BinEntry::new(BinKind::User, Uuid::nil(), String::new(), (Some(day(0)), now)).days_left;
        assert_eq!(left(day(0)), 7);
        assert_eq!(left(Timestamp::from_seconds(1)), 7);
        assert_eq!(left(day(6)), 1);
        assert_eq!(left(day(7)), 0);
        assert_eq!(left(day(9)), 0);
    }

    #[test]
    fn places_are_written_and_read_back() {
        let place = Place(BinKind::ServiceAccount, Uuid::from_u128(7));
        assert_eq!(place.to_string().parse(), Ok(place));
        for junk in ["", "user", "user:7", "team:00000000-0000-0000-0000-000000000007"] {
            assert_eq!(junk.parse::<Place>(), Err(InvalidPlace), "{junk}");
        }
    }
}
