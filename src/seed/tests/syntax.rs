//! Files that are not of the form at all, and secrets that must not be told.

use super::*;

#[test]
fn what_is_not_toml_is_told_with_its_place() {
    let told = errors("[[tenants]]\nslug = acme\n\n[[users\nx = 1\n", PRODUCTION);
    assert!(told.contains("seed.toml:2:8: not TOML: "), "{told}");
    assert!(told.contains("seed.toml:4:"), "{told}");
}

#[test]
fn tables_are_lists() {
    for text in ["tenants = 5", "[tenants]\nslug = \"a\"", "tenants = \"a\""] {
        let told = errors(text, PRODUCTION);
        assert!(told.contains("expected a list of tables: write [[tenants]]"), "{told}");
    }
    assert!(
        errors("tenants = [5]", PRODUCTION).contains("seed.toml:1:12: expected a table: write [[tenants]]")
    );
    assert!(errors("frogs = 5", PRODUCTION).contains(
        "no \"frogs\"; it may have: tenants, roles, teams, users, service_accounts, resource_servers, clients"
    ));
    assert!(SeedFile::parse("", "seed.toml", PRODUCTION).is_ok());
    assert!(SeedFile::parse("tenants = [{ slug = \"a\" }]", "seed.toml", PRODUCTION).is_ok());
}

#[test]
fn no_message_and_no_debug_form_shows_a_secret() {
    let head = "[[users]]\ntenant = \"a\"\nemail = \"a@b.c\"\n";
    let client = "[[clients]]\ntenant = \"a\"\nclient_id = \"a\"\n";
    for text in [
        format!("{head}password = hunter2"),
        format!("{head}password = \"hunter2"),
        format!("{head}password = [\"hunter2\"]"),
        format!("{head}password = \"hunter2\""),
        format!("{head}password_hash = \"hunter2\""),
        format!("{head}passwrd = \"hunter2\""),
        format!("{client}secret = \"hunter2\""),
        format!("{client}secrets = [\"hunter2\", [\"hunter2\"]]"),
        format!("{client}secret_hashes = [\"hunter2\"]"),
        format!("{client}secret = \"hunter2\\n\""),
    ] {
        let told = errors(&text, PRODUCTION);
        assert!(!told.contains("hunter2"), "{told}");
    }
    let text = format!("{head}password = \"hunter2\"\n{client}secret = \"hunter2\"");
    let file = SeedFile::parse(&text, "seed.toml", DEVELOPMENT).unwrap();
    assert!(!format!("{file:?}").contains("hunter2"));
}
