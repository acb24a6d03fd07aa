//! Values that do not fit, one by one and all at once.

use super::*;

#[test]
fn all_errors_are_told_in_the_order_of_the_file() {
    let text = r#"
[[users]]
tenant = "Acme"
emial = "ada@acme.example"
email_verified = "yes"

[[tenants]]
slug = "acme"
displayname = "Acme"

[[user]]
"#;
    assert_eq!(
        errors(text, PRODUCTION),
        "seed.toml has 6 errors; nothing was changed:\n  \
         seed.toml:2:1: users needs email\n  \
         seed.toml:3:10: users.tenant: \"Acme\" is not a slug: 1 to 63 lower-case letters, digits and inner hyphens\n  \
         seed.toml:4:1: users has no key \"emial\"; did you mean \"email\"?\n  \
         seed.toml:5:18: users.email_verified: expected true or false, without quotes\n  \
         seed.toml:9:1: tenants has no key \"displayname\"; did you mean \"display_name\"?\n  \
         seed.toml:11:3: a seed file has no \"user\"; did you mean \"users\"?"
    );
}

/// One table with these keys, and what is said of it.
fn expect(table: &str, rules: Rules, cases: &[(&str, &str)]) {
    for (keys, expected) in cases {
        let told = errors(&format!("[[{table}]]\n{keys}"), rules);
        let wanted =
            if expected.starts_with(table) { (*expected).to_owned() } else { format!("{table}.{expected}") };
        assert!(told.contains(&wanted), "{keys}\n{told}");
        assert_eq!(told.lines().count(), 2, "{told}");
    }
}

#[test]
fn tenants() {
    expect(
        "tenants",
        PRODUCTION,
        &[
            ("display_name = \"Acme\"", "tenants needs slug"),
            ("slug = \"a b\"", "slug: \"a b\" is not a slug"),
            ("slug = 5", "slug: expected a text in quotes"),
            ("slug = \"a\"\ndisplay_name = \" \"", "display_name: expected a name without white space"),
            ("slug = \"a\"\ndisplay_name = \"a\\nb\"", "display_name: expected one line"),
            ("slug = \"a\"\nstatus = \"paused\"", "status: \"paused\" is not one of: active, suspended"),
            ("slug = \"a\"\nlifetimes = 5", "lifetimes: expected a table"),
            (
                "slug = \"a\"\nlifetimes = { access_token = 0 }",
                "lifetimes.access_token: expected whole seconds from 1",
            ),
            (
                "slug = \"a\"\nlifetimes = { access_token = 86401 }",
                "lifetimes.access_token: expected whole seconds",
            ),
            (
                "slug = \"a\"\nlifetimes = { id_token = -1 }",
                "lifetimes.id_token: expected whole seconds from 1 to 86400",
            ),
            ("slug = \"a\"\nlifetimes = { id_token = 1.5 }", "lifetimes.id_token: expected whole seconds"),
            (
                "slug = \"a\"\nlifetimes = { refresh_token = \"1d\" }",
                "lifetimes.refresh_token: expected whole seconds",
            ),
            (
                "slug = \"a\"\nlifetimes = { refresh_token = 99999999999 }",
                "lifetimes.refresh_token: expected whole",
            ),
            (
                "slug = \"a\"\nlifetimes = { refresh_token = 5, refresh_token_idle = 6 }",
                "lifetimes.refresh_token_idle: expected at most what refresh_token says",
            ),
            (
                "slug = \"a\"\nlifetimes = { idtoken = 5 }",
                "tenants.lifetimes has no key \"idtoken\"; did you mean",
            ),
        ],
    );
}

