//! `/v1/branding`, and what it shows to everybody under `/branding`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::count;
use crate::support::{Reply, TestApp};

const LOOKS: &str = "/v1/branding";
const LOGO: &str = "/v1/branding/logo";
const SVG: &str = "image/svg+xml";

/// A drawing with a color, and a script that must not stay.
pub fn drawing(color: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8' onload='alert(1)'>\
         <script>alert(1)</script><circle cx='4' cy='4' r='3' fill='{color}'/></svg>"
    )
}

async fn send(manager: &Manager<'_>, kind: &str, content: impl Into<reqwest::Body>) -> Reply {
    let request = manager.app.http().put(manager.app.url(LOGO)).bearer_auth(&manager.token);
    Reply::of(request.header("content-type", kind).body(content).send().await.unwrap()).await
}

/// What anybody gets at an address.
async fn public(app: &TestApp, url: &str) -> Reply {
    let at = url.strip_prefix(&app.issuer()).unwrap_or(url);
    Reply::of(app.http().get(app.url(at)).send().await.unwrap()).await
}

fn text<'a>(body: &'a Value, path: &str) -> &'a str {
    body.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("{path} in {body}"))
}

async fn events(app: &TestApp) -> i64 {
    count(app, "SELECT count(*) AS n FROM audit_events WHERE action = 'tenant.set_branding'").await
}

on_both!(colour_and_support_link_are_set_and_taken_back, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let before = admin.get(LOOKS).await.expect(200);
    let plain = before.json();
    assert!(plain["accent"].is_null() && plain["colors"].is_null() && plain["logo"].is_null(), "{plain}");
    let wanted = json!({ "accent": "#FFEE00", "support_url": "https://help.acme.example" });
    let guarded = [("if-match", before.header("etag"))];
    let set = admin.call_with(Method::PATCH, LOOKS, Some(&wanted), &guarded).await.expect(200);
    let looks = set.json();
    assert_eq!(text(&looks, "/accent"), "#ffee00");
    assert_eq!(text(&looks, "/support_url"), "https://help.acme.example/");
    assert_eq!(text(&looks, "/colors/button_text"), "#000000");
    for figure in ["button_contrast", "link_light_contrast", "link_dark_contrast"] {
        assert!(looks["colors"][figure].as_f64().unwrap() >= 4.5, "{looks}");
    }
    admin
        .call_with(Method::PATCH, LOOKS, Some(&wanted), &guarded)
        .await
        .expect_problem(412, "changed_meanwhile");
    admin.patch(LOOKS, &wanted).await.expect(200);
    assert_eq!(events(&app).await, 1, "what changes nothing is not told");

    for (bad, code) in [
        (json!({ "accent": "red" }), "invalid_accent"),
        (json!({ "accent": "#fff" }), "invalid_accent"),
        (json!({ "accent": "#ffffff;}body{background:url(//evil.example)" }), "invalid_accent"),
        (json!({ "support_url": "javascript:alert(1)" }), "invalid_support_url"),
        (json!({ "support_url": "http://help.acme.example" }), "invalid_support_url"),
        (json!({ "support_url": "https://a:b@help.acme.example" }), "invalid_support_url"),
        (json!({ "support_url": "\u{0}" }), "invalid_support_url"),
    ] {
        admin.patch(LOOKS, &bad).await.expect_problem(422, code);
    }
    for unknown in [json!({ "logo": "x.svg" }), json!({ "tenant_id": "x" }), json!({ "display_name": "x" })] {
        admin.patch(LOOKS, &unknown).await.expect_problem(400, "invalid_body");
    }

    let sheet = public(&app, text(&looks, "/colors/style_sheet")).await.expect(200);
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert!(sheet.header("cache-control").contains("immutable"));
    assert!(sheet.body.contains("--accent:#ffee00") && sheet.body.contains("--on-accent:#000000"));
    for nothing in
        ["/branding/ffee00.css", "/branding/ffee00.0000000000000000.css", "/branding/x", "/branding/é.css"]
    {
        public(&app, nothing).await.expect_problem(404, "not_found");
    }

    let back = admin.patch(LOOKS, &json!({ "accent": null, "support_url": null })).await.expect(200).json();
    assert!(back["accent"].is_null() && back["support_url"].is_null(), "{back}");
});

