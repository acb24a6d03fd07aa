//! How much of the database a page takes: a bounded number of queries, however much there is to show.

use gridkey::web::paths;
use serde_json::json;

use crate::manage::many::{fill, is_query};
use crate::manage::people::give;
use crate::pages::{Api, Fixture, Place, places};
use crate::support::tokens::{ADA, SPA, alter, tenant};
use crate::support::{Browser, Engine, PASSWORD, TestApp, authorize_web, runtime};

/// The most that a page takes when nothing is remembered: as measured, with a little room.
const MOST: usize = 26;
/// What a page may ask more as soon as there is anything, such as the names of keys that were used.
const MORE: usize = 1;
/// People, and of everything else as much, in a small organisation and in a larger one.
const SMALL: u32 = 5;
const LARGE: u32 = 200;
/// Of those with something of their own: more than a page has rows.
const OWNERS: usize = 60;

/// The queries of a page when nothing is remembered. Jobs run meanwhile: the least of some looks.
async fn queries(app: &TestApp, browser: &Browser, at: &str) -> Vec<String> {
    let mut least: Option<Vec<String>> = None;
    for _ in 0..3 {
        app.app.forget();
        app.statements();
        let page = browser.get(at).await;
        assert_eq!(page.reply.status, 200, "{at} {}", page.reply.body);
        let mut asked = app.statements();
        asked.retain(|sql| is_query(sql));
        if least.as_ref().is_none_or(|known| asked.len() < known.len()) {
            least = Some(asked);
        }
    }
    least.unwrap()
}

/// Gives these many people a key of each kind and a place in the team.
async fn own_something(api: &Api, fixture: &Fixture, count: usize) {
    let people = api.get("users?q=p&limit=200").await;
    let ids: Vec<_> = people["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    let ids = ids.get(..count).unwrap();
    for id in ids {
        let owner = json!({ "kind": "user", "id": id });
        api.post("api-keys", json!({ "name": "Key", "owner": owner })).await;
    }
    let members: Vec<_> = ids.iter().map(|id| json!({ "kind": "user", "id": id })).collect();
    api.post(&fixture.fill("teams/<team>/members/add"), json!({ "members": members })).await;
}

async fn grow(app: &TestApp, numbers: std::ops::Range<u32>) {
    let (random, now) = (app.app.random.clone(), app.now());
    alter(app, move |conn| {
        let acme = tenant(conn, "acme")?;
        fill(conn, acme.id, numbers.clone(), (&random, now))
    })
    .await;
}

async fn body(app: TestApp) {
    give(&app, "acme", ADA, "super_admin").await;
    let admin = app.manager("acme", Some("super_admin")).await;
    let mut browser = app.browser();
    browser.walk(&authorize_web("openid", SPA), ADA, PASSWORD).await;
    let api = Api::of(&app.base, &admin.client_id, &admin.secret).await;
    let mut fixture = Fixture::build(&api, ADA, "spa").await;
    fixture.signed_in(&api).await;
    browser.enter("/console", ADA, PASSWORD).await;
    let links = [&fixture.reset_link, &fixture.invitation_link].map(String::as_str);
    let of_sign_in = [&[paths::LOGIN, paths::LOGIN_FORGOT, paths::LOGIN_SIGNED_OUT], &links[..]].concat();
    let addresses: Vec<String> = places(&fixture).into_iter().map(|Place { at, .. }| at).collect();

    grow(&app, 0..SMALL).await;
    own_something(&api, &fixture, 3).await;
    let mut small = Vec::new();
    for at in &addresses {
        small.push(queries(&app, &browser, at).await.len());
    }
    grow(&app, SMALL..LARGE).await;
    own_something(&api, &fixture, OWNERS).await;
    let (mut wrong, mut largest) = (Vec::new(), 0);
    for (at, small) in addresses.iter().zip(small) {
        let asked = queries(&app, &browser, at).await;
        largest = largest.max(asked.len());
        if asked.len() > MOST || asked.len() > small + MORE {
            wrong.push(format!("{at}: {small} queries, then {}: {asked:#?}", asked.len()));
        }
    }
    assert!(wrong.is_empty(), "at most {largest}; {} pages: {wrong:#?}", wrong.len());
    let stranger = app.browser();
    for at in of_sign_in {
        let asked = queries(&app, &stranger, at).await.len();
        assert!(asked <= MOST, "{at}: {asked}");
    }
    assert!(largest > 5, "only {largest} queries were recorded");
}

#[test]
fn sqlite_is_asked_a_bounded_number_of_times() {
    runtime().block_on(async { body(TestApp::start_watched(Engine::Sqlite).await).await });
}

#[test]
fn postgres_is_asked_a_bounded_number_of_times() {
    runtime().block_on(async { body(TestApp::start_watched(Engine::Postgres).await).await });
}
