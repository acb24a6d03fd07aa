//! Two thousand organisations, and one of them with thousands of everything: what a console shows is answered by one
//! query through an index, or by as many as are said here, however much there is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use gridkey::api_keys::{self, ApiKey};
use gridkey::audit::{self, ActorRef, Changes, Event, Target};
use gridkey::clients;
use gridkey::clock::Timestamp;
use gridkey::credentials::store::Usage;
use gridkey::credentials::{self, AddressList, KeyGrant, KeyLevel, KeyOwner, KeyStatus};
use gridkey::db::{Conn, DbError};
use gridkey::id::Id;
use gridkey::invitations::{self, Invitation};
use gridkey::random::Random;
use gridkey::resource_servers::{self, ResourceServer, ResourceServerSettings, ResourceServerStatus};
use gridkey::roles::{self, PrincipalKind, Role};
use gridkey::secret::Secret;
use gridkey::service_accounts::{self, ServiceAccount, ServiceAccountStatus};
use gridkey::sessions::{self, Session};
use gridkey::teams::{self, Member, MemberKind, Team};
use gridkey::tenants::{self, Tenant, TenantId};
use gridkey::users::{self, Email, User, UserId};

use crate::support::statements::{plan, scans};
use crate::support::tokens::{ADA, alter, person, tenant};
use crate::support::{Engine, TestApp, execute, runtime};

const TENANTS: u32 = 2_000;
const THINGS: u32 = 1_000;

/// Uses of keys, so many that PostgreSQL does not rather read all of them.
pub const USED: &str =
    "INSERT INTO credential_uses (credential_id, tenant_id, last_used_at, address, user_agent)
       SELECT gen_random_uuid(), tenants.id, now(), '', '' FROM tenants, generate_series(1, 20000)
       WHERE tenants.slug = 'acme';
     INSERT INTO credential_networks (credential_id, tenant_id, network, first_seen_at)
       SELECT credential_id, tenant_id, '192.0.2.0/24', now() FROM credential_uses";

/// What a console asks for, and how many queries answer it besides those that find out who calls.
const SHOWN: &[(&str, usize)] = &[
    ("tenants", 1),
    ("tenants?limit=200", 1),
    ("tenants?status=active,suspended", 1),
    ("tenants?q=many-1999", 1),
    ("tenants?q=number%201999", 1),
    ("tenants?q=mail-1999.example", 1),
    ("tenants?q=nothing-begins-so", 1),
    ("users", 1),
    ("users?status=active", 1),
    ("users?email=p999@acme.example", 1),
    ("users?status=active,suspended", 1),
    ("users?q=p99", 1),
    ("users?q=zoe", 1),
    ("users?q=p99&status=active,suspended", 1),
    ("users?team=team-7", 1),
    ("users?role=role-7", 1),
    ("users?team=team-7&role=role-7&status=active&q=person", 1),
    ("users?team=team-7&email=p7@acme.example", 1),
    ("applications", 1),
    ("applications?q=app-99", 1),
    ("applications?status=active&kind=web", 1),
    ("service-accounts", 1),
    ("service-accounts?q=robot-99", 1),
    ("roles", 1),
    ("roles?q=role-9", 1),
    ("roles?include=holders", 2),
    ("teams", 1),
    ("teams?q=team-9", 1),
    ("sessions", 1),
    ("invitations", 1),
    ("audit-log", 1),
    ("audit-log?actor_id=none", 1),
    // What they did, and what was done to them.
    ("audit-log?about=none", 2),
    ("audit-log?resource_id=none", 1),
    ("audit-log?action=user.update", 1),
    ("resource-servers", 1),
    ("resource-servers?status=active", 1),
    // The keys, their owners, last uses, networks, what was noticed in the last day, and new networks; with their use one
    // more.
    ("api-keys?scope=tenant", 6),
    ("api-keys?scope=tenant&include=usage", 7),
    ("api-keys?scope=tenant&include=usage&limit=200", 7),
];

fn fill_tenants(
    conn: &mut Conn<'_>,
    like: &Tenant,
    (random, now): (&Random, Timestamp),
) -> Result<(), DbError> {
    for number in 0..TENANTS {
        let made = Tenant {
            id: random.id(now),
            slug: format!("many-{number}").parse().unwrap(),
            display_name: format!("Number {number}"),
            ..like.clone()
        };
        tenants::store::insert(conn, &made)?;
        tenants::store::set_domains(conn, made.id, &[format!("mail-{number}.example")], now)?;
    }
    Ok(())
}

