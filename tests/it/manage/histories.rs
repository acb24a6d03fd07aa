//! Ends are ends: whatever was done to a principal before, nothing of a dead one lives.

use gridkey::tokens::AccessClaims;
use gridkey::users::{self, UserStatus};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::json;

use super::service_accounts::{Credential, account, credential};
use super::teams::team;
use crate::support::manager::Manager;
use crate::support::tokens::{ADA, alter, is_active, line, person, text};
use crate::support::{Engine, TestApp, jwt_claims, runtime};

/// Runs `body` over random histories on one server. Guessing is not what is tested here, so failures are not counted.
fn over_histories<S, F>(engine: Engine, (cases, steps): (u32, S), body: F)
where
    S: Strategy,
    F: AsyncFn(&TestApp, S::Value),
{
    let runtime = runtime();
    let app = runtime.block_on(TestApp::start_with(engine, &[("sign_in.attempts_per_source", "10000")]));
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&steps, |history| {
            runtime.block_on(body(&app, history));
            Ok(())
        })
        .unwrap_or_else(|why| panic!("{why}"));
    drop(runtime.enter());
}

/// One thing that happens to a service account.
#[derive(Clone, Copy, Debug)]
enum Step {
    Disable,
    Enable,
    Delete,
    Restore,
    AddCredential,
    DeleteCredential(usize),
    TakeToken(usize),
    Join,
    Leave,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Disable),
        3 => Just(Step::Enable),
        2 => Just(Step::Delete),
        3 => Just(Step::Restore),
        2 => Just(Step::AddCredential),
        1 => (0..4_usize).prop_map(Step::DeleteCredential),
        4 => (0..4_usize).prop_map(Step::TakeToken),
        2 => Just(Step::Join),
        1 => Just(Step::Leave),
    ];
    prop::collection::vec(step, 4..14)
}

#[derive(Clone, Copy, PartialEq)]
enum Life {
    Active,
    Disabled,
    Deleted,
}

/// What should be so.
struct Model {
    life: Life,
    member: bool,
    credentials: Vec<(Credential, bool)>,
    tokens: Vec<(usize, String)>,
}

async fn take(app: &TestApp, root: &Manager<'_>, place: &str, group: &str, model: &mut Model, step: Step) {
    let in_bin = model.life == Life::Deleted;
    let status = |text: &str| json!({ "status": text });
    let own = json!({ "members": [{ "kind": "service_account", "id": place.rsplit('/').next().unwrap() }] });
    let expected = |good: u16, refused: bool| if refused { 404 } else { good };
    match step {
        Step::Disable | Step::Enable => {
            let (word, life) = if matches!(step, Step::Disable) {
                ("disabled", Life::Disabled)
            } else {
                ("active", Life::Active)
            };
            root.patch(place, &status(word)).await.expect(expected(200, in_bin));
            model.life = if in_bin { Life::Deleted } else { life };
        }
        Step::Delete => {
            root.delete(place).await.expect(expected(204, in_bin));
            model.life = Life::Deleted;
        }
        Step::Restore => {
            let path = format!("{place}/restore");
            root.call(Method::POST, &path).await.expect(expected(200, !in_bin));
            model.life = if in_bin { Life::Active } else { model.life };
        }
        Step::AddCredential if !in_bin && model.credentials.len() < 4 => {
            model.credentials.push((credential(root, place).await, true));
        }
        Step::DeleteCredential(at) => {
            if let Some((held, living)) = model.credentials.get_mut(at) {
                root.delete(&held.place).await.expect(expected(204, in_bin || !*living));
                *living = *living && in_bin;
            }
        }
        Step::TakeToken(at) => {
            let Some((held, _)) = model.credentials.get(at) else { return };
            let reply = held.ask(app).await;
            if reply.status == 200 {
                model.tokens.push((at, reply.text("access_token")));
            }
        }
        Step::Join if !in_bin => {
            root.post(&format!("{group}/members/add"), &own).await.expect(200);
            model.member = true;
        }
        Step::Leave => {
            root.post(&format!("{group}/members/remove"), &own).await.expect(200);
            model.member = false;
        }
        Step::AddCredential | Step::Join => {}
    }
}

