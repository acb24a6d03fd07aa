//! `gridkey dev`, from an empty folder to SIGTERM.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::{SEED, Shell};
use crate::support::{Browser, PASSWORD, query_of, runtime};

/// A server that a test started and that ends with it.
struct Running {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Running {
    fn start(shell: &Shell, line: &str) -> Self {
        let mut child = shell.command(line).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// Reads what it prints up to the first line with `word`, and gives that line.
    fn until(&mut self, word: &str) -> String {
        let mut seen = String::new();
        loop {
            let from = seen.len();
            assert!(self.lines.read_line(&mut seen).unwrap() > 0, "it ended: {seen}");
            if seen[from..].contains(word) {
                return seen[from..].to_owned();
            }
        }
    }

    /// SIGTERM, and the exit code.
    fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

/// `gridkey dev` in this folder, with the URL that it prints.
fn dev(shell: &Shell, more: &str) -> (Running, String) {
    let mut running = Running::start(shell, &format!("dev --port 0 {more}"));
    let line = running.until("Gridkey runs at ");
    let url = line.split("Gridkey runs at ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    (running, url)
}

async fn body(url: &str) -> (u16, String) {
    let answer = reqwest::get(url).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[test]
fn dev_starts_in_an_empty_folder_keeps_its_data_and_forgets_it_when_told() {
    let shell = Shell::bare().with("GRIDKEY_SERVER_DRAIN_TIMEOUT", "1s");
    runtime().block_on(async {
        let (running, url) = dev(&shell, "");
        assert!(url.starts_with("http://localhost:"), "{url}");
        assert_eq!(body(&format!("{url}/health/ready")).await.0, 200);
        let (_, jwks) = body(&format!("{url}/oauth2/jwks")).await;
        assert!(jwks.contains("\"kid\""), "{jwks}");
        let (status, metadata) = body(&format!("{url}/.well-known/openid-configuration")).await;
        assert!(status == 200 && metadata.contains(&format!("\"issuer\":\"{url}\"")), "{metadata}");
        assert_eq!(body(&format!("{url}/dev/app")).await.0, 200);
        assert_eq!(running.terminate(), Some(0), "SIGTERM lets it finish");
        let folder = shell.path().join(".gridkey-dev");
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&folder).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "nobody else may look into it");

        let (running, url) = dev(&shell, "");
        assert_eq!(body(&format!("{url}/oauth2/jwks")).await.1, jwks, "the same keys");
        assert_eq!(running.terminate(), Some(0));

        let (running, url) = dev(&shell, "--fresh");
        let fresh = body(&format!("{url}/oauth2/jwks")).await.1;
        assert!(fresh != jwks && fresh.contains("\"kid\""), "{fresh}");
        assert_eq!(running.terminate(), Some(0));
    });
}

#[test]
fn dev_signs_people_in_that_a_file_names() {
    let shell = Shell::bare().with("GRIDKEY_SERVER_DRAIN_TIMEOUT", "1s");
    std::fs::write(shell.path().join("people.toml"), SEED).unwrap();
    runtime().block_on(async {
        let (running, url) = dev(&shell, "--seed people.toml");
        let mut browser = Browser::new(&url);
        let code = browser.code_for_web("openid", "ada@acme.example", PASSWORD).await;
        assert!(code.starts_with("gkac_"));
        assert_eq!(running.terminate(), Some(0));
    });
}

/// Checklist 65.
#[test]
fn a_server_that_nobody_has_set_up_prints_the_link_and_one_that_was_does_not() {
    let shell = Shell::bare().with("GRIDKEY_SERVER_DRAIN_TIMEOUT", "1s");
    runtime().block_on(async {
        let (mut running, url) = dev(&shell, "--no-seed");
        let link = running.until("/setup?token=").trim().to_owned();
        assert!(link.starts_with(&format!("{url}/setup?token=gksu_")), "{link}");
        let browser = Browser::new(&url);
        let page = browser.get(&link).await;
        assert_eq!(page.reply.status, 200, "{}", page.reply.body);
        assert!(query_of(&link)["token"].len() > 40);
        let form = [
            ("organization", "First"),
            ("name", "Fay"),
            ("email", "fay@first.example"),
            ("password", "seven unlikely marmots"),
        ];
        assert_eq!(browser.submit(&page, &form).await.reply.status, 303);
        assert_eq!(running.terminate(), Some(0));
        let (mut running, _) = dev(&shell, "--no-seed");
        let mut seen = String::new();
        while !seen.contains("Try it") {
            assert!(running.lines.read_line(&mut seen).unwrap() > 0, "{seen}");
        }
        assert!(!seen.contains("/setup"), "{seen}");
        assert_eq!(running.terminate(), Some(0));
    });
}