/// Everything of one organisation, once for each number.
pub fn fill(
    conn: &mut Conn<'_>,
    of: TenantId,
    numbers: Range<u32>,
    (random, now): (&Random, Timestamp),
) -> Result<(), DbError> {
    let ada = person(conn, "acme", ADA)?;
    let web = clients::store::find_by_client_id(conn, "web")?.unwrap();
    for number in numbers {
        let user = User {
            id: random.id(now),
            email: Email::parse(&format!("p{number}@acme.example")).unwrap(),
            display_name: format!("Person {number}"),
            ..ada.clone()
        };
        users::store::insert(conn, of, &user, None)?;
        let client =
            clients::Client { id: random.id(now), client_id: format!("app-{number}"), ..web.clone() };
        clients::store::insert(conn, of, &client)?;
        let secret = Secret::new(random.text());
        let session = Session {
            id: random.id(now),
            tenant_id: of,
            user_id: user.id,
            browser: secret.digest(),
            authenticated_at: now,
            amr: vec!["pwd".into()],
            address: String::new(),
            user_agent: String::new(),
            created_at: now,
            last_seen_at: now,
            expires_at: now + Invitation::LIFETIME,
        };
        sessions::store::insert(conn, of, &session)?;
        let invitation = Invitation {
            id: random.id(now),
            tenant_id: of,
            user_id: user.id,
            invited_by: "system:test".into(),
            created_at: now,
            expires_at: now + Invitation::LIFETIME,
            accepted_at: None,
            revoked_at: None,
        };
        invitations::store::insert(conn, of, &invitation, &secret.digest())?;
        let event = Event::new(random, (of, now), "user.update")
            .by(ActorRef::person(of, user.id, "somebody"))
            .on(Target::new("user", user.id, "somebody"))
            .changing(Changes::none().field("number", &0, &number));
        audit::store::insert(conn, of, &event)?;
        named(conn, of, (user.id, number), (random, now))?;
        keyed(conn, of, user.id, (random, now))?;
    }
    Ok(())
}

/// A key of somebody that was used in each of the last hours.
fn keyed(
    conn: &mut Conn<'_>,
    of: TenantId,
    owner: UserId,
    (random, now): (&Random, Timestamp),
) -> Result<(), DbError> {
    let (secret, hint) = api_keys::generate(&"gk_".parse().unwrap(), random);
    let key = ApiKey {
        id: random.id(now),
        tenant_id: of,
        owner: KeyOwner::User(owner),
        name: "Many".into(),
        description: String::new(),
        metadata: BTreeMap::new(),
        prefix: "gk_".parse().unwrap(),
        hint,
        digest: secret.digest(),
        previous: None,
        grant: KeyGrant::Level(KeyLevel::ReadOnly),
        allowed_addresses: AddressList::default(),
        rate_limit: None,
        status: KeyStatus::Active,
        status_reason: String::new(),
        expires_at: None,
        rotated_at: None,
        exposed_at: None,
        expiry_notices: 0,
        created_by: "system:test".into(),
        created_at: now,
        updated_at: now,
    };
    api_keys::store::insert(conn, of, &key)?;
    let used = |ago: u32| Usage {
        credential_id: Id::new(key.id.uuid()),
        tenant_id: of,
        hour: now.hour() - Duration::from_secs(3_600) * ago,
        outcome: "allowed".into(),
        requests: 1,
    };
    credentials::store::add_usage(conn, &(0..10).map(used).collect::<Vec<_>>())
}

