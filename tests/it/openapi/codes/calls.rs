//! Calls of the management API by somebody who may do everything, and the code that each provokes.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::manager::Manager;

/// Code, method, path, body; names in `<>` stand for things that [`places`] makes.
#[rustfmt::skip]
pub const MANAGEMENT: &[(&str, &str, &str, &str)] = &[
    ("invalid_query", "GET", "/v1/users?tenant=acme&tenant=acme", ""),
    ("invalid_limit", "GET", "/v1/users?limit=0", ""),
    ("invalid_cursor", "GET", "/v1/users?cursor=x", ""),
    ("invalid_filter", "GET", "/v1/users?status=gone", ""),
    ("unknown_parameter", "GET", "/v1/users?statsu=active", ""),
    ("invalid_format", "GET", "/v1/audit-log/export?format=xml", ""),
    ("invalid_body", "POST", "/v1/roles", r#"{"no_such_member":1}"#),
    ("not_found", "GET", "/v1/users/nobody", ""),
    ("already_exists", "POST", "/v1/teams", r#"{"slug":"crew","display_name":"Crew"}"#),
    ("built_in", "DELETE", "/v1/roles/<built-in>", ""),
    ("in_use", "DELETE", "/v1/resource-servers/<api>", ""),
    ("invitation_ended", "POST", "/v1/invitations/<ended>/resend", ""),
    ("not_invited", "POST", "/v1/invitations", r#"{"user_id":"<user>"}"#),
    ("limit_reached", "POST", "/v1/applications/<program>/secrets", "{}"),
    ("not_active", "POST", "/v1/users/<suspended>/password-reset", ""),
    ("own_tenant", "DELETE", "/v1/tenants/<tenant>", ""),
    ("owns_service_accounts", "DELETE", "/v1/teams/<team>", ""),
    ("owned_by_team", "POST", "/v1/teams/<team>/members/remove", r#"{"members":[{"kind":"service_account","id":"<owned>"}]}"#),
    ("public_application", "POST", "/v1/applications/<public>/secrets", "{}"),
    ("unknown_member", "POST", "/v1/teams/<team>/members/add", r#"{"members":[{"kind":"user","id":"<tenant>"}]}"#),
    ("unknown_permission", "POST", "/v1/roles", r#"{"slug":"a","display_name":"A","permissions":["users:fly"]}"#),
    ("unknown_role", "PUT", "/v1/users/<user>/roles", r#"{"roles":["nothing"]}"#),
    ("unknown_scope", "POST", "/v1/service-accounts/<owned>/credentials", r#"{"display_name":"A","scopes":["nothing:read"]}"#),
    ("unknown_team", "POST", "/v1/users", r#"{"email":"a@acme.example","display_name":"A","teams":["nothing"]}"#),
    ("invalid_audience", "POST", "/v1/resource-servers", r#"{"audience":"a b","display_name":"A"}"#),
    ("invalid_auth_method", "POST", "/v1/applications", r#"{"kind":"machine","display_name":"A","auth_method":"none"}"#),
    ("invalid_bulk", "POST", "/v1/users/bulk", r#"{"action":"explode","ids":[]}"#),
    ("invalid_client_id", "POST", "/v1/applications", r#"{"kind":"machine","display_name":"A","client_id":"a b"}"#),
    ("invalid_display_name", "POST", "/v1/teams", r#"{"slug":"a","display_name":""}"#),
    ("invalid_accent", "PATCH", "/v1/branding", r#"{"accent":"red"}"#),
    ("invalid_support_url", "PATCH", "/v1/branding", r#"{"support_url":"javascript:alert(1)"}"#),
    ("invalid_domain", "PUT", "/v1/tenants/<tenant>/domains", r#"{"domains":["a b"]}"#),
    ("invalid_email", "POST", "/v1/users", r#"{"email":"nobody","display_name":"A"}"#),
    ("invalid_expires_at", "POST", "/v1/applications/<program>/secrets", r#"{"expires_at":"soon"}"#),
    ("invalid_grant_types", "POST", "/v1/applications", r#"{"kind":"machine","display_name":"A","grant_types":[]}"#),
    ("invalid_invitation", "POST", "/v1/invitations", "{}"),
    ("invalid_permission", "POST", "/v1/roles", r#"{"slug":"a","display_name":"A","permissions":["?"]}"#),
    ("invalid_permissions", "POST", "/v1/resource-servers", r#"{"audience":"urn:a","display_name":"A","permissions":["a b"]}"#),
    ("invalid_post_logout_redirect_uris", "POST", "/v1/applications", r#"{"kind":"web","display_name":"A","redirect_uris":["https://a.example/"],"post_logout_redirect_uris":["x"]}"#),
    ("invalid_profile", "PATCH", "/v1/users/<user>", r#"{"profile":{"website":"<long>"}}"#),
    ("invalid_redirect_uris", "POST", "/v1/applications", r#"{"kind":"web","display_name":"A","redirect_uris":["x"]}"#),
    ("invalid_require_pkce", "POST", "/v1/applications", r#"{"kind":"spa","display_name":"A","redirect_uris":["https://a.example/"],"require_pkce":false}"#),
    ("invalid_response_modes", "POST", "/v1/applications", r#"{"kind":"web","display_name":"A","redirect_uris":["https://a.example/"],"response_modes":[]}"#),
    ("invalid_scopes", "POST", "/v1/applications", r#"{"kind":"machine","display_name":"A","scopes":["a b"]}"#),
    ("invalid_settings", "PATCH", "/v1/tenants/<tenant>", r#"{"settings":{"lifetimes":{"access_token":1}}}"#),
    ("invalid_slug", "POST", "/v1/teams", r#"{"slug":"A B","display_name":"A"}"#),
    ("invalid_status", "PATCH", "/v1/users/<user>", r#"{"status":"deleted"}"#),
    ("invalid_public_key", "POST", "/v1/signing-keys", r#"{"name":"A","public_key":"junk"}"#),
    ("invalid_name", "POST", "/v1/signing-keys", r#"{"public_key":"junk"}"#),
    ("invalid_filter", "GET", "/v1/signing-keys?fingerprint=x", ""),
    ("invalid_name", "POST", "/v1/api-keys", r#"{"name":""}"#),
    ("invalid_metadata", "POST", "/v1/api-keys", r#"{"name":"A","metadata":{"a b":"c"}}"#),
    ("invalid_level", "POST", "/v1/api-keys", r#"{"name":"A","level":"root"}"#),
    ("invalid_allowed_addresses", "POST", "/v1/api-keys", r#"{"name":"A","allowed_addresses":["home"]}"#),
    ("invalid_rate_limit", "POST", "/v1/api-keys", r#"{"name":"A","rate_limit":0}"#),
    ("unknown_owner", "POST", "/v1/api-keys", r#"{"name":"A","owner":{"kind":"user","id":"<tenant>"}}"#),
    ("unknown_scope", "POST", "/v1/api-keys", r#"{"name":"A","scopes":["nothing:read"]}"#),
    ("invalid_expires_at", "PATCH", "/v1/api-keys/<key>", r#"{"expires_at":"soon"}"#),
    ("invalid_grace", "POST", "/v1/api-keys/<key>/rotate", r#"{"grace_seconds":2592001}"#),
    ("not_active", "POST", "/v1/api-keys/<disabled-key>/rotate", "{}"),
    ("key_revoked", "POST", "/v1/api-keys/<revoked-key>/enable", ""),
    ("key_revoked", "PATCH", "/v1/api-keys/<revoked-key>", "{}"),
    ("invalid_query", "GET", "/v1/api-keys/<key>/usage?days=0", ""),
    ("invalid_filter", "GET", "/v1/api-keys?scope=all", ""),
    ("invalid_bulk", "POST", "/v1/api-keys/bulk", r#"{"action":"explode","ids":[]}"#),
    ("too_many", "POST", "/v1/api-keys/import", r#"{"keys":[]}"#),
    ("not_a_person", "PUT", "/v1/me/dismissed-notices/unused_keys", r#"{"digest":"<digest>"}"#),
    ("invalid_digest", "PUT", "/v1/me/dismissed-notices/unused_keys", r#"{"digest":"x"}"#),
    ("invalid_digest", "POST", "/v1/api-keys/import", r#"{"keys":[{"name":"A","owner":{"kind":"user","id":"<user>"},"digest":"x","prefix":"a_"}]}"#),
    ("invalid_prefix", "POST", "/v1/api-keys/import", r#"{"keys":[{"name":"A","owner":{"kind":"user","id":"<user>"},"digest":"<digest>","prefix":"a"}]}"#),
    ("invalid_hint", "POST", "/v1/api-keys/import", r#"{"keys":[{"name":"A","owner":{"kind":"user","id":"<user>"},"digest":"<digest>","prefix":"a_","hint":"much too long"}]}"#),
    ("too_many", "POST", "/v1/leak-reports", r#"{"keys":[]}"#),
    ("invalid_body", "POST", "/v1/leak-reports", r#"{"key":"x"}"#),
    ("invalid_verify_request", "POST", "/v1/verify", "{}"),
    ("invalid_address", "POST", "/v1/verify", r#"{"credential":"x","address":"here"}"#),
    ("invalid_room", "POST", "/v1/room-tokens", r#"{"room":""}"#),
    ("invalid_identity", "POST", "/v1/room-tokens", r#"{"room":"a","identity":""}"#),
    ("invalid_ttl", "POST", "/v1/room-tokens", r#"{"room":"a","ttl":9}"#),
    ("invalid_position", "GET", "/v1/edge-locations/nearest?position=here", ""),
    ("invalid_url", "POST", "/v1/webhooks", r#"{"url":"https://10.0.0.1/","events":["*"]}"#),
    ("invalid_events", "POST", "/v1/webhooks", r#"{"url":"https://a.example/","events":["moon.*"]}"#),
    ("invalid_status", "PATCH", "/v1/webhooks/<webhook>", r#"{"status":"gone"}"#),
    ("invalid_grace", "POST", "/v1/webhooks/<webhook>/rotate-secret", r#"{"grace_seconds":604801}"#),
    ("delivery_pending", "POST", "/v1/webhooks/<webhook>/deliveries/<delivery>/resend", ""),
    ("webhook_paused", "POST", "/v1/webhooks/<paused-webhook>/test", ""),
    ("invalid_description", "PATCH", "/v1/teams/<team>", r#"{"description":"<long>"}"#),
];

/// Makes what the calls are about.
pub async fn places(app: &TestApp, root: &Manager<'_>) -> Vec<(&'static str, String)> {
    let make =
        async |kind: &str, body: Value| root.post(&format!("/v1/{kind}"), &body).await.expect(201).text("id");
    let named = |slug: &str| json!({ "slug": slug, "display_name": slug });
    let person = |name: &str| json!({ "email": format!("{name}@acme.example"), "display_name": name });
    let team = make("teams", named("crew")).await;
    let mut owned = named("owned");
    owned["team"] = "crew".into();
    let owned = make("service-accounts", owned).await;
    let api = make("resource-servers", json!({ "audience": "urn:codes", "display_name": "A" })).await;
    let uses =
        json!({ "kind": "machine", "display_name": "Uses", "settings": { "audiences": ["urn:codes"] } });
    let program = make("applications", uses).await;
    root.post(&format!("/v1/applications/{program}/secrets"), &json!({})).await.expect(201);
    let spa = json!({ "kind": "spa", "display_name": "S", "redirect_uris": ["https://s.example/"] });
    let user = make("users", person("codes")).await;
    let suspended = make("users", person("suspended")).await;
    let status = json!({ "status": "suspended" });
    root.patch(&format!("/v1/users/{suspended}"), &status).await.expect(200);
    let ended = make("invitations", person("ended")).await;
    root.delete(&format!("/v1/invitations/{ended}")).await.expect(204);
    let roles = root.get("/v1/roles").await.expect(200).json();
    let built_in = roles["items"].as_array().unwrap().iter().find(|role| role["slug"] == "tenant_user");
    let tenant = root.get("/v1/me").await.expect(200).json()["tenant"]["id"].as_str().unwrap().to_owned();
    let key = make("api-keys", json!({ "name": "A" })).await;
    let disabled_key = make("api-keys", json!({ "name": "A" })).await;
    root.post(&format!("/v1/api-keys/{disabled_key}/disable"), &json!({})).await.expect(200);
    let revoked_key = make("api-keys", json!({ "name": "A" })).await;
    root.delete(&format!("/v1/api-keys/{revoked_key}")).await.expect(204);
    let nowhere = json!({ "url": "https://127.0.0.1:9/", "events": ["webhook.created"] });
    let webhook = make("webhooks", nowhere.clone()).await;
    // It stays on its way: nobody answers there, and the clock stands still.
    let delivery =
        root.post(&format!("/v1/webhooks/{webhook}/test"), &json!({})).await.expect(202).text("id");
    let paused_webhook = make("webhooks", nowhere).await;
    let paused = json!({ "status": "paused" });
    root.patch(&format!("/v1/webhooks/{paused_webhook}"), &paused).await.expect(200);
    app.app.forget();
    vec![
        ("<webhook>", webhook),
        ("<delivery>", delivery),
        ("<paused-webhook>", paused_webhook),
        ("<key>", key),
        ("<disabled-key>", disabled_key),
        ("<revoked-key>", revoked_key),
        ("<digest>", "0".repeat(64)),
        ("<team>", team),
        ("<owned>", owned),
        ("<api>", api),
        ("<program>", program),
        ("<public>", make("applications", spa).await),
        ("<user>", user),
        ("<suspended>", suspended),
        ("<ended>", ended),
        ("<built-in>", built_in.unwrap()["id"].as_str().unwrap().to_owned()),
        ("<tenant>", tenant),
        ("<long>", "x".repeat(3_000)),
    ]
}
