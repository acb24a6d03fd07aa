//! What a file must not do, whoever sends it.

use serde_json::json;

use super::{APPLY, EXPORT, PLAN, deeds, refusals, send, send_with};
use crate::manage::people::{give, make_role};
use crate::on_both;
use crate::support::manager::Manager;
use crate::support::tokens::ADA;

/// Every permission inside of an organisation, but one.
const ALMOST: &[&str] = &[
    "api_keys:*",
    "applications:*",
    "audit:read",
    "credentials:verify",
    "profile:manage",
    "resource_servers:*",
    "roles:*",
    "room_tokens:create",
    "service_accounts:*",
    "sessions:*",
    "teams:*",
    "tenant:*",
    "users:*",
];

/// Plans and applies a file that is refused, and looks whether anything was done.
async fn refused(admin: &Manager<'_>, file: &str, (status, code): (u16, &str), why: &str) {
    for path in [PLAN, APPLY, "/v1/configuration/apply?prune=true"] {
        let before = deeds(admin.app).await;
        let reply = send(admin, path, file).await;
        assert_eq!(
            (reply.status, reply.text("code").as_str()),
            (status, code),
            "{path} {file}\n{}",
            reply.body
        );
        assert!(reply.body.contains(why), "{why} is not said: {}", reply.body);
        assert!(!reply.json()["errors"].as_array().unwrap().is_empty(), "{}", reply.body);
        assert_eq!(deeds(admin.app).await, before, "{file}");
    }
}

const DENIED: (u16, &str) = (403, "permission_denied");
const INVALID: (u16, &str) = (422, "invalid_configuration");

on_both!(nobody_but_who_rules_the_organisation_reads_plans_or_applies, |app| {
    make_role(&app, "acme", "almost", ALMOST).await;
    make_role(&app, "acme", "settings", &["tenant:*"]).await;
    let file = "[[tenants]]\nslug = \"acme\"\ndisplay_name = \"Mine\"\n";
    for role in [None, Some("tenant_user"), Some("tenant_viewer"), Some("almost"), Some("settings")] {
        let weak = app.manager("acme", role).await;
        let before = refusals(&app).await;
        weak.get(EXPORT).await.expect_problem(403, "permission_denied");
        for path in [PLAN, APPLY] {
            send(&weak, path, file).await.expect_problem(403, "permission_denied");
            // Nobody learns from the order of answers what they may not ask.
            send(&weak, path, "[[").await.expect_problem(403, "permission_denied");
        }
        assert_eq!(refusals(&app).await, before + 5, "{role:?}");
    }
    assert_eq!(deeds(&app).await, Vec::<String>::new());
});

on_both!(an_organisation_reaches_no_other, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for path in ["/v1/configuration/plan?tenant=globex", "/v1/configuration/apply?tenant=globex"] {
        send(&admin, path, "").await.expect_problem(404, "not_found");
    }
    admin.get("/v1/configuration?tenant=globex").await.expect_problem(404, "not_found");
    for slug in ["globex", "no-such-organisation"] {
        for object in [
            format!("[[tenants]]\nslug = \"{slug}\"\ndisplay_name = \"Mine\"\n"),
            format!("[[roles]]\ntenant = \"{slug}\"\nslug = \"mine\"\ndisplay_name = \"Mine\"\n"),
            format!("[[teams]]\ntenant = \"{slug}\"\nslug = \"mine\"\ndisplay_name = \"Mine\"\n"),
            format!("[[users]]\ntenant = \"{slug}\"\nemail = \"me@acme.example\"\nname = \"Me\"\n"),
            format!("[[service_accounts]]\ntenant = \"{slug}\"\nslug = \"mine\"\ndisplay_name = \"Mine\"\n"),
            format!(
                "[[resource_servers]]\ntenant = \"{slug}\"\naudience = \"urn:x\"\ndisplay_name = \"Mine\"\n"
            ),
            format!(
                "[[clients]]\ntenant = \"{slug}\"\nclient_id = \"mine\"\nkind = \"machine\"\n\
                 display_name = \"Mine\"\nsecret_hashes = []\n"
            ),
        ] {
            refused(&admin, &object, DENIED, "another organisation").await;
        }
    }
    // Nor does somebody who rules them all, but one at a time.
    let root = app.manager("acme", Some("super_admin")).await;
    refused(&root, "[[tenants]]\nslug = \"globex\"\ndisplay_name = \"X\"\n", DENIED, "another organisation")
        .await;
    let renamed = "[[tenants]]\nslug = \"globex\"\ndisplay_name = \"X\"\n";
    send(&root, "/v1/configuration/apply?tenant=globex", renamed).await.expect(200);
    // What belongs to another cannot be taken.
    let taken = "[[clients]]\ntenant = \"acme\"\nclient_id = \"globex-web\"\ndisplay_name = \"Mine\"\n";
    refused(&admin, taken, INVALID, "belongs to another organisation").await;
});

