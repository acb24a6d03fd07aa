//! `/console/settings/recycle-bin`.

use super::shown;
use crate::on_both;
use crate::support::tokens::{ADA, alter, person};

const BIN: &str = "/console/settings/recycle-bin";
const GRACE: &str = "grace@acme.example";

on_both!(what_was_deleted_comes_back_or_is_gone_for_good, |app| {
    let (browser, empty) = app.looking(ADA, BIN).await;
    assert!(shown(&empty).contains("The recycle bin is empty"), "{}", empty.reply.body);
    let none = browser.get(&format!("{BIN}?kind=application")).await;
    assert!(shown(&none).contains("Nothing matches"), "{}", none.reply.body);
    let grace = alter(&app, |conn| Ok(person(conn, "acme", GRACE)?.id)).await;
    let person_at = format!("/console/users/{grace}");
    let at = format!("{BIN}/user/{grace}");
    assert_eq!(browser.get(&format!("{at}/restore")).await.reply.status, 404, "not in the bin");

    let discard = browser.get(&format!("{person_at}/delete")).await;
    browser.submit(&discard, &[]).await;
    let list = browser.get(BIN).await;
    assert!(shown(&list).contains(GRACE) && list.reply.body.contains("7 days"), "{}", list.reply.body);
    let asked = browser.get(&format!("{at}/restore")).await;
    assert!(shown(&asked).contains(GRACE), "{}", asked.reply.body);
    let back = browser.follow(browser.submit(&asked, &[]).await).await;
    assert!(shown(&back).contains("The recycle bin is empty"), "{}", back.reply.body);

    browser.submit(&discard, &[]).await;
    let asked = browser.get(&format!("{at}/purge")).await;
    let wrong = browser.submit(&asked, &[("typed_name", "somebody")]).await;
    assert_eq!(wrong.reply.status, 422, "{}", wrong.reply.body);
    assert_eq!(wrong.form().fields["typed_name"], "somebody");
    let gone = browser.follow(browser.submit(&wrong, &[("typed_name", GRACE)]).await).await;
    assert!(shown(&gone).contains("The recycle bin is empty"), "{}", gone.reply.body);
    assert_eq!(browser.get(&person_at).await.reply.status, 404);
    for rest in ["user/x/purge", "team/x/purge", "tenant/x/restore"] {
        assert_eq!(browser.get(&format!("{BIN}/{rest}")).await.reply.status, 404, "{rest}");
    }
});

on_both!(the_bin_of_another_organisation_is_not_there, |app| {
    let (ada, _) = app.looking(ADA, "/console").await;
    let grace = alter(&app, |conn| Ok(person(conn, "acme", GRACE)?.id)).await;
    let discard = ada.get(&format!("/console/users/{grace}/delete")).await;
    ada.submit(&discard, &[]).await;
    let (hank, page) = app.looking("hank@globex.example", BIN).await;
    assert!(shown(&page).contains("The recycle bin is empty"), "{}", page.reply.body);
    for action in ["restore", "purge"] {
        assert_eq!(hank.get(&format!("{BIN}/user/{grace}/{action}")).await.reply.status, 404, "{action}");
    }
});
