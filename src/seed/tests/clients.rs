//! Applications in the database.

use super::*;
use crate::clients::{self, AuthMethod, Client, ClientKind, ClientStatus, GrantType, ResponseMode};
use crate::secret::Secret;

const TENANTS: &str = r#"
[[tenants]]
slug = "acme"
display_name = "Acme"
[[tenants]]
slug = "globex"
display_name = "Globex"
"#;
const WEB: &str = r#"
[[clients]]
tenant = "acme"
client_id = "app"
display_name = "App"
kind = "web"
secret = "one"
redirect_uris = ["https://app.example/cb"]
"#;

fn with_tenants() -> Bench {
    let bench = Bench::new();
    bench.apply(TENANTS);
    bench
}

fn client(bench: &Bench, client_id: &str) -> Client {
    bench.read(|conn| clients::store::find_by_client_id(conn, client_id)).unwrap()
}

fn opens(bench: &Bench, client_id: &str, secret: &str) -> bool {
    let known = bench.read(|conn| clients::store::find_known(conn, client_id)).unwrap();
    known.secrets.iter().any(|one| one.is_live(NOW) && one.digest == Secret::new(secret).digest())
}

/// The file's one client with the keys below it.
fn app(keys: &str) -> String {
    format!("[[clients]]\ntenant = \"acme\"\nclient_id = \"app\"\n{keys}")
}

#[test]
fn each_kind_has_its_defaults() {
    let bench = with_tenants();
    let uris = "redirect_uris = [\"https://app.example/cb\"]";
    for (kind, keys) in
        [("web", "secret = \"s\"\n"), ("spa", ""), ("native", ""), ("machine", "secret = \"s\"\n")]
    {
        let uris = if kind == "machine" { "" } else { uris };
        bench.apply(&format!(
            "[[clients]]\ntenant = \"acme\"\nclient_id = \"{kind}\"\ndisplay_name = \"App\"\nkind = \"{kind}\"\n{keys}{uris}"
        ));
    }
    let code = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    let web = client(&bench, "web");
    assert_eq!(
        (web.auth_method, &web.grant_types, web.require_pkce),
        (AuthMethod::ClientSecretBasic, &code, true)
    );
    assert_eq!(web.scopes, ["openid", "profile", "email", "offline_access"]);
    assert_eq!(web.response_modes, [ResponseMode::Query]);
    assert!(!web.first_party && !web.all_tenants && web.status == ClientStatus::Active);
    for kind in ["spa", "native"] {
        let public = client(&bench, kind);
        assert_eq!((public.auth_method, &public.grant_types), (AuthMethod::None, &code));
        assert!(public.must_use_pkce() && public.require_pkce);
    }
    let machine = client(&bench, "machine");
    assert_eq!(machine.auth_method, AuthMethod::ClientSecretBasic);
    assert_eq!(machine.grant_types, [GrantType::ClientCredentials]);
    assert!(machine.scopes.is_empty() && machine.response_modes.is_empty());
}

