//! How a client proves itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gridkey::clients::{self, StoredSecret};
use gridkey::secret::Secret;
use std::time::Duration;

use crate::on_both;
use crate::support::{Reply, TestApp, basic, tokens};

const MACHINE: (&str, &str) = ("grant_type", "client_credentials");
const REFRESH: (&str, &str) = ("grant_type", "refresh_token");
const POST_SECRET: &str = "post-secret-post-secret-post-secret-1";
const WORKER_SECRET: &str = "worker-secret-worker-secret-worker-1";

/// Whether a client is past authentication: a refresh without a token then lacks the token.
#[track_caller]
fn is_past_authentication(reply: &Reply) {
    assert_eq!(
        (reply.status, reply.text("error_description")),
        (400, "refresh_token is missing".into()),
        "{}",
        reply.body
    );
}

#[track_caller]
fn is_refused(reply: Reply) {
    let reply = reply.expect_error(401, "invalid_client");
    let challenge = reply.header("www-authenticate");
    assert!(challenge.starts_with("Basic realm="), "{challenge}");
    assert_eq!(
        reply.text("error_description"),
        "client authentication failed: check client_id, secret and method",
        "one answer for every cause"
    );
}

on_both!(
    /// Checklist 38.
    a_wrong_secret_an_unknown_client_and_a_disabled_one_get_one_answer,
    |app| {
        tokens::alter_client(&app, "worker-es256", |client| client.status = clients::ClientStatus::Disabled).await;
        for (id, secret) in [
            ("worker", "wrong"),
            ("worker", ""),
            ("worker", "worker-secret-worker-secret-worker-10"),
            ("worker", "Worker-secret-worker-secret-worker-1"),
            ("worker", POST_SECRET),
            ("Worker", WORKER_SECRET),
            ("worker ", WORKER_SECRET),
            ("nobody", WORKER_SECRET),
            ("worker\0", WORKER_SECRET),
            ("worker-es256", "worker-secret-worker-secret-worker-2"),
        ] {
            is_refused(app.token(Some(&basic(id, secret)), &[MACHINE]).await);
        }
        let form = [REFRESH, ("client_id", "post"), ("client_secret", "wrong")];
        is_refused(app.token(None, &form).await);
        app.token(Some(&app.worker()), &[MACHINE]).await.expect(200);
    }
);

on_both!(
    /// Checklist 38.
    exactly_one_method_in_one_request,
    |app| {
        let web = app.web();
        let secret = ("client_secret", "web-secret-web-secret-web-secret-0001");
        app.token(Some(&web), &[REFRESH, secret]).await.expect_error(400, "invalid_request");
        app.token(Some(&web), &[REFRESH, ("client_id", "web"), secret]).await.expect_error(400, "invalid_request");
        app.token(Some(&web), &[REFRESH, ("client_id", "post")]).await.expect_error(400, "invalid_request");
        is_past_authentication(&app.token(Some(&web), &[REFRESH, ("client_id", "web")]).await);

        let twice = app.http().post(app.url("/oauth2/token")).form(&[REFRESH]);
        let twice = twice.header("authorization", &web).header("authorization", &web);
        Reply::of(twice.send().await.unwrap()).await.expect_error(400, "invalid_request");
        app.token(None, &[REFRESH]).await.expect_error(400, "invalid_request");
        app.token(None, &[REFRESH, secret]).await.expect_error(400, "invalid_request");
    }
);

on_both!(
    /// Checklist 38: RFC 6749 2.3.1 has both halves form-encoded before the base64.
    basic_is_form_decoded,
    |app| {
        let header = |text: &str| format!("Basic {}", STANDARD.encode(text));
        let escaped: String = WORKER_SECRET.bytes().map(|byte| format!("%{byte:02x}")).collect();
        app.token(Some(&header(&format!("%77orker:{escaped}"))), &[MACHINE]).await.expect(200);
        app.token(Some(&app.worker().replace("Basic", "bAsIc")), &[MACHINE]).await.expect(200);
        // This client's id has a colon and slashes in it: unencoded it ends at the colon.
        let api = ("https://api.example.com", "api-secret-api-secret-api-secret-0001");
        let reply = app.token(Some(&basic(api.0, api.1)), &[MACHINE]).await.expect(200);
        assert_eq!(reply.text("scope"), "");
        is_refused(app.token(Some(&header(&format!("{}:{}", api.0, api.1))), &[MACHINE]).await);
        for junk in ["Basic", "Basic ", "Basic ****", "Digest abc", "Bearer abc"] {
            app.token(Some(junk), &[MACHINE]).await.expect_error(401, "invalid_client");
        }
        for junk in ["", "worker", ":secret", "%zz:secret", "worker:%e"] {
            app.token(Some(&header(junk)), &[MACHINE]).await.expect_error(401, "invalid_client");
        }
    }
);

