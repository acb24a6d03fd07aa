//! `/console/settings/import-export`.

use std::time::Duration;

use super::{CANARY, shown};
use crate::manage::configuration::deeds;
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::tokens::{ADA, count};
use crate::support::{Browser, PASSWORD, Page};

const GRACE: &str = "grace@acme.example";
const PLACE: &str = "/console/settings/import-export";
const APPLY: &str = "/console/settings/import-export/apply";
const FILE: &str = "/console/settings/import-export/download";

const ROLE: &str = "[[roles]]\ntenant = \"acme\"\nslug = \"auditor\"\ndisplay_name = \"Auditor\"\n\
                    permissions = [\"audit:read\"]\n\n[[tenants]]\nslug = \"acme\"\ndisplay_name = \"Acme & Sons\"\n";

/// Uploads a file, or pastes its text as a browser would send it.
async fn send(browser: &Browser, page: &Page, file: &[u8], more: &[(&str, &str)]) -> Page {
    let csrf = page.form().fields["csrf"].clone();
    let own = [("csrf", csrf.as_str())];
    browser.post_file(PLACE, &[&own[..], more].concat(), ("file", file)).await
}

async fn roles(app: &crate::support::TestApp) -> i64 {
    count(app, "SELECT count(*) AS n FROM roles WHERE slug = 'auditor'").await
}

on_both!(a_file_is_uploaded_looked_at_and_applied, |app| {
    let (browser, page) = app.looking(ADA, PLACE).await;
    assert!(shown(&page).contains(&format!("href=\"{FILE}\"")), "{}", page.reply.body);
    assert!(page.reply.body.contains("gridkey config export --tenant acme"));
    let plan = send(&browser, &page, ROLE.as_bytes(), &[]).await;
    for part in [
        "id=\"plan\"",
        "acme/auditor",
        "<ins><bdi>audit:read</bdi></ins>",
        "<del><bdi>Acme Corporation</bdi></del>",
        "Acme &#38; Sons",
    ] {
        assert!(shown(&plan).contains(part), "{part}: {}", plan.reply.body);
    }
    assert!(!plan.reply.body.contains("id=\"deletes\""));
    assert_eq!(roles(&app).await, 0, "nothing was done yet");
    let done = browser.submit(&plan, &[]).await;
    assert_eq!(done.reply.status, 303, "{}", done.reply.body);
    assert!(shown(&browser.follow(done).await).contains("id=\"flash\""));
    assert_eq!(roles(&app).await, 1);
    let made = deeds(&app).await;
    assert!(made.iter().any(|deed| deed.starts_with("role.create user ")), "in their own name: {made:?}");

    // The same again, by hand and by file: there is nothing to do.
    let again = browser.submit(&plan, &[]).await;
    assert_eq!(again.reply.status, 303, "{}", again.reply.body);
    assert_eq!(deeds(&app).await, made, "sent again, it does nothing again");
    let nothing = send(&browser, &page, ROLE.as_bytes(), &[]).await;
    assert!(shown(&nothing).contains("<h2>No changes</h2>"), "{}", nothing.reply.body);
    assert!(!nothing.reply.body.contains("id=\"apply\""));
});

on_both!(a_text_is_pasted_with_the_line_ends_of_browsers, |app| {
    let (browser, page) = app.looking(ADA, PLACE).await;
    let pasted = "[[teams]]\r\ntenant = \"acme\"\r\nslug = \"crew\"\r\ndisplay_name = \"Crew\"\r\ndescription = '''\r\none\r\ntwo'''\r\n";
    let plan = send(&browser, &page, b"", &[("text", pasted)]).await;
    assert!(shown(&plan).contains("acme/crew"), "{}", plan.reply.body);
    let typed = plan.form().fields["text"].replace('\n', "\r\n");
    let done = browser.submit(&plan, &[("text", &typed)]).await;
    assert_eq!(done.reply.status, 303, "{}", done.reply.body);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM teams WHERE slug = 'crew'").await, 1);
});

