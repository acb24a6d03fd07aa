//! `/v1/tenants/{id}/domains`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::count;

async fn place(root: &Manager<'_>, slug: &str) -> String {
    let listed = root.get(&format!("/v1/tenants?q={slug}")).await.expect(200).json();
    format!("/v1/tenants/{}/domains", listed["items"][0]["id"].as_str().unwrap())
}

fn names(body: &Value) -> Vec<&str> {
    body["domains"].as_array().unwrap().iter().map(|item| item["domain"].as_str().unwrap()).collect()
}

on_both!(domains_are_said_as_a_whole_and_belong_to_one, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let (acme, globex) = (place(&root, "acme").await, place(&root, "globex").await);
    assert_eq!(names(&root.get(&acme).await.expect(200).json()), [""; 0]);
    let set = |list: Value| json!({ "domains": list });
    let first = root.put(&acme, &set(json!(["B.example", "a.example", "A.example"]))).await.expect(200);
    assert_eq!(names(&first.json()), ["a.example", "b.example"]);
    assert_eq!(root.get(&acme).await.expect(200).json(), first.json());
    app.pass(std::time::Duration::from_secs(5));
    let second = root.put(&acme, &set(json!(["b.example", "c.example"]))).await.expect(200);
    assert_eq!(names(&second.json()), ["b.example", "c.example"]);
    assert_eq!(second.json()["domains"][0], first.json()["domains"][1], "what stays keeps its time");
    root.put(&acme, &set(json!(["c.example", "b.example"]))).await.expect(200);
    assert_eq!(
        count(&app, "SELECT count(*) AS n FROM audit_events WHERE action = 'tenant.set_domains'").await,
        2
    );

    root.put(&globex, &set(json!(["d.example", "B.EXAMPLE"]))).await.expect_problem(409, "already_exists");
    assert_eq!(names(&root.get(&globex).await.json()), [""; 0], "all or nothing");
    root.put(&globex, &set(json!(["a.example"]))).await.expect(200);
    root.put(&acme, &set(json!([]))).await.expect(200);
    root.put(&globex, &set(json!(["b.example"]))).await.expect(200);

    let guarded = [("if-match", first.header("etag"))];
    let stale = root.call_with(Method::PUT, &acme, Some(&set(json!(["e.example"]))), &guarded).await;
    stale.expect_problem(412, "changed_meanwhile");
    for bad in ["", "localhost", "a@b.example", "*.example", "b.example.", "x\u{0}.example"] {
        root.put(&acme, &set(json!([bad]))).await.expect_problem(422, "invalid_domain");
    }
    root.put(&acme, &set(json!(vec!["a.example"; 101]))).await.expect_problem(422, "invalid_domain");
    root.put(&acme, &json!({})).await.expect_problem(400, "invalid_body");
});

on_both!(of_two_who_want_one_domain_at_once_one_gets_it, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let places = [place(&root, "acme").await, place(&root, "globex").await];
    let body = json!({ "domains": ["one.example"] });
    let replies = futures::future::join_all(places.iter().map(|path| root.put(path, &body))).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
});

on_both!(an_organisation_sees_its_own_and_cannot_say_what_is_its_own, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (acme, globex) = (place(&root, "acme").await, place(&root, "globex").await);
    let body = json!({ "domains": ["a.example"] });
    admin.get(&acme).await.expect(200);
    admin.put(&acme, &body).await.expect_problem(403, "permission_denied");
    admin.get(&globex).await.expect_problem(404, "not_found");
    admin.put(&globex, &body).await.expect_problem(404, "not_found");
    let nobody = app.manager("acme", None).await;
    nobody.get(&acme).await.expect_problem(403, "permission_denied");
    root.get("/v1/tenants/0199b1a0-7c00-7000-8000-000000000000/domains")
        .await
        .expect_problem(404, "not_found");
});
