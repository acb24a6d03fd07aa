//! `gridkey profile`.

use std::fs;

use super::Shell;

#[test]
fn profiles_are_listed_printed_and_checked_without_a_server() {
    let shell = Shell::bare();
    let list = shell.run("profile list --output json").expect(0).json();
    let names: Vec<_> = list.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["native", "polargrid", "thegrid", "scaigrid", "poolside"]);
    let shown = shell.run("profile show scaigrid").expect(0);
    assert!(
        shown.out.contains("prefix = \"sgk_\"") && shown.out.contains("AUTH_TOKEN_EXPIRED"),
        "{}",
        shown.out
    );
    let shown = shell.run("profile show poolside --output json").expect(0).json();
    assert_eq!(shown["profile"]["keys"]["prefix"], "ps-");
    let unknown = shell.run("profile show polargird").expect(4);
    assert!(unknown.err.contains("did you mean polargrid?"), "{}", unknown.err);
    let mine = shell.path().join("mine.toml");
    fs::write(&mine, "from = \"scaigrid\"\n[keys]\nprefix = \"me_\"\n").unwrap();
    let mine = mine.display().to_string();
    assert!(shell.run(&format!("profile check {mine}")).expect(0).out.contains("mine is right: keys me_"));
    let bad = shell.path().join("bad.toml").display().to_string();
    fs::write(&bad, "from = \"scaigrid\"\n[keys]\nprfix = \"me_\"\n[limits]\nkey = -1\n").unwrap();
    let wrong = shell.run(&format!("profile check {bad}")).expect(2);
    for part in ["2 errors", "keys.prfix", "did you mean keys.prefix?", "limits.key", "bad.toml"] {
        assert!(wrong.err.contains(part), "{part}: {}", wrong.err);
    }
    shell.run("profile check nothing.toml").expect(4);
    let folder = shell.path().display().to_string();
    let shell = shell.with("GRIDKEY_PROFILES_FOLDER", &folder);
    assert!(shell.run("profile list").expect(2).err.contains("keys.prfix"));
    fs::remove_file(&bad).unwrap();
    assert!(shell.run("profile list").expect(0).out.contains("mine"));
    shell.run(&format!("profile check {mine}")).expect(0);
}