#[test]
fn roles() {
    let role = |keys: &str| format!("tenant = \"a\"\n{keys}");
    for (keys, expected) in [
        ("slug = \"tenant_admin\"", "slug: \"tenant_admin\" is built in"),
        ("slug = \"Super\"", "slug: expected 1 to 63 lower-case letters"),
        ("slug = \"r\"\npermissions = \"a:b\"", "permissions: expected a list of texts"),
        ("slug = \"r\"\npermissions = [5]", "permissions: expected a text in quotes"),
        ("slug = \"r\"\npermissions = [\"read\"]", "permissions: expected resource:action"),
        ("slug = \"r\"\npermissions = [\"a:b:c:d\"]", "permissions: expected resource:action"),
        (
            "slug = \"r\"\npermissions = [\"a:b\", \"a:b\"]",
            "permissions: the same entry stands in this list before",
        ),
        ("display_name = \"R\"", "roles needs slug"),
    ] {
        expect("roles", PRODUCTION, &[(&role(keys), expected)]);
    }
    expect("roles", PRODUCTION, &[("slug = \"r\"", "roles needs tenant")]);
}

#[test]
fn settings_of_organisations() {
    for (keys, expected) in [
        ("domains = [\"Acme.example\"]", "domains: expected a mail domain in lower case"),
        ("domains = [\"a@b.example\"]", "domains: expected a mail domain"),
        ("domains = [\"a.example\", \"a.example\"]", "domains: the same entry"),
        ("status = \"deleted\"", "status: a file puts nothing into the recycle bin by name"),
        ("passwords = { minimum_length = 7 }", "passwords.minimum_length: expected a number from 8 to 128"),
        ("sessions = { idle = 29 }", "sessions.idle: expected whole seconds from 30"),
        (
            "sessions = { absolut = 60 }",
            "tenants.sessions has no key \"absolut\"; did you mean \"absolute\"?",
        ),
        ("limits = { users = -1 }", "limits.users: expected a number from 0"),
        ("limits = { user = 1 }", "tenants.limits has no key \"user\"; did you mean \"users\"?"),
        ("audit_retention_days = 0", "audit_retention_days: expected whole days from 1 to 3660"),
        (
            "profile = \"Other\"",
            "profile: the name of a profile is 1 to 63 lower-case letters, digits, - and _, beginning with a letter",
        ),
    ] {
        expect("tenants", PRODUCTION, &[(&format!("slug = \"a\"\n{keys}"), expected)]);
    }
}

#[test]
fn teams_service_accounts_and_apis() {
    for (table, keys, expected) in [
        ("teams", "slug = \"a_b\"", "slug: \"a_b\" is not a slug"),
        (
            "teams",
            "slug = \"a\"\nmembers = [\"ada@a.example\"]",
            "members: expected user:MAIL or service_account",
        ),
        ("teams", "slug = \"a\"\nmembers = [\"user:ada\"]", "members: An e-mail address has one @"),
        ("teams", "slug = \"a\"\nmembers = [\"service_account:A\"]", "members: \"A\" is not a slug"),
        ("teams", "slug = \"a\"\nmembers = [\"user:a@b.c\", \"user:a@b.c\"]", "members: the same entry"),
        (
            "teams",
            "slug = \"a\"\ndescription = \"\\u0007\"",
            "description: expected one line without control",
        ),
        ("teams", "slug = \"a\"\nmember = []", "teams has no key \"member\"; did you mean \"members\"?"),
        (
            "service_accounts",
            "slug = \"a\"\nstatus = \"suspended\"",
            "status: \"suspended\" is not one of: active, disabled",
        ),
        ("service_accounts", "slug = \"a\"\nstatus = \"deleted\"", "status: a file puts nothing"),
        ("service_accounts", "slug = \"a\"\nteam = \"A\"", "team: \"A\" is not a slug"),
        ("service_accounts", "display_name = \"A\"", "service_accounts needs slug"),
        ("resource_servers", "audience = \"api\"", "audience: it must be an absolute URI"),
        ("resource_servers", "audience = \"urn:a#b\"", "audience: it must have no fragment"),
        (
            "resource_servers",
            "audience = \"urn:a\"\npermissions = [\"a b\"]",
            "permissions: a scope has no blanks",
        ),
        (
            "resource_servers",
            "audience = \"urn:a\"\naccess_token_lifetime = 0",
            "access_token_lifetime: expected whole",
        ),
        (
            "resource_servers",
            "audience = \"urn:a\"\naccess_token_alg = \"none\"",
            "access_token_alg: \"none\" is not",
        ),
        ("resource_servers", "display_name = \"A\"", "resource_servers needs audience"),
    ] {
        expect(table, PRODUCTION, &[(&format!("tenant = \"t\"\n{keys}"), expected)]);
    }
    let spa = "tenant = \"t\"\nclient_id = \"c\"\nkind = \"spa\"\nservice_account = \"a\"";
    expect("clients", PRODUCTION, &[(spa, "service_account: only a machine is a credential")]);
}

