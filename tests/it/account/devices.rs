//! `/account/devices`.

use super::{GRACE, events};
use crate::console::shown;
use crate::on_both;
use crate::support::tokens::ADA;

on_both!(devices_are_signed_out_one_by_one_or_all_at_once, |app| {
    let (one, page) = app.looking(ADA, "/account/devices").await;
    assert!(shown(&page).contains("This device") && !page.reply.body.contains("id=\"end-others\""));
    let (two, _) = app.looking(ADA, "/account").await;
    let (three, _) = app.looking(ADA, "/account").await;
    let page = one.get("/account/devices").await;
    assert_eq!(shown(&page).matches("<th scope=\"row\">").count(), 3);
    // This one stands first; the second is another.
    let other =
        page.reply.body.split("href=\"/account/devices/").filter(|part| part.contains("/end\"")).nth(2);
    let at = format!("/account/devices/{}", other.unwrap().split('"').next().unwrap());
    let asked = one.get(&at).await;
    let (stranger, _) = app.looking(GRACE, "/account").await;
    assert_eq!(stranger.get(&at).await.reply.status, 404, "somebody else's");
    let done = one.follow(one.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("id=\"flash\""), "{}", done.reply.body);
    let left = [two.get("/account").await.reply.status, three.get("/account").await.reply.status];
    assert_eq!(left.iter().filter(|status| **status == 200).count(), 1, "{left:?}");
    assert_eq!(events(&app, "session.end").await, 1);

    let asked = one.get("/account/devices/others/end").await;
    one.submit(&asked, &[]).await;
    for browser in [&two, &three] {
        assert_eq!(browser.get("/account").await.reply.status, 303);
    }
    assert_eq!(one.get("/account").await.reply.status, 200);
    one.submit(&asked, &[]).await;
    assert_eq!(events(&app, "user.sign_out").await, 1, "the second time there was nothing to end");
});

on_both!(everything_is_ended_at_once, |app| {
    let (one, asked) = app.looking(ADA, "/account/security/sign-out").await;
    let (two, _) = app.looking(ADA, "/account").await;
    let done = one.submit(&asked, &[]).await;
    assert_eq!(done.reply.header("location"), "/login/signed-out");
    for browser in [&one, &two] {
        assert_eq!(browser.get("/account").await.reply.status, 303);
    }
    assert_eq!(events(&app, "user.sign_out").await, 1);
});
