//! The keys that sign tokens: published, rotated, sealed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use gridkey::clock::Timestamp;
use gridkey::keyring::{self, Algorithm, Done, KeyState, KeyringError, Start, store};
use gridkey::secret::MasterKey;
use serde_json::Value;

use crate::on_both;
use crate::support::process::Process;
use crate::support::{Engine, MASTER_KEY, TestApp, basic, jwt_header, tokens};

const MAX_AGE: Duration = Duration::from_secs(300);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SECOND: Duration = Duration::from_secs(1);
const OTHER_MASTER_KEY: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

/// What the background job does at each of its rounds.
async fn look_after(app: &TestApp) -> Vec<Done> {
    let inside = &app.app;
    let done = keyring::rotate_async(
        &inside.db,
        &inside.master,
        &inside.random,
        app.app.now(),
        inside.keyring.policy(),
    );
    let done = done.await.unwrap();
    inside.keyring.refresh(&inside.db, app.app.now()).await.unwrap();
    done
}

fn list(app: &TestApp) -> Vec<keyring::KeyInfo> {
    keyring::list(&app.app.db, app.app.now(), app.app.keyring.policy()).unwrap()
}

/// A token of each algorithm, by the programs of the fixture.
async fn one_of_each(app: &TestApp) -> Vec<String> {
    let mut all = Vec::new();
    for (client, secret) in [
        ("worker", "worker-secret-worker-secret-worker-1"),
        ("worker-es256", "worker-secret-worker-secret-worker-2"),
        ("worker-eddsa", "worker-secret-worker-secret-worker-3"),
    ] {
        let form = [("grant_type", "client_credentials")];
        all.push(app.token(Some(&basic(client, secret)), &form).await.expect(200).text("access_token"));
    }
    all
}

#[track_caller]
fn assert_verifies(keys: &Value, tokens: &[String], when: &str) {
    for token in tokens {
        let header = jwt_header(token);
        assert!(crate::support::tokens::verify(keys, token).is_some(), "{when}: {header} is not of {keys}");
    }
}

on_both!(
    /// Checklist 47.
    the_published_set_has_public_parts_unique_names_and_a_lifetime,
    |app| {
        for path in ["/oauth2/jwks", "/t/acme/oauth2/jwks"] {
            let reply = app.get(path).await.expect(200);
            assert_eq!(reply.header("cache-control"), "public, max-age=300");
            assert_eq!(reply.header("content-type"), "application/json");
            let set = reply.json();
            let keys = set["keys"].as_array().unwrap();
            assert_eq!(keys.len(), 3);
            let public: BTreeMap<&str, &[&str]> =
                BTreeMap::from([("RSA", &["n", "e"][..]), ("EC", &["crv", "x", "y"]), ("OKP", &["crv", "x"])]);
            for key in keys {
                let own = public[key["kty"].as_str().unwrap()];
                let expected: BTreeSet<&str> = ["kty", "use", "alg", "kid"].iter().chain(own).copied().collect();
                let members: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
                assert_eq!(members, expected);
                assert_eq!(key["use"], "sig");
            }
            let names: BTreeSet<&str> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
            assert_eq!(names.len(), keys.len());
            assert!(names.iter().all(|name| name.len() == 43), "thumbprints: {names:?}");
        }
    }
);

on_both!(
    /// Checklist 47: the set stays small, however often somebody rotates.
    the_number_of_published_keys_is_bounded,
    |app| {
        let inside = &app.app;
        let rotate = || {
            let what = (Algorithm::EdDsa, Start::AtOnce);
            keyring::rotate_now(&inside.db, (&inside.master, &inside.random), app.app.now(), inside.keyring.policy(), what, |_, _| Ok(()))
        };
        let refused = loop {
            app.pass(SECOND);
            if let Err(why) = rotate() {
                break why;
            }
        };
        assert!(matches!(refused, KeyringError::TooMany(Algorithm::EdDsa)), "{refused}");
        look_after(&app).await;
        let reply = app.get("/oauth2/jwks").await.expect(200);
        let count = reply.json()["keys"].as_array().unwrap().len();
        assert_eq!(count, 34, "32 of one algorithm and one of each other");
        assert!(reply.body.len() < 64 * 1024, "{}", reply.body.len());
        app.pass(2 * DAY);
        look_after(&app).await;
        rotate().unwrap();
    }
);

