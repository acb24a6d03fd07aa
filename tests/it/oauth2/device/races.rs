//! Many at once: what may happen once happens once, however many ask.

use futures::future::join_all;

use crate::on_both;
use crate::support::tokens::{ADA, count, text};

const AT_ONCE: usize = 16;
const FAMILIES: &str = "SELECT count(*) AS n FROM token_families";

on_both!(
    /// Checklist 22. The losers hold a used code, so the winner's tokens end, as with any code.
    of_sixteen_devices_with_one_code_exactly_one_is_let_in,
    |app| {
        app.allow_devices().await;
        let other = app.second_node().await;
        for round in 1..=3 {
            let device = app.let_in("openid offline_access", ADA).await;
            let nodes = [&app, &other];
            let asked = (0..AT_ONCE).map(|n| nodes[n % 2].poll(&device.code));
            let (won, lost): (Vec<_>, Vec<_>) =
                join_all(asked).await.into_iter().partition(|reply| reply.status == 200);
            assert_eq!(won.len(), 1, "round {round}");
            for reply in lost {
                reply.expect_error(400, "invalid_grant");
            }
            assert_eq!(count(&app, FAMILIES).await, round);
            let refresh = text(&won[0].json(), "refresh_token");
            app.refresh_device(&refresh).await.expect_error(400, "invalid_grant");
        }
    }
);

on_both!(of_sixteen_questions_at_once_one_is_in_time_and_each_other_waits_longer, |app| {
    app.allow_devices().await;
    let device = app.begin_device("openid").await;
    let replies = join_all((0..AT_ONCE).map(|_| app.poll(&device.code))).await;
    let pending = replies.iter().filter(|reply| reply.text("error") == "authorization_pending").count();
    let slow = replies.iter().filter(|reply| reply.text("error") == "slow_down").count();
    assert_eq!((pending, slow), (1, AT_ONCE - 1));
    let interval = "SELECT poll_interval AS n FROM device_authorizations";
    assert_eq!(count(&app, interval).await, 80, "5, and 15 times 5 more: none was lost");
});

on_both!(of_an_allowance_and_a_refusal_at_once_one_counts, |app| {
    app.allow_devices().await;
    for _ in 0..3 {
        let device = app.begin_device("openid").await;
        let (mut one, mut two) = (app.browser(), app.browser());
        let pages = [one.question(&device, ADA).await, two.question(&device, ADA).await];
        let answers = [(&one, &pages[0], "allow"), (&two, &pages[1], "deny")];
        let asked = answers.map(|(browser, page, decision)| async move {
            browser.submit(page, &[("decision", decision)]).await.reply
        });
        let replies = join_all(asked).await;
        let won: Vec<_> = replies.iter().filter(|reply| reply.status == 303).collect();
        assert_eq!(won.len(), 1, "{replies:?}");
        let allowed = won[0].header("location").ends_with("allowed");
        let told = app.poll(&device.code).await;
        assert_eq!(told.status == 200, allowed, "{}", told.body);
        let lost = replies.iter().find(|reply| reply.status != 303).unwrap();
        assert_eq!(lost.status, 410, "{}", lost.body);
    }
    let events = "SELECT count(*) AS n FROM audit_events WHERE action IN ('device.approve', 'device.deny')";
    assert_eq!(count(&app, events).await, 3, "one for each answer that counted");
});
