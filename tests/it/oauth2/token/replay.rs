//! A code that is used twice: somebody else has it.

use std::time::Duration;

use serde_json::Value;

use crate::on_both;
use crate::support::{TestApp, tokens};

/// Whether the tokens of an answer still work anywhere.
async fn assert_dead(app: &TestApp, answer: &Value) {
    let (access, refresh) = (tokens::text(answer, "access_token"), tokens::text(answer, "refresh_token"));
    app.get_as("/oauth2/userinfo", &access).await.expect(401);
    assert!(!tokens::is_active(app, &access).await && !tokens::is_active(app, &refresh).await);
    app.refresh(&refresh).await.expect_error(400, "invalid_grant");
}

async fn assert_alive(app: &TestApp, answer: &Value) {
    let (access, refresh) = (tokens::text(answer, "access_token"), tokens::text(answer, "refresh_token"));
    app.get_as("/oauth2/userinfo", &access).await.expect(200);
    assert!(tokens::is_active(app, &access).await && tokens::is_active(app, &refresh).await);
}

on_both!(
    /// Checklist 23. The end is committed though the request that brought it about failed.
    a_replayed_code_ends_every_token_that_came_of_it,
    |app| {
        let mut browser = app.browser();
        let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
        let first = app.redeem(&code).await.expect(200).json();
        let bystander = tokens::line(&app, &mut browser, "openid").await;
        assert_alive(&app, &first).await;
        let next = app.refresh(&tokens::text(&first, "refresh_token")).await.expect(200).json();
        app.redeem(&code).await.expect_error(400, "invalid_grant");
        assert_dead(&app, &first).await;
        assert_dead(&app, &next).await;
        assert_alive(&app, &bystander).await;
        app.redeem(&code).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 23: thirty seconds later, and long after the code itself would have expired.
    a_late_replay_ends_the_tokens_too,
    |app| {
        let mut browser = app.browser();
        for seconds in [30, 60, 3_600] {
            let code = tokens::code(&mut browser, "openid offline_access", &[]).await;
            let first = app.redeem(&code).await.expect(200).json();
            app.pass(Duration::from_secs(seconds));
            let next = app.refresh(&tokens::text(&first, "refresh_token")).await.expect(200).json();
            assert_alive(&app, &next).await;
            app.redeem(&code).await.expect_error(400, "invalid_grant");
            assert_dead(&app, &next).await;
        }
    }
);

on_both!(
    /// Checklist 23: after a restart. What is known of the code is in the database alone.
    a_replay_is_known_after_a_restart,
    |app| {
        let code = tokens::code(&mut app.browser(), "openid offline_access", &[]).await;
        let first = app.redeem(&code).await.expect(200).json();
        let restarted = app.second_node().await;
        drop(app);
        assert_alive(&restarted, &first).await;
        restarted.redeem(&code).await.expect_error(400, "invalid_grant");
        assert_dead(&restarted, &first).await;
    }
);

on_both!(
    /// Checklist 23: it is the code that counts, not who brings it or with what.
    a_replay_with_other_parameters_is_a_replay,
    |app| {
        let code = tokens::code(&mut app.browser(), "openid", &[]).await;
        let first = app.redeem(&code).await.expect(200).json();
        let form = [("grant_type", "authorization_code"), ("code", code.as_str())];
        app.token(Some(&app.web()), &form).await.expect_error(400, "invalid_grant");
        assert_dead(&app, &first).await;
    }
);