fn named(
    conn: &mut Conn<'_>,
    of: TenantId,
    (user, number): (UserId, u32),
    (random, now): (&Random, Timestamp),
) -> Result<(), DbError> {
    let account = ServiceAccount {
        id: random.id(now),
        tenant_id: of,
        team_id: None,
        slug: format!("robot-{number}").parse().unwrap(),
        display_name: "Robot".into(),
        description: String::new(),
        status: ServiceAccountStatus::Active,
        created_by: "system:test".into(),
        deleted_at: None,
        created_at: now,
        updated_at: now,
    };
    service_accounts::store::insert(conn, of, &account)?;
    let role = Role {
        id: random.id(now),
        tenant_id: of,
        slug: format!("role-{number}"),
        display_name: "Role".into(),
        permissions: Vec::new(),
        built_in: false,
        created_at: now,
        updated_at: now,
    };
    roles::store::insert(conn, of, &role)?;
    roles::store::assign(conn, of, role.id, (PrincipalKind::User, user), now)?;
    // So many that reading all of them is no longer the quickest way.
    for _ in 0..10 {
        roles::store::assign(conn, of, role.id, (PrincipalKind::User, random.id::<User>(now)), now)?;
    }
    let team = Team {
        id: random.id(now),
        tenant_id: of,
        slug: format!("team-{number}").parse().unwrap(),
        display_name: "Team".into(),
        description: String::new(),
        created_at: now,
        updated_at: now,
    };
    teams::store::insert(conn, of, &team)?;
    teams::store::add_member(
        conn,
        of,
        team.id,
        Member { kind: MemberKind::User, id: user.uuid(), since: now },
    )?;
    let api = ResourceServer {
        id: random.id(now),
        tenant_id: of,
        audience: format!("urn:api-{number}"),
        display_name: "API".into(),
        permissions: Vec::new(),
        status: ResourceServerStatus::Active,
        settings: ResourceServerSettings::default(),
        created_at: now,
        updated_at: now,
    };
    resource_servers::store::insert(conn, of, &api)
}

async fn body(app: TestApp) {
    let (random, now) = (app.app.random.clone(), app.now());
    alter(&app, move |conn| {
        let acme = tenant(conn, "acme")?;
        fill_tenants(conn, &acme, (&random, now))?;
        fill(conn, acme.id, 0..THINGS, (&random, now))
    })
    .await;
    if app.engine == Engine::Postgres {
        execute(&app.database_url, USED);
        // As its autovacuum does.
        execute(&app.database_url, "ANALYZE");
    }
    let root = app.manager("acme", Some("super_admin")).await;
    // Refused once it is known who calls: what this takes, every call takes.
    app.statements();
    root.get("/v1/users?unknown=1").await.expect_problem(400, "unknown_parameter");
    let of_caller = BTreeSet::from_iter(app.statements());
    let mut problems = Vec::new();
    for (path, expected) in SHOWN {
        // A job may run meanwhile, and is seldom there twice.
        let mut found = Vec::new();
        for _ in 0..3 {
            app.statements();
            let shown = root.get(&format!("/v1/{path}")).await.expect(200).json();
            let asked = app.statements();
            let asked = asked.iter().filter(|sql| is_query(sql) && !of_caller.contains(*sql));
            found = faults(&app, (path, *expected), (&shown, &asked.collect::<Vec<_>>()));
            if found.is_empty() {
                break;
            }
        }
        problems.extend(found);
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What is wrong with the queries that answered.
fn faults(
    app: &TestApp,
    (path, expected): (&str, usize),
    (shown, asked): (&serde_json::Value, &[&String]),
) -> Vec<String> {
    let mut problems = Vec::new();
    let nothing = shown["items"].as_array().unwrap().is_empty();
    let expected_nothing = ["none", "nothing", "zoe"].iter().any(|word| path.contains(word));
    if asked.len() != expected || nothing != expected_nothing {
        problems.push(format!("{path}: {} queries, nothing: {nothing}: {asked:#?}", asked.len()));
    }
    for sql in asked {
        let whole = scans(&app.database_url, sql);
        // An index that is walked to its end is no better than the table.
        let steps = plan(&app.database_url, sql);
        if !whole.is_empty() || !steps.iter().any(|step| step.contains("INDEX") || step.contains("Index")) {
            problems.push(format!("{path}: {sql}\n  {}", steps.join("\n  ")));
        }
    }
    problems
}

/// Whether a statement looks something up, and is not one of the jobs that seal the audit log and read the few keys that
/// tokens are signed with meanwhile.
pub fn is_query(sql: &str) -> bool {
    let sql = sql.replace(['`', '"'], "");
    let of_jobs = [
        "audit_chains",
        "audit_events.sequence IS NULL",
        "ORDER BY audit_events.sequence",
        "FROM signing_keys ORDER BY",
        "FROM webhook",
    ];
    sql.starts_with("SELECT") && !of_jobs.iter().any(|part| sql.contains(part))
}

#[test]
fn sqlite_answers_by_an_index() {
    runtime().block_on(async { body(TestApp::start_watched(Engine::Sqlite).await).await });
}

#[test]
fn postgres_answers_by_an_index() {
    runtime().block_on(async { body(TestApp::start_watched(Engine::Postgres).await).await });
}
