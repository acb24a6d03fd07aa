//! What somebody may do in effect equals what a naive model says, whatever was given and taken.

use std::collections::{BTreeMap, BTreeSet};

use gridkey::clock::Timestamp;
use gridkey::db::{Conn, DbError};
use gridkey::id::Id;
use gridkey::random::Random;
use gridkey::roles::{self, Permission, PrincipalKind, Role, RoleId};
use gridkey::teams::{self, Member, MemberKind, Team, TeamId};
use gridkey::tenants::TenantId;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::{alter, tenant};

/// The permissions that roles are made of here.
const POOL: &[&str] =
    &["users:read", "users:*", "*:*", "teams:read:ops", "reports:read", "roles:assign", "a:b"];
/// How many of each there are.
const PEOPLE: usize = 4;
const TEAMS: usize = 3;
const ROLES: usize = 4;

/// One thing that happens. Numbers name people, teams and roles.
#[derive(Clone, Copy, Debug)]
enum Step {
    Assign(usize, usize),
    Withdraw(usize, usize),
    AssignTeam(usize, usize),
    WithdrawTeam(usize, usize),
    Join(usize, usize),
    Leave(usize, usize),
    DeleteTeam(usize),
    DeleteRole(usize),
    /// Makes a role one of the pool's permissions richer, or takes that from it.
    Change(usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (person, team, role) = (0..PEOPLE, 0..TEAMS, 0..ROLES);
    let step = prop_oneof![
        6 => (person.clone(), role.clone()).prop_map(|(who, role)| Step::Assign(who, role)),
        2 => (person.clone(), role.clone()).prop_map(|(who, role)| Step::Withdraw(who, role)),
        5 => (team.clone(), role.clone()).prop_map(|(team, role)| Step::AssignTeam(team, role)),
        2 => (team.clone(), role.clone()).prop_map(|(team, role)| Step::WithdrawTeam(team, role)),
        6 => (person.clone(), team.clone()).prop_map(|(who, team)| Step::Join(who, team)),
        2 => (person, team.clone()).prop_map(|(who, team)| Step::Leave(who, team)),
        1 => team.prop_map(Step::DeleteTeam),
        1 => role.clone().prop_map(Step::DeleteRole),
        3 => (role, 0..POOL.len()).prop_map(|(role, at)| Step::Change(role, at)),
    ];
    prop::collection::vec(step, 1..40)
}

/// What was given, in plain sets.
#[derive(Clone, Debug, Default)]
struct Model {
    roles: BTreeMap<usize, BTreeSet<&'static str>>,
    teams: BTreeSet<usize>,
    own: BTreeSet<(usize, usize)>,
    by_team: BTreeSet<(usize, usize)>,
    members: BTreeSet<(usize, usize)>,
}

impl Model {
    fn of(&self, who: usize) -> BTreeSet<&'static str> {
        let teams = self.members.iter().filter(|(member, _)| *member == who).map(|(_, team)| *team);
        let by_team = teams.flat_map(|team| self.by_team.iter().filter(move |(one, _)| *one == team));
        let own = self.own.iter().filter(|(one, _)| *one == who);
        own.chain(by_team).flat_map(|(_, role)| self.roles[role].iter().copied()).collect()
    }
}

/// The same in the database, in one organisation.
struct World {
    tenant: TenantId,
    now: Timestamp,
    people: Vec<(MemberKind, Id<Member>)>,
    teams: Vec<TeamId>,
    roles: Vec<RoleId>,
}

impl World {
    fn begin(
        conn: &mut Conn<'_>,
        (tenant, people): (TenantId, &[(MemberKind, Id<Member>)]),
        (random, now): (&Random, Timestamp),
    ) -> Result<(Self, Model), DbError> {
        let (mut teams, mut roles, mut model) = (Vec::new(), Vec::new(), Model::default());
        for number in 0..TEAMS {
            let id: TeamId = random.id(now);
            let team = Team {
                id,
                tenant_id: tenant,
                slug: format!("t-{id}").parse().unwrap(),
                display_name: "t".into(),
                description: String::new(),
                created_at: now,
                updated_at: now,
            };
            teams::store::insert(conn, tenant, &team)?;
            teams.push(id);
            model.teams.insert(number);
        }
        for number in 0..ROLES {
            let id: RoleId = random.id(now);
            roles::store::insert(conn, tenant, &role(tenant, id, &BTreeSet::new(), now))?;
            roles.push(id);
            model.roles.insert(number, BTreeSet::new());
        }
        Ok((Self { tenant, now, people: people.to_vec(), teams, roles }, model))
    }

