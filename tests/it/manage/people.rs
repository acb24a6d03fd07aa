//! What tests of people share.

use gridkey::db::DbError;
use gridkey::id::Id;
use gridkey::roles::{self, PrincipalKind, Role, RoleId};
use gridkey::teams::{self, Member, MemberKind, Team, TeamId};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::manager::Manager;
use crate::support::tokens::{alter, count, person, tenant};

pub const USERS: &str = "/v1/users";

/// Where the person with this address is.
pub async fn place(manager: &Manager<'_>, email: &str) -> String {
    let found = manager.get(&format!("{USERS}?email={email}")).await.expect(200).json();
    format!("{USERS}/{}", found["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no {email}: {found}")))
}

/// The identifier at the end of a place.
pub fn id_of(place: &str) -> &str {
    place.rsplit('/').next().unwrap()
}

/// Creates somebody: where they are.
pub async fn create(manager: &Manager<'_>, email: &str, name: &str) -> String {
    let made = manager.post(USERS, &json!({ "email": email, "display_name": name })).await.expect(201);
    made.header("location").to_owned()
}

/// The addresses of the people in a list.
pub fn emails(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["email"].as_str().unwrap().to_owned()).collect()
}

/// Gives a person of the fixture a role, past every wall of the product.
pub async fn give(app: &TestApp, slug: &'static str, email: &'static str, role: &'static str) {
    let now = app.now();
    alter(app, move |conn| {
        let user = person(conn, slug, email)?;
        let role = roles::store::find_by_slug(conn, user.tenant_id, role)?.unwrap();
        roles::store::assign(conn, user.tenant_id, role.id, (PrincipalKind::User, user.id), now)
    })
    .await;
}

/// Makes a role of these permissions in an organisation.
pub async fn make_role(
    app: &TestApp,
    slug: &'static str,
    role: &'static str,
    permissions: &'static [&'static str],
) {
    let (id, now): (RoleId, _) = (app.app.random.id(app.now()), app.now());
    alter(app, move |conn| {
        let tenant = tenant(conn, slug)?;
        let role = Role {
            id,
            tenant_id: tenant.id,
            slug: role.into(),
            display_name: role.into(),
            permissions: permissions.iter().map(|&text| text.into()).collect(),
            built_in: false,
            created_at: now,
            updated_at: now,
        };
        roles::store::insert(conn, tenant.id, &role)
    })
    .await;
}

/// Makes a team with these members, which holds a role if one is named.
pub async fn make_team(
    app: &TestApp,
    slug: &'static str,
    team: &'static str,
    (members, role): (&'static [&'static str], Option<&'static str>),
) {
    let (id, now): (TeamId, _) = (app.app.random.id(app.now()), app.now());
    alter(app, move |conn| {
        let tenant = tenant(conn, slug)?;
        let made = Team {
            id,
            tenant_id: tenant.id,
            slug: team.parse().unwrap(),
            display_name: team.into(),
            description: String::new(),
            created_at: now,
            updated_at: now,
        };
        teams::store::insert(conn, tenant.id, &made)?;
        for email in members {
            let member =
                Member { kind: MemberKind::User, id: person(conn, slug, email)?.id.uuid(), since: now };
            teams::store::add_member(conn, tenant.id, id, member)?;
        }
        if let Some(role) = role {
            let role = roles::store::find_by_slug(conn, tenant.id, role)?.unwrap();
            let holder = (PrincipalKind::Team, Id::<Team>::new(id.uuid()));
            roles::store::assign(conn, tenant.id, role.id, holder, now)?;
        }
        Ok::<_, DbError>(())
    })
    .await;
}

/// How many events there are of an action.
pub async fn events(app: &TestApp, action: &str) -> i64 {
    let sql =
        format!("SELECT count(*) AS n FROM audit_events WHERE action = '{action}' AND outcome = 'success'");
    count(app, sql).await
}
