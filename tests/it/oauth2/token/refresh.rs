//! `grant_type=refresh_token`: rotation, reuse, lifetimes, and whose the token is.

use std::time::Duration;

use serde_json::Value;

use crate::on_both;
use crate::support::{TestApp, tokens};

/// Beyond the time in which a used token gets its successor once more.
const LATER: Duration = Duration::from_secs(11);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A line of one family: the answers to `refreshes` refreshes after the first.
async fn line(app: &TestApp, refreshes: usize) -> Vec<Value> {
    let mut answers = vec![tokens::line(app, &mut app.browser(), "openid offline_access").await];
    for _ in 0..refreshes {
        let last = refresh_token(answers.last().unwrap());
        answers.push(app.refresh(&last).await.expect(200).json());
    }
    answers
}

fn refresh_token(answer: &Value) -> String {
    tokens::text(answer, "refresh_token")
}

async fn assert_all_dead(app: &TestApp, answers: &[Value]) {
    for answer in answers {
        assert!(!tokens::is_active(app, &tokens::text(answer, "access_token")).await);
        assert!(!tokens::is_active(app, &refresh_token(answer)).await);
        app.refresh(&refresh_token(answer)).await.expect_error(400, "invalid_grant");
    }
}

on_both!(
    /// Checklist 30.
    every_use_gives_another_token_and_only_the_last_is_living,
    |app| {
        let answers = line(&app, 4).await;
        let all: std::collections::BTreeSet<String> = answers.iter().map(refresh_token).collect();
        assert_eq!(all.len(), answers.len());
        for (at, answer) in answers.iter().enumerate() {
            let living = at == answers.len() - 1;
            assert_eq!(tokens::is_active(&app, &refresh_token(answer)).await, living, "generation {at}");
            assert!(tokens::is_active(&app, &tokens::text(answer, "access_token")).await, "generation {at}");
        }
    }
);

on_both!(
    /// Checklist 30: whoever of the line is used again, the survivors die with it.
    reuse_ends_the_whole_family,
    |app| {
        for replayed in 0..4 {
            let answers = line(&app, 4).await;
            let bystander = tokens::line(&app, &mut app.browser(), "openid offline_access").await;
            // The parent of the living one is forgiven for an hour: see `heal`.
            app.pass(if replayed == 3 { Duration::from_secs(3_601) } else { LATER });
            app.refresh(&refresh_token(&answers[replayed])).await.expect_error(400, "invalid_grant");
            assert_all_dead(&app, &answers).await;
            app.refresh(&refresh_token(&bystander)).await.expect(200);
        }
    }
);

on_both!(
    /// Checklist 32: the clock stands still, so that nothing but a counter can tell the generations apart.
    three_rotations_within_one_moment_are_told_apart,
    |app| {
        for replayed in 0..2 {
            let answers = line(&app, 3).await;
            app.refresh(&refresh_token(&answers[replayed])).await.expect_error(400, "invalid_grant");
            assert_all_dead(&app, &answers).await;
        }
        let answers = line(&app, 3).await;
        let again = app.refresh(&refresh_token(&answers[2])).await.expect(200).json();
        assert_eq!(refresh_token(&again), refresh_token(&answers[3]), "the immediate parent is forgiven");
        let mut generations = Vec::new();
        for answer in &answers {
            let token = gridkey::tokens::RefreshToken::parse(&refresh_token(answer)).unwrap();
            generations.push(token.generation);
        }
        assert_eq!(generations, [1, 2, 3, 4]);
    }
);

on_both!(
    /// Checklist 32: a restart does not reset the check.
    reuse_is_known_after_a_restart,
    |app| {
        let answers = line(&app, 2).await;
        let restarted = app.second_node().await;
        drop(app);
        restarted.refresh(&refresh_token(&answers[0])).await.expect_error(400, "invalid_grant");
        assert_all_dead(&restarted, &answers).await;
    }
);

on_both!(
    /// Checklist 30: a token that nobody was given, of whatever generation, ends no family: only its owner can do that.
    a_forged_token_changes_nothing,
    |app| {
        let answers = line(&app, 1).await;
        let living = refresh_token(&answers[1]);
        let body = living.strip_prefix("gkrt_").unwrap();
        // In the family, in the generation, and in what proves them.
        for at in [5, 23, 28, 30, 34, 50, 70] {
            let other = if body.as_bytes()[at] == b'A' { "B" } else { "A" };
            let forged = format!("gkrt_{}{other}{}", &body[..at], &body[at + 1..]);
            app.refresh(&forged).await.expect_error(400, "invalid_grant");
        }
        for junk in ["gkrt_", "gkrt_AAAA", body, &living[..living.len() - 1], &format!("{living}A"), "\u{e9}"] {
            app.refresh(junk).await.expect_error(400, "invalid_grant");
        }
        app.refresh(&living).await.expect(200);
    }
);

