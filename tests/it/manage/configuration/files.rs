//! What files do: they say what is there, tell what they would do, and do it once.

use serde_json::{Value, json};

use super::{APPLY, EXPORT, PLAN, deeds, send, send_with};
use crate::on_both;
use crate::support::tokens::count;

const FILE: &str = r#"
[[tenants]]
slug = "acme"
display_name = "Acme & Sons"

[[roles]]
tenant = "acme"
slug = "auditor"
display_name = "Auditor"
permissions = ["audit:read", "reports:read"]

[[users]]
tenant = "acme"
email = "new@acme.example"
name = "New Person"
roles = ["auditor"]
"#;

/// The changes of an answer that are some, as `action kind name`.
fn changes(report: &Value) -> Vec<String> {
    let all = report["changes"].as_array().unwrap().iter();
    let word = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let line = |one: &Value| format!("{} {} {}", word(one, "action"), word(one, "kind"), word(one, "name"));
    all.filter(|one| one["action"] != "unchanged").map(line).collect()
}

on_both!(an_export_says_what_is_there_and_has_nothing_to_do, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let export = admin.get(EXPORT).await.expect(200);
    assert_eq!(export.header("content-type"), "application/toml");
    assert_eq!(export.header("cache-control"), "no-store");
    assert_eq!(export.header("content-disposition"), "attachment; filename=\"acme.toml\"");
    for part in ["slug = \"acme\"", "ada@acme.example", "client_id = \"web\"", "slug = \"editor\""] {
        assert!(export.body.contains(part), "{part}");
    }
    for secret in ["argon2", "password_hash =", "secret_hash", "sha256:", "globex"] {
        assert!(!export.body.contains(secret), "{secret}: {}", export.body);
    }
    assert_eq!(deeds(&app).await, [format!("tenant.export service {}", admin.id)]);
    for path in [PLAN, APPLY] {
        let nothing = send(&admin, path, &export.body).await.expect(200);
        let report = nothing.json();
        assert_eq!(changes(&report), Vec::<String>::new(), "{report}");
        assert!(report["unchanged"].as_u64().unwrap() > 10, "{report}");
    }
    let all = send(&admin, "/v1/configuration/plan?prune=true", &export.body).await.expect(200);
    assert_eq!(changes(&all.json()), Vec::<String>::new(), "whatever there is stands in it");
    assert_eq!(deeds(&app).await.len(), 1, "what does nothing tells nothing");
});

on_both!(hashes_are_for_those_who_rule_the_server, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let root = app.manager("globex", Some("super_admin")).await;
    admin.get("/v1/configuration?hashes=true").await.expect_problem(403, "permission_denied");
    admin.get("/v1/configuration?hashes=yes").await.expect_problem(400, "invalid_filter");
    admin.get("/v1/configuration?hash=true").await.expect_problem(400, "unknown_parameter");
    let export = root.get("/v1/configuration?hashes=true&tenant=acme").await.expect(200);
    assert!(export.body.contains("$argon2id$") && export.body.contains("sha256:"), "{}", export.body);
    let again = send(&root, "/v1/configuration/plan?tenant=acme", &export.body).await.expect(200);
    assert_eq!(changes(&again.json()), Vec::<String>::new());
});

on_both!(a_plan_tells_what_will_be_done_and_does_nothing, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let plan = send(&admin, PLAN, FILE).await.expect(200);
    assert_eq!(plan.header("cache-control"), "no-store");
    let report = plan.json();
    let wanted = ["updated tenant acme", "created role acme/auditor", "created user acme/new@acme.example"];
    assert_eq!(changes(&report), wanted, "{report}");
    assert_eq!((report["created"].as_u64(), report["updated"].as_u64()), (Some(2), Some(1)));
    assert_eq!(report["changes"][0]["fields"], json!(["display_name"]));
    let name = &report["changes"][0]["values"]["display_name"];
    assert_eq!(*name, json!({ "before": "Acme Corporation", "after": "Acme & Sons" }));
    assert_eq!(report["changes"][1]["values"]["slug"], json!({ "before": null, "after": "auditor" }));
    assert_eq!(deeds(&app).await, Vec::<String>::new());
    assert_eq!(count(&app, "SELECT count(*) AS n FROM users WHERE email_key = 'new@acme.example'").await, 0);
    assert_eq!(send(&admin, PLAN, FILE).await.header("etag"), plan.header("etag"), "the same again");
});