/// The token endpoint, the look that introspection takes, and the management API all say what the model says.
async fn check(app: &TestApp, model: &Model, done: &[Step]) {
    for (held, living) in &model.credentials {
        let lives = *living && model.life == Life::Active;
        let reply = held.ask(app).await;
        assert_eq!(reply.status, if lives { 200 } else { 401 }, "{done:?}: {}", reply.body);
    }
    for (at, token) in &model.tokens {
        let lives = model.credentials[*at].1 && model.life == Life::Active;
        let claims: AccessClaims = serde_json::from_value(jwt_claims(token)).unwrap();
        let state = app.app.access_state(&claims, app.now()).await.unwrap();
        assert_eq!(state == gridkey::tokens::AccessState::Live, lives, "{done:?}");
        let expected = match (lives, model.member) {
            (false, _) => 401,
            (true, false) => 403,
            (true, true) => 200,
        };
        assert_eq!(app.get_as("/v1/teams", token).await.status, expected, "{done:?}");
    }
}

fn service_accounts(engine: Engine) {
    over_histories(engine, (10, steps()), async |app: &TestApp, history: Vec<Step>| {
        let root = app.manager("acme", Some("super_admin")).await;
        let name = app.app.random.opaque_id();
        let group = team(&root, &format!("t-{name}")).await;
        root.put(&format!("{group}/roles"), &json!({ "roles": ["tenant_viewer"] })).await.expect(200);
        let place = account(&root, &format!("bot-{name}"), json!({})).await;
        let first = (credential(&root, &place).await, true);
        let token = first.0.ask(app).await.expect(200).text("access_token");
        let mut model =
            Model { life: Life::Active, member: false, credentials: vec![first], tokens: vec![(0, token)] };
        for (at, &step) in history.iter().enumerate() {
            take(app, &root, &place, &group, &mut model, step).await;
            check(app, &model, &history[..=at]).await;
        }
    });
}

#[test]
fn nothing_of_a_dead_service_account_lives_on_sqlite() {
    service_accounts(Engine::Sqlite);
}

#[test]
fn nothing_of_a_dead_service_account_lives_on_postgres() {
    service_accounts(Engine::Postgres);
}

/// One thing that happens to a person.
#[derive(Clone, Copy, Debug)]
enum Turn {
    SignIn,
    Become(UserStatus),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let turn = prop_oneof![
        4 => Just(Turn::SignIn),
        2 => Just(Turn::Become(UserStatus::Suspended)),
        1 => Just(Turn::Become(UserStatus::Deleted)),
        4 => Just(Turn::Become(UserStatus::Active)),
    ];
    prop::collection::vec(turn, 3..10)
}

/// What every path of the product does that changes a person's state.
async fn become_of(app: &TestApp, status: UserStatus) {
    let now = app.now();
    alter(app, move |conn| {
        let mut ada = person(conn, "acme", ADA)?;
        ada.status = status;
        ada.deleted_at = (status == UserStatus::Deleted).then_some(now);
        users::store::update(conn, ada.tenant_id, &ada)?;
        if !ada.is_active() {
            gridkey::tokens::end_user_tokens(conn, ada.tenant_id, ada.id, None, now)?;
        }
        Ok(())
    })
    .await;
}

fn people(engine: Engine) {
    over_histories(engine, (6, turns()), async |app: &TestApp, history: Vec<Turn>| {
        become_of(app, UserStatus::Active).await;
        let (mut alive, mut living, mut dead) = (true, Vec::new(), Vec::<(String, String)>::new());
        for (at, turn) in history.iter().enumerate() {
            match turn {
                Turn::SignIn if alive => {
                    let tokens = line(app, &mut app.browser(), "openid offline_access").await;
                    living.push((text(&tokens, "access_token"), text(&tokens, "refresh_token")));
                }
                Turn::SignIn => {}
                Turn::Become(status) => {
                    become_of(app, *status).await;
                    alive = *status == UserStatus::Active;
                    if !alive {
                        dead.append(&mut living);
                    }
                }
            }
            for (tokens, lives) in [(&living, true), (&dead, false)] {
                for (access, refresh) in tokens {
                    assert_eq!(is_active(app, access).await, lives, "{:?}", &history[..=at]);
                    assert_eq!(is_active(app, refresh).await, lives, "{:?}", &history[..=at]);
                }
            }
        }
        for (_, refresh) in &dead {
            app.refresh(refresh).await.expect_error(400, "invalid_grant");
        }
    });
}

#[test]
fn nothing_of_a_dead_person_lives_on_sqlite() {
    people(Engine::Sqlite);
}

#[test]
fn nothing_of_a_dead_person_lives_on_postgres() {
    people(Engine::Postgres);
}
