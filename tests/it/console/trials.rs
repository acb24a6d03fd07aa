//! Trying an application out: `/console/applications/{id}/preview` and `/test`, and the kind of a device.

use std::process::{Command, Stdio};

use gridkey::users::{self, UserId, UserStatus};
use serde_json::{Value, json};

use super::{CANARY, fill, shown};
use crate::on_both;
use crate::support::tokens::{ADA, alter, person};
use crate::support::{Browser, Page, TestApp, query_of};

/// The page of an application of the fixture.
async fn page_of(app: &TestApp, client_id: &str) -> String {
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let found = admin.get(&format!("/v1/applications?q={client_id}")).await.expect(200).json();
    let found = found["items"].as_array().unwrap();
    let found = found.iter().find(|item| item["client_id"] == client_id).unwrap();
    format!("/console/applications/{}", found["id"].as_str().unwrap())
}

/// What stands in the attribute of the element with this id.
fn attribute(page: &Page, id: &str, name: &str) -> String {
    let body = &page.reply.body;
    let start = body.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}: {body}"));
    let rest = &body[start..];
    let start = rest.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
    rest[start..].split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

async fn suspend(app: &TestApp, email: &'static str) {
    alter(app, move |conn| {
        let mut user = person(conn, "acme", email)?;
        user.status = UserStatus::Suspended;
        users::store::update(conn, user.tenant_id, &user)
    })
    .await;
}

/// Calls Grace what would be a script if it were not escaped.
async fn grace_as_canary(app: &TestApp) -> UserId {
    alter(app, |conn| {
        let mut grace = person(conn, "acme", "grace@acme.example")?;
        grace.display_name = CANARY.into();
        users::store::update(conn, grace.tenant_id, &grace)?;
        Ok(grace.id)
    })
    .await
}

on_both!(whoever_looks_sees_what_a_sign_in_would_bring, |app| {
    let at = page_of(&app, "spa").await;
    let grace = grace_as_canary(&app).await;
    let (browser, page) = app.looking(ADA, &at).await;
    assert!(
        shown(&page).contains("id=\"preview-claims\"") && page.reply.body.contains("id=\"test-sign-in\"")
    );
    let form = browser.get(&attribute(&page, "preview-claims", "href")).await;
    assert!(shown(&form).contains(&format!("value=\"{ADA}\"")), "{}", form.reply.body);
    assert!(!form.reply.body.contains("id=\"outcome\""), "nobody was asked about yet");

    let told = browser.get(&format!("{at}/preview?user=grace%40acme.example&scopes=openid+profile")).await;
    let body = shown(&told);
    assert!(
        body.contains("Tokens would be issued") && body.contains("The person would be asked for consent.")
    );
    assert!(body.contains("&#60;script&#62;x") && body.contains(&grace.to_string()), "{body}");
    for part in ["id-token", "access-token", "userinfo"] {
        assert!(body.contains(&format!("<section class=\"panel\" id=\"{part}\">")), "{part}");
    }
    assert!(body.contains("The scope email was not asked for."));
    assert!(!body.contains("eyJ"), "nothing of it is a token");
    let by_id = browser.get(&format!("{at}/preview?user={grace}&scopes=email")).await;
    assert!(shown(&by_id).contains("id=\"no-id-token\"") && by_id.reply.body.contains("id=\"no-userinfo\""));
    let unverified = browser.get(&format!("{at}/preview?user={grace}&scopes=openid+email")).await;
    assert!(shown(&unverified).contains("Nobody has shown yet that it is theirs."));

    for (query, kept) in [("user=nobody%40acme.example", "nobody@acme.example"), ("user=%22x", "&#34;x")] {
        let wrong = browser.get(&format!("{at}/preview?{query}")).await;
        assert_eq!(wrong.reply.status, 422, "{}", wrong.reply.body);
        assert!(wrong.reply.body.contains(&format!("value=\"{kept}\"")), "{}", wrong.reply.body);
        assert!(wrong.reply.body.contains("Nobody in this organisation"));
    }
    let wrong = browser.get(&format!("{at}/preview?user={grace}&scopes=%22")).await;
    assert_eq!(wrong.reply.status, 422, "what is no scope: {}", wrong.reply.body);
    suspend(&app, "grace@acme.example").await;
    let refused = browser.get(&format!("{at}/preview?user={grace}&scopes=openid+nothing%3Aread")).await;
    assert!(shown(&refused).contains("The sign-in would be refused"), "{}", refused.reply.body);
    assert!(refused.reply.body.contains("<bdi>suspended</bdi>"));
    assert!(refused.reply.body.contains("<bdi>nothing:read</bdi>"));
    assert!(!refused.reply.body.contains("id=\"access-token\""));
});