on_both!(what_is_wrong_is_shown_line_by_line_and_nothing_is_lost, |app| {
    let (browser, page) = app.looking(ADA, PLACE).await;
    let wrong = format!("[[roles]]\ntenant = \"acme\"\nslug = 'A B'\nemial = '''{CANARY}'''\n\n[[users]]\n");
    let refused = send(&browser, &page, wrong.as_bytes(), &[]).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    let body = &refused.reply.body;
    assert!(!body.contains("<script>x"), "{body}");
    for part in [
        "id=\"error-summary\"",
        "id=\"flaws\"",
        "<td>3</td>",
        "<td>4</td>",
        "<td>6</td>",
        "emial",
        "&#60;script&#62;x",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    for (file, more) in
        [(b"" as &[u8], &[] as &[(&str, &str)]), (b"", &[("text", " \r\n ")]), (b"\xff\xfe", &[])]
    {
        let refused = send(&browser, &page, file, more).await;
        assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
        assert!(refused.reply.body.contains("href=\"#file\""), "{}", refused.reply.body);
    }
    let large = send(&browser, &page, &vec![b'#'; 1_100_000], &[]).await;
    assert_eq!(large.reply.status, 422, "{}", large.reply.body.len());
    assert!(large.reply.body.contains("href=\"#file\""));
    let huge = send(&browser, &page, &vec![b'#'; 4_000_000], &[]).await;
    assert_eq!(huge.reply.status, 413, "{}", huge.reply.body);
    // What is not theirs to hand out is told in the form too.
    let strong =
        "[[roles]]\ntenant = \"acme\"\nslug = \"x\"\ndisplay_name = \"X\"\npermissions = [\"*:*\"]\n";
    let refused = send(&browser, &page, strong.as_bytes(), &[]).await;
    assert_eq!(refused.reply.status, 422, "{}", refused.reply.body);
    assert!(refused.reply.body.contains("id=\"flaws\"") && refused.reply.body.contains("*:*"));
    let other = send(&browser, &page, b"[[tenants]]\nslug = \"globex\"\n", &[]).await;
    assert!(other.reply.body.contains("another organisation"), "{}", other.reply.body);
});

on_both!(texts_of_a_plan_come_out_as_texts, |app| {
    let (browser, page) = app.looking(ADA, PLACE).await;
    let file = format!("[[tenants]]\nslug = \"acme\"\ndisplay_name = '''{CANARY}'''\n");
    let plan = send(&browser, &page, file.as_bytes(), &[]).await;
    assert!(shown(&plan).contains("&#60;script&#62;x"), "{}", plan.reply.body);
    assert_eq!(plan.form().fields["text"], file);
    assert_eq!(browser.submit(&plan, &[]).await.reply.status, 303);
    assert!(shown(&browser.get(PLACE).await).contains("&#60;script&#62;x"));
});

on_both!(what_changed_meanwhile_is_planned_anew, |app| {
    let (browser, page) = app.looking(ADA, PLACE).await;
    let plan = send(&browser, &page, ROLE.as_bytes(), &[]).await;
    let general = browser.get("/console/settings").await;
    browser.submit(&general, &[("display_name", "Renamed")]).await;
    let stale = browser.submit(&plan, &[]).await;
    assert_eq!(stale.reply.status, 422, "{}", stale.reply.body);
    for part in ["id=\"error-summary\"", "<del><bdi>Renamed</bdi></del>", "id=\"apply\""] {
        assert!(stale.reply.body.contains(part), "{part}: {}", stale.reply.body);
    }
    assert_eq!(roles(&app).await, 0);
    // Nor is anything done that no plan stood for.
    for version in ["", "x", "\"0\""] {
        let blind = browser.submit(&plan, &[("version", version)]).await;
        assert_eq!(blind.reply.status, 422, "{version}: {}", blind.reply.body);
    }
    assert_eq!(browser.submit(&stale, &[]).await.reply.status, 303);
    assert_eq!(roles(&app).await, 1);
});

on_both!(what_is_deleted_is_said, |app| {
    let (browser, page) = app.looking(ADA, PLACE).await;
    let export = browser.get(FILE).await.reply.body;
    let start = export.find("[[clients]]\ntenant = \"acme\"\nclient_id = \"native\"").unwrap();
    let end = start + 5 + export[start + 5..].find("[[clients]]").unwrap();
    let without = format!("{}{}", &export[..start], &export[end..]);
    let plan = send(&browser, &page, without.as_bytes(), &[("prune", "true")]).await;
    assert!(shown(&plan).contains("id=\"deletes\""), "{}", plan.reply.body);
    assert_eq!(plan.form().fields["prune"], "true");
    assert_eq!(browser.submit(&plan, &[]).await.reply.status, 303);
    let gone = "SELECT count(*) AS n FROM clients WHERE client_id = 'native' AND deleted_at IS NOT NULL";
    assert_eq!(count(&app, gone).await, 1);
});

on_both!(the_file_is_downloaded_without_hashes, |app| {
    let (browser, _) = app.looking(ADA, PLACE).await;
    let file = browser.get(FILE).await;
    assert_eq!(file.reply.status, 200);
    assert_eq!(file.reply.header("content-type"), "application/toml");
    assert_eq!(file.reply.header("content-disposition"), "attachment; filename=\"acme.toml\"");
    assert_eq!(file.reply.header("cache-control"), "no-store");
    assert!(file.reply.body.contains(ADA) && !file.reply.body.contains("argon2"), "{}", file.reply.body);
    let with = browser.get(&format!("{FILE}?hashes=true")).await;
    assert!(!with.reply.body.contains("argon2"), "pages give none");
    assert!(deeds(&app).await.iter().any(|deed| deed.starts_with("tenant.export user ")));
});

on_both!(applying_is_guarded_as_every_change, |app| {
    let (browser, page) = app.looking(ADA, PLACE).await;
    let forged = browser.post_file(PLACE, &[("csrf", "x")], ("file", ROLE.as_bytes())).await;
    assert_eq!(forged.reply.status, 403, "{}", forged.reply.body);
    let plan = send(&browser, &page, ROLE.as_bytes(), &[]).await;
    assert_eq!(browser.submit(&plan, &[("csrf", "x")]).await.reply.status, 403);
    let fields = plan.form().fields;
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let foreign = browser.post_with(APPLY, &pairs, &[("origin", "https://evil.example")]).await;
    assert_eq!(foreign.reply.status, 403, "{}", foreign.reply.body);
    let huge = "#".repeat(3_300_000);
    assert_eq!(browser.submit(&plan, &[("text", &huge)]).await.reply.status, 413);
    // Looking goes on; doing asks who it is.
    app.pass(Duration::from_secs(11 * 60));
    let plan = send(&browser, &page, ROLE.as_bytes(), &[]).await;
    let asked = browser.submit(&plan, &[]).await;
    assert_eq!(asked.reply.status, 403, "{}", asked.reply.body);
    assert!(asked.reply.body.contains("name=\"confirm_password\""), "{}", asked.reply.body);
    assert_eq!(roles(&app).await, 0);
    let wrong = browser.submit(&asked, &[("confirm_password", "wrong")]).await;
    assert_eq!(wrong.reply.status, 403);
    let done = browser.submit(&wrong, &[("confirm_password", PASSWORD)]).await;
    assert_eq!(done.reply.status, 303, "{}", done.reply.body);
    assert_eq!(roles(&app).await, 1);
});

on_both!(files_are_for_who_rules_the_organisation, |app| {
    let (ada, page) = app.looking(ADA, "/console").await;
    assert!(shown(&page).contains(PLACE));
    make_role(&app, "acme", "settings", &["tenant:*", "users:read"]).await;
    give(&app, "acme", GRACE, "settings").await;
    let (grace, page) = app.looking(GRACE, "/console").await;
    assert!(!shown(&page).contains(PLACE), "{}", page.reply.body);
    for place in [PLACE, FILE] {
        assert_eq!(grace.get(place).await.reply.status, 403, "{place}");
    }
    let csrf = grace.get("/account/profile").await.form().fields["csrf"].clone();
    let sent = grace.post_file(PLACE, &[("csrf", &csrf)], ("file", ROLE.as_bytes())).await;
    assert_eq!(sent.reply.status, 403, "{}", sent.reply.body);
    let sent = grace.post(APPLY, &[("csrf", &csrf), ("text", ROLE), ("version", "\"x\"")]).await;
    assert_eq!(sent.reply.status, 403, "{}", sent.reply.body);
    assert_eq!(ada.get(&format!("{PLACE}?tenant=globex")).await.reply.status, 404);
    assert_eq!(roles(&app).await, 0);
});
