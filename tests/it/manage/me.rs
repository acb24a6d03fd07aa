//! `/v1/me/dismissed-notices`.

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;

const PATH: &str = "/v1/me/dismissed-notices";

async fn dismissed(by: &Manager<'_>) -> Value {
    by.get(PATH).await.expect(200).json()["items"].clone()
}

on_both!(people_dismiss_what_they_are_told_of_and_programs_are_told_of_nothing, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let ada = app.ada().await;
    let at = format!("{PATH}/expiring_keys");
    let (one, two) = (json!({ "digest": "1".repeat(64) }), json!({ "digest": "2".repeat(64) }));
    let told = ada.put(&at, &one).await.expect(200).json();
    assert_eq!((&told["notice"], &told["digest"]), (&json!("expiring_keys"), &one["digest"]));
    assert_eq!(dismissed(&ada).await, json!([told]));
    let told = ada.put(&at, &two).await.expect(200).json();
    assert_eq!(dismissed(&ada).await, json!([told]), "the second is in place of the first");
    ada.put(&format!("{PATH}/your_luck"), &one).await.expect_problem(404, "not_found");
    ada.put(&at, &json!({ "digest": "x" })).await.expect_problem(422, "invalid_digest");
    let more = json!({ "digest": "1".repeat(64), "user_id": admin.id });
    ada.put(&at, &more).await.expect_problem(400, "invalid_body");
    ada.put(&format!("{at}?tenant=globex"), &one).await.expect_problem(404, "not_found");

    admin.put(&at, &one).await.expect_problem(422, "not_a_person");
    assert_eq!(dismissed(&admin).await, json!([]), "nor does anybody see what others dismissed");
    admin.delete(PATH).await.expect(204);
    assert_eq!(dismissed(&ada).await.as_array().unwrap().len(), 1);
    ada.delete(PATH).await.expect(204);
    assert_eq!(dismissed(&ada).await, json!([]));
});

on_both!(dismissing_the_same_at_once_is_dismissing_it_once, |app| {
    let ada = app.ada().await;
    let at = format!("{PATH}/key_spikes");
    let body = json!({ "digest": "3".repeat(64) });
    let send = || ada.call_with(Method::PUT, &at, Some(&body), &[]);
    let replies = join_all((0..8).map(|_| send())).await;
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    assert_eq!(dismissed(&ada).await.as_array().unwrap().len(), 1);
});
