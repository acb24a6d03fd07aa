//! What is known of keys of either kind besides what they are themselves: the names of their owners, their last use, and how
//! they are.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{LastUseView, OwnerView};
use crate::clock::Timestamp;
use crate::credentials::store::{LastUse, Recent, last_uses, recent};
use crate::credentials::{KeyOwner, KeyState, LOOK_BACK, Signs, health};
use crate::db::{Conn, DbError};
use crate::manage::principals::{PrincipalView, describe};
use crate::roles::PrincipalKind;
use crate::tenants::TenantId;

/// What is known of several keys.
pub struct Known {
    owners: HashMap<Uuid, PrincipalView>,
    uses: HashMap<Uuid, LastUse>,
    recent: HashMap<Uuid, Recent>,
    now: Timestamp,
}

impl Known {
    /// Looks it up, for all of them at once.
    pub fn of(
        conn: &mut Conn<'_>,
        tenant: TenantId,
        keys: &[(Uuid, KeyOwner)],
        now: Timestamp,
    ) -> Result<Self, DbError> {
        let owners: BTreeSet<(PrincipalKind, Uuid)> =
            keys.iter().map(|(_, owner)| (owner.kind(), owner.uuid())).collect();
        let owners: Vec<_> = owners.into_iter().map(|(kind, id)| (kind, id, now)).collect();
        let ids: Vec<Uuid> = keys.iter().map(|(id, _)| *id).collect();
        Ok(Self {
            owners: describe(conn, tenant, &owners)?.into_iter().map(|owner| (owner.id, owner)).collect(),
            uses: last_uses(conn, tenant, &ids)?
                .into_iter()
                .map(|used| (used.credential_id.uuid(), used))
                .collect(),
            recent: recent(conn, tenant, &ids, now - LOOK_BACK)?,
            now,
        })
    }

    /// An owner, with the names if there are any.
    pub fn owner(&self, owner: KeyOwner) -> OwnerView {
        let found = self.owners.get(&owner.uuid());
        OwnerView {
            name: found.map(|found| found.name.clone()),
            display_name: found.map(|found| found.display_name.clone()),
            ..owner.into()
        }
    }

    /// When and from where a key was last used.
    pub fn last_used(&self, key: Uuid) -> Option<LastUseView> {
        self.uses.get(&key).map(Into::into)
    }

    /// How a key is, the worst first. `None` when it does not work.
    pub fn health(
        &self,
        (key, state): (Uuid, KeyState),
        (created_at, expires_at, exposed): (Timestamp, Option<Timestamp>, bool),
    ) -> Option<Vec<&'static str>> {
        let recent = self.recent.get(&key).copied().unwrap_or_default();
        let signs = Signs { created_at, expires_at, exposed, recent };
        let all = || health(&signs, self.uses.get(&key), self.now);
        (state == KeyState::Works).then(|| all().into_iter().map(|one| one.as_str()).collect())
    }
}