#[test]
fn people() {
    const HASH: &str =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let both = format!("password = \"x\"\npassword_hash = \"{HASH}\"");
    let long = format!("password = \"{}\"", "x".repeat(1025));
    for (keys, expected) in [
        ("email = \"ada\"", "email: An e-mail address has one @"),
        ("email = \"a@b.c\"\nstatus = \"deleted\"", "status: a file deletes nobody"),
        (
            "email = \"a@b.c\"\nstatus = \"gone\"",
            "status: \"gone\" is not one of: invited, active, suspended",
        ),
        ("email = \"a@b.c\"\nroles = [\"x\", \"x\"]", "roles: the same entry"),
        ("email = \"a@b.c\"\nprofile = { given_name = \"A\" }", "profile: expected a text in quotes"),
        ("email = \"a@b.c\"\nlocale = \"a\\u0000\"", "locale: expected one line"),
        (
            "email = \"a@b.c\"\naddress = { town = \"X\" }",
            "users.address has no key \"town\"; it may have: formatted",
        ),
        ("email = \"a@b.c\"\npassword_hash = \"hunter2\"", "password_hash: a password hash has the form"),
        ("email = \"a@b.c\"\npassword_hash = \"$2b$10$x\"", "password_hash: "),
        ("email = \"a@b.c\"\npassword = 12345", "password: expected a text in quotes"),
        ("email = \"a@b.c\"\npassword = \"\"", "password: expected a password"),
        (&format!("email = \"a@b.c\"\n{both}"), "password: a person has password or password_hash"),
        (&format!("email = \"a@b.c\"\n{long}"), "password: expected at most 1024 bytes"),
    ] {
        expect("users", DEVELOPMENT, &[(&format!("tenant = \"a\"\n{keys}"), expected)]);
    }
    let plain = "tenant = \"a\"\nemail = \"a@b.c\"\npassword = \"hunter2hunter2\"";
    expect("users", PRODUCTION, &[(plain, "password: a password in clear is for development only")]);
}

