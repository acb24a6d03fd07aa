//! `/console/applications`.

use super::{CANARY, fill, shown};
use crate::on_both;
use crate::support::tokens::ADA;

on_both!(a_web_application_is_registered_and_changed, |app| {
    let (browser, cards) = app.looking(ADA, "/console/applications/new").await;
    assert_eq!(shown(&cards).matches("?kind=").count(), 5);
    let form = browser.get("/console/applications/new?kind=web").await;
    shown(&form);
    let doubtful =
        [("display_name", CANARY), ("redirect_uris", "http://portal.example/cb/"), ("scopes", "openid")];
    let refused = fill(&browser, &form, &doubtful).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert_eq!(refused.form().fields["display_name"], CANARY);
    assert!(
        refused.reply.body.contains("http://portal.example/cb/")
            && refused.reply.body.contains("id=\"uri-warnings\"")
    );
    assert!(refused.reply.body.contains(r##"href="#redirect_uris""##), "{}", refused.reply.body);

    let good = [
        ("display_name", CANARY),
        ("redirect_uris", "https://portal.example/cb"),
        ("scopes", "openid email"),
    ];
    let told = fill(&browser, &refused, &good).await;
    assert!(shown(&told).contains("id=\"client-secret\""), "{}", told.reply.body);
    let again = fill(&browser, &refused, &good).await;
    assert!(shown(&again).contains("id=\"repeated\"") && !again.reply.body.contains("id=\"client-secret\""));

    let list = browser.get("/console/applications?kind=web").await;
    assert_eq!(shown(&list).matches("&#60;script&#62;x").count(), 1, "{}", list.reply.body);
    let body = &told.reply.body;
    let start = body.find("id=\"told-done\" href=\"").unwrap() + "id=\"told-done\" href=\"".len();
    let at = body[start..].split('"').next().unwrap().to_owned();
    let page = browser.get(&at).await;
    assert!(shown(&page).contains("code_challenge_method=S256"), "{}", page.reply.body);
    let edit = [
        ("display_name", "Portal"),
        ("redirect_uris", "https://portal.example/cb\r\nhttps://portal.example/other/"),
        ("scopes", "openid"),
        ("grant_types", "authorization_code"),
        ("lifetime_access_token", "600"),
    ];
    let done = browser.follow(fill(&browser, &page, &edit).await).await;
    assert!(shown(&done).contains("<h1><bdi>Portal</bdi></h1>") && done.reply.body.contains("value=\"600\""));
    assert!(done.reply.body.contains("ends in a slash"));
    let late = fill(&browser, &page, &edit).await;
    assert_eq!(late.reply.status, 422);
    let wrong = fill(&browser, &done, &[("display_name", "Portal"), ("lifetime_access_token", "soon")]).await;
    assert_eq!(wrong.reply.status, 422);

    // Two secrets at a time.
    let asked = browser.get(&format!("{at}/add-secret")).await;
    let second = browser.submit(&asked, &[]).await;
    assert!(shown(&second).contains("id=\"client-secret\""));
    let page = browser.get(&at).await;
    assert!(!shown(&page).contains("id=\"add-secret\""));
    let start = page.reply.body.find("/remove-secret?secret=").unwrap();
    let secret = page.reply.body[start..].split('"').next().unwrap();
    let asked = browser.get(&format!("{at}{secret}")).await;
    let done = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&done).contains("The secret was removed."));

    for (action, status) in
        [("disable", "Disabled"), ("enable", "Active"), ("delete", "Deleted"), ("restore", "Active")]
    {
        let asked = browser.get(&format!("{at}/{action}")).await;
        assert!(shown(&asked).contains("Portal"), "{action}");
        let done = browser.follow(browser.submit(&asked, &[]).await).await;
        assert!(shown(&done).contains(&format!("</span>{status}</span>")), "{action}: {}", done.reply.body);
    }
    assert_eq!(browser.get(&format!("{at}/enable")).await.reply.status, 404);
});

on_both!(a_machine_has_a_line_that_gets_a_token, |app| {
    let (browser, form) = app.looking(ADA, "/console/applications/new?kind=machine").await;
    assert!(!shown(&form).contains("redirect_uris"));
    let told = fill(&browser, &form, &[("display_name", "Nightly"), ("scopes", "")]).await;
    assert!(shown(&told).contains("id=\"client-secret\""), "{}", told.reply.body);
    let list = browser.get("/console/applications?kind=machine").await;
    assert!(shown(&list).contains("Nightly"));
    let none = browser.get("/console/applications?q=nothing-begins-so").await;
    assert!(shown(&none).contains("Nothing matches"));
});

on_both!(who_may_not_sees_no_application, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/applications"));
    for at in ["/console/applications", "/console/applications/new"] {
        assert_eq!(browser.get(at).await.reply.status, 403, "{at}");
    }
    let (browser, _) = app.looking(ADA, "/console").await;
    let nobodys = "/console/applications/00000000-0000-7000-8000-000000000001";
    assert_eq!(browser.get(nobodys).await.reply.status, 404);
});
