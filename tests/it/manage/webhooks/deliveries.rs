//! What becomes of deliveries: tried again, given up, sent again; secrets that replace each other; pauses.

use gridkey::webhooks::{DeliveryStatus, MOST_ATTEMPTS};

use super::*;
use crate::support::echo::free_port;
use crate::support::receiver::Answer;

const HOUR: Duration = Duration::from_secs(3_600);

on_both!(what_was_not_taken_comes_again_with_the_same_name, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, secret) = hook(&root, &receiver.url(), &["team.created"]).await;
    let long = Answer { status: 500, body: "no\0".repeat(2_000), location: String::new() };
    receiver.answer([long, Answer::of(503)]);
    let delivery = test_of(&root, &id).await;
    let first = until(&app, (&id, &delivery), |one| one.answer_status == Some(500)).await;
    assert_eq!(
        (first.status, first.attempts, first.error.as_str()),
        (DeliveryStatus::Pending, 1, "unexpected_status")
    );
    assert!(
        first.answer_body.len() <= 3 * 1_024 && first.answer_body.starts_with("no"),
        "{}",
        first.answer_body.len()
    );
    let wait = first.due_at.unwrap().since(app.app.now());
    assert!((8..=12).contains(&wait.as_secs()), "{wait:?}");
    app.pass(Duration::from_secs(13));
    let second = until(&app, (&id, &delivery), |one| one.answer_status == Some(503)).await;
    assert!((24..=36).contains(&second.due_at.unwrap().since(app.app.now()).as_secs()));
    app.pass(Duration::from_secs(37));
    let third = until(&app, (&id, &delivery), |one| one.status == DeliveryStatus::Delivered).await;
    assert_eq!((third.attempts, third.due_at, third.error.as_str()), (3, None, ""));

    let seen = receiver.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|one| one.body == seen[0].body));
    assert!(seen.iter().all(|one| one.header("webhook-id") == seen[0].header("webhook-id")));
    let times: BTreeSet<&str> = seen.iter().map(|one| one.header("webhook-timestamp")).collect();
    assert_eq!(times.len(), 3, "each attempt is signed anew");
    let now = app.app.now().seconds();
    assert!(is_standard(&secret, &seen[2].headers, &seen[2].body, now));
    assert_eq!(seen[0].body, third.body.as_bytes());

    let path = format!("{}/deliveries/{delivery}", at(&id));
    let full = root.get(&path).await.expect(200).json();
    assert_eq!(full["body"].as_str().unwrap().as_bytes(), seen[0].body);
    let view = root.get(&at(&id)).await.expect(200).json();
    assert_eq!((view["successes"].clone(), view["failures"].clone()), (json!(1), json!(2)));
    root.call(Method::POST, &format!("{path}/resend")).await.expect(200);
    assert_eq!(receiver.wait_for(4).await[3].body, seen[0].body);
    until(&app, (&id, &delivery), |one| one.status == DeliveryStatus::Delivered && one.attempts == 4).await;
    let listed = root.get(&format!("{}/deliveries?status=delivered&type=webhook.test", at(&id))).await;
    assert_eq!(listed.expect(200).json()["items"][0]["attempts"], 4);
    let none = root.get(&format!("{}/deliveries?status=failed", at(&id))).await.expect(200).json();
    assert_eq!(none["items"], json!([]));
    root.get(&format!("{}/deliveries?status=lost", at(&id))).await.expect_problem(400, "invalid_filter");
});

on_both!(a_dead_receiver_is_given_up_after_a_day_and_paused_after_three, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let dead = format!("http://127.0.0.1:{}/", free_port());
    let (id, _) = hook(&root, &dead, &["team.created"]).await;
    let delivery = test_of(&root, &id).await;
    for attempt in 1..=MOST_ATTEMPTS {
        let tried = until(&app, (&id, &delivery), |one| {
            one.attempts == attempt
                && !one.error.is_empty()
                && one.due_at != Some(app.app.now() + gridkey::webhooks::LEASE)
        })
        .await;
        assert_eq!((tried.error.as_str(), tried.answer_status), ("connection_failed", None));
        let expected =
            if attempt == MOST_ATTEMPTS { DeliveryStatus::Failed } else { DeliveryStatus::Pending };
        if attempt == MOST_ATTEMPTS {
            until(&app, (&id, &delivery), |one| one.status == expected).await;
        }
        app.pass(HOUR * 6);
    }
    assert_eq!(stored(&app, &id, &delivery).await.due_at, None);
    app.pass(HOUR * 24);
    let root = app.manager("acme", Some("tenant_admin")).await;
    let next = test_of(&root, &id).await;
    until(&app, (&id, &next), |one| one.attempts == 1 && !one.error.is_empty()).await;
    let view = root.get(&at(&id)).await.expect(200).json();
    assert_eq!((&view["status"], &view["status_reason"]), (&json!("paused"), &json!("failing")), "{view}");
    let of = async |health: &str| {
        let listed = root.get(&format!("/v1/webhooks?health={health}")).await.expect(200).json();
        listed["items"].as_array().unwrap().len()
    };
    assert_eq!((of("failing").await, of("operational").await), (1, 0));
    root.get("/v1/webhooks?health=ill").await.expect_problem(400, "invalid_filter");
    let told = events(&root, "webhook.pause").await;
    assert_eq!((told.len(), &told[0]["actor_type"]), (1, &json!("system")), "{told:?}");
    // Whoever turns it on again gives it another three days.
    root.patch(&at(&id), &json!({ "status": "active" })).await.expect(200);
    let view = root.get(&at(&id)).await.expect(200).json();
    assert_eq!((view.get("failing_since"), view.get("status_reason")), (None, None), "{view}");
    assert_eq!((of("failing").await, of("operational").await), (0, 1));
});

