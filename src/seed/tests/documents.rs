//! The documented examples are files that work.

use super::*;

const REFERENCE: &str = include_str!("../../../docs/reference/seed-file.md");
const SAMPLE: &str = include_str!("../../../examples/seed.toml");

#[test]
fn every_block_of_the_reference_is_a_seed_file() {
    let blocks: Vec<&str> =
        REFERENCE.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 5, "{}", blocks.len());
    for block in blocks {
        // Development, because the page also shows what is allowed only there.
        if let Err(errors) = SeedFile::parse(block, "docs/reference/seed-file.md", DEVELOPMENT) {
            panic!("{errors}\n{block}");
        }
    }
}

#[test]
fn the_sample_works_on_a_production_server() {
    let bench = Bench::new();
    let file = || SeedFile::parse(SAMPLE, "examples/seed.toml", PRODUCTION).unwrap();
    let report = apply(&bench.ground(), NOW, file(), Mode::default()).unwrap();
    assert_eq!(report.count(Action::Created), report.changes.len());
    for kind in ObjectKind::ALL {
        assert!(report.changes.iter().any(|change| change.kind == *kind), "{kind}");
    }
    assert!(apply(&bench.ground(), NOW, file(), Mode::default()).unwrap().is_unchanged());
}

#[test]
fn the_reference_names_every_key() {
    // Each table is asked for one impossible key, and answers with all that it has.
    for (table, keys) in [
        ("tenants", "slug = \"a\""),
        ("roles", "tenant = \"a\"\nslug = \"a\""),
        ("teams", "tenant = \"a\"\nslug = \"a\""),
        ("service_accounts", "tenant = \"a\"\nslug = \"a\""),
        ("resource_servers", "tenant = \"a\"\naudience = \"urn:a\""),
        ("users", "tenant = \"a\"\nemail = \"a@b.c\""),
        ("clients", "tenant = \"a\"\nclient_id = \"a\""),
        ("webhooks", "tenant = \"a\"\nurl = \"https://a.example/\""),
    ] {
        let told = errors(&format!("[[{table}]]\n{keys}\n\"?\" = 1"), PRODUCTION);
        let (_, list) = told.split_once("it may have: ").unwrap();
        for key in list.trim().split(", ") {
            assert!(REFERENCE.contains(&format!("| `{key}` |")), "{table}.{key} is missing on the page");
        }
    }
}