on_both!(
    /// Checklist 39: there is no assertion method, and none of the others stands in for the registered one.
    only_the_registered_method_counts,
    |app| {
        let in_form = |id: &'static str, secret: &'static str| [REFRESH, ("client_id", id), ("client_secret", secret)];
        is_past_authentication(&app.token(None, &in_form("post", POST_SECRET)).await);
        is_past_authentication(&app.token(None, &[REFRESH, ("client_id", "spa")]).await);

        is_refused(app.token(Some(&basic("post", POST_SECRET)), &[REFRESH]).await);
        is_refused(app.token(None, &in_form("web", "web-secret-web-secret-web-secret-0001")).await);
        for confidential in ["web", "post", "worker"] {
            is_refused(app.token(None, &[REFRESH, ("client_id", confidential)]).await);
        }
        is_refused(app.token(None, &in_form("spa", "anything")).await);
        is_refused(app.token(Some(&basic("spa", "")), &[REFRESH]).await);
        let assertion = [
            REFRESH,
            ("client_id", "web"),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ3ZWIifQ."),
        ];
        is_refused(app.token(None, &assertion).await);
    }
);

on_both!(
    /// Checklist 41.
    two_secrets_work_at_once_and_a_third_drops_the_oldest,
    |app| {
        let original = app.worker();
        let [second, third] = ["second-secret-second-secret-second-1", "third-secret-third-secret-third-secr"];
        let works = async |secret: &str| {
            let status = app.token(Some(&basic("worker", secret)), &[MACHINE]).await.status;
            assert!(status == 200 || status == 401, "{status}");
            status == 200
        };
        assert!(!works(second).await);
        add_secret(&app, second, None).await;
        app.token(Some(&original), &[MACHINE]).await.expect(200);
        assert!(works(second).await && !works(third).await);
        add_secret(&app, third, None).await;
        is_refused(app.token(Some(&original), &[MACHINE]).await);
        assert!(works(second).await && works(third).await);
    }
);

on_both!(
    /// Checklist 41.
    a_secret_ends_with_its_time,
    |app| {
        let secret = "short-lived-secret-short-lived-secret";
        add_secret(&app, secret, Some(Duration::from_secs(60))).await;
        app.pass(Duration::from_secs(59));
        app.token(Some(&basic("worker", secret)), &[MACHINE]).await.expect(200);
        app.pass(Duration::from_secs(1));
        is_refused(app.token(Some(&basic("worker", secret)), &[MACHINE]).await);
        app.token(Some(&app.worker()), &[MACHINE]).await.expect(200);
    }
);

async fn add_secret(app: &TestApp, text: &'static str, life: Option<Duration>) {
    app.pass(Duration::from_secs(1));
    let (id, now) = (app.app.random.id(app.app.now()), app.app.now());
    tokens::alter(app, move |conn| {
        let client = clients::store::find_by_client_id(conn, "worker")?.unwrap();
        let secret = StoredSecret {
            id,
            client_pk: client.id,
            digest: Secret::new(text).digest(),
            created_at: now,
            expires_at: life.map(|life| now + life),
        };
        clients::store::add_secret(conn, client.tenant_id, &secret)
    })
    .await;
}

on_both!(
    /// Checklist 41.
    guessing_a_secret_is_throttled_and_the_right_guess_does_not_show,
    |app| {
        let app = TestApp::start_with(
            app.engine,
            &[("sign_in.attempts_per_source", "5"), ("sign_in.attempts_window", "15m")],
        )
        .await;
        for n in 0..5 {
            is_refused(app.token(Some(&basic("worker", &format!("guess-{n}"))), &[MACHINE]).await);
        }
        for secret in ["guess", WORKER_SECRET, "guess"] {
            let reply = app.token(Some(&basic("worker", secret)), &[MACHINE]).await.expect(429);
            assert_eq!(reply.text("error"), "temporarily_unavailable", "not invalid_client: nothing was compared");
            assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1);
        }
        // Another client at the same address is not held up, and time heals.
        let other = basic("worker-eddsa", "worker-secret-worker-secret-worker-3");
        app.token(Some(&other), &[MACHINE]).await.expect(200);
        app.pass(Duration::from_secs(15 * 60 + 1));
        app.token(Some(&app.worker()), &[MACHINE]).await.expect(200);
    }
);