on_both!(
    /// Checklist 34.
    a_token_that_lies_unused_ends,
    |app| {
        let first = &line(&app, 0).await[0];
        app.pass(30 * DAY - Duration::from_secs(1));
        let next = app.refresh(&refresh_token(first)).await.expect(200).json();
        app.pass(30 * DAY);
        assert!(!tokens::is_active(&app, &refresh_token(&next)).await);
        app.refresh(&refresh_token(&next)).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 34: however diligently it is used.
    a_line_ends_at_its_absolute_limit,
    |app| {
        let mut last = refresh_token(&line(&app, 0).await[0]);
        for _ in 0..4 {
            app.pass(20 * DAY);
            last = app.refresh(&last).await.expect(200).text("refresh_token");
        }
        app.pass(10 * DAY - Duration::from_secs(1));
        last = app.refresh(&last).await.expect(200).text("refresh_token");
        app.pass(Duration::from_secs(1));
        assert!(!tokens::is_active(&app, &last).await);
        app.refresh(&last).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 34: an application's own limits come before the server's.
    an_application_can_have_shorter_limits,
    |app| {
        tokens::alter_client(&app, "web", |client| {
            client.settings.lifetimes.refresh_token_idle = Some(60);
            client.settings.lifetimes.refresh_token = Some(100);
            client.settings.lifetimes.access_token = Some(7);
        })
        .await;
        let mut browser = app.browser();
        let first = tokens::line(&app, &mut browser, "openid offline_access").await;
        assert_eq!(first["expires_in"], 7);
        app.pass(Duration::from_secs(59));
        let next = app.refresh(&refresh_token(&first)).await.expect(200).json();
        app.pass(Duration::from_secs(41));
        app.refresh(&refresh_token(&next)).await.expect_error(400, "invalid_grant");
        let idle = tokens::line(&app, &mut browser, "openid offline_access").await;
        app.pass(Duration::from_secs(60));
        app.refresh(&refresh_token(&idle)).await.expect_error(400, "invalid_grant");
    }
);

on_both!(
    /// Checklist 34: without `offline_access` the line does not outlive the session that it came from.
    a_line_without_offline_access_ends_with_its_session,
    |app| {
        let mut browser = app.browser();
        let online = tokens::line(&app, &mut browser, "openid").await;
        let offline = tokens::line(&app, &mut browser, "openid offline_access").await;
        app.pass(20 * DAY);
        let online = app.refresh(&refresh_token(&online)).await.expect(200).json();
        let offline = app.refresh(&refresh_token(&offline)).await.expect(200).json();
        app.pass(10 * DAY);
        app.refresh(&refresh_token(&online)).await.expect_error(400, "invalid_grant");
        app.refresh(&refresh_token(&offline)).await.expect(200);
    }
);

on_both!(
    /// Checklist 35. The thief's attempt harms nobody: the owner's line goes on.
    another_clients_token_is_refused_and_its_line_lives,
    |app| {
        let first = tokens::line(&app, &mut app.browser(), "openid").await;
        let token = refresh_token(&first);
        let form = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        for _ in 0..2 {
            let with = |id: &'static str| [&form[..], &[("client_id", id)]].concat();
            app.token(None, &with("spa")).await.expect_error(400, "invalid_grant");
            app.token(None, &with("native")).await.expect_error(400, "invalid_grant");
            let mut post = with("post");
            post.push(("client_secret", "post-secret-post-secret-post-secret-1"));
            app.token(None, &post).await.expect_error(400, "invalid_grant");
            let globex = crate::support::basic("globex-web", "globex-secret-globex-secret-globex-1");
            app.token(Some(&globex), &form).await.expect_error(400, "invalid_grant");
            // The same client, through another issuer.
            let reply = app.post("/t/acme/oauth2/token", Some(&app.web()), &form).await;
            reply.expect_error(400, "invalid_grant");
        }
        let next = app.refresh(&token).await.expect(200).json();
        app.refresh(&refresh_token(&next)).await.expect(200);
    }
);
