//! Organisations, roles and people in the database.

use super::*;
use crate::roles;
use crate::secret::{Digest, Secret};
use crate::sessions::{self, Session};
use crate::tenants::TenantStatus;
use crate::users::{UserStatus, Verdict};

const FILE: &str = r#"
[[tenants]]
slug = "acme"
display_name = "Acme Corporation"
lifetimes = { access_token = 300 }

[[roles]]
tenant = "acme"
slug = "auditor"
display_name = "Auditor"
permissions = ["audit:read", "reports:*"]

[[users]]
tenant = "acme"
email = "ada@acme.example"
name = "Ada Lovelace"
email_verified = true
given_name = "Ada"
address = { locality = "London", country = "UK" }
roles = ["auditor", "tenant_admin"]
password = "correct horse battery"

[[clients]]
tenant = "acme"
client_id = "app"
display_name = "App"
kind = "web"
secret = "s3cret"
redirect_uris = ["https://app.example/cb"]
"#;

fn later(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

#[test]
fn a_second_time_nothing_changes() {
    let bench = Bench::new();
    let first = bench.apply(FILE);
    assert_eq!(first.count(Action::Created), 4, "{first}");
    let names: Vec<_> = first.changes.iter().map(|change| change.name.as_str()).collect();
    assert_eq!(names, ["acme", "acme/auditor", "acme/ada@acme.example", "app"]);
    let ada = bench.user("acme", "ada@acme.example");
    let second = bench.apply_at(FILE, later(10));
    assert!(second.is_unchanged(), "{second}");
    assert_eq!(second.changes.len(), 4);
    assert_eq!(bench.user("acme", "ada@acme.example"), ada);
}

#[test]
fn everything_the_file_says_is_stored() {
    let bench = Bench::new();
    bench.apply(FILE);
    let (acme, ada) = (bench.tenant("acme"), bench.user("acme", "ada@acme.example"));
    assert_eq!(
        (acme.display_name.as_str(), acme.settings.lifetimes.access_token),
        ("Acme Corporation", Some(300))
    );
    assert!(ada.email_verified && ada.is_active());
    assert_eq!((ada.display_name.as_str(), ada.profile.given_name.as_deref()), ("Ada Lovelace", Some("Ada")));
    assert_eq!(ada.profile.address.unwrap().locality.as_deref(), Some("London"));
    let held = bench.read(move |conn| roles::store::held_by(conn, acme.id, ada.id));
    assert_eq!(held, ["auditor", "tenant_admin"]);
    let role = bench.read(move |conn| roles::store::find_by_slug(conn, acme.id, "auditor")).unwrap();
    assert_eq!(role.permissions, ["audit:read", "reports:*"]);
    assert!(
        bench.read(move |conn| roles::store::find_by_slug(conn, acme.id, "tenant_viewer")).unwrap().built_in
    );
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let bench = Bench::new();
    let rehearsal = bench.try_apply(FILE, NOW, true).unwrap();
    assert_eq!(bench.read(tenants::store::count), 0);
    assert_eq!(rehearsal, bench.apply(FILE));
    let update = FILE.replace("Ada Lovelace", "Ada King");
    assert_eq!(bench.try_apply(&update, NOW, true).unwrap().changes[2].fields, ["name"]);
    assert_eq!(bench.user("acme", "ada@acme.example").display_name, "Ada Lovelace");
}

#[test]
fn named_fields_are_updated_and_absent_ones_kept() {
    let bench = Bench::new();
    bench.apply(FILE);
    let report = bench.apply_at(
        r#"
        [[tenants]]
        slug = "acme"
        status = "suspended"
        lifetimes = { id_token = 60 }
        [[roles]]
        tenant = "acme"
        slug = "auditor"
        permissions = []
        [[users]]
        tenant = "acme"
        email = "ADA@acme.example"
        family_name = "King"
        roles = ["tenant_viewer"]
        "#,
        later(5),
    );
    let fields: Vec<_> = report.changes.iter().map(|change| change.fields.join(" ")).collect();
    assert_eq!(fields, ["status lifetimes", "permissions", "family_name roles"]);
    let (acme, ada) = (bench.tenant("acme"), bench.user("acme", "ada@acme.example"));
    assert_eq!((acme.display_name.as_str(), acme.status), ("Acme Corporation", TenantStatus::Suspended));
    assert_eq!(
        (acme.settings.lifetimes.access_token, acme.settings.lifetimes.id_token),
        (Some(300), Some(60))
    );
    assert_eq!((acme.created_at, acme.updated_at), (NOW, later(5)));
    assert_eq!(
        (ada.profile.given_name.as_deref(), ada.profile.family_name.as_deref()),
        (Some("Ada"), Some("King"))
    );
    assert_eq!((ada.display_name.as_str(), ada.email.as_str()), ("Ada Lovelace", "ada@acme.example"));
    let held = bench.read(move |conn| roles::store::held_by(conn, acme.id, ada.id));
    assert_eq!(held, ["auditor", "tenant_admin", "tenant_viewer"]);
}

fn verdict(bench: &Bench, password: &str) -> Verdict {
    let ada = bench.user("acme", "ada@acme.example");
    let hash = bench.read(move |conn| users::store::password_hash(conn, ada.tenant_id, ada.id));
    bench.hasher.verify_blocking(Secret::new(password), hash).unwrap()
}

/// Puts Ada into a browser; `true` from what comes back says that the session is still open.
fn sign_in(bench: &Bench) -> impl Fn(&Bench) -> bool + use<> {
    let ada = bench.user("acme", "ada@acme.example");
    let session = Session {
        id: bench.random.id(NOW),
        tenant_id: ada.tenant_id,
        user_id: ada.id,
        browser: Digest::of(b"browser"),
        authenticated_at: NOW,
        amr: vec!["pwd".into()],
        address: "127.0.0.1".into(),
        user_agent: String::new(),
        created_at: NOW,
        last_seen_at: NOW,
        expires_at: later(3600),
    };
    let (tenant, id) = (ada.tenant_id, session.id);
    bench.db.write_blocking(move |conn| sessions::store::insert(conn, tenant, &session)).unwrap();
    move |bench| bench.read(move |conn| sessions::store::is_open(conn, tenant, id, later(1)))
}

#[test]
fn another_password_replaces_the_stored_one_and_ends_sessions() {
    let bench = Bench::new();
    bench.apply(FILE);
    let is_open = sign_in(&bench);
    assert!(matches!(verdict(&bench, "correct horse battery"), Verdict::Right { .. }));
    assert!(bench.apply(FILE).is_unchanged() && is_open(&bench));
    let report = bench.apply(&FILE.replace("correct horse", "wrong mare"));
    assert_eq!(report.changes[2].fields, ["password"]);
    assert!(matches!(verdict(&bench, "wrong mare battery"), Verdict::Right { .. }));
    assert!(!is_open(&bench));
}

#[test]
fn a_hash_is_for_people_without_a_password() {
    const HASH: &str =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let bench = Bench::new();
    let hashed = FILE.replace("password = \"correct horse battery\"", &format!("password_hash = \"{HASH}\""));
    let without = FILE.replace("password = \"correct horse battery\"", "");
    bench.apply(&without);
    assert_eq!(verdict(&bench, "password"), Verdict::Wrong);
    assert_eq!(bench.apply(&hashed).changes[2].fields, ["password_hash"]);
    assert_eq!(verdict(&bench, "password"), Verdict::Right { needs_rehash: true });
    bench.apply(FILE);
    assert!(bench.apply(&hashed).is_unchanged());
    assert!(matches!(verdict(&bench, "correct horse battery"), Verdict::Right { .. }));
}

#[test]
fn suspending_a_person_ends_what_derives_from_them() {
    let bench = Bench::new();
    bench.apply(FILE);
    let is_open = sign_in(&bench);
    let suspended = "[[users]]\ntenant = \"acme\"\nemail = \"ada@acme.example\"\nstatus = \"suspended\"";
    assert!(is_open(&bench));
    assert_eq!(bench.apply(suspended).changes[0].fields, ["status"]);
    assert!(!is_open(&bench));
    assert_eq!(bench.user("acme", "ada@acme.example").status, UserStatus::Suspended);
    assert!(bench.apply(suspended).is_unchanged());
}

#[test]
fn references_to_what_is_nowhere_are_told_all_at_once_and_nothing_is_written() {
    let bench = Bench::new();
    let file = FILE.to_owned()
        + r#"
[[roles]]
tenant = "acmee"
slug = "auditor"
[[users]]
tenant = "acme"
email = "eve@acme.example"
roles = ["auditr", "tenant_admn", "x"]
[[users]]
tenant = "acme"
email = "ken@acme.example"
name = "Ken"
roles = ["auditr"]
[[clients]]
tenant = "acme"
client_id = "other"
"#;
    assert_eq!(
        bench.refusal(&file),
        "seed.toml has 4 errors; nothing was changed:\n  \
         seed.toml:32:10: tenant \"acmee\" is neither in this file nor in the database; did you mean \"acme\"?\n  \
         seed.toml:34:1: person \"acme/eve@acme.example\" is new and needs name\n  \
         seed.toml:42:10: role \"auditr\" does not exist in \"acme\"; did you mean \"auditor\"?\n  \
         seed.toml:43:1: application \"other\" is new and needs display_name and kind"
    );
    assert_eq!(bench.read(tenants::store::count), 0);
    assert_eq!(
        bench
            .refusal("[[tenants]]\nslug = \"new\"\n[[roles]]\ntenant = \"new\"\nslug = \"r\"")
            .lines()
            .count(),
        3
    );
    bench.apply(FILE);
    assert!(
        bench.refusal("[[roles]]\ntenant = \"acme\"\nslug = \"r\"").contains("is new and needs display_name")
    );
}
