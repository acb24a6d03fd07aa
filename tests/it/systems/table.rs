//! `docs/systems.md` has a line for every behaviour, and each line a test that exists or a reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SYSTEMS: [(&str, usize); 4] = [("PolarGrid", 24), ("The Grid", 20), ("ScaiGrid", 29), ("Poolside", 12)];
/// Lines that no test can show, at most.
const REASONS: usize = 3;

/// Whether a source has a test of this name, written as a function, of Python too, or in one of our macros.
fn has_test(source: &str, name: &str) -> bool {
    let forms = [
        format!("fn {name}("),
        format!("def {name}("),
        format!("!({name}, |"),
        format!(" {name}, |"),
        format!("    {name},\n"),
    ];
    forms.iter().any(|form| source.contains(form))
}

#[test]
fn every_behaviour_is_shown_by_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/systems.md")).unwrap();
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    let mut reasons = 0;
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| behaviour")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, what, by] = cells[..] else { panic!("three cells: {line}") };
        assert!(seen.insert(name.to_owned()), "{name} twice");
        assert!(what.len() > 10, "{name} says nothing");
        if by.starts_with("Not shown: ") {
            assert!(by.len() > 30, "{name} has no reason");
            reasons += 1;
            continue;
        }
        for entry in by.split("<br>") {
            let named = entry.trim_matches('`').split_once("::");
            let Some((file, test)) = named else {
                problems.push(format!("{name}: {entry:?} is no test"));
                continue;
            };
            match fs::read_to_string(root.join(file)) {
                Ok(source) if has_test(&source, test) => {}
                Ok(_) => problems.push(format!("{name}: {file} has no test {test}")),
                Err(why) => problems.push(format!("{name}: {file}: {why}")),
            }
        }
    }
    for (system, count) in SYSTEMS {
        for number in 1..=count {
            if !seen.remove(&format!("{system} {number}")) {
                problems.push(format!("{system} {number} has no line"));
            }
        }
    }
    problems.extend(seen.iter().map(|name| format!("{name} is no behaviour")));
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(reasons <= REASONS, "{reasons} lines without a test");
}
