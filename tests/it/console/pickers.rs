//! Fields that choose among more things than a page shows: those that are not shown are looked for, without scripts.

use std::time::Duration;

use super::{CANARY, shown};
use crate::manage::many;
use crate::on_both;
use crate::support::tokens::{ADA, alter, person, tenant};
use crate::support::{Browser, Page, TestApp};
use gridkey::{service_accounts, teams};

/// Of everything; the last of them by name ends with 99.
const THINGS: u32 = 250;

/// An organisation with that many people, roles, teams and service accounts, and somebody who looks at it.
async fn crowded(app: &TestApp) -> Browser {
    let (random, now) = (app.app.random.clone(), app.now());
    alter(app, move |conn| {
        let acme = tenant(conn, "acme")?;
        many::fill(conn, acme.id, 0..THINGS, (&random, now))
    })
    .await;
    app.looking(ADA, "/console").await.0
}

async fn account(app: &TestApp, slug: &'static str) -> String {
    let id = alter(app, move |conn| {
        let acme = tenant(conn, "acme")?;
        Ok(service_accounts::store::find_by_slug(conn, acme.id, slug)?.unwrap().id)
    });
    id.await.to_string()
}

async fn team(app: &TestApp, slug: &'static str) -> String {
    let id = alter(app, move |conn| {
        let acme = tenant(conn, "acme")?;
        Ok(teams::store::find_by_slug(conn, acme.id, slug)?.unwrap().id)
    });
    id.await.to_string()
}

async fn user(app: &TestApp, email: &'static str) -> String {
    alter(app, move |conn| Ok(person(conn, "acme", email)?.id)).await.to_string()
}

/// The value of a field that the page hides.
fn hidden(page: &Page, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.reply.body.split(&mark).nth(1).unwrap_or_else(|| panic!("{name}: {}", page.reply.body));
    rest.split('"').next().unwrap().replace("&#34;", "\"")
}

/// Sends the page's form with these fields.
async fn send(browser: &Browser, page: &Page, fields: &[(&str, &str)]) -> Page {
    let csrf = hidden(page, "csrf");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    browser.post(&page.at, &all).await
}

/// How many choices a page has whose value begins like this.
fn offered(page: &Page, begins: &str) -> usize {
    shown(page).matches(&format!("value=\"{begins}")).count()
}