on_both!(a_logo_is_cleaned_and_served_under_its_digest, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let first = send(&admin, SVG, drawing("red")).await.expect(200).json();
    let url = text(&first, "/logo/url").to_owned();
    assert_eq!(text(&first, "/logo/media_type"), SVG);
    let shown = public(&app, &url).await.expect(200);
    assert_eq!(shown.header("content-type"), SVG);
    assert_eq!(shown.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(
        shown.header("content-security-policy"),
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    );
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert!(
        shown.body.contains("<circle") && !shown.body.contains("script") && !shown.body.contains("onload")
    );

    // The same picture changes nothing; another one has another address, and the old one is gone.
    assert_eq!(send(&admin, SVG, drawing("red")).await.expect(200).json(), first);
    assert_eq!(events(&app).await, 1);
    let second = send(&admin, SVG, drawing("blue")).await.expect(200).json();
    assert_ne!(text(&second, "/logo/url"), url);
    public(&app, &url).await.expect_problem(404, "not_found");
    // Nobody else has it, and names are no patterns.
    let name = text(&second, "/logo/url").rsplit('/').next().unwrap().to_owned();
    for elsewhere in [
        format!("/branding/00000000-0000-7000-8000-000000000001/{name}"),
        format!("/branding/acme/{name}"),
        text(&second, "/logo/url").replace(".svg", ".png"),
        text(&second, "/logo/url").replace(&name, "%25.svg"),
        text(&second, "/logo/url").replace(&name, "%00.svg"),
    ] {
        public(&app, &elsewhere).await.expect_problem(404, "not_found");
    }

    let seen = admin.get(LOOKS).await.expect(200);
    admin
        .call_with(Method::DELETE, LOGO, None, &[("if-match", "\"1\"")])
        .await
        .expect_problem(412, "changed_meanwhile");
    admin.call_with(Method::DELETE, LOGO, None, &[("if-match", seen.header("etag"))]).await.expect(204);
    admin.delete(LOGO).await.expect(204);
    assert_eq!(events(&app).await, 3);
    public(&app, text(&second, "/logo/url")).await.expect_problem(404, "not_found");
    assert!(admin.get(LOOKS).await.json()["logo"].is_null());
    assert_eq!(count(&app, "SELECT count(*) AS n FROM tenant_logos").await, 0);
});

on_both!(what_is_no_logo_is_refused, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let bomb =
        "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg xmlns='http://www.w3.org/2000/svg'><text>&a;</text></svg>";
    for (kind, bad) in [
        (SVG, b"<html/>".to_vec()),
        (SVG, bomb.as_bytes().to_vec()),
        (SVG, Vec::new()),
        ("image/png", drawing("red").into_bytes()),
        ("image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
    ] {
        send(&admin, kind, bad).await.expect_problem(422, "invalid_logo");
    }
    for kind in ["image/jpeg", "text/html", "application/json"] {
        send(&admin, kind, "x").await.expect_problem(415, "unsupported_media_type");
    }
    send(&admin, SVG, vec![b' '; 64 * 1024 + 1]).await.expect_problem(413, "body_too_large");
    assert_eq!(events(&app).await, 0);
});

on_both!(looks_are_for_who_may_change_the_organisation, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let nobody = app.manager("acme", None).await;
    let stranger = app.manager("globex", Some("tenant_admin")).await;
    let root = app.manager("acme", Some("super_admin")).await;
    let body = json!({ "accent": "#123456" });
    nobody.get(LOOKS).await.expect_problem(403, "permission_denied");
    nobody.patch(LOOKS, &body).await.expect_problem(403, "permission_denied");
    send(&nobody, SVG, drawing("red")).await.expect_problem(403, "permission_denied");
    nobody.delete(LOGO).await.expect_problem(403, "permission_denied");
    stranger.patch(&format!("{LOOKS}?tenant=acme"), &body).await.expect_problem(404, "not_found");
    root.patch(&format!("{LOOKS}?tenant=globex"), &body).await.expect(200);
    assert!(admin.get(LOOKS).await.json()["accent"].is_null());
    assert_eq!(text(&stranger.get(LOOKS).await.json(), "/accent"), "#123456");
});

on_both!(first_changes_at_once_are_both_made, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let (colour, link) =
        (json!({ "accent": "#123456" }), json!({ "support_url": "mailto:help@acme.example" }));
    let (one, two) = tokio::join!(admin.patch(LOOKS, &colour), admin.patch(LOOKS, &link));
    one.expect(200);
    two.expect(200);
    let looks = admin.get(LOOKS).await.json();
    assert_eq!(text(&looks, "/accent"), "#123456");
    assert_eq!(text(&looks, "/support_url"), "mailto:help@acme.example");
    assert_eq!(events(&app).await, 2);
});