on_both!(what_was_agreed_to_is_done_once_and_in_whose_name_it_was_asked, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let plan = send(&admin, PLAN, FILE).await.expect(200);
    let guard = [("if-match", plan.header("etag"))];
    let other = FILE.replace("New Person", "Other Person");
    send_with(&admin, APPLY, other, &guard).await.expect_problem(412, "changed_meanwhile");
    for stale in ["\"1\"", "junk", "\"\""] {
        let headers = [("if-match", stale)];
        send_with(&admin, APPLY, FILE, &headers).await.expect_problem(412, "changed_meanwhile");
    }
    assert_eq!(deeds(&app).await, Vec::<String>::new());
    let applied = send_with(&admin, APPLY, FILE, &guard).await.expect(200);
    assert_eq!(changes(&applied.json()), changes(&plan.json()));
    let by = |action: &str| format!("{action} service {}", admin.id);
    let done = [by("role.create"), by("tenant.update"), by("user.create")];
    assert_eq!(deeds(&app).await, done);
    let again = send_with(&admin, APPLY, FILE, &guard).await.expect(200);
    assert_eq!(changes(&again.json()), Vec::<String>::new(), "sent again, it does nothing again");
    assert_eq!(deeds(&app).await, done);
    let people = admin.get("/v1/users?q=new@").await.expect(200).json();
    let roles = format!("/v1/users/{}/roles", people["items"][0]["id"].as_str().unwrap());
    assert!(admin.get(&roles).await.expect(200).body.contains("auditor"));
});

on_both!(somebody_who_was_faster_is_not_overwritten, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let plan = send(&admin, PLAN, FILE).await.expect(200);
    let tenant = admin.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let rename = json!({ "display_name": "Acme Renamed" });
    admin.patch(&format!("/v1/tenants/{tenant}"), &rename).await.expect(200);
    let guard = [("if-match", plan.header("etag"))];
    send_with(&admin, APPLY, FILE, &guard).await.expect_problem(412, "changed_meanwhile");
    assert_eq!(count(&app, "SELECT count(*) AS n FROM users WHERE email_key = 'new@acme.example'").await, 0);
});

on_both!(many_at_once_make_one_of_each, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let all = futures_util::future::join_all((0..6).map(|_| send(&admin, APPLY, FILE))).await;
    let made = all.iter().map(|reply| reply.json()["created"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(made, 2, "{:?}", all.iter().map(|reply| &reply.body).collect::<Vec<_>>());
    assert_eq!(deeds(&app).await.len(), 3);
});

on_both!(what_a_file_does_not_name_goes_if_that_is_asked_for, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let export = admin.get(EXPORT).await.expect(200).body;
    let start = export.find("[[users]]\ntenant = \"acme\"\nemail = \"grace@").unwrap();
    let end = start + 5 + export[start + 5..].find("[[users]]").unwrap();
    let without = format!("{}{}", &export[..start], &export[end..]);
    assert_eq!(changes(&send(&admin, PLAN, &without).await.expect(200).json()), Vec::<String>::new());
    let pruned = send(&admin, "/v1/configuration/apply?prune=true", &without).await.expect(200);
    assert_eq!(changes(&pruned.json()), ["deleted user acme/grace@acme.example"]);
    assert_eq!(pruned.json()["deleted"], 1);
    admin.get("/v1/configuration?prune=true").await.expect_problem(400, "unknown_parameter");
    send(&admin, "/v1/configuration/plan?prune=1", &without).await.expect_problem(400, "invalid_filter");
});

on_both!(everything_that_is_wrong_is_told_at_once_with_its_place, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let file =
        "[[users]]\ntenant = \"acme\"\nemial = \"x\"\n\n[[roles]]\ntenant = \"acme\"\nslug = \"A B\"\n";
    let refused = send(&admin, PLAN, file).await.expect_problem(422, "invalid_configuration").json();
    let errors = refused["errors"].as_array().unwrap();
    assert!(errors.len() >= 3, "{refused}");
    let at = |one: &Value| (one["line"].as_u64().unwrap(), one["column"].as_u64().unwrap());
    let emial = errors.iter().find(|one| one["detail"].as_str().unwrap().contains("emial")).unwrap();
    assert_eq!(at(emial), (3, 1), "{refused}");
    assert!(errors.iter().any(|one| at(one).0 == 7), "{refused}");
    // What only the database can tell is told in the same way.
    let file =
        "[[users]]\ntenant = \"acme\"\nemail = \"a@acme.example\"\nname = \"A\"\nroles = [\"nothing\"]\n";
    let refused = send(&admin, APPLY, file).await.expect_problem(422, "invalid_configuration").json();
    assert_eq!(refused["errors"][0]["line"], 5, "{refused}");
    for bad in ["[[", "a = ", "\u{feff}x", "tenants = 1", "[[tenants]]\nslug = \"acme\"\nslug = \"acme\""] {
        let refused = send(&admin, PLAN, bad).await.expect_problem(422, "invalid_configuration");
        assert!(!refused.json()["errors"].as_array().unwrap().is_empty(), "{bad}");
    }
    assert_eq!(changes(&send(&admin, PLAN, "").await.expect(200).json()), Vec::<String>::new());
});

on_both!(limits_of_the_organisation_hold_for_files_too, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let people = count(
        &app,
        "SELECT count(*) AS n FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE t.slug = 'acme'",
    )
    .await;
    let limited = format!("[[tenants]]\nslug = \"acme\"\nlimits = {{ users = {people} }}\n");
    send(&root, APPLY, &limited).await.expect(200);
    let refused = send(&root, APPLY, FILE).await.expect_problem(422, "invalid_configuration");
    assert!(refused.body.contains("may have"), "{}", refused.body);
    assert_eq!(count(&app, "SELECT count(*) AS n FROM users WHERE email_key = 'new@acme.example'").await, 0);
});