on_both!(nobody_gets_what_the_author_could_not_hand_out, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let strong = "[[roles]]\ntenant = \"acme\"\nslug = \"strong\"\ndisplay_name = \"S\"\npermissions = ";
    for permission in ["*:*", "tenants:read", "tenants:*", "*:read", "*:create"] {
        refused(&admin, &format!("{strong}[\"{permission}\"]\n"), DENIED, permission).await;
    }
    let grace = "[[users]]\ntenant = \"acme\"\nemail = \"grace@acme.example\"\nroles = [\"super_admin\"]\n";
    refused(&admin, grace, DENIED, "super_admin").await;
    let fresh =
        "[[users]]\ntenant = \"acme\"\nemail = \"x@acme.example\"\nname = \"X\"\nroles = [\"super_admin\"]\n";
    refused(&admin, fresh, DENIED, "super_admin").await;
    let program = "[[service_accounts]]\ntenant = \"acme\"\nslug = \"x\"\ndisplay_name = \"X\"\nroles = [\"super_admin\"]\n";
    refused(&admin, program, DENIED, "super_admin").await;
    let team = "[[teams]]\ntenant = \"acme\"\nslug = \"x\"\ndisplay_name = \"X\"\nroles = [\"super_admin\"]\nmembers = [\"user:grace@acme.example\"]\n";
    refused(&admin, team, DENIED, "super_admin").await;
    // The other way round: a role that somebody holds becomes stronger.
    let editor = "[[roles]]\ntenant = \"acme\"\nslug = \"editor\"\npermissions = [\"reports:write\", \"tenants:update\"]\n";
    refused(&admin, editor, DENIED, "tenants:update").await;
    assert!(refusals(&app).await >= 27, "each is written down");
});

on_both!(nobody_steps_into_a_stronger_team_or_changes_it, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let strong = json!({ "slug": "rulers", "display_name": "Rulers" });
    let id = root.post("/v1/teams", &strong).await.expect(201).text("id");
    root.put(&format!("/v1/teams/{id}/roles"), &json!({ "roles": ["super_admin"] })).await.expect(200);
    let head = "[[teams]]\ntenant = \"acme\"\nslug = \"rulers\"\n";
    for change in ["members = [\"user:grace@acme.example\"]", "display_name = \"X\"", "description = \"X\""] {
        refused(&admin, &format!("{head}{change}\n"), DENIED, "rulers").await;
    }
    let owned =
        "[[service_accounts]]\ntenant = \"acme\"\nslug = \"x\"\ndisplay_name = \"X\"\nteam = \"rulers\"\n";
    refused(&admin, owned, DENIED, "hand out").await;
});