    /// Does the same to both. What is gone stays gone, and nothing more happens to it.
    fn take(&self, conn: &mut Conn<'_>, model: &mut Model, step: Step) -> Result<(), DbError> {
        match step {
            Step::Assign(who, number) if model.roles.contains_key(&number) => {
                let (kind, id) = self.people[who];
                let kind = match kind {
                    MemberKind::User => PrincipalKind::User,
                    MemberKind::ServiceAccount => PrincipalKind::ServiceAccount,
                };
                let new = roles::store::assign(conn, self.tenant, self.roles[number], (kind, id), self.now)?;
                assert_eq!(new, model.own.insert((who, number)));
            }
            Step::Withdraw(who, number) => {
                let id = self.people[who].1;
                let had = roles::store::withdraw(conn, self.tenant, self.roles[number], id)?;
                assert_eq!(had, model.own.remove(&(who, number)));
            }
            Step::AssignTeam(team, number)
                if model.roles.contains_key(&number) && model.teams.contains(&team) =>
            {
                let principal = (PrincipalKind::Team, self.teams[team]);
                roles::store::assign(conn, self.tenant, self.roles[number], principal, self.now)?;
                model.by_team.insert((team, number));
            }
            Step::WithdrawTeam(team, number) => {
                roles::store::withdraw(conn, self.tenant, self.roles[number], self.teams[team])?;
                model.by_team.remove(&(team, number));
            }
            Step::Join(who, team) if model.teams.contains(&team) => {
                let (kind, id) = self.people[who];
                let member = Member { kind, id: id.uuid(), since: self.now };
                let new = teams::store::add_member(conn, self.tenant, self.teams[team], member)?;
                assert_eq!(new, model.members.insert((who, team)));
            }
            Step::Leave(who, team) => {
                let id = self.people[who].1.uuid();
                teams::store::remove_member(conn, self.tenant, self.teams[team], id)?;
                model.members.remove(&(who, team));
            }
            Step::DeleteTeam(team) => {
                roles::store::withdraw_all(conn, self.tenant, self.teams[team])?;
                teams::store::delete(conn, self.tenant, self.teams[team])?;
                model.teams.remove(&team);
                model.members.retain(|(_, one)| *one != team);
                model.by_team.retain(|(one, _)| *one != team);
            }
            Step::DeleteRole(number) => {
                roles::store::delete(conn, self.tenant, self.roles[number])?;
                model.roles.remove(&number);
                model.own.retain(|(_, one)| *one != number);
                model.by_team.retain(|(_, one)| *one != number);
            }
            Step::Change(number, at) => {
                if let Some(held) = model.roles.get_mut(&number) {
                    if !held.remove(POOL[at]) {
                        held.insert(POOL[at]);
                    }
                    let role = role(self.tenant, self.roles[number], held, self.now);
                    assert!(roles::store::update_seen(conn, self.tenant, &role, self.now)?);
                }
            }
            Step::Assign(..) | Step::AssignTeam(..) | Step::Join(..) => {}
        }
        Ok(())
    }

    /// Whether the database says of everybody what the model does.
    fn agrees(&self, conn: &mut Conn<'_>, model: &Model) -> Result<bool, DbError> {
        for (who, (_, id)) in self.people.iter().enumerate() {
            let expected = model.of(who);
            let held = roles::store::permissions_of(conn, self.tenant, *id)?;
            let found: BTreeSet<&str> = held.iter().map(Permission::as_str).collect();
            if found != expected {
                return Ok(false);
            }
            for wanted in ["users:read", "users:delete", "teams:read", "a:c", "reports:read"] {
                let wanted_permission: Permission = wanted.parse().unwrap();
                let allowed =
                    expected.iter().any(|one| one.parse::<Permission>().unwrap().covers(&wanted_permission));
                if held.allows(wanted) != allowed {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

fn role(tenant: TenantId, id: RoleId, permissions: &BTreeSet<&'static str>, now: Timestamp) -> Role {
    Role {
        id,
        tenant_id: tenant,
        slug: format!("r{}", id.uuid().simple()),
        display_name: "r".into(),
        permissions: permissions.iter().map(|&text| text.to_owned()).collect(),
        built_in: false,
        created_at: now,
        updated_at: now,
    }
}

/// The same people, by identifier, in two organisations: what one gives counts in it alone.
fn history(conn: &mut Conn<'_>, steps: &[Step], random: &Random, now: Timestamp) -> Result<bool, DbError> {
    let kinds = [MemberKind::User, MemberKind::ServiceAccount];
    let people: Vec<_> = (0..PEOPLE).map(|number| (kinds[number % 2], random.id(now))).collect();
    let (acme, globex) = (tenant(conn, "acme")?.id, tenant(conn, "globex")?.id);
    let (here, mut model) = World::begin(conn, (acme, &people), (random, now))?;
    let (there, mut other) = World::begin(conn, (globex, &people), (random, now))?;
    for (number, &step) in steps.iter().enumerate() {
        if number % 3 == 2 {
            there.take(conn, &mut other, step)?;
        } else {
            here.take(conn, &mut model, step)?;
        }
    }
    Ok(here.agrees(conn, &model)? && there.agrees(conn, &other)?)
}

async fn everywhere(app: &TestApp, steps: Vec<Step>) -> bool {
    let (random, now) = (app.app.random.clone(), app.now());
    alter(app, move |conn| history(conn, &steps, &random, now)).await
}

on_both!(
    /// Checklist 76.
    effective_permissions_are_what_a_naive_model_says,
    |app| {
        let handle = tokio::runtime::Handle::current();
        tokio::task::block_in_place(|| {
            let config = ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() };
            TestRunner::new(config)
                .run(&steps(), |steps| {
                    prop_assert!(handle.block_on(everywhere(&app, steps)));
                    Ok(())
                })
                .unwrap_or_else(|why| panic!("{why}"));
        });
    }
);