#[test]
fn values_of_applications() {
    for (keys, expected) in [
        ("client_id = \"a b\"", "client_id: expected 1 to 200 visible ASCII characters"),
        ("client_id = \"\"", "client_id: expected 1 to 200"),
        ("client_id = \"a\"\nkind = \"robot\"", "kind: \"robot\" is not one of: web, spa, native, machine"),
        ("client_id = \"a\"\nstatus = \"off\"", "status: \"off\" is not one of: active, disabled"),
        (
            "client_id = \"a\"\nauth_method = \"private_key_jwt\"",
            "auth_method: \"private_key_jwt\" is not one of",
        ),
        ("client_id = \"a\"\ngrant_types = [\"password\"]", "grant_types: \"password\" is not one of"),
        (
            "client_id = \"a\"\nresponse_modes = [\"fragment\"]",
            "response_modes: \"fragment\" is not one of: query",
        ),
        ("client_id = \"a\"\nscopes = [\"openid profile\"]", "scopes: a scope has no blanks"),
        ("client_id = \"a\"\nscopes = [\"a\\\"b\"]", "scopes: expected a scope of visible ASCII characters"),
        ("client_id = \"a\"\nscopes = [\"\"]", "scopes: expected a scope"),
        ("client_id = \"a\"\nscopes = [\"x\", \"x\"]", "scopes: the same entry"),
        (
            "client_id = \"a\"\nid_token_alg = \"HS256\"",
            "id_token_alg: \"HS256\" is not one of: RS256, ES256, EdDSA",
        ),
        ("client_id = \"a\"\naudiences = [\"a b\"]", "audiences: expected the name of an API"),
        (
            "client_id = \"a\"\nallowed_origins = [\"https://a.example/x\"]",
            "allowed_origins: an origin is scheme, host",
        ),
        ("client_id = \"a\"\nallowed_origins = [\"*\"]", "allowed_origins: \"*\" has a wildcard"),
        (
            "client_id = \"a\"\nlifetimes = { access_token = 0 }",
            "clients.lifetimes.access_token: expected whole",
        ),
        (
            "client_id = \"a\"\nredirect_uri = \"x\"",
            "clients has no key \"redirect_uri\"; did you mean \"redirect_uris\"?",
        ),
        ("client_id = \"a\"\nsecret_hash = \"hunter2\"", "secret_hash: a secret hash is written sha256:HEX"),
        (
            "client_id = \"a\"\nsecrets = [\"a\", \"b\", \"c\"]",
            "secrets: an application has at most two secrets",
        ),
        (
            "client_id = \"a\"\nsecret = \"a\"\nsecrets = [\"a\"]",
            "secrets: the same secret stands here before",
        ),
        ("client_id = \"a\"\nsecret = \"é\"", "secret: expected at most 500 visible ASCII characters"),
        ("client_id = \"a\"\nsecret = \"\"", "secret: expected a secret"),
    ] {
        expect("clients", DEVELOPMENT, &[(&format!("tenant = \"t\"\n{keys}"), expected)]);
    }
    let short = "tenant = \"t\"\nclient_id = \"a\"\nsecret = \"0123456789012345678901234567890\"";
    expect(
        "clients",
        PRODUCTION,
        &[(short, "secret: outside development a secret has at least 32 characters")],
    );
    assert!(SeedFile::parse(&format!("[[clients]]\n{short}"), "", DEVELOPMENT).is_ok());
    let long = format!("[[clients]]\n{}", short.replace("0123", "00123"));
    assert!(SeedFile::parse(&long, "", PRODUCTION).is_ok());
}

