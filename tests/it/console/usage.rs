//! `/console/usage`.

use gridkey::credentials::store::{Usage, add_usage};
use gridkey::id::Id;

use super::shown;
use crate::on_both;
use crate::support::tokens::{ADA, alter, tenant};

on_both!(requests_are_drawn_and_told_as_a_table, |app| {
    let (browser, page) = app.looking(ADA, "/console/usage").await;
    assert!(shown(&page).contains("No key was used in this time") && !page.reply.body.contains("<svg"));
    let (key, hour) = (app.app.random.uuid(app.now()), app.now().hour());
    alter(&app, move |conn| {
        let id = tenant(conn, "acme")?.id;
        for (outcome, requests) in [("allowed", 1_203), ("rate_limited", 7), ("revoked", 2)] {
            let outcome = outcome.to_owned();
            let usage = Usage { credential_id: Id::new(key), tenant_id: id, hour, outcome, requests };
            add_usage(conn, &[usage])?;
        }
        Ok(())
    })
    .await;
    for range in ["day", "week"] {
        let page = browser.get(&format!("/console/usage?range={range}")).await;
        assert!(shown(&page).contains("<svg") && page.reply.body.contains("role=\"img\""));
        assert!(
            page.reply.body.contains("<rect class=\"good\"")
                && page.reply.body.contains("<rect class=\"bad\"")
        );
        assert!(page.reply.body.contains("<td>1203</td><td>7</td><td>2</td>"), "{}", page.reply.body);
        assert!(page.reply.body.contains(&key.to_string()), "a key that is gone keeps its identifier");
    }
});

on_both!(who_may_not_sees_no_use, |app| {
    let (browser, page) = app.looking("grace@acme.example", "/console").await;
    assert!(!shown(&page).contains("/console/usage"));
    assert_eq!(browser.get("/console/usage").await.reply.status, 403);
});