#[test]
fn every_key_is_stored_and_later_compared() {
    let bench = with_tenants();
    bench.apply(WEB);
    let changes = app(r#"
        display_name = "Renamed"
        status = "disabled"
        auth_method = "client_secret_post"
        require_pkce = false
        first_party = true
        all_tenants = true
        redirect_uris = ["https://app.example/cb", "http://127.0.0.1:3000/cb"]
        post_logout_redirect_uris = ["https://app.example/bye"]
        grant_types = ["authorization_code", "client_credentials"]
        response_modes = ["query", "form_post"]
        scopes = ["openid", "reports:read"]
        lifetimes = { access_token = 60 }
        id_token_alg = "ES256"
        access_token_alg = "EdDSA"
        audiences = ["https://api.example"]
        allowed_origins = ["https://other.example"]
        claims_in_id_token = true
        "#);
    let report = bench.apply(&changes);
    assert_eq!(report.changes[0].fields.len(), 17, "{report}");
    assert!(bench.apply(&changes).is_unchanged());
    let app = client(&bench, "app");
    assert_eq!((app.display_name.as_str(), app.kind), ("Renamed", ClientKind::Web));
    assert_eq!(app.redirect_uris.len(), 2);
    assert_eq!(app.settings.lifetimes.access_token, Some(60));
    assert!(opens(&bench, "app", "one"));
}

#[test]
fn secrets_of_the_file_live_and_strangers_leave_first() {
    let bench = with_tenants();
    bench.apply(WEB);
    assert!(bench.apply(&app("secret = \"one\"")).is_unchanged());
    let mut now = NOW;
    let mut apply = |keys: &str| {
        now = now + Duration::from_secs(1);
        bench.apply_at(&app(keys), now)
    };
    assert_eq!(apply("secret = \"two\"").changes[0].fields, ["secrets"]);
    assert!(opens(&bench, "app", "one") && opens(&bench, "app", "two"));
    // "one" is the older of the two, yet the file wants it and not "two".
    let three = Secret::new("three").digest();
    let hex: String = three.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let keys = format!("secret = \"one\"\nsecret_hash = \"sha256:{hex}\"");
    assert_eq!(apply(&keys).changes[0].fields, ["secrets"]);
    assert!(opens(&bench, "app", "one") && opens(&bench, "app", "three") && !opens(&bench, "app", "two"));
    assert!(apply(&keys).is_unchanged());
    assert_eq!(apply("secrets = [\"four\", \"five\"]").changes[0].fields, ["secrets"]);
    assert!(opens(&bench, "app", "four") && opens(&bench, "app", "five") && !opens(&bench, "app", "one"));
}

#[test]
fn a_confidential_client_needs_a_secret_unless_it_has_one() {
    let bench = with_tenants();
    let without = WEB.replace("secret = \"one\"\n", "");
    let refusal = bench.refusal(&without);
    assert!(refusal.contains("seed.toml:2:1: clients.secret: without a secret"), "{refusal}");
    bench.apply(WEB);
    assert!(bench.apply(&without).is_unchanged());
}

#[test]
fn a_client_id_of_another_organisation_is_refused() {
    let bench = with_tenants();
    bench.apply(WEB);
    let refusal = bench.refusal(&WEB.replace("acme", "globex"));
    assert!(
        refusal.contains("seed.toml:4:13: clients.client_id: \"app\" belongs to another organisation"),
        "{refusal}"
    );
    assert_eq!(client(&bench, "app").tenant_id, bench.tenant("acme").id);
}

#[test]
fn what_the_file_leaves_out_must_fit_too() {
    let bench = with_tenants();
    bench.apply(WEB);
    for (keys, expected) in [
        ("kind = \"spa\"\nauth_method = \"client_secret_basic\"", None),
        ("kind = \"spa\"", Some("clients.auth_method: a program of kind spa keeps no secret")),
        ("kind = \"machine\"", Some("clients.redirect_uris: a machine signs nobody in")),
        (
            "auth_method = \"none\"\ngrant_types = [\"client_credentials\"]",
            Some("clients.grant_types: client_cred"),
        ),
        ("redirect_uris = []", Some("clients.redirect_uris: needed by authorization_code")),
        ("redirect_uris = [\"com.example.app:/cb\"]", Some("clients.redirect_uris: \"com.example.app:/cb\"")),
        ("auth_method = \"none\"\nsecret = \"x\"", Some("clients.secret: a public client")),
    ] {
        match expected {
            Some(expected) => {
                assert!(bench.refusal(&app(keys)).contains(expected), "{}", bench.refusal(&app(keys)))
            }
            None => assert!(SeedFile::parse(&app(keys), "seed.toml", DEVELOPMENT).is_err(), "{keys}"),
        }
    }
    assert_eq!(
        bench.apply(&app("kind = \"spa\"\nauth_method = \"none\"")).changes[0].fields,
        ["kind", "auth_method"]
    );
}
