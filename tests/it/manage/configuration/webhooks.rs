//! Webhooks in a file: known by their addresses, signed with what the file gives or what is made, and never shown.

use gridkey::tenants;
use gridkey::webhooks::{self, Sealing, Webhook};
use serde_json::json;

use super::{APPLY, EXPORT, PLAN, deeds, send};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::tenant;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const OTHER: &str = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";

fn file(more: &str) -> String {
    format!("[[webhooks]]\ntenant = \"acme\"\nurl = \"https://hooks.example.com/in?x=1\"\n{more}")
}

/// What acme has, with what signs.
async fn stored(app: &TestApp) -> Vec<(Webhook, String)> {
    let master = app.app.master.clone();
    let read = app.app.db.read(move |conn| {
        let acme = tenant(conn, "acme")?;
        webhooks::store::list(conn, acme.id, (None, None), (None, 50))
    });
    let opened = |webhook: Webhook| {
        let secret = Sealing(&master).open(webhook.id, &webhook.sealed_secret).unwrap();
        (webhook, secret.expose().to_owned())
    };
    read.await.unwrap().into_iter().map(opened).collect()
}

on_both!(a_webhook_is_made_changed_and_written_without_its_secret, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let whole = file(&format!("events = [\"user.*\"]\ndescription = \"Sync\"\nsecret = \"{SECRET}\"\n"));
    let made = send(&admin, APPLY, &whole).await.expect(200);
    assert!(!made.body.contains("whsec_"), "{}", made.body);
    assert_eq!(made.json()["changes"][0]["kind"], "webhook");
    assert_eq!(made.json()["changes"][0]["name"], "acme/https://hooks.example.com/in?x=1");
    let all = stored(&app).await;
    assert_eq!((all[0].0.events.clone(), all[0].1.as_str()), (vec!["user.*".to_owned()], SECRET));
    assert!(send(&admin, APPLY, &whole).await.expect(200).json()["unchanged"] == 1, "the same again");

    let export = admin.get(EXPORT).await.expect(200).body;
    assert!(export.contains("[[webhooks]]") && export.contains("https://hooks.example.com/in?x=1"));
    assert!(!export.contains("whsec_"), "{export}");
    let nothing = send(&admin, PLAN, &export).await.expect(200).json();
    assert_eq!((nothing["created"].as_u64(), nothing["updated"].as_u64()), (Some(0), Some(0)), "{nothing}");

    let paused =
        send(&admin, APPLY, &file("status = \"paused\"\nevents = [\"*\"]\n")).await.expect(200).json();
    assert_eq!(paused["changes"][0]["fields"], json!(["events", "status"]), "{paused}");
    let changed = send(&admin, APPLY, &file(&format!("secret = \"{OTHER}\"\n"))).await.expect(200);
    assert_eq!(changed.json()["changes"][0]["fields"], json!(["secret"]));
    assert!(!changed.body.contains("whsec_"), "{}", changed.body);
    let all = stored(&app).await;
    assert_eq!(all[0].1, OTHER);
    assert!(all[0].0.previous.is_some(), "receivers have a day to learn the new one");
    let by = |action: &str| format!("{action} service {}", admin.id);
    let told = deeds(&app).await;
    assert_eq!(told.iter().filter(|deed| **deed == by("webhook.update")).count(), 2, "{told:?}");
    assert!(told.contains(&by("webhook.create")));
    let log = admin.get("/v1/audit-log?action=webhook.*").await.expect(200).body;
    assert!(!log.contains("whsec_"), "{log}");
});

on_both!(a_secret_is_made_where_none_is_given_and_kept_where_none_is_named, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    send(&admin, APPLY, &file("events = [\"user.created\"]\n")).await.expect(200);
    let first = stored(&app).await;
    assert!(first[0].1.starts_with("whsec_"));
    send(&admin, APPLY, &file("description = \"Other\"\n")).await.expect(200);
    assert_eq!(stored(&app).await[0].1, first[0].1);
});

on_both!(what_does_not_fit_is_refused_and_no_secret_is_repeated, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let events = "events = [\"*\"]\n";
    for (text, line) in [
        (file(""), 1),
        (file("events = []\n"), 4),
        (file("events = [\"moon.landed\"]\n"), 4),
        (file(&format!("{events}status = \"gone\"\n")), 5),
        (file(&format!("{events}secret = \"whsec_c2hvcnQ=\"\n")), 5),
        (file(&format!("{events}secret = \"my canary secret, as long as it should be\"\n")), 5),
        (file(events).replace("https://hooks.example.com", "https://10.0.0.1"), 3),
        (file(events).replace("https://hooks.example.com", "https://u:p@hooks.example.com"), 3),
        (file(events).replace("https://hooks.example.com", "ftp://hooks.example.com"), 3),
        (format!("{}{}", file(events), file(events)), 5),
    ] {
        let said = send(&admin, PLAN, &text).await.expect_problem(422, "invalid_configuration");
        assert_eq!(said.json()["errors"][0]["line"], line, "{text}\n{}", said.body);
        assert!(!said.body.contains("canary") && !said.body.contains("c2hvcnQ"), "{}", said.body);
    }
    let many: String = (0..51)
        .map(|n| {
            format!(
                "[[webhooks]]\ntenant = \"acme\"\nurl = \"https://h{n}.example.com/\"\nevents = [\"*\"]\n"
            )
        })
        .collect();
    let said = send(&admin, APPLY, &many).await.expect_problem(422, "invalid_configuration");
    assert!(said.body.contains("at most 50"), "{}", said.body);
    assert!(stored(&app).await.is_empty());
    assert_eq!(deeds(&app).await, Vec::<String>::new());
});

on_both!(webhooks_that_are_not_named_go_and_those_of_others_stay, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let other = app.manager("globex", Some("tenant_admin")).await;
    let of_globex = file("events = [\"*\"]\n").replace("acme", "globex");
    send(&other, APPLY, &of_globex).await.expect(200);
    send(&admin, APPLY, &of_globex).await.expect_problem(403, "permission_denied");
    let second = file("events = [\"*\"]\n").replace("hooks.", "second.");
    send(&admin, APPLY, &format!("{}{second}", file("events = [\"*\"]\n"))).await.expect(200);
    let export = admin.get(EXPORT).await.expect(200).body;
    let start = export.find("[[webhooks]]\ntenant = \"acme\"\nurl = \"https://second.").unwrap();
    let gone = send(&admin, "/v1/configuration/apply?prune=true", &export[..start]).await.expect(200);
    assert_eq!(gone.json()["deleted"], 1, "{}", gone.body);
    assert_eq!(stored(&app).await.len(), 1);
    let left = app.app.db.read(|conn| {
        let globex = tenants::store::find_by_slug(conn, "globex")?.unwrap();
        webhooks::store::count(conn, globex.id)
    });
    assert_eq!(left.await.unwrap(), 1);
});
