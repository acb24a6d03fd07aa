//! `gridkey login`, `whoami` and `logout`: a person at a terminal, and their browser.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use super::Shell;
use crate::support::devices::Device;
use crate::support::process::Process;
use crate::support::tokens::ADA;
use crate::support::{Browser, Engine, http_client, runtime};

/// A server that runs, and somebody with a folder of their own beside it.
fn at_home(engine: Engine) -> (Process, Shell) {
    let mut process = Process::on_fresh(engine, &[]);
    runtime().block_on(process.start());
    let shell = Shell::bare().with("GRIDKEY_URL", &process.base);
    let home = shell.path().join("home").display().to_string();
    (process, shell.with("HOME", &home))
}

/// Where the sign-in is kept.
fn kept(shell: &Shell) -> PathBuf {
    let folder = shell.path().join("home/.config/gridkey/logins");
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "json")).unwrap_or_default()
}

/// Runs `gridkey login` and answers in a browser: its exit code and all that it said.
fn sign_in(shell: &Shell, base: &str, decision: &str) -> (i32, String) {
    let mut command = shell.command("login --no-browser");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    out.read_line(&mut said).unwrap();
    let user_code = said.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(said.contains(&format!("{base}/device")) && user_code.contains('-'), "{said}");
    let device = Device { code: String::new(), user_code, complete: String::new() };
    runtime().block_on(async {
        let done = Browser::new(base).answer_device(&device, ADA, decision).await;
        assert_eq!(done.path(), "/device/done", "{}", done.reply.body);
    });
    let status = child.wait().unwrap();
    out.read_to_string(&mut said).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!said.contains("eyJ") && !said.contains("gkrt_"), "no token is shown: {said}");
    (status.code().unwrap(), said)
}

/// Changes the file of the sign-in.
fn alter(shell: &Shell, name: &str, value: Value) -> Value {
    let path = kept(shell);
    let mut login: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let before = std::mem::replace(&mut login[name], value);
    std::fs::write(&path, login.to_string()).unwrap();
    before
}

#[test]
fn somebody_signs_in_manages_and_signs_out_again() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (process, shell) = at_home(engine);
        let nobody = shell.run("whoami").expect(3);
        assert!(nobody.err.contains("gridkey login"), "{}", nobody.err);
        let (code, said) = sign_in(&shell, &process.base, "allow");
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("signed in as ada@acme.example of acme"), "{said}");
        let mode = |path: &PathBuf| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&kept(&shell)), 0o600);
        assert_eq!(mode(&kept(&shell).parent().unwrap().to_owned()), 0o700);

        let who = shell.run("whoami").expect(0);
        assert_eq!(who.out.trim(), format!("ada@acme.example of acme at {}", process.base));
        assert_eq!(shell.run("whoami --output json").expect(0).json()["tenant"]["slug"], "acme");
        // No server is named: it is the one that was signed in to.
        let elsewhere = Shell { variables: Vec::new(), ..shell };
        let home = elsewhere.path().join("home").display().to_string();
        let elsewhere = elsewhere.with("HOME", &home);
        let people = elsewhere.run("user list --quiet").expect(0);
        assert!(people.out.lines().count() >= 3, "{}", people.out);
        elsewhere.run("tenant list").expect(3);

        // What is over is renewed, once.
        let old = alter(&elsewhere, "expires_at", 0.into());
        elsewhere.run("user list --quiet").expect(0);
        let renewed = alter(&elsewhere, "client_id", "first-party:gridkey:cli".into());
        assert_eq!(renewed, "first-party:gridkey:cli");
        assert!(alter(&elsewhere, "expires_at", old.clone()).as_i64().unwrap() >= old.as_i64().unwrap());
        assert_eq!(mode(&kept(&elsewhere)), 0o600);

        let refresh = alter(&elsewhere, "server", process.base.as_str().into());
        assert_eq!(refresh, process.base.as_str());
        let token: Value = serde_json::from_str(&std::fs::read_to_string(kept(&elsewhere)).unwrap()).unwrap();
        let out = elsewhere.run("logout").expect(0);
        assert!(out.out.contains("signed out"), "{}", out.out);
        assert_eq!(kept(&elsewhere), PathBuf::new());
        elsewhere.run("whoami").expect(2);
        // The server has ended it too.
        runtime().block_on(async {
            let bearer = token["access_token"].as_str().unwrap();
            let me = http_client().get(format!("{}/v1/me", process.base)).bearer_auth(bearer);
            assert_eq!(me.send().await.unwrap().status(), 401);
        });
        let again = elsewhere.run(&format!("logout --server {}", process.base)).expect(0);
        assert!(again.out.contains("nobody is signed in"), "{}", again.out);
    }
}

#[test]
fn what_is_not_allowed_or_has_ended_signs_nobody_in() {
    let (process, shell) = at_home(Engine::Sqlite);
    let (code, said) = sign_in(&shell, &process.base, "deny");
    assert_eq!((code, kept(&shell)), (3, PathBuf::new()), "{said}");
    assert!(said.contains("not allowed"), "{said}");
    let unknown = shell.run("login --no-browser --client-id no-such-app").expect(3);
    assert!(unknown.err.contains("--client-id"), "{}", unknown.err);
    shell.run("login --no-browser --client-id web").expect(3);

    let (code, said) = sign_in(&shell, &process.base, "allow");
    assert_eq!(code, 0, "{said}");
    // A key or a token of the environment goes before the sign-in.
    let keyed = Shell { variables: shell.variables.clone(), ..Shell::bare() };
    keyed.with("GRIDKEY_API_KEY", "gk_nothing").run("whoami").expect(3);
    // Others who can read the file could be them.
    let path = kept(&shell);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let open = shell.run("whoami").expect(1);
    assert!(open.err.contains("others can read"), "{}", open.err);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    alter(&shell, "expires_at", 0.into());
    alter(&shell, "refresh_token", "gkrt_nothing".into());
    let ended = shell.run("whoami").expect(3);
    assert!(ended.err.contains("has ended") && ended.err.contains("gridkey login"), "{}", ended.err);
    assert_eq!(kept(&shell), PathBuf::new());
}
