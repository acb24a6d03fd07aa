//! A client that never received an answer asks again with the token that it still has.

use std::time::Duration;

use serde_json::Value;

use crate::on_both;
use crate::support::{TestApp, tokens};

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

async fn start(app: &TestApp) -> String {
    let first = tokens::line(app, &mut app.browser(), "openid offline_access").await;
    tokens::text(&first, "refresh_token")
}

async fn refreshed(app: &TestApp, token: &str) -> Value {
    app.refresh(token).await.expect(200).json()
}

async fn next(app: &TestApp, token: &str) -> String {
    tokens::text(&refreshed(app, token).await, "refresh_token")
}

on_both!(
    /// Checklist 31: within ten seconds everybody is given the same successor, so the line does not fork.
    within_the_grace_the_successor_is_the_same,
    |app| {
        let first = start(&app).await;
        let second = next(&app, &first).await;
        for pause in [0, 4, 6] {
            app.pass(seconds(pause));
            assert_eq!(next(&app, &first).await, second);
        }
        let third = next(&app, &second).await;
        assert_ne!(third, second);
        assert_eq!(next(&app, &second).await, third);
    }
);

on_both!(
    /// Checklist 30: the successor was used, so its parent is not forgiven any more, however soon.
    once_the_successor_was_used_its_parent_is_a_replay,
    |app| {
        let first = start(&app).await;
        let second = next(&app, &first).await;
        let third = next(&app, &second).await;
        app.refresh(&first).await.expect_error(400, "invalid_grant");
        app.refresh(&third).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 30 and 31: after the grace the unused successor is replaced, and is dead from then on.
    after_the_grace_the_unused_successor_is_replaced,
    |app| {
        let first = start(&app).await;
        let lost = next(&app, &first).await;
        app.pass(seconds(11));
        let found = next(&app, &first).await;
        assert_ne!(found, lost);
        assert!(!tokens::is_active(&app, &lost).await && tokens::is_active(&app, &found).await);
        let further = next(&app, &found).await;
        assert_ne!(further, found);
        assert!(tokens::is_active(&app, &further).await);
    }
);

on_both!(
    /// Checklist 30: two hold the line now, and one of them is a thief.
    a_replaced_successor_that_shows_up_ends_the_family,
    |app| {
        let first = start(&app).await;
        let lost = next(&app, &first).await;
        app.pass(seconds(11));
        let found = refreshed(&app, &first).await;
        app.refresh(&lost).await.expect_error(400, "invalid_grant");
        assert!(!tokens::is_active(&app, &tokens::text(&found, "access_token")).await);
        app.refresh(&tokens::text(&found, "refresh_token")).await.expect_error(400, "invalid_grant");
        app.refresh(&first).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 30: a client may be unlucky several times, each within an hour of the last.
    several_lost_answers_in_a_row_heal,
    |app| {
        let first = start(&app).await;
        let mut last = next(&app, &first).await;
        for _ in 0..3 {
            app.pass(seconds(3_600));
            let found = next(&app, &first).await;
            assert_ne!(found, last);
            last = found;
        }
        next(&app, &last).await;
    }
);

on_both!(
    /// Checklist 30.
    after_an_hour_the_used_token_is_a_replay,
    |app| {
        let first = start(&app).await;
        let answer = refreshed(&app, &first).await;
        app.pass(seconds(3_601));
        app.refresh(&first).await.expect_error(400, "invalid_grant");
        assert!(!tokens::is_active(&app, &tokens::text(&answer, "refresh_token")).await);
        app.refresh(&tokens::text(&answer, "refresh_token")).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 30: the living token itself has no such limit.
    the_living_token_waits_as_long_as_it_may_lie_unused,
    |app| {
        let first = start(&app).await;
        let second = next(&app, &first).await;
        app.pass(seconds(7 * 24 * 3_600));
        next(&app, &second).await;
    }
);

on_both!(
    /// Checklist 31: an operator who wants none of it can have strict rotation.
    without_grace_and_retry_a_second_use_is_a_replay,
    |app| {
        let strict = TestApp::start_with(
            app.engine,
            &[("tokens.refresh_reuse_grace", "0s"), ("tokens.refresh_retry_limit", "0s")],
        )
        .await;
        let first = start(&strict).await;
        let second = next(&strict, &first).await;
        strict.pass(seconds(1));
        strict.refresh(&first).await.expect_error(400, "invalid_grant");
        strict.refresh(&second).await.expect_error(400, "invalid_grant");
    }
);
