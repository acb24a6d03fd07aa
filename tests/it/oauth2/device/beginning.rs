//! `POST /oauth2/device_authorization`.

use std::collections::BTreeSet;

use serde_json::json;

use crate::on_both;
use crate::support::devices::{CLIENT, GRANT};
use crate::support::tokens::{alter_client, count};
use crate::support::{TestApp, basic};

const LETTERS: &str = "BCDFGHJKLMNPQRSTVWXZ";

on_both!(a_device_gets_two_codes_and_where_to_send_the_person, |app| {
    app.allow_devices().await;
    for (base, path) in
        [("", "/oauth2/device_authorization"), ("/t/acme", "/t/acme/oauth2/device_authorization")]
    {
        let form = [("client_id", CLIENT), ("scope", "openid reports:read")];
        let begun = app.post(path, None, &form).await.expect(200);
        assert_eq!(begun.header("cache-control"), "no-store");
        let answer = begun.json();
        assert_eq!((&answer["expires_in"], &answer["interval"]), (&json!(600), &json!(5)));
        let members: BTreeSet<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
            "device_code",
            "expires_in",
            "interval",
            "user_code",
            "verification_uri",
            "verification_uri_complete",
        ];
        assert_eq!(members, BTreeSet::from(expected));
        let user_code = begun.text("user_code");
        let (first, second) = user_code.split_once('-').unwrap();
        assert!(first.len() == 4 && second.len() == 4, "{user_code}");
        assert!(user_code.chars().all(|c| c == '-' || LETTERS.contains(c)), "{user_code}");
        let random = begun.text("device_code").strip_prefix("gkdc_").unwrap().to_owned();
        assert_eq!(random.len(), 43, "256 bits in base64url");
        assert_eq!(begun.text("verification_uri"), app.url("/device"), "one page for every issuer");
        assert_eq!(
            begun.text("verification_uri_complete"),
            app.url(&format!("/device?user_code={user_code}"))
        );
        let metadata = app.get(&format!("{base}/.well-known/openid-configuration")).await.expect(200).json();
        assert_eq!(metadata["device_authorization_endpoint"], app.url(path));
        let at = format!("/.well-known/oauth-authorization-server{base}");
        let oauth = app.get(&at).await.expect(200).json();
        assert_eq!(oauth["device_authorization_endpoint"], app.url(path));
        assert!(oauth["grant_types_supported"].as_array().unwrap().contains(&json!(GRANT)));
    }
});

on_both!(
    /// Checklist 88: neither code stands anywhere, and that of the person not even as a digest that could be tried.
    only_digests_of_the_codes_are_stored,
    |app| {
        app.allow_devices().await;
        let device = app.begin_device("openid").await;
        let letters = device.user_code.replace('-', "");
        let plain = gridkey::secret::Digest::of(letters.as_bytes());
        let digest: String = plain.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
        for column in ["device_digest", "user_digest", "scopes", "user_agent", "address", "state"] {
            for wanted in [hex(&device.code), hex(&letters), hex(&device.user_code), digest.clone()] {
                let bytes = if app.app.db.is_postgres() {
                    let text = if column.ends_with("digest") { column.to_owned() } else { format!("convert_to(CAST({column} AS text), 'UTF8')") };
                    format!("encode({text}, 'hex')")
                } else {
                    format!("lower(hex({column}))")
                };
                let sql = format!("SELECT count(*) AS n FROM device_authorizations WHERE {bytes} LIKE '%{wanted}%'");
                assert_eq!(count(&app, sql).await, 0, "{column}");
            }
        }
    }
);