on_both!(the_owner_of_a_key_is_found_among_many, |app| {
    let browser = crowded(&app).await;
    let (last, tenth) = (account(&app, "robot-99").await, account(&app, "robot-10").await);
    let value = format!("service_account:{last}");
    let form = browser.get("/console/api-keys/new").await;
    assert_eq!(offered(&form, "service_account:"), 200);
    assert!(!form.reply.body.contains(&last) && form.reply.body.contains("name=\"find_owner\""));

    // Found by the button, and what was typed stays.
    let once = hidden(&form, "once");
    let typed = [
        ("once", once.as_str()),
        ("name", CANARY),
        ("description", "Nightly"),
        ("level", "read-only"),
        ("expiry", "30"),
        ("allowed_addresses", "192.0.2.1"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&typed[..], more].concat();
    let searched =
        with(&[("owner", "user:x"), ("find", "owner"), ("find_owner", "ROBOT-99"), ("found_owner", "")]);
    let found = send(&browser, &form, &searched).await;
    assert!(shown(&found).contains(&format!("value=\"{value}\" selected>Robot (robot-99)")));
    assert!(
        found.reply.body.contains("&#60;script&#62;x") && found.reply.body.contains(">192.0.2.1</textarea>")
    );
    assert!(
        found.reply.body.contains("value=\"30\" selected")
            || found.reply.body.contains("value=\"30\" checked")
    );
    assert_eq!(hidden(&found, "once"), once);

    // The Enter key presses another button: what was not looked for yet is looked for then, and nothing is made.
    let entered = with(&[("owner", "user:x"), ("find_owner", "robot-9"), ("found_owner", "")]);
    let several = send(&browser, &form, &entered).await;
    assert_eq!(offered(&several, "service_account:"), 11, "{}", several.reply.body);
    let tenth = format!("service_account:{tenth}");
    let mut kept = with(&[("find_owner", "zzz<>"), ("found_owner", "robot-9")]);
    kept.push(("owner", &tenth));
    let none = send(&browser, &form, &kept).await;
    assert!(shown(&none).contains("No short name begins with “zzz&#60;&#62;”"), "{}", none.reply.body);
    assert!(none.reply.body.contains(&format!("value=\"{tenth}\" selected>Robot (robot-10)")));
    assert!(shown(&browser.get("/console/api-keys?q=%3Cscript").await).contains("Nothing matches"));

    let mut wanted = with(&[("find_owner", "robot-99"), ("found_owner", "robot-99")]);
    wanted.push(("owner", &value));
    let made = send(&browser, &found, &wanted).await;
    assert!(shown(&made).contains("id=\"secret\""), "{}", made.reply.body);
    let list = browser.get(&format!("/console/api-keys?owner={value}")).await;
    assert!(!shown(&list).contains("Nothing matches"), "{}", list.reply.body);
});

on_both!(teams_and_their_members_are_found_among_many, |app| {
    let browser = crowded(&app).await;
    let (robot, last) = (account(&app, "robot-99").await, team(&app, "team-99").await);
    let members = browser.get(&format!("/console/teams/{last}/members")).await;
    assert!(
        !shown(&members).contains(&robot) && members.reply.body.contains("name=\"find_service_account\"")
    );
    let search =
        [("email", "x@y.example"), ("find", "service_account"), ("find_service_account", "robot-99")];
    let found = send(&browser, &members, &search).await;
    assert!(shown(&found).contains(&format!("value=\"{robot}\" selected")), "{}", found.reply.body);
    assert!(found.reply.body.contains("value=\"x@y.example\""), "{}", found.reply.body);
    let chosen =
        [("service_account", robot.as_str()), ("find_service_account", ""), ("found_service_account", "")];
    let added = browser.follow(send(&browser, &found, &chosen).await).await;
    assert!(shown(&added).contains("<bdi>robot-99</bdi>"), "{}", added.reply.body);

    let at = format!("/console/users/{}/teams", user(&app, "p0@acme.example").await);
    let teams = browser.get(&at).await;
    assert!(!shown(&teams).contains(&last), "{}", teams.reply.body);
    let found = send(&browser, &teams, &[("join", ""), ("find", "join"), ("find_join", "team-99")]).await;
    assert!(shown(&found).contains(&format!("value=\"{last}\" selected")), "{}", found.reply.body);
    let joined = [("join", last.as_str()), ("find_join", "team-99"), ("found_join", "team-99")];
    let joined = browser.follow(send(&browser, &found, &joined).await).await;
    assert!(shown(&joined).contains("<code>team-99</code>"), "{}", joined.reply.body);

    // The owner of a service account, whose page has the version of what was typed.
    let at = format!("/console/service-accounts/{robot}");
    let page = browser.get(&at).await;
    let version = hidden(&page, "version");
    let typed = [("display_name", "Bender"), ("description", ""), ("version", version.as_str())];
    let search = [&typed[..], &[("team", ""), ("find", "team"), ("find_team", "team-99")]].concat();
    let found = send(&browser, &page, &search).await;
    assert!(shown(&found).contains("value=\"team-99\" selected") && found.reply.body.contains("Bender"));
    assert_eq!(hidden(&found, "version"), version);
    let owned = [&typed[..], &[("team", "team-99"), ("find_team", "x"), ("found_team", "x")]].concat();
    let owned = browser.follow(send(&browser, &found, &owned).await).await;
    assert!(shown(&owned).contains("value=\"team-99\" selected"), "{}", owned.reply.body);
});

on_both!(roles_are_found_among_many_and_stay_ticked, |app| {
    let browser = crowded(&app).await;
    let (person, team) = (user(&app, "p0@acme.example").await, team(&app, "team-1").await);
    for at in [format!("/console/users/{person}/roles"), format!("/console/teams/{team}/roles")] {
        let page = browser.get(&at).await;
        assert!(!shown(&page).contains("value=\"role-99\""), "{at}");
        let version = page.form().fields.get("version").cloned().unwrap_or_default();
        let ticked = [("version", version.as_str()), ("roles", "role-1"), ("roles", "role-20")];
        let search = [&ticked[..], &[("find", "roles"), ("find_roles", "role-99")]].concat();
        let found = send(&browser, &page, &search).await;
        for role in ["role-1", "role-20"] {
            assert!(shown(&found).contains(&format!("value=\"{role}\" checked")), "{at} {role}");
        }
        assert!(found.reply.body.contains("value=\"role-99\""), "{at}");
        let last = [("roles", "role-99"), ("find_roles", "role-99"), ("found_roles", "role-99")];
        let saved = browser.follow(send(&browser, &found, &[&ticked[..], &last].concat()).await).await;
        assert!(saved.reply.body.contains("id=\"flash\""), "{at} {}", saved.reply.body);
        for role in ["role-1", "role-20", "role-99"] {
            assert!(shown(&saved).contains(&format!("value=\"{role}\" checked")), "{at} {role}");
        }
    }
    // New people and service accounts, too; nobody is asked for their password before something is done.
    app.pass(Duration::from_secs(60 * 60));
    for at in ["/console/users/new", "/console/service-accounts/new"] {
        let page = browser.get(at).await;
        let once = hidden(&page, "once");
        let typed = [("once", once.as_str()), ("display_name", CANARY), ("roles", "role-7")];
        let search = [&typed[..], &[("find", "roles"), ("find_roles", "role-99")]].concat();
        let found = send(&browser, &page, &search).await;
        assert!(
            shown(&found).contains("value=\"role-99\"") && !found.reply.body.contains("confirm_password")
        );
        assert!(found.reply.body.contains("value=\"role-7\" checked"), "{at} {}", found.reply.body);
        let deed =
            send(&browser, &found, &[&typed[..], &[("find_roles", "x"), ("found_roles", "x")]].concat())
                .await;
        assert_eq!(deed.reply.status, 403, "{at}");
        assert!(deed.reply.body.contains("confirm_password"), "{at}");
    }
});

on_both!(people_are_filtered_by_names_that_no_list_shows, |app| {
    let browser = crowded(&app).await;
    let list = browser.get("/console/users").await;
    assert!(
        shown(&list).contains("<datalist id=\"filters-team\">")
            && !list.reply.body.contains("value=\"team-99\"")
    );
    let found = browser.get("/console/users?team=team-99&role=role-99").await;
    assert!(shown(&found).contains("p99@acme.example") && !found.reply.body.contains("p98@acme.example"));
    assert!(found.reply.body.contains("role=\"status\">One entry</p>"), "{}", found.reply.body);
    let nobody = browser.get("/console/users?team=no-such-team").await;
    assert!(shown(&nobody).contains("Nothing matches"), "{}", nobody.reply.body);
    assert!(nobody.reply.body.contains("value=\"no-such-team\""), "{}", nobody.reply.body);
    assert!(nobody.reply.body.contains("role=\"status\">No entry</p>"), "{}", nobody.reply.body);

    let person = user(&app, "p3@acme.example").await;
    let bulk =
        |role: &'static str| [("action", "assign_role"), ("role", role)].map(|(a, b)| (a, b.to_owned()));
    for (role, status) in [("role-99", 200), ("no-such-role", 422)] {
        let csrf = hidden(&list, "csrf");
        let fields = bulk(role);
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.extend([("csrf", csrf.as_str()), ("ids", person.as_str())]);
        let preview = browser.post("/console/users/bulk", &fields).await;
        assert_eq!(preview.reply.status, status, "{role} {}", preview.reply.body);
    }
});