/// Two nodes, and who verifies their tokens.
struct Watch {
    nodes: [TestApp; 2],
    /// Tokens that live for a day, each with its end.
    living: Vec<(String, Timestamp)>,
    signers: BTreeSet<String>,
    steps: usize,
}

impl Watch {
    fn now(&self) -> Timestamp {
        self.nodes[0].app.now()
    }

    /// One round: somebody reads the keys and keeps them for as long as they may. Meanwhile the jobs run on both nodes,
    /// and at the end the tokens that each node signs are verified with what was kept, and those that were signed
    /// before with what is published.
    async fn round(&mut self) {
        self.steps += 1;
        // Not always the same node comes first.
        if self.steps.is_multiple_of(2) {
            self.nodes.swap(0, 1);
        }
        let cached = tokens::jwks(&self.nodes[0]).await;
        self.look_after_both().await;
        for _ in 0..2 {
            self.nodes[0].pass(MAX_AGE / 2);
            self.look_after_both().await;
        }
        let (now, when) = (self.now(), self.now().to_rfc3339());
        for node in &self.nodes {
            let fresh = one_of_each(node).await;
            assert_verifies(&cached, &fresh, &when);
            self.signers.extend(fresh.iter().map(|token| kid(token)));
            self.living.push((fresh[1].clone(), now + DAY));
        }
        self.living.retain(|(_, end)| now < *end);
        let living: Vec<String> = self.living.iter().map(|(token, _)| token.clone()).collect();
        for node in &self.nodes {
            assert_verifies(&tokens::jwks(node).await, &living, &format!("{when}, an older token"));
        }
    }

    async fn look_after_both(&self) {
        for node in &self.nodes {
            look_after(node).await;
        }
    }

    /// When the next key of any algorithm begins to sign.
    fn next_start(&self) -> Option<Timestamp> {
        let coming = list(&self.nodes[0]).into_iter().filter(|key| key.state == KeyState::Next);
        coming.map(|key| key.active_at).min()
    }
}

on_both!(
    /// Checklist 48: two hundred days on two nodes. Rounds lie around each moment at which a new key begins to sign, so
    /// that the keys which a verifier cached are always as old as they may be.
    through_every_rotation_tokens_verify_with_keys_cached_as_long_as_allowed,
    |app| {
        tokens::alter_client(&app, "worker-es256", |client| client.settings.lifetimes.access_token = Some(86_400)).await;
        let second = app.second_node().await;
        let start = app.app.now();
        let mut watch =
            Watch { nodes: [app, second], living: Vec::new(), signers: BTreeSet::new(), steps: 0 };
        while watch.now() < start + 200 * DAY {
            watch.round().await;
            let now = watch.now();
            match watch.next_start() {
                Some(begins) if begins <= now + DAY => {
                    let until_cached = begins.since(now).saturating_sub(MAX_AGE / 2);
                    watch.nodes[0].pass(until_cached);
                    watch.round().await;
                }
                _ => watch.nodes[0].pass(DAY - MAX_AGE * 2),
            }
        }
        assert!(watch.signers.len() >= 3 * 3, "each algorithm rotated at least twice: {:?}", watch.signers);
    }
);

