//! One change to some keys, in one transaction.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::view::NAMED;
use super::{KeyBulkAnswer, NamedKey};
use crate::api_keys::{ApiKey, ApiKeyId, store};
use crate::credentials::{KeyOwner, KeyStatus};
use crate::db::{Conn, DbError};
use crate::id::Id;
use crate::manage::api_keys::reach::{is_in_own_hand, is_own, kept_disabled};
use crate::manage::api_keys::{making, rules, writing};
use crate::manage::strength::is_stronger;
use crate::manage::{Call, Stop};
use crate::random::Random;
use crate::roles::{self, Permissions};
use crate::tenants::KeySettings;
use crate::text::text_enum;

text_enum! {
    /// What is done to keys.
    pub enum KeyBulkAction {
        /// They wait until somebody enables them again.
        Disable = "disable",
        /// Those that were disabled work again.
        Enable = "enable",
        /// They never work again.
        Revoke = "revoke",
    }
}

impl KeyBulkAction {
    const fn event(self) -> &'static str {
        match self {
            Self::Disable => "api_key.disable",
            Self::Enable => "api_key.enable",
            Self::Revoke => "api_key.revoke",
        }
    }

    const fn status(self) -> KeyStatus {
        match self {
            Self::Disable => KeyStatus::Disabled,
            Self::Enable => KeyStatus::Active,
            Self::Revoke => KeyStatus::Revoked,
        }
    }
}

/// What is done, by whom.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The call.
    pub call: Call,
    /// Where identifiers of events come from.
    pub random: Random,
    /// What is done.
    pub action: KeyBulkAction,
    /// Whose keys are meant, unless it is everybody's: those of others are not there.
    pub owner: Option<KeyOwner>,
    /// Whether it is only counted.
    pub preview: bool,
}

/// Changes these keys, or counts which would be.
///
/// # Errors
/// Another try when somebody was faster with one of them.
pub fn change_some(conn: &mut Conn<'_>, plan: &Plan, ids: &[ApiKeyId]) -> Result<KeyBulkAnswer, Stop> {
    let call = &plan.call;
    let settings = making::settings(conn, call)?;
    let mut keys = store::find_many(conn, call.tenant, ids)?;
    keys.retain(|key| plan.owner.is_none_or(|owner| owner == key.owner));
    let mut answer = KeyBulkAnswer {
        matched: ids.len(),
        not_found: ids.len().saturating_sub(keys.len()),
        ..KeyBulkAnswer::default()
    };
    let mut owners = HashMap::new();
    for seen in keys {
        if seen.status == KeyStatus::Revoked || seen.status == plan.action.status() {
            answer.unchanged += 1;
        } else if is_above(conn, (call, &settings), (&seen, plan.action), &mut owners)? {
            answer.refused += 1;
        } else {
            answer.changed += 1;
            if plan.preview {
                if answer.keys.len() < NAMED {
                    let ApiKey { id, name, prefix, hint, .. } = seen;
                    answer.keys.push(NamedKey { id: id.uuid(), name, prefix: prefix.to_string(), hint });
                }
            } else {
                let reason = match plan.action {
                    KeyBulkAction::Enable => "",
                    _ if is_own(call, &seen) => rules::BY_OWNER,
                    _ => rules::BY_ADMINISTRATOR,
                };
                let key = rules::with_status(call, &seen, (plan.action.status(), reason));
                writing::write(conn, (call, &plan.random), plan.action.event(), (&seen, &key))?;
            }
        }
    }
    Ok(answer)
}

/// Whether a key of somebody else may do more than the caller; whoever enables a key hands out what it may do, even if it is
/// their own, and an owner enables nothing that an administrator has to. What each owner holds is looked up once.
fn is_above(
    conn: &mut Conn<'_>,
    (call, settings): (&Call, &KeySettings),
    (key, action): (&ApiKey, KeyBulkAction),
    owners: &mut HashMap<KeyOwner, Permissions>,
) -> Result<bool, DbError> {
    if action != KeyBulkAction::Enable && is_in_own_hand(call, key) {
        return Ok(false);
    }
    if action == KeyBulkAction::Enable && kept_disabled(call, key).is_some() {
        return Ok(true);
    }
    let held = match owners.entry(key.owner) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => {
            let owner = Id::<()>::new(key.owner.uuid());
            unknown.insert(roles::store::permissions_of(conn, call.tenant, owner)?)
        }
    };
    Ok(is_stronger(call, &key.grant.effective(&settings.levels(), held)))
}