on_both!(a_receiver_that_is_gone_is_paused_at_once, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    receiver.always(Answer::of(410));
    let (id, _) = hook(&root, &receiver.url(), &["team.created"]).await;
    let delivery = test_of(&root, &id).await;
    until(&app, (&id, &delivery), |one| one.answer_status == Some(410)).await;
    let view = root.get(&at(&id)).await.expect(200).json();
    assert_eq!((&view["status"], &view["status_reason"]), (&json!("paused"), &json!("gone")), "{view}");
});

on_both!(both_secrets_sign_until_the_grace_is_over, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, old) = hook(&root, &receiver.url(), &["team.created"]).await;
    let rotate = format!("{}/rotate-secret", at(&id));
    let turned = root.post(&rotate, &json!({ "grace_seconds": 600 })).await.expect(200);
    let new = turned.text("secret");
    assert!(!turned.text("previous_secret_ends_at").is_empty());
    test_of(&root, &id).await;
    let both = receiver.wait_for(1).await.remove(0);
    let now = app.app.now().seconds();
    assert_eq!(both.header("webhook-signature").split(' ').count(), 2);
    for secret in [&old, &new] {
        assert!(is_standard(secret, &both.headers, &both.body, now));
    }
    app.pass(Duration::from_secs(601));
    let root = app.manager("acme", Some("tenant_admin")).await;
    test_of(&root, &id).await;
    let alone = receiver.wait_for(2).await.remove(1);
    let now = app.app.now().seconds();
    assert!(is_standard(&new, &alone.headers, &alone.body, now));
    assert!(!is_standard(&old, &alone.headers, &alone.body, now));
    let last = root.post(&rotate, &json!({ "grace_seconds": 0 })).await.expect(200).text("secret");
    test_of(&root, &id).await;
    let after = receiver.wait_for(3).await.remove(2);
    assert!(is_standard(&last, &after.headers, &after.body, now));
    assert!(!is_standard(&new, &after.headers, &after.body, now));
});

on_both!(a_signature_fits_one_body_one_time_and_one_secret, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, secret) = hook(&root, &receiver.url(), &["team.created"]).await;
    test_of(&root, &id).await;
    let got = receiver.wait_for(1).await.remove(0);
    let now = app.app.now().seconds();
    assert!(is_standard(&secret, &got.headers, &got.body, now));
    assert!(is_standard(&secret, &got.headers, &got.body, now + 300));
    assert!(!is_standard(&secret, &got.headers, &got.body, now + 301), "too old");
    let mut other = got.body.clone();
    let last = other.len() - 2;
    other[last] ^= 1;
    assert!(!is_standard(&secret, &got.headers, &other, now));
    for name in ["webhook-id", "webhook-timestamp"] {
        let mut headers = got.headers.clone();
        headers.get_mut(name).unwrap().pop();
        headers.get_mut(name).unwrap().push('0');
        let same = headers[name] == got.headers[name];
        assert!(same || !is_standard(&secret, &headers, &got.body, now), "{name}");
    }
    let (_, another) = hook(&root, &receiver.url(), &["team.created"]).await;
    assert!(!is_standard(&another, &got.headers, &got.body, now));
});

on_both!(what_was_sent_is_kept_for_a_month, |app| {
    let root = app.manager("acme", Some("tenant_admin")).await;
    let receiver = Receiver::start();
    let (id, _) = hook(&root, &receiver.url(), &["team.created"]).await;
    let delivery = test_of(&root, &id).await;
    until(&app, (&id, &delivery), |one| one.status == DeliveryStatus::Delivered).await;
    let all = "SELECT count(*) AS n FROM webhook_deliveries";
    let kept = app.app.config.webhooks.retention;
    gridkey::jobs::webhooks::sweep(app.app.clone(), kept).await.unwrap();
    assert_eq!(count(&app, all).await, 1);
    app.pass(kept + HOUR);
    gridkey::jobs::webhooks::sweep(app.app.clone(), kept).await.unwrap();
    assert_eq!(count(&app, all).await, 0);
});
