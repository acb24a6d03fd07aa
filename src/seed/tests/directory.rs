//! Teams, service accounts, APIs and settings in the database; files that are written; and what pruning leaves.

use super::*;
use crate::clients;
use crate::roles;
use crate::service_accounts::{self, ServiceAccount};
use crate::teams;

const FILE: &str = include_str!("../../../tests/fixtures/directory.toml");

fn export(bench: &Bench, only: Option<&str>) -> Option<String> {
    let only = only.map(|slug| slug.parse().unwrap());
    bench.read(move |conn| super::super::export(conn, only.as_ref(), super::super::Hashes::Written, NOW))
}

fn account(bench: &Bench, slug: &str) -> ServiceAccount {
    let (tenant, slug) = (bench.tenant("initech").id, slug.to_owned());
    bench.read(move |conn| service_accounts::store::find_by_slug(conn, tenant, &slug)).unwrap()
}

fn prune(bench: &Bench, text: &str, dry_run: bool) -> Report {
    let file = SeedFile::parse(text, "seed.toml", PRODUCTION).unwrap_or_else(|why| panic!("{why}"));
    let mode = Mode { dry_run, prune: true, ..Mode::default() };
    let report = super::super::apply(&bench.ground(), NOW, file, mode);
    report.unwrap_or_else(|why| panic!("{why}: {why:?}"))
}

#[test]
fn everything_the_file_says_is_stored_once() {
    let bench = Bench::new();
    let first = bench.apply(FILE);
    assert_eq!(first.count(Action::Created), first.changes.len(), "{first}");
    assert!(bench.apply(FILE).is_unchanged(), "{}", bench.apply(FILE));
    let tenant = bench.tenant("initech");
    assert_eq!(tenant.settings.passwords.minimum_length, Some(14));
    assert_eq!((tenant.settings.limits.users, tenant.settings.limits.service_accounts), (Some(500), Some(0)));
    assert_eq!(tenant.settings.profile.as_str(), "scaigrid");
    let looks = bench.read(move |conn| crate::branding::store::find(conn, tenant.id));
    assert_eq!(looks.accent.unwrap().to_string(), "#ffd400");
    assert_eq!(looks.support_url.as_deref(), Some("https://help.initech.example/"));
    let signatures = bench.tenant("initech").settings.signatures;
    assert_eq!(signatures.query, Some(crate::tenants::SignatureQuery::Either));
    assert_eq!(signatures.replay, Some(crate::tenants::SignatureReplay::All));
    let keys = &tenant.settings.api_keys;
    assert_eq!(
        (keys.prefix.as_deref(), keys.longest_lifetime_days, keys.disable_on_spike),
        (Some("initech-"), Some(365), true)
    );
    assert_eq!(keys.levels().read_only, ["inference:use"]);
    assert!(keys.levels().read_write.contains(&"*:update".to_owned()), "what is not named keeps its value");
    let nightly = account(&bench, "nightly");
    let held = bench.read(move |conn| roles::store::held_by(conn, tenant.id, nightly.id));
    assert_eq!(held, ["auditor", "tenant_user", "tenant_viewer"], "by itself and by the team");
    let team = bench.read(move |conn| teams::store::find_by_slug(conn, tenant.id, "empty")).unwrap();
    assert_eq!(nightly.team_id, Some(team.id));
    let teams = bench.read(move |conn| teams::store::memberships(conn, tenant.id, &[nightly.id.uuid()]));
    assert!(teams.iter().any(|(_, of)| of.id == team.id), "whom a team owns belongs to it");
    let credential = bench.read(|conn| clients::store::find_by_client_id(conn, "nightly-1")).unwrap();
    assert_eq!(credential.service_account_id, Some(nightly.id));
}

#[test]
fn a_file_that_was_written_makes_the_same_again() {
    let (one, two) = (Bench::new(), Bench::new());
    one.apply(FILE);
    let written = export(&one, None).unwrap();
    assert!(written.contains("[[tenants]]\nslug = \"hooli\"\n"), "{written}");
    SeedFile::parse(&written, "export", PRODUCTION).unwrap_or_else(|why| panic!("{why}\n{written}"));
    let report = two.apply(&written);
    assert_eq!(report.count(Action::Created), report.changes.len());
    assert_eq!(export(&two, None).unwrap(), written);
    assert!(one.apply(&written).is_unchanged(), "{}", one.apply(&written));
    assert!(prune(&one, &written, false).is_unchanged());
    let part = export(&one, Some("hooli")).unwrap();
    assert!(part.contains("\"hooli\"") && !part.contains("\"initech\""), "{part}");
    assert_eq!(export(&one, Some("nobody")), None);
}