on_both!(
    /// Checklist 26.
    who_may_not_begin_is_told_why_and_nothing_is_kept,
    |app| {
        app.allow_devices().await;
        let scope = ("scope", "openid");
        let native = ("client_id", CLIENT);
        let begin = async |authorization: Option<&str>, form: &[(&str, &str)], status, code: &str| {
            app.device_authorization(authorization, form).await.expect_error(status, code);
        };
        begin(None, &[("client_id", "nobody"), scope], 401, "invalid_client").await;
        begin(None, &[scope], 400, "invalid_request").await;
        begin(Some(&basic("web", "wrong")), &[scope], 401, "invalid_client").await;
        begin(None, &[("client_id", "web"), scope], 401, "invalid_client").await;
        begin(Some(&app.web()), &[scope], 400, "unauthorized_client").await;
        begin(None, &[("client_id", "spa"), scope], 400, "unauthorized_client").await;
        begin(None, &[native], 400, "invalid_scope").await;
        begin(None, &[native, ("scope", "openid everything")], 400, "invalid_scope").await;
        begin(None, &[native, ("scope", "\"")], 400, "invalid_scope").await;
        begin(None, &[native, scope, scope], 400, "invalid_request").await;
        begin(None, &[native, native, scope], 400, "invalid_request").await;
        begin(None, &[native, scope, ("resource", "https://api.example.com")], 400, "invalid_target").await;
        let elsewhere = app.post("/t/globex/oauth2/device_authorization", None, &[native, scope]).await;
        elsewhere.expect_error(401, "invalid_client");
        let nowhere = app.post("/t/nobody/oauth2/device_authorization", None, &[native, scope]).await;
        nowhere.expect_error(404, "invalid_request");
        alter_client(&app, CLIENT, |client| client.status = gridkey::clients::ClientStatus::Disabled).await;
        begin(None, &[native, scope], 401, "invalid_client").await;
        assert_eq!(count(&app, "SELECT count(*) AS n FROM device_authorizations").await, 0);
        // Without the grant, its codes would not be taken either.
        app.token(Some(&app.web()), &[("grant_type", GRANT), ("device_code", "gkdc_x")]).await
            .expect_error(400, "unauthorized_client");
    }
);

on_both!(an_application_is_registered_for_the_grant_and_needs_no_address_then, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let body = |kind: &str, client_id: &str, grants: serde_json::Value| json!({ "kind": kind, "display_name": "Line", "client_id": client_id, "grant_types": grants, "scopes": ["openid"] });
    let made = root
        .post("/v1/applications", &body("native", "line", json!([GRANT, "refresh_token"])))
        .await
        .expect(201);
    assert_eq!(made.json()["grant_types"], json!([GRANT, "refresh_token"]));
    app.device_authorization(None, &[("client_id", "line"), ("scope", "openid")]).await.expect(200);
    for (kind, id, grants) in [
        ("native", "one", json!(["refresh_token"])),
        ("spa", "two", json!([GRANT])),
        ("machine", "three", json!([GRANT])),
    ] {
        let refused = root.post("/v1/applications", &body(kind, id, grants)).await;
        assert_eq!(refused.status, 422, "{kind}: {}", refused.body);
        assert!(refused.body.contains("grant_types"), "{kind}: {}", refused.body);
    }
    // A program that keeps a secret proves itself here as everywhere.
    let made = root.post("/v1/applications", &body("web", "kiosk", json!([GRANT]))).await.expect(201);
    let kiosk = basic("kiosk", &made.text("client_secret"));
    app.device_authorization(Some(&kiosk), &[("scope", "openid")]).await.expect(200);
    app.device_authorization(None, &[("client_id", "kiosk"), ("scope", "openid")])
        .await
        .expect_error(401, "invalid_client");
});

async fn begin_many(app: &TestApp, times: usize) {
    let form = [("client_id", CLIENT), ("scope", "openid")];
    for _ in 0..times {
        app.device_authorization(None, &form).await.expect(200);
    }
}

on_both!(so_many_begin_from_one_address_and_then_they_wait, |app| {
    app.allow_devices().await;
    begin_many(&app, 200).await;
    let form = [("client_id", CLIENT), ("scope", "openid")];
    let refused = app.device_authorization(None, &form).await.expect_error(429, "temporarily_unavailable");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    app.pass(std::time::Duration::from_secs(900));
    begin_many(&app, 1).await;
});
