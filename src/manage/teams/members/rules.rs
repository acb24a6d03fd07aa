//! How the members of a team change. The transaction holds the team.

use std::collections::BTreeSet;

use crate::audit::Changes;
use crate::db::Conn;
use crate::manage::principals::{MOST_MEMBERS, MemberName, all_live, vanished};
use crate::manage::{Call, Stop};
use crate::service_accounts;
use crate::teams::{Member, MemberKind, TeamId, store};
use crate::web::Problem;

/// Who came and who left.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// Those who are new.
    pub added: Vec<MemberName>,
    /// Those who were there.
    pub removed: Vec<MemberName>,
}

impl Moved {
    /// Whether all is as before.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// As the audit log tells it: an event stays readable however many they are, so the lists end somewhere and the
    /// numbers do not.
    pub fn changes(&self) -> Changes {
        let names = |list: &[MemberName]| -> Vec<String> {
            list.iter().take(MOST_MEMBERS).map(MemberName::reference).collect()
        };
        Changes::none()
            .field("added", &Vec::<String>::new(), &names(&self.added))
            .field("added_count", &0, &self.added.len())
            .field("removed", &Vec::<String>::new(), &names(&self.removed))
            .field("removed_count", &0, &self.removed.len())
    }
}

/// Adds those who do not belong to the team yet.
pub fn add(
    conn: &mut Conn<'_>,
    call: &Call,
    team: TeamId,
    members: &BTreeSet<MemberName>,
) -> Result<Moved, Stop> {
    all_live(conn, call.tenant, members)?;
    let mut moved = Moved::default();
    for &name in members {
        let member = Member { kind: name.kind, id: name.id, since: call.now };
        if store::add_member(conn, call.tenant, team, member).map_err(vanished)? {
            moved.added.push(name);
        }
    }
    Ok(moved)
}

/// Takes those out who belong to the team.
pub fn remove(
    conn: &mut Conn<'_>,
    call: &Call,
    team: TeamId,
    members: &BTreeSet<MemberName>,
) -> Result<Moved, Stop> {
    stay_with_their_owner(conn, call, team, members)?;
    let mut moved = Moved::default();
    for &name in members {
        if store::remove_member(conn, call.tenant, team, name.id)? {
            moved.removed.push(name);
        }
    }
    Ok(moved)
}

/// Makes these the members, and nobody else.
pub fn replace(
    conn: &mut Conn<'_>,
    call: &Call,
    team: TeamId,
    members: &BTreeSet<MemberName>,
) -> Result<Moved, Stop> {
    let before: BTreeSet<MemberName> = store::members(conn, call.tenant, team, (None, i64::MAX))?
        .into_iter()
        .map(MemberName::from)
        .collect();
    let leaving: BTreeSet<MemberName> = before.difference(members).copied().collect();
    let coming: BTreeSet<MemberName> = members.difference(&before).copied().collect();
    let left = remove(conn, call, team, &leaving)?;
    let came = add(conn, call, team, &coming)?;
    Ok(Moved { added: came.added, removed: left.removed })
}

/// A service account that a team owns belongs to it for as long as it does.
fn stay_with_their_owner(
    conn: &mut Conn<'_>,
    call: &Call,
    team: TeamId,
    leaving: &BTreeSet<MemberName>,
) -> Result<(), Stop> {
    let owned = service_accounts::store::owned_by(conn, call.tenant, team)?;
    let kept = owned
        .into_iter()
        .find(|id| leaving.contains(&MemberName { kind: MemberKind::ServiceAccount, id: id.uuid() }));
    match kept {
        None => Ok(()),
        Some(id) => {
            let detail = format!("The team owns the service account {id}, so it stays a member.");
            Err(Problem::conflict("owned_by_team", detail)
                .fix("Give the service account to another team, or to none.")
                .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_event_counts_all_and_names_a_bounded_number() {
        let name = |number| MemberName { kind: MemberKind::User, id: Uuid::from_u128(number) };
        let moved = Moved { added: (0..600).map(name).collect(), removed: Vec::new() };
        let told: serde_json::Value = serde_json::from_str(&moved.changes().to_text()).unwrap();
        assert_eq!(told["added_count"]["after"], 600);
        assert_eq!(told["added"]["after"].as_array().unwrap().len(), MOST_MEMBERS);
        assert!(told.get("removed").is_none() && told.get("removed_count").is_none());
        assert!(Moved::default().changes().is_empty());
    }
}