#[test]
fn each_key_is_changed_and_told_by_name() {
    let bench = Bench::new();
    bench.apply(FILE);
    let changed = |keys: &str| bench.apply(keys).changes.remove(0).fields;
    let tenant = "[[tenants]]\nslug = \"initech\"\n";
    let keys = "sessions = { idle = 60 }\nlimits = { users = 1 }\nprofile = \"native\"";
    assert_eq!(changed(&format!("{tenant}{keys}")), ["profile", "sessions", "limits"]);
    let settings = bench.tenant("initech").settings;
    assert_eq!((settings.sessions.idle, settings.sessions.absolute), (Some(60), Some(43_200)));
    assert_eq!(changed(&format!("{tenant}api_keys = {{ key_rate_limit = 61 }}")), ["api_keys"]);
    assert_eq!(changed(&format!("{tenant}api_keys = {{ levels = {{ admin = [\"*:*\"] }} }}")), ["api_keys"]);
    assert_eq!(bench.tenant("initech").settings.api_keys.levels().read_only, ["inference:use"]);
    assert_eq!(changed(&format!("{tenant}domains = [\"third.example\"]")), ["domains"]);
    let team = "[[teams]]\ntenant = \"initech\"\nslug = \"reporting\"\n";
    assert_eq!(changed(&format!("{team}members = [\"user:bill@initech.example\"]")), ["members"]);
    assert_eq!(
        changed(&format!("{team}roles = [\"tenant_user\"]\ndescription = \"\"")),
        ["description", "roles"]
    );
    let account = "[[service_accounts]]\ntenant = \"initech\"\nslug = \"nightly\"\n";
    assert_eq!(changed(&format!("{account}team = \"reporting\"\nstatus = \"disabled\"")), ["status", "team"]);
    let server = "[[resource_servers]]\ntenant = \"initech\"\naudience = \"https://api.initech.example\"\n";
    assert_eq!(changed(&format!("{server}status = \"active\"\npermissions = []")), ["status", "permissions"]);
    let client = "[[clients]]\ntenant = \"initech\"\nclient_id = \"nightly-1\"\n";
    assert_eq!(changed(&format!("{client}service_account = \"other\"")), ["service_account"]);
}

#[test]
fn what_is_nowhere_is_told_with_a_suggestion() {
    let bench = Bench::new();
    bench.apply(FILE);
    let told = bench.refusal(
        "[[tenants]]\nslug = \"hooli\"\ndomains = [\"initech.example\"]\n\
         [[teams]]\ntenant = \"initech\"\nslug = \"new\"\n\
         [[teams]]\ntenant = \"initech\"\nslug = \"news\"\ndisplay_name = \"N\"\n\
         members = [\"user:bil@initech.example\", \"service_account:nightli\"]\nroles = [\"tenant_viwer\"]\n\
         [[users]]\ntenant = \"initech\"\nemail = \"bill@initech.example\"\n\
         [[service_accounts]]\ntenant = \"initech\"\nslug = \"nightly\"\nteam = \"newz\"\n\
         [[service_accounts]]\ntenant = \"hooli\"\nslug = \"fresh\"\n\
         [[resource_servers]]\ntenant = \"hooli\"\naudience = \"urn:x\"\n\
         [[clients]]\ntenant = \"initech\"\nclient_id = \"nightly-2\"\nservice_account = \"nitely\"\n\
         [[clients]]\ntenant = \"initech\"\nclient_id = \"portal\"\nservice_account = \"nightly\"",
    );
    for needed in [
        "seed.toml:3:12: tenants.domains: \"initech.example\" belongs to another organisation",
        "team \"initech/new\" is new and needs display_name",
        "person \"bil@initech.example\" is neither in this file nor in the database; did you mean \"bill@initech.example\"?",
        "service account \"nightli\" is neither in this file nor in the database; did you mean \"nightly\"?",
        "role \"tenant_viwer\" does not exist in \"initech\"; did you mean \"tenant_viewer\"?",
        "team \"newz\" is neither in this file nor in the database; did you mean \"new",
        "service account \"hooli/fresh\" is new and needs display_name",
        "API \"hooli/urn:x\" is new and needs display_name",
        "seed.toml:26:1: clients.secret: without a secret this client cannot prove itself",
        "service account \"nitely\" is neither",
        "clients.service_account: only a machine is a credential of a service account",
    ] {
        assert!(told.contains(needed), "{needed}\n{told}");
    }
    assert!(told.starts_with("seed.toml has 11 errors"), "{told}");
}

const KEPT: &str = r#"
[[tenants]]
slug = "initech"
domains = ["initech.example"]

[[teams]]
tenant = "initech"
slug = "reporting"
roles = ["tenant_viewer"]
members = ["user:milton@initech.example"]

