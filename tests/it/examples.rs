//! The libraries under `sdk/` and the examples do what they say, on real servers. `scripts/test` installs what they need.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const GRIDKEY: &str = env!("CARGO_BIN_EXE_gridkey");

/// Each of them starts servers and many callers of its own: one after the other.
static ONE: Mutex<()> = Mutex::new(());

fn at(path: &str) -> PathBuf {
    let found = Path::new(ROOT).join(path);
    assert!(found.exists(), "{path} is not there: run the tests by scripts/test, which sees to it");
    found
}

/// The sample inference server, which is built beside the program.
fn inference() -> PathBuf {
    let found = Path::new(GRIDKEY).with_file_name("examples").join("inference");
    assert!(found.exists(), "run the tests by scripts/test, which builds the examples");
    found
}

/// Runs a command in a folder of the project: what it said.
fn run(folder: &str, program: &Path, arguments: &[&str]) -> String {
    let _turn = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let output = Command::new(program)
        .args(arguments)
        .current_dir(at(folder))
        .env_remove("GRIDKEY_URL")
        .env_remove("GRIDKEY_API_KEY")
        .env("GRIDKEY_BIN", GRIDKEY)
        .env("INFERENCE_BIN", inference())
        .env("GRIDKEY_NODE_MODULES", at("target/node/node_modules"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    format!("{said}{complained}")
}

fn example(system: &str, last_line: &str) {
    let said = run(".", &at(&format!("examples/{system}/run.sh")), &[]);
    assert_eq!(said.lines().last(), Some(last_line), "{said}");
}

fn python(folder: &str, arguments: &[&str]) {
    let arguments = [&["-m", "unittest"], arguments].concat();
    let said = run(folder, &at("target/venv/bin/python"), &arguments);
    let line = said.lines().find(|line| line.starts_with("Ran "));
    assert!(line.is_some_and(|line| !line.starts_with("Ran 0 ")) && !said.contains("skipped"), "{said}");
}

#[test]
fn programs_for_polargrid_find_what_they_know() {
    example("polargrid", "PolarGrid's programs find what they know.");
}

#[test]
fn programs_for_the_grid_find_what_they_know() {
    example("thegrid", "The Grid's programs find what they know.");
}

#[test]
fn programs_for_scaigrid_find_what_they_know() {
    example("scaigrid", "ScaiGrid's programs find what they know.");
}

#[test]
fn programs_for_poolside_find_what_they_know() {
    example("poolside", "Poolside's programs find what they know.");
}

#[test]
fn the_published_openai_and_anthropic_packages_work_and_their_streams_are_cut() {
    python(".", &["examples/inference/sdk_test.py"]);
}

#[test]
fn the_python_library_holds_what_it_promises() {
    python("sdk/python", &["discover", "-s", "tests", "-t", "."]);
}

#[test]
fn the_typescript_library_holds_what_it_promises() {
    let tests: Vec<_> = std::fs::read_dir(at("sdk/typescript/tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .filter(|path| path.ends_with(".test.js"))
        .collect();
    let arguments: Vec<_> = ["--test"].into_iter().chain(tests.iter().map(String::as_str)).collect();
    let said = run("sdk/typescript", Path::new("node"), &arguments);
    assert!(said.contains("# fail 0") || said.contains("ℹ fail 0"), "{said}");
}

#[test]
fn the_typescript_library_installs_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().display().to_string();
    let quiet = ["--offline", "--no-audit", "--no-fund", "--install-links"];
    run("sdk", Path::new("npm"), &[&["install", "--prefix", &prefix, "./typescript"][..], &quiet].concat());
    std::fs::write(
        folder.path().join("a.mjs"),
        "import { Client } from 'gridkey'; console.log(typeof Client.create);",
    )
    .unwrap();
    let said = run(".", Path::new("node"), &[&folder.path().join("a.mjs").display().to_string()]);
    assert_eq!(said.trim(), "function");
}
