//! What owners hear of their keys.

use gridkey::manage::api_keys::notices;
use serde_json::json;

use super::{DAY, GRACE, KEYS, at, make, me, secret, who};
use crate::on_both;
use crate::support::TestApp;
use crate::support::tokens::ADA;

/// The mails that were sent since the last time: to whom, about what, and the text. Oldest first.
fn mails(app: &TestApp, seen: &mut usize) -> Vec<(String, String, String)> {
    let mut all: Vec<_> = app
        .app
        .mailer
        .as_inbox()
        .unwrap()
        .messages()
        .into_iter()
        .map(|one| (one.mail.to, one.mail.subject, one.mail.text))
        .collect();
    all.reverse();
    let new = all.split_off(*seen);
    *seen += new.len();
    new
}

on_both!(owners_hear_of_new_and_rotated_keys, |app| {
    let (grace, ada) = (app.grace().await, app.ada().await);
    let mut seen = 0;
    let key = make(&grace, json!({ "name": "Laptop\u{2028}x" })).await;
    let (to, subject, text) = mails(&app, &mut seen).remove(0);
    assert_eq!((to.as_str(), subject.as_str()), (GRACE.0, "A new API key"));
    assert!(
        text.contains("Laptop") && text.contains("Acme Corporation") && text.contains("gridkey key revoke"),
        "{text}"
    );
    assert!(!text.contains(secret(&key)) && text.contains(key["hint"].as_str().unwrap()), "{text}");
    let turned = ada.post(&format!("{}/rotate", at(&key)), &json!({})).await.expect(200).json();
    let (to, subject, text) = mails(&app, &mut seen).remove(0);
    assert_eq!((to.as_str(), subject.as_str()), (GRACE.0, "An API key was rotated"));
    assert!(!text.contains(secret(&turned)) && text.contains("works until"), "{text}");
    // The key of a program is its maker's to hear of, while they are there.
    let program = app.manager("acme", None).await;
    let owner = who(&me(&program).await, "service_account");
    let made = make(&ada, json!({ "name": "b", "owner": owner })).await;
    assert_eq!(mails(&app, &mut seen)[0].0, ADA);
    let machine = app.manager("acme", Some("super_admin")).await;
    make(&machine, json!({ "name": "c" })).await;
    assert_eq!(mails(&app, &mut seen), [], "no person made it");
    let person = format!("/v1/users/{}", me(&ada).await["id"].as_str().unwrap());
    machine.delete(&person).await.expect(204);
    machine.post(&format!("{}/rotate", at(&made)), &json!({})).await.expect(200);
    assert_eq!(mails(&app, &mut seen), [], "nobody is left to hear of it");
});

on_both!(owners_hear_in_their_own_language, |app| {
    let (ada, grace) = (app.ada().await, app.grace().await);
    let person = format!("/v1/users/{}", me(&grace).await["id"].as_str().unwrap());
    let mut seen = 0;
    let mut subjects = std::collections::BTreeSet::new();
    for locale in ["en", "de-AT", "fr", "es-MX", "zh-CN", "ar-EG"] {
        ada.patch(&person, &json!({ "profile": { "locale": locale } })).await.expect(200);
        let key = make(&grace, json!({ "name": "مفتاح\u{2066}x" })).await;
        let (_, subject, text) = mails(&app, &mut seen).remove(0);
        assert!(text.contains("\u{2068}مفتاحx\u{2069}\n"), "{text:?}");
        // What is to be copied stands on a line without marks.
        let revoke = format!("gridkey key revoke {}", key["id"].as_str().unwrap());
        assert!(text.lines().any(|line| line == revoke), "{text:?}");
        assert!(text.contains("Acme Corporation") && !text.contains("mail-key"), "{text}");
        assert_eq!(locale == "ar-EG", text.contains("\u{2068}Acme Corporation\u{2069}"), "{locale} {text:?}");
        subjects.insert(subject);
    }
    assert_eq!(subjects.len(), 6, "{subjects:?}");
});

on_both!(owners_hear_in_time_that_a_key_ends_each_time_once_however_many_nodes_look, |app| {
    let grace = app.grace().await;
    let other = app.second_node().await;
    let key = make(&grace, json!({ "name": "Ends", "expires_in_days": 30 })).await;
    make(&grace, json!({ "name": "Never", "expires_at": null })).await;
    let disabled = make(&grace, json!({ "name": "Disabled", "expires_in_days": 30 })).await;
    crate::manage::api_keys::turn(&grace, &disabled, "disable").await.expect(200);
    let inbox = |app: &TestApp| app.app.mailer.as_inbox().unwrap().messages().len();
    let before = inbox(&app) + inbox(&other);
    let look = async || {
        let now = app.now();
        let since = now - notices::LOOK_BACK;
        let (a, b) =
            futures::join!(notices::send(&app.app, since, now), notices::send(&other.app, since, now));
        a.unwrap() + b.unwrap()
    };
    assert_eq!(look().await, 0);
    // 14 days before, 3 days before, at the end; and nothing in between and after.
    for (days, told) in
        [(15, 0), (1, 1), (0, 0), (10, 0), (1, 1), (0, 0), (2, 0), (1, 1), (0, 0), (1, 0), (30, 0)]
    {
        app.pass(DAY * days);
        assert_eq!(look().await, told, "{}", app.now());
    }
    assert_eq!(inbox(&app) + inbox(&other), before + 3);
    let mut texts: Vec<(String, String)> = [&app, &other]
        .iter()
        .flat_map(|node| node.app.mailer.as_inbox().unwrap().messages())
        .map(|one| (one.mail.subject, one.mail.text))
        .filter(|(subject, _)| subject.contains("expire"))
        .collect();
    texts.sort();
    assert!(texts[0].0 == "An API key expires soon" && texts[0].1.contains("in 14 days"), "{texts:?}");
    assert!(texts[1].0 == "An API key expires soon" && texts[1].1.contains("in 3 days"), "{texts:?}");
    assert!(texts[2].0 == "An API key has expired", "{texts:?}");
    assert!(texts.iter().all(|(_, text)| text.contains("Ends") && !text.contains(secret(&key))));
});

on_both!(a_short_lived_key_is_no_news_at_once_and_a_prolonged_one_is_again, |app| {
    let grace = app.grace().await;
    let key = make(&grace, json!({ "name": "Short", "expires_in_days": 2 })).await;
    let look = async || {
        let now = app.now();
        notices::send(&app.app, now - notices::LOOK_BACK, now).await.unwrap()
    };
    assert_eq!(look().await, 0, "it was made to end soon");
    grace.patch(&at(&key), &json!({ "expires_in_days": 20 })).await.expect(200);
    app.pass(DAY * 6);
    assert_eq!(look().await, 1);
    let grace = app.grace().await;
    grace.patch(&at(&key), &json!({ "expires_in_days": 30 })).await.expect(200);
    assert_eq!(look().await, 0);
    app.pass(DAY * 16);
    assert_eq!(look().await, 1, "a new end is told anew");
    assert!(KEYS.starts_with("/v1"));
});
