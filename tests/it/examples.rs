//! The libraries under `sdk/` and the examples do what they say, on real servers. `scripts/test` installs what they need.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::support::process::{Process, free_port};
use crate::support::{Engine, runtime};

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
    run_with(folder, program, arguments, &[])
}

/// The same with further variables.
fn run_with(folder: &str, program: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let _turn = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let output = Command::new(program)
        .args(arguments)
        .current_dir(at(folder))
        .env_remove("GRIDKEY_URL")
        .env_remove("GRIDKEY_API_KEY")
        .env_remove("SDK_TEST_POSTGRES")
        .env("GRIDKEY_BIN", GRIDKEY)
        .env("INFERENCE_BIN", inference())
        .env("GRIDKEY_NODE_MODULES", at("target/node/node_modules"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(variables.iter().copied())
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

/// The same at a server that runs already, on PostgreSQL, which `GRIDKEY_URL` names.
fn example_elsewhere(system: &'static str, last_line: &str) {
    let site = free_port().to_string();
    let seed = at(&format!("examples/{system}/seed.toml"));
    let mut server = Process::seeded(Engine::Postgres, &seed, |here| {
        let doors = format!("{here}={system},127.0.0.1:{site}={system}");
        vec![("profiles.hosts", doors), ("server.trusted_proxies", "127.0.0.1".into())]
    });
    runtime().block_on(server.start());
    let variables = [("GRIDKEY_URL", server.base.as_str()), ("EXAMPLE_SITE_PORT", &site)];
    let said = run_with(".", &at(&format!("examples/{system}/run.sh")), &[], &variables);
    assert_eq!(said.lines().last(), Some(last_line), "{said}");
}

/// The PostgreSQL of the tests, for libraries that start servers of their own.
#[expect(clippy::disallowed_methods, reason = "scripts/test says where its PostgreSQL is")]
fn postgres() -> String {
    std::env::var("GRIDKEY_TEST_POSTGRES").expect("run the tests by scripts/test, which starts a PostgreSQL")
}

fn python(folder: &str, arguments: &[&str]) {
    python_with(folder, arguments, &[]);
}

fn python_with(folder: &str, arguments: &[&str], variables: &[(&str, &str)]) {
    let arguments = [&["-m", "unittest"], arguments].concat();
    let said = run_with(folder, &at("target/venv/bin/python"), &arguments, variables);
    let line = said.lines().find(|line| line.starts_with("Ran "));
    assert!(line.is_some_and(|line| !line.starts_with("Ran 0 ")) && !said.contains("skipped"), "{said}");
}

/// Each of them starts a server of its own, and runs at one that is there already.
macro_rules! examples {
    ($($name:ident, $system:literal, $last_line:literal;)*) => {
        $(mod $name {
            #[test]
            fn on_a_server_of_its_own() {
                super::example($system, $last_line);
            }

            #[test]
            fn at_a_server_on_postgresql_that_runs_already() {
                super::example_elsewhere($system, $last_line);
            }
        })*
    };
}

examples! {
    programs_for_polargrid_find_what_they_know, "polargrid", "PolarGrid's programs find what they know.";
    programs_for_the_grid_find_what_they_know, "thegrid", "The Grid's programs find what they know.";
    programs_for_scaigrid_find_what_they_know, "scaigrid", "ScaiGrid's programs find what they know.";
    programs_for_poolside_find_what_they_know, "poolside", "Poolside's programs find what they know.";
}

#[test]
fn the_published_openai_and_anthropic_packages_work_and_their_streams_are_cut() {
    python(".", &["examples/inference/sdk_test.py"]);
}

#[test]
fn the_published_polargrid_packages_work_unmodified() {
    python(".", &["examples/polargrid/sdk_test.py"]);
}

#[test]
fn the_published_polargrid_packages_work_unmodified_on_postgresql() {
    // Keys and sessions; streams and the directory of edges ask the database for nothing else.
    let arguments = ["examples/polargrid/sdk_test.py", "-k", "EveryVersion", "-k", "Sessions"];
    python_with(".", &arguments, &[("SDK_TEST_POSTGRES", &postgres())]);
}

const PYTHON_TESTS: [&str; 5] = ["discover", "-s", "tests", "-t", "."];

#[test]
fn the_python_library_holds_what_it_promises() {
    python("sdk/python", &PYTHON_TESTS);
}

#[test]
fn the_python_library_holds_what_it_promises_on_postgresql() {
    python_with("sdk/python", &PYTHON_TESTS, &[("SDK_TEST_POSTGRES", &postgres())]);
}

/// Runs the tests whose names the filter leaves.
fn typescript(wanted: fn(&str) -> bool, variables: &[(&str, &str)]) {
    let tests: Vec<_> = std::fs::read_dir(at("sdk/typescript/tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path().display().to_string())
        .filter(|path| path.ends_with(".test.js") && wanted(path))
        .collect();
    let arguments: Vec<_> = ["--test"].into_iter().chain(tests.iter().map(String::as_str)).collect();
    let said = run_with("sdk/typescript", Path::new("node"), &arguments, variables);
    assert!(said.contains("# fail 0") || said.contains("ℹ fail 0"), "{said}");
}

#[test]
fn the_typescript_library_holds_what_it_promises() {
    typescript(|_| true, &[]);
}

#[test]
fn the_typescript_library_holds_what_it_promises_on_postgresql() {
    // What its types say, no database changes.
    typescript(|path| !path.contains("types"), &[("SDK_TEST_POSTGRES", &postgres())]);
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