#[test]
fn applications_that_do_not_fit_together() {
    for (keys, expected) in [
        ("kind = \"spa\"\nsecret = \"x\"", "secret: a public client (auth_method none) keeps no secret"),
        ("kind = \"web\"\nauth_method = \"none\"\nsecrets = [\"x\"]", "secrets: a public client"),
        (
            "kind = \"native\"\nauth_method = \"client_secret_post\"",
            "auth_method: a program of kind native keeps no",
        ),
        ("kind = \"spa\"\nrequire_pkce = false", "require_pkce: a public client always needs PKCE"),
        ("kind = \"web\"\nauth_method = \"none\"\nrequire_pkce = false", "require_pkce: a public client"),
        (
            "kind = \"spa\"\ngrant_types = [\"client_credentials\"]",
            "grant_types: client_credentials is for clients",
        ),
        (
            "kind = \"web\"\nauth_method = \"none\"\ngrant_types = [\"client_credentials\"]",
            "grant_types: client_credentials is for clients with a secret",
        ),
        ("kind = \"web\"\ngrant_types = []", "grant_types: expected at least one grant"),
        ("kind = \"web\"\ngrant_types = [\"refresh_token\"]", "grant_types: refresh_token goes on where"),
        ("kind = \"web\"\nresponse_modes = []", "response_modes: expected at least one"),
        ("kind = \"machine\"\nauth_method = \"none\"", "auth_method: a machine proves itself by a secret"),
        (
            "kind = \"machine\"\nredirect_uris = [\"https://a.example/cb\"]",
            "redirect_uris: a machine signs nobody in",
        ),
        (
            "kind = \"machine\"\npost_logout_redirect_uris = [\"https://a.example/\"]",
            "post_logout_redirect_uris: a mach",
        ),
        (
            "kind = \"machine\"\ngrant_types = [\"client_credentials\", \"authorization_code\"]\nresponse_modes = [\"query\"]",
            "grant_types: a machine uses client_credentials",
        ),
        (
            "kind = \"web\"\nredirect_uris = [\"http://a.example/cb\"]",
            "redirect_uris: \"http://a.example/cb\": only https",
        ),
        (
            "kind = \"web\"\nredirect_uris = [\"com.example.app:/cb\"]",
            "redirect_uris: \"com.example.app:/cb\": only",
        ),
        (
            "kind = \"web\"\nredirect_uris = [\"https://a.example/#x\"]",
            "redirect_uris: \"https://a.example/#x\" has a fr",
        ),
        (
            "kind = \"web\"\nredirect_uris = [\"https://a.example/a\", \"https://a.example/a\"]",
            "redirect_uris: the same",
        ),
        (
            "kind = \"spa\"\npost_logout_redirect_uris = [\"/bye\"]",
            "post_logout_redirect_uris: \"/bye\" is not an absol",
        ),
    ] {
        expect("clients", DEVELOPMENT, &[(&format!("tenant = \"t\"\nclient_id = \"a\"\n{keys}"), expected)]);
    }
}

#[test]
fn doubles_inside_the_file() {
    for (one, again, what) in [
        ("[[tenants]]\nslug = \"a\"", "[[tenants]]\nslug = \"a\"", "an organisation with this slug"),
        (
            "[[roles]]\ntenant = \"a\"\nslug = \"r\"",
            "[[roles]]\ntenant = \"a\"\nslug = \"r\"",
            "a role with this slug",
        ),
        (
            "[[users]]\ntenant = \"a\"\nemail = \"ada@a.example\"",
            "[[users]]\ntenant = \"a\"\nemail = \"Ada@A.example\"",
            "a person with this address",
        ),
        (
            "[[clients]]\ntenant = \"a\"\nclient_id = \"c\"",
            "[[clients]]\ntenant = \"b\"\nclient_id = \"c\"",
            "a client with this client_id",
        ),
        (
            "[[teams]]\ntenant = \"a\"\nslug = \"t\"",
            "[[teams]]\ntenant = \"a\"\nslug = \"t\"",
            "a team with this slug",
        ),
        (
            "[[service_accounts]]\ntenant = \"a\"\nslug = \"s\"",
            "[[service_accounts]]\ntenant = \"a\"\nslug = \"s\"",
            "a service account with this slug",
        ),
        (
            "[[resource_servers]]\ntenant = \"a\"\naudience = \"urn:x\"",
            "[[resource_servers]]\ntenant = \"a\"\naudience = \"urn:x\"",
            "an API with this audience",
        ),
        (
            "[[tenants]]\nslug = \"a\"\ndomains = [\"x.example\"]",
            "[[tenants]]\nslug = \"b\"\ndomains = [\"x.example\"]",
            "an organisation with this mail domain",
        ),
    ] {
        let told = errors(&format!("{one}\n{again}"), PRODUCTION);
        assert!(told.contains(what) && told.contains("described before, in line "), "{told}");
    }
    let two = "[[users]]\ntenant = \"a\"\nemail = \"s@x.example\"\n[[users]]\ntenant = \"b\"\nemail = \"s@x.example\"";
    assert!(SeedFile::parse(two, "", PRODUCTION).is_ok());
}