on_both!(nobody_touches_somebody_stronger, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    give(&app, "acme", ADA, "super_admin").await;
    let ada = "[[users]]\ntenant = \"acme\"\nemail = \"ada@acme.example\"\n";
    for change in ["status = \"suspended\"", "name = \"Other\"", "given_name = \"Other\""] {
        refused(&admin, &format!("{ada}{change}\n"), DENIED, "ada@acme.example").await;
    }
    let account = format!("[[service_accounts]]\ntenant = \"acme\"\nslug = \"manager-{}\"\n", root.id);
    for change in ["status = \"disabled\"", "display_name = \"Other\""] {
        refused(&admin, &format!("{account}{change}\n"), DENIED, "may do").await;
    }
    // A key to what they may do is as good as being them.
    let mine = "secret = \"a-secret-that-only-i-know-0123456789\"\n";
    let head = "[[clients]]\ntenant = \"acme\"\nclient_id = ";
    let known = format!("{head}\"{}\"\n{mine}", root.client_id);
    refused(&admin, &known, DENIED, "may do what you may not").await;
    let fresh = format!(
        "{head}\"mine\"\nkind = \"machine\"\ndisplay_name = \"Mine\"\nservice_account = \"manager-{}\"\n{mine}",
        root.id
    );
    refused(&admin, &fresh, DENIED, "may do what you may not").await;
    let moved = format!("{head}\"{}\"\nservice_account = \"manager-{}\"\n", admin.client_id, root.id);
    refused(&admin, &moved, DENIED, "may do what you may not").await;
    let off = format!("{head}\"{}\"\nstatus = \"disabled\"\n", root.client_id);
    refused(&admin, &off, DENIED, "may do what you may not").await;
    // They stand in the export all the same, and as they are they may stay.
    let export = admin.get(EXPORT).await.expect(200).body;
    assert!(export.contains("super_admin"), "{export}");
    send(&admin, "/v1/configuration/apply?prune=true", &export).await.expect(200);
});

on_both!(passwords_are_said_by_those_who_rule_the_server, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let root = app.manager("acme", Some("super_admin")).await;
    let grace = "[[users]]\ntenant = \"acme\"\nemail = \"grace@acme.example\"\n";
    let hash = "password_hash = \"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc\"\n";
    for password in ["password = \"correct horse battery staple\"\n", hash] {
        refused(&admin, &format!("{grace}{password}"), DENIED, "password").await;
    }
    send(&root, APPLY, &format!("{grace}password = \"a new horse battery staple\"\n")).await.expect(200);
});

on_both!(
    /// On a server that is not for development a password in clear is refused as everywhere.
    plain_passwords_are_for_development,
    |app| {
        let root = app.manager("acme", Some("super_admin")).await;
        let file = "[[users]]\ntenant = \"acme\"\nemail = \"grace@acme.example\"\npassword = \"x\"\nname = 1\n";
        let said = send(&root, PLAN, file).await.expect_problem(422, "invalid_configuration");
        assert!(!said.body.contains("\"x\""), "no error repeats a secret: {}", said.body);
    }
);

on_both!(what_the_operator_decides_stays_as_it_is, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let acme = "[[tenants]]\nslug = \"acme\"\n";
    for change in ["status = \"suspended\"", "domains = [\"victim.example\"]", "partner = \"other\""] {
        refused(&admin, &format!("{acme}{change}\n"), DENIED, "tenants:update").await;
    }
    let grace = "[[users]]\ntenant = \"acme\"\nemail = \"grace@acme.example\"\n";
    let proved = "email_verified = true\n";
    refused(&admin, &format!("{grace}{proved}"), DENIED, "email_verified").await;
    let victim = "[[users]]\ntenant = \"acme\"\nemail = \"v@victim.example\"\nname = \"V\"\n";
    refused(&admin, &format!("{victim}{proved}"), DENIED, "email_verified").await;
    let phone = "phone_number = \"+15550001\"\nphone_number_verified = true\n";
    refused(&admin, &format!("{grace}{phone}"), DENIED, "phone_number_verified").await;
    let own = format!("{}/t/acme", app.issuer());
    let api = |audience: &str, more: &str| {
        format!(
            "[[resource_servers]]\ntenant = \"acme\"\naudience = \"{audience}\"\ndisplay_name = \"A\"\n{more}"
        )
    };
    refused(&admin, &api(&own, ""), DENIED, "address of this server").await;
    refused(&admin, &api("urn:x", "permissions = [\"gridkey:manage\"]\n"), DENIED, "scope of this server")
        .await;
    let client = |id: &str, more: &str| {
        format!(
            "[[clients]]\ntenant = \"acme\"\nclient_id = \"{id}\"\nkind = \"spa\"\ndisplay_name = \"A\"\n\
             redirect_uris = [\"https://evil.example/cb\"]\n{more}"
        )
    };
    for more in
        ["first_party = true\n", "all_tenants = true\n", "scopes = [\"openid\", \"gridkey:manage\"]\n"]
    {
        refused(&admin, &client("evil", more), DENIED, "tenants:update").await;
    }
    let turned = "[[clients]]\ntenant = \"acme\"\nclient_id = \"web\"\nredirect_uris = [\"https://evil.example/cb\"]\n";
    refused(&admin, turned, DENIED, "tenants:update").await;
    for reserved in ["first-party:acme-2", "0199b1a0-7c00-7000-8000-000000000000"] {
        refused(&admin, &client(reserved, ""), INVALID, "client_id").await;
    }
    let scopes = "[[service_accounts]]\ntenant = \"acme\"\nslug = \"x\"\ndisplay_name = \"X\"\n\n[[clients]]\ntenant = \
         \"acme\"\nclient_id = \"x\"\nkind = \"machine\"\ndisplay_name = \"X\"\nservice_account = \"x\"\n\
         secret_hashes = []\nscopes = [\"tenants:read\"]\n";
    refused(&admin, scopes, DENIED, "tenants:read").await;
});

