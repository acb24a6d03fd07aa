//! How roles and permissions of a person are shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::roles::{Permission, Role};

/// The roles of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserRolesView {
    /// Slugs of the roles that they hold themselves.
    pub roles: Vec<String>,
    /// What they hold by their teams.
    pub by_team: Vec<TeamRoles>,
}

/// The roles of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TeamRoles {
    /// The team's slug.
    pub team: String,
    /// Slugs of the roles that its members hold by it.
    pub roles: Vec<String>,
}

/// The roles that a person is to hold themselves.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedRoles {
    /// Slugs or identifiers; an empty list takes every role away.
    pub roles: Vec<String>,
}

/// What a person may do right now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PermissionsView {
    /// Each permission once, in order.
    pub permissions: Vec<EffectivePermission>,
}

/// A permission with where it comes from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EffectivePermission {
    /// `resource:action`, or `resource:action:name`.
    pub permission: String,
    /// Every role that gives it.
    pub from: Vec<Source>,
}

/// A role that somebody holds, and by which team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Source {
    /// The role's slug.
    pub role: String,
    /// The team's slug; absent when the person holds the role themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
}

/// A role with the slug of the team that gives it.
pub type HeldRole = (Role, Option<String>);

impl UserRolesView {
    /// Sorts roles by who gives them.
    pub fn of(held: &[HeldRole]) -> Self {
        let mut by_team: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut roles = Vec::new();
        for (role, team) in held {
            match team {
                None => roles.push(role.slug.clone()),
                Some(team) => by_team.entry(team.clone()).or_default().push(role.slug.clone()),
            }
        }
        Self { roles, by_team: by_team.into_iter().map(|(team, roles)| TeamRoles { team, roles }).collect() }
    }
}

impl PermissionsView {
    /// The union over all roles.
    pub fn of(held: &[HeldRole]) -> Self {
        let mut union: BTreeMap<&str, Vec<Source>> = BTreeMap::new();
        for (role, team) in held {
            let given = role.permissions.iter().filter(|text| text.parse::<Permission>().is_ok());
            for permission in given {
                let source = Source { role: role.slug.clone(), team: team.clone() };
                union.entry(permission).or_default().push(source);
            }
        }
        let permissions = union
            .into_iter()
            .map(|(permission, from)| EffectivePermission { permission: permission.to_owned(), from })
            .collect();
        Self { permissions }
    }
}