/// The payload of a part of a preview, as the page shows it.
fn payload(page: &Page, part: &str) -> Value {
    let (_, section) =
        page.reply.body.split_once(&format!("<section class=\"panel\" id=\"{part}\">")).unwrap();
    let section = section.split("</section>").next().unwrap();
    // The header stands in front of it, where there is one.
    let figures = section.split("<table").next().unwrap();
    let text = figures.rsplit("<code>").next().unwrap().split("</code>").next().unwrap();
    let plain = text.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'");
    serde_json::from_str(&plain.replace("&#38;", "&")).unwrap_or_else(|why| panic!("{why}: {plain}"))
}

/// What each sign-in draws anew, in a preview as well.
fn lasting(claims: &Value) -> Value {
    let mut claims = claims.clone();
    let members = claims.as_object_mut().unwrap();
    for drawn in ["jti", "sid", "grant_id"] {
        members.remove(drawn);
    }
    assert!(!members.is_empty());
    claims
}

on_both!(the_command_line_foretells_what_the_page_shows, |app| {
    let at = page_of(&app, "spa").await;
    let grace = grace_as_canary(&app).await;
    let admin = app.manager("acme", Some("tenant_admin")).await;
    let ask = async |line: &str, code: i32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gridkey"));
        command.args(["token", "preview"]).args(line.split_whitespace()).env_clear().stdin(Stdio::null());
        command.env("GRIDKEY_URL", &app.base).env("GRIDKEY_CLIENT_ID", &admin.client_id);
        command.env("GRIDKEY_CLIENT_SECRET", &admin.secret);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let (out, err) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(code), "{line}: {out}{err}");
        assert!(!out.contains("eyJ") && !out.contains(&admin.secret), "{out}");
        out
    };
    let line = "--app spa --user grace@acme.example --scope openid --scope profile";
    let told: Value = serde_json::from_str(&ask(&format!("{line} --output json"), 0).await).unwrap();
    let (browser, page) = app.looking(ADA, &format!("{at}/preview?user={grace}&scopes=openid+profile")).await;
    assert!(shown(&page).contains("Tokens would be issued") && told["outcome"] == "issued");
    let table = ask(line, 0).await;
    for (part, section) in
        [("id_token", "id-token"), ("access_token", "access-token"), ("userinfo", "userinfo")]
    {
        let claims = &told[part]["claims"];
        assert_eq!(lasting(claims), lasting(&payload(&page, section)), "{part}");
        for (claim, value) in lasting(claims).as_object().unwrap() {
            let row = table.lines().find(|row| {
                let mut cells = row.split_whitespace();
                cells.next() == Some(part) && cells.next() == Some(claim)
            });
            let row = row.unwrap_or_else(|| panic!("{part} {claim}: {table}"));
            // Lists and objects are told in the form of the table.
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert!(value.is_array() || value.is_object() || row.contains(&text), "{text}: {row}");
        }
    }
    assert_eq!(told["userinfo"]["claims"]["name"], CANARY);

    suspend(&app, "grace@acme.example").await;
    let refused: Value = serde_json::from_str(&ask(&format!("{line} --output json"), 0).await).unwrap();
    let page = browser.get(&page.at).await;
    assert!(shown(&page).contains("The sign-in would be refused") && refused["outcome"] == "refused");
    let table = ask(line, 0).await;
    for one in refused["refusals"].as_array().unwrap() {
        let code = one["code"].as_str().unwrap();
        assert!(table.lines().any(|row| row.starts_with("refused") && row.contains(code)), "{code}: {table}");
    }
    assert!(refused.get("access_token").is_none() && !table.contains("access_token"));
    ask("--app nothing --user grace@acme.example", 4).await;
    ask("--app spa --user nobody@acme.example", 4).await;
});