[[users]]
tenant = "initech"
email = "bill@initech.example"
roles = []

[[clients]]
tenant = "initech"
client_id = "portal"
secret_hash = "sha256:82c481262513e5079255c1372b2ce5c0f1964f5948876bf6268752f3f6eaa60a"
"#;

#[test]
fn pruning_leaves_what_the_file_names_and_nothing_else() {
    let bench = Bench::new();
    bench.apply(FILE);
    let planned = prune(&bench, KEPT, true);
    assert!(prune(&bench, KEPT, true) == planned && bench.apply(FILE).is_unchanged(), "nothing was changed");
    let done = prune(&bench, KEPT, false);
    assert_eq!(done, planned);
    let gone: Vec<String> = done
        .changes
        .iter()
        .filter(|change| change.action == Action::Deleted)
        .map(|change| format!("{} {}", change.kind, change.name))
        .collect();
    let mut sorted = gone.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "client board",
            "client nightly-1",
            "client nightly-2",
            "resource_server initech/https://api.initech.example",
            "role initech/auditor",
            "role initech/nothing",
            "service_account initech/nightly",
            "service_account initech/other",
            "team initech/empty",
            "user initech/Peter@Initech.example",
        ]
    );
    let left = export(&bench, Some("initech")).unwrap();
    assert!(left.contains("domains = [\"initech.example\"]\n"), "{left}");
    assert!(left.contains("members = [\"user:milton@initech.example\"]"), "{left}");
    assert!(left.contains("roles = [\"tenant_viewer\"]"), "{left}");
    assert!(!left.contains("3d91554e") && left.contains("82c48126"), "{left}");
    assert!(export(&bench, Some("hooli")).unwrap().contains("The same address elsewhere"), "not described");
    assert!(prune(&bench, KEPT, false).is_unchanged());
    // What the file describes comes back from the recycle bin as it was.
    let back = bench.apply(FILE);
    assert_eq!(back.count(Action::Deleted), 0);
    assert_eq!(account(&bench, "nightly").deleted_at, None);
    let peter = bench.user("initech", "peter@initech.example");
    assert!(peter.is_active() && peter.deleted_at.is_none());
}

#[test]
fn super_admins_and_what_they_need_outlive_pruning() {
    let bench = Bench::new();
    bench.apply(FILE);
    bench.apply(
        "[[teams]]\ntenant = \"initech\"\nslug = \"rulers\"\ndisplay_name = \"Rulers\"\nroles = [\"super_admin\"]\n\
         members = [\"service_account:nightly\"]\n\
         [[users]]\ntenant = \"initech\"\nemail = \"peter@initech.example\"\nroles = [\"super_admin\"]\n\
         [[clients]]\ntenant = \"initech\"\nclient_id = \"first-party:initech\"\ndisplay_name = \"Flow\"\nkind = \"spa\"\n\
         first_party = true\nredirect_uris = [\"https://id.example.com/v1/auth/callback\"]",
    );
    prune(&bench, "[[tenants]]\nslug = \"initech\"", false);
    let left = export(&bench, Some("initech")).unwrap();
    for needed in
        ["slug = \"rulers\"", "Peter@Initech.example", "slug = \"nightly\"", "nightly-1", "nightly-2"]
    {
        assert!(left.contains(needed), "{needed}: {left}");
    }
    assert!(!left.contains("bill@") && !left.contains("portal"), "{left}");
    // Nor does a file take the role away.
    prune(
        &bench,
        "[[tenants]]\nslug = \"initech\"\n[[users]]\ntenant = \"initech\"\nemail = \"peter@initech.example\"\nroles = []",
        false,
    );
    let (tenant, peter) = (bench.tenant("initech").id, bench.user("initech", "peter@initech.example").id);
    let held = bench.read(move |conn| roles::store::held_by(conn, tenant, peter));
    assert_eq!(held, ["super_admin"]);
}

#[test]
fn a_secret_on_its_way_out_is_not_written() {
    let bench = Bench::new();
    bench.apply(FILE);
    let portal = bench.read(|conn| clients::store::find_by_client_id(conn, "portal")).unwrap();
    let secret = clients::StoredSecret {
        id: bench.random.id(NOW),
        client_pk: portal.id,
        digest: crate::secret::Digest::of(b"leaving"),
        created_at: NOW + Duration::from_secs(1),
        expires_at: Some(NOW + Duration::from_secs(60)),
    };
    bench.db.write_blocking(move |conn| clients::store::add_secret(conn, portal.tenant_id, &secret)).unwrap();
    let written = export(&bench, None).unwrap();
    assert!(written.contains("secret_hashes = [\"sha256:82c4"), "{written}");
}