on_both!(
    /// Checklist 48: `gridkey keys rotate`.
    a_key_made_by_hand_is_published_at_once_and_signs_a_day_later,
    |app| {
        let before = one_of_each(&app).await;
        let old = kid(&before[1]);
        let made = rotate_now(&app, Algorithm::Es256, Start::Published).unwrap();
        let [Done::Created(made)] = &made[..] else { panic!("{made:?}") };
        assert!(!tokens::jwks(&app).await.to_string().contains(&made.kid), "this process has not heard of it yet");
        look_after(&app).await;
        assert!(tokens::jwks(&app).await.to_string().contains(&made.kid));
        assert_eq!(kid(&one_of_each(&app).await[1]), old, "verifiers have yet to learn the new one");
        app.pass(DAY - SECOND);
        look_after(&app).await;
        assert_eq!(kid(&one_of_each(&app).await[1]), old);
        app.pass(SECOND);
        let after = one_of_each(&app).await;
        assert_eq!(kid(&after[1]), made.kid, "even before the job has run");
        assert_verifies(&tokens::jwks(&app).await, &before, "tokens of the former key");
    }
);

on_both!(
    /// Checklist 48: `gridkey keys rotate --now`, for a key that leaked. What it signed stays good until it expires.
    a_key_that_leaked_signs_no_more_at_once,
    |app| {
        let before = one_of_each(&app).await;
        let done = rotate_now(&app, Algorithm::Rs256, Start::AtOnce).unwrap();
        assert!(done.iter().any(|one| matches!(one, Done::Retired { kid, .. } if *kid == self::kid(&before[0]))), "{done:?}");
        look_after(&app).await;
        let after = one_of_each(&app).await;
        assert_ne!(kid(&after[0]), kid(&before[0]));
        assert_eq!(kid(&after[1]), kid(&before[1]), "the other algorithms keep theirs");
        app.pass(Duration::from_secs(599));
        assert_verifies(&tokens::jwks(&app).await, &before, "just before they expire");
        let form = [("token", before[0].as_str())];
        let told = app.post("/oauth2/introspect", Some(&app.worker()), &form).await.expect(200);
        assert_eq!(told.json()["active"], true, "the server itself agrees: {}", told.body);
        app.pass(2 * DAY);
        look_after(&app).await;
        let set = tokens::jwks(&app).await;
        assert!(tokens::verify(&set, &before[0]).is_none(), "it is gone once nothing of it lives");
        assert_verifies(&set, &one_of_each(&app).await, "now");
    }
);

on_both!(
    /// Checklist 48: `gridkey keys retire`.
    the_only_signer_cannot_be_retired,
    |app| {
        let kids: Vec<String> = one_of_each(&app).await.iter().map(|token| kid(token)).collect();
        let (db, policy) = (&app.app.db, app.app.keyring.policy());
        for kid in &kids {
            let refused = keyring::retire(db, kid, app.app.now(), policy, |_, _| Ok(())).unwrap_err();
            assert!(matches!(refused, KeyringError::OnlySigner { .. }), "{refused}");
        }
        let refused = keyring::retire(db, "nobody", app.app.now(), policy, |_, _| Ok(())).unwrap_err();
        assert!(matches!(refused, KeyringError::Unknown(_)), "{refused}");
        app.pass(SECOND);
        rotate_now(&app, Algorithm::Es256, Start::AtOnce).unwrap();
        look_after(&app).await;
        assert!(!keyring::retire(db, &kids[1], app.app.now(), policy, |_, _| Ok(())).unwrap(), "it was retired with the rotation");
    }
);

fn kid(token: &str) -> String {
    jwt_header(token)["kid"].as_str().unwrap().to_owned()
}

fn rotate_now(app: &TestApp, algorithm: Algorithm, start: Start) -> Result<Vec<Done>, KeyringError> {
    let inside = &app.app;
    let now = inside.now();
    keyring::rotate_now(
        &inside.db,
        (&inside.master, &inside.random),
        now,
        inside.keyring.policy(),
        (algorithm, start),
        |_, _| Ok(()),
    )
}