on_both!(a_tested_sign_in_is_a_real_one, |app| {
    let at = page_of(&app, "spa").await;
    let (mut browser, page) = app.looking(ADA, &format!("{at}/test")).await;
    assert!(shown(&page).contains("Nothing stands against it"), "{}", page.reply.body);
    assert!(page.reply.body.contains("<code dir=\"ltr\">https://spa.example.com/cb</code>"));
    assert!(attribute(&page, "activity", "href").ends_with("/activity"));
    let begin = attribute(&page, "open-sign-in", "href");
    let asked = query_of(&begin);
    assert_eq!(asked["redirect_uri"], "https://spa.example.com/cb", "the application's own");
    assert_eq!(asked["code_challenge_method"], "S256");
    let path = begin.strip_prefix(&app.issuer()).unwrap();
    let ended = browser.walk(path, ADA, crate::support::PASSWORD).await;
    assert!(ended.starts_with("https://spa.example.com/cb?"), "{ended}");
    let ended = query_of(&ended);
    assert_eq!(ended["state"], asked["state"]);
    let body = &page.reply.body;
    let verifier = body.split("code_verifier=").nth(1).unwrap();
    let verifier =
        verifier.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next().unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", &ended["code"]),
        ("redirect_uri", "https://spa.example.com/cb"),
        ("code_verifier", verifier),
    ];
    app.post("/t/acme/oauth2/token", None, &form).await.expect(200);
    // Nowhere else does a code go, least of all to the console.
    let elsewhere = path.replace("https%3A%2F%2Fspa.example.com%2Fcb", "http%3A%2F%2F127.0.0.1%2Fconsole");
    assert_ne!(path, elsewhere);
    let refused = browser.get(&elsewhere).await;
    assert_eq!((refused.reply.status, refused.reply.header("location")), (400, ""), "{}", refused.reply.body);

    let machine = page_of(&app, "worker").await;
    let none = browser.get(&format!("{machine}/test")).await;
    assert!(shown(&none).contains("id=\"no-sign-in\"") && none.reply.body.contains("has no grant by which"));
    let page = browser.get(&machine).await;
    assert!(!shown(&page).contains("id=\"test-sign-in\""), "nobody signs in to a machine");
    let wrong = browser.get(&format!("{at}/test?user=nobody%40acme.example")).await;
    assert_eq!(wrong.reply.status, 422);
});

on_both!(a_device_is_registered_and_gets_its_lines, |app| {
    let (browser, form) = app.looking(ADA, "/console/applications/new?kind=device").await;
    assert!(!shown(&form).contains("redirect_uris"));
    let made = [("display_name", "Television"), ("scopes", "openid profile")];
    let page = browser.follow(fill(&browser, &form, &made).await).await;
    let body = shown(&page);
    assert!(body.contains("Native application") && body.contains("oauth2/device_authorization"), "{body}");
    assert!(body.contains("grant_type=urn:ietf:params:oauth:grant-type:device_code"));
    let client_id = body.split("<code id=\"client-id\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(body.contains(&format!("client_id=&#39;{client_id}&#39;")), "a real id: {body}");
    let form = [("client_id", client_id), ("scope", "openid profile")];
    let codes = app.post("/t/acme/oauth2/device_authorization", None, &form).await.expect(200);
    assert!(body.contains(&format!("href=\"{}\"", codes.text("verification_uri"))));
    let test = browser.get(&format!("{}/test", page.path())).await;
    assert!(shown(&test).contains("id=\"device\"") && !test.reply.body.contains("id=\"open-sign-in\""));
    assert!(test.reply.body.contains("Nothing stands against it"), "{}", test.reply.body);
});

async fn statuses(browser: &Browser, at: &str) -> [u16; 2] {
    let preview = browser.get(&format!("{at}/preview?user={ADA}")).await.reply.status;
    [preview, browser.get(&format!("{at}/test")).await.reply.status]
}

on_both!(who_may_not_see_both_tries_nothing, |app| {
    let at = page_of(&app, "spa").await;
    let (grace, _) = app.looking("grace@acme.example", "/account").await;
    assert_eq!(statuses(&grace, &at).await, [403, 403]);
    let (hank, _) = app.looking("hank@globex.example", "/console").await;
    assert_eq!(statuses(&hank, &at).await, [404, 404], "another organisation's");
    // Who sees applications and no people.
    let root = app.manager("acme", Some("super_admin")).await;
    let role = json!({ "slug": "half", "display_name": "Half", "permissions": ["applications:read"] });
    root.post("/v1/roles", &role).await.expect(201);
    let grace_id = alter(&app, |conn| person(conn, "acme", "grace@acme.example")).await.id;
    let roles = json!({ "roles": ["tenant_user", "half"] });
    root.put(&format!("/v1/users/{grace_id}/roles"), &roles).await.expect(200);
    let page = grace.get(&at).await;
    assert!(!shown(&page).contains("/preview") && !page.reply.body.contains("/test\""));
    assert_eq!(statuses(&grace, &at).await, [403, 403]);
});