on_both!(what_is_no_file_is_refused_before_it_is_looked_at, |app| {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for path in [PLAN, APPLY] {
        let large = "#".repeat(1024 * 1024 + 1);
        send(&admin, path, &large).await.expect_problem(413, "body_too_large");
        send(&admin, path, &large[1..]).await.expect(200);
        for kind in ["application/json", "", "multipart/form-data", "application/x-www-form-urlencoded"] {
            let reply = send_with(&admin, path, "", &[("content-type", kind)]).await;
            reply.expect_problem(415, "unsupported_media_type");
        }
        for kind in ["text/x-toml", "text/toml; charset=utf-8", "APPLICATION/TOML", "text/plain"] {
            send_with(&admin, path, "", &[("content-type", kind)]).await.expect(200);
        }
        let latin = send_with(&admin, path, vec![0x23, 0xE9, 0xFF], &[]).await;
        latin.expect_problem(400, "invalid_body");
        let deep = format!("a = {}", "[".repeat(100_000));
        send(&admin, path, &deep).await.expect_problem(422, "invalid_configuration");
        let many = "[[roles]]\ntenant = \"acme\"\nslug = \"a\"\n".repeat(20_000);
        send(&admin, path, &many).await.expect_problem(422, "invalid_configuration");
        let numbers: String =
            (0..2_001).map(|n| format!("[[roles]]\ntenant=\"acme\"\nslug=\"a{n}\"\n")).collect();
        let said = send(&admin, path, &numbers).await.expect_problem(422, "invalid_configuration");
        assert!(said.body.contains("2000"), "{}", said.body);
    }
    for (object, key) in [
        (
            "[[users]]\ntenant = \"acme\"\nemail = \"x@acme.example\"\nname = \"X\"\nroles = [\"a\\u0000b\"]\n",
            5,
        ),
        (
            "[[teams]]\ntenant = \"acme\"\nslug = \"x\"\ndisplay_name = \"X\"\ndescription = \"a\\u0000b\"\n",
            5,
        ),
        ("[[clients]]\ntenant = \"acme\"\nclient_id = \"a\\u0000b\"\ndisplay_name = \"X\"\n", 3),
    ] {
        let said = send(&admin, APPLY, object).await.expect_problem(422, "invalid_configuration").json();
        assert_eq!(said["errors"][0]["line"], key, "{said}");
    }
    assert_eq!(deeds(&app).await, Vec::<String>::new());
});

on_both!(nobody_shuts_themselves_out, |app| {
    let root = app.manager("acme", Some("super_admin")).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    for one in [&root, &admin] {
        let own = format!(
            "[[service_accounts]]\ntenant = \"acme\"\nslug = \"manager-{}\"\nstatus = \"disabled\"\n",
            one.id
        );
        refused(one, &own, INVALID, "shut yourself out").await;
    }
    let nothing = "[[tenants]]\nslug = \"acme\"\n";
    let pruned = send(&admin, "/v1/configuration/apply?prune=true", nothing).await;
    assert!(
        (400..500).contains(&pruned.status) && pruned.body.contains("shut yourself out"),
        "{}",
        pruned.body
    );
    admin.get(EXPORT).await.expect(200);
});