on_both!(
    /// Checklist 87: a stolen database has no private key in it. Each opens under the master key, in its own row alone.
    private_keys_lie_sealed,
    |app| {
        let rows = app.app.db.read(store::list).await.unwrap();
        let (right, wrong) = (&app.app.master, MasterKey::from_base64(OTHER_MASTER_KEY).unwrap());
        for row in &rows {
            let context = format!("signing_key:{}", row.kid);
            let open = right.open(&context, &row.private_sealed).unwrap();
            assert!(gridkey::keyring::SigningKey::from_pkcs8(row.algorithm, &open).is_ok(), "it is the private key");
            assert!(gridkey::keyring::SigningKey::from_pkcs8(row.algorithm, &row.private_sealed).is_err());
            for at in (0..open.len() - 16).step_by(16) {
                assert!(!row.private_sealed.windows(16).any(|part| part == &open[at..at + 16]), "clear at {at}");
            }
            assert!(wrong.open(&context, &row.private_sealed).is_err());
            let other = rows.iter().find(|other| other.kid != row.kid).unwrap();
            assert!(right.open(&context, &other.private_sealed).is_err(), "a row of another key");
        }
        assert_eq!(rows.len(), 3);
    }
);

on_both!(
    /// Checklist 87, fault 23: one clear line, and nothing was touched.
    with_another_master_key_nothing_starts,
    |app| {
        let before = app.app.db.read(store::list).await.unwrap();
        let why = app.start_again(&[("security.master_key", OTHER_MASTER_KEY)]).await.unwrap_err();
        let ids = [MASTER_KEY, OTHER_MASTER_KEY].map(|key| MasterKey::from_base64(key).unwrap().id().to_owned());
        for part in ["security.master_key", ids[0].as_str(), ids[1].as_str()] {
            assert!(why.contains(part), "{part} is missing in: {why}");
        }
        assert!(!why.contains('\n') && !why.contains(MASTER_KEY) && !why.contains(OTHER_MASTER_KEY), "{why}");
        let after = app.app.db.read(store::list).await.unwrap();
        let names = |rows: &[store::StoredKey]| rows.iter().map(store::StoredKey::record).collect::<Vec<_>>();
        assert_eq!(names(&before), names(&after));
        assert!(app.start_again(&[]).await.is_ok(), "the right one still opens everything");
    }
);

on_both!(
    /// Checklist 87, fault 23: a row that somebody moved or changed is not used.
    a_damaged_key_is_named_and_nothing_starts,
    |app| {
        let rows = app.app.db.read(store::list).await.unwrap();
        let (name, mut sealed) = (rows[0].kid.clone(), rows[0].private_sealed.clone());
        *sealed.last_mut().unwrap() ^= 1;
        tokens::alter(&app, move |conn| {
            use diesel::prelude::*;
            use gridkey::db::{Conn, DbError, schema::signing_keys::dsl};
            let changed = diesel::update(dsl::signing_keys.find(name.clone())).set(dsl::private_sealed.eq(sealed.clone()));
            match conn {
                Conn::Pg(conn) => changed.execute(*conn)?,
                Conn::Lite(conn) => changed.execute(*conn)?,
            };
            Ok::<_, DbError>(())
        })
        .await;
        let why = app.start_again(&[]).await.unwrap_err();
        assert!(why.contains(&rows[0].kid) && why.contains("damaged"), "{why}");
    }
);

/// Checklist 87, fault 23: the program itself says it in one line and goes.
#[test]
fn the_program_refuses_to_start_with_another_master_key() {
    let server = Process::on_fresh(Engine::Sqlite, &[("security.master_key", OTHER_MASTER_KEY)]);
    let (status, told) = server.fails_to_start();
    assert_eq!(status, 1, "{told}");
    let errors: Vec<&str> = told.lines().filter(|line| line.contains("error")).collect();
    assert_eq!(errors.len(), 1, "{told}");
    assert!(errors[0].starts_with("error: ") && errors[0].contains("security.master_key"), "{told}");
}
