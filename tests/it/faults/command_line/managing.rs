//! `gridkey tenant list` and its like, against a server that runs.

use serde_json::Value;

use super::{Answer, Shell};
use crate::support::process::Process;
use crate::support::{Engine, MASTER_KEY, runtime};

/// A super admin and somebody who may only look, each with a credential.
const MANAGERS: &str = r#"
[[service_accounts]]
tenant = "acme"
slug = "root"
display_name = "Root"
roles = ["super_admin"]

[[service_accounts]]
tenant = "acme"
slug = "looker"
display_name = "Looker"
roles = ["tenant_viewer"]

[[clients]]
tenant = "acme"
client_id = "root"
display_name = "Root"
kind = "machine"
service_account = "root"
secret = "canary:root/secret+1"
scopes = ["gridkey:manage"]

[[clients]]
tenant = "acme"
client_id = "looker"
display_name = "Looker"
kind = "machine"
service_account = "looker"
secret = "canary-looker-secret"
scopes = ["gridkey:manage"]
"#;

/// A server that runs, and somebody at a terminal beside it.
struct Managed {
    _process: Process,
    shell: Shell,
}

impl Managed {
    fn start(engine: Engine, more: &str) -> Self {
        let mut process = Process::on_fresh(engine, &[]);
        let shell = Shell::bare()
            .with("GRIDKEY_SERVER_PUBLIC_URL", &process.base)
            .with("GRIDKEY_SECURITY_MASTER_KEY", MASTER_KEY)
            .with("GRIDKEY_SECURITY_DEVELOPMENT", "true")
            .with("GRIDKEY_SECURITY_ARGON2_MEMORY", "8KiB")
            .with("GRIDKEY_SECURITY_ARGON2_ITERATIONS", "1")
            .with("GRIDKEY_DATABASE_URL", process.database_url());
        std::fs::write(shell.path().join("managers.toml"), format!("{MANAGERS}{more}")).unwrap();
        shell.run("config apply managers.toml").expect(0);
        runtime().block_on(process.start());
        let base = process.base.clone();
        // Nothing of the server's own configuration: these commands run anywhere.
        let shell = Shell::bare()
            .with("GRIDKEY_URL", &base)
            .with("GRIDKEY_CLIENT_ID", "root")
            .with("GRIDKEY_CLIENT_SECRET", "canary:root/secret+1");
        Self { _process: process, shell }
    }

    /// Runs a command; whatever becomes of it, no secret is shown.
    #[track_caller]
    fn run(&self, line: &str, code: i32) -> Answer {
        let answer = self.shell.run(line).expect(code);
        for text in [&answer.out, &answer.err] {
            assert!(!text.contains("canary") && !text.contains("eyJ"), "{line}: {text}");
        }
        answer
    }

    fn data(&self, name: &str, text: &str) {
        std::fs::write(self.shell.path().join(name), text).unwrap();
    }
}

fn on_each(test: impl Fn(Engine)) {
    [Engine::Sqlite, Engine::Postgres].into_iter().for_each(test);
}

#[test]
fn an_organisation_lives_on_the_command_line_from_creation_to_the_recycle_bin_and_back() {
    on_each(|engine| {
        let place = Managed::start(engine, "");
        place.data("new.json", "{\"slug\": \"initech\", \"display_name\": \"Initech Ltd\"}");
        let made =
            place.run("tenant create --data @new.json --set settings.limits.users=5 --output json", 0).json();
        assert_eq!(
            (&made["display_name"], &made["settings"]["limits"]["users"]),
            (&"Initech Ltd".into(), &5.into())
        );
        let id = made["id"].as_str().unwrap().to_owned();
        for name in ["initech", &id] {
            assert_eq!(place.run(&format!("tenant get {name} --output json"), 0).json(), made);
        }
        assert_eq!(place.run("tenant get initech --quiet", 0).out.trim(), id);
        let shown = place.run("tenant get initech", 0).out;
        assert!(shown.starts_with("NAME") && shown.contains("display_name  Initech Ltd"), "{shown}");
        place.run("tenant update initech --set display_name=\"Initech\"", 0);
        assert_eq!(place.run("tenant get initech --output json", 0).json()["display_name"], "Initech");
        assert_eq!(place.run("tenant disable initech --output json", 0).json()["status"], "suspended");
        assert_eq!(place.run("tenant list --filter status=suspended --quiet", 0).out.trim(), id);
        assert_eq!(place.run("tenant enable initech --output json", 0).json()["status"], "active");
        let asked = place.run("tenant delete initech", 2);
        assert!(asked.err.contains("--yes"), "{}", asked.err);
        assert_eq!(place.run("tenant delete initech --yes", 0).out, "");
        assert_eq!(place.run("tenant get initech --output json", 0).json()["status"], "deleted");
        assert_eq!(place.run("tenant restore initech --output json", 0).json()["status"], "active");
        place.run("tenant restore initech", 4);
    });
}

#[test]
fn lists_are_whole_and_come_as_tables_json_yaml_and_identifiers() {
    let many: String = (0..205)
        .map(|number| format!("[[tenants]]\nslug = \"many-{number:03}\"\ndisplay_name = \"Many {number}\"\n"))
        .collect();
    on_each(|engine| {
        let place = Managed::start(engine, &many);
        let all = place.run("tenant list --output json", 0).json();
        assert_eq!(all.as_array().unwrap().len(), 207, "two pages and those of the fixture");
        assert_eq!(place.run("tenant list --limit 203 --quiet", 0).out.lines().count(), 203);
        let table = place.run("tenant list --filter q=many-00", 0).out;
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].starts_with("SLUG      DISPLAY NAME  STATUS  ID") && lines.len() == 11, "{table}");
        assert!(lines[1].starts_with("many-000  Many 0        active  "), "{table}");
        let yaml = place.run("tenant list --filter q=many-000 --output yaml", 0).out;
        assert!(yaml.starts_with("- ") && yaml.contains("slug: many-000\n"), "{yaml}");
        assert_eq!(place.run("tenant list --filter q=nobody --output json", 0).out.trim(), "[]");
        // What begins alike is not the same.
        place.run("tenant get many-00", 4);
    });
}

#[test]
fn failures_have_their_exit_codes_and_the_servers_words() {
    on_each(|engine| {
        let place = Managed::start(engine, "");
        let taken = place.run("tenant create --set slug=acme --set display_name=Acme", 5);
        assert!(taken.err.contains("(already_exists)") && taken.err.contains("  fix: "), "{}", taken.err);
        assert!(taken.err.contains("  request: "), "{}", taken.err);
        place.run("tenant get nobody", 4);
        place.run("tenant get 00000000-0000-0000-0000-000000000000", 4);
        let stale = place.run("tenant update globex --set display_name=G --if-match \"1\"", 5);
        assert!(stale.err.contains("(changed_meanwhile)"), "{}", stale.err);
        let invalid = place.run("tenant create --set slug=A --set display_name=A", 1);
        assert!(invalid.err.contains("(invalid_slug)"), "{}", invalid.err);
        let filter = place.run("tenant list --filter statsu=active", 1);
        assert!(filter.err.contains("(unknown_parameter)"), "{}", filter.err);
        place.run("tenant list --tenant nobody", 4);
        for line in [
            "tenant create",
            "tenant create --set slug",
            "tenant create --data @nowhere.json",
            "tenant update globex",
            "user create --set email=a@b.example --set password=canary",
            "team disable x",
            "role restore x",
            "tenant list --output xml",
            "tenant list --server http://id.example.com",
        ] {
            let answer = place.shell.run(line);
            assert_eq!(answer.code, 2, "{line}: {}", answer.err);
            assert!(!answer.err.contains("canary"), "{}", answer.err);
        }
        // An object from standard input, which here has nothing in it.
        place.run("tenant create --data -", 2);
    });
}

#[test]
fn whoever_is_not_let_in_gets_exit_code_3() {
    on_each(|engine| {
        let mut place = Managed::start(engine, "");
        place.shell = place.shell.with("GRIDKEY_CLIENT_SECRET", "canary-wrong");
        let wrong = place.run("tenant list", 3);
        assert!(wrong.err.contains("(invalid_client)"), "{}", wrong.err);
        place.data("secret", "canary-looker-secret\n");
        place.shell = place
            .shell
            .with("GRIDKEY_CLIENT_ID", "looker")
            .with("GRIDKEY_CLIENT_SECRET", "")
            .with("GRIDKEY_CLIENT_SECRET_FILE", "secret");
        let refused = place.run("tenant list", 3);
        assert!(
            refused.err.contains("tenants:read") && refused.err.contains("(permission_denied)"),
            "{}",
            refused.err
        );
        place.shell = place.shell.with("GRIDKEY_CLIENT_SECRET_FILE", "nowhere");
        place.run("tenant list", 2);
        place.shell = place.shell.with("GRIDKEY_TOKEN", "canary-token");
        let forged = place.run("tenant list", 3);
        assert!(forged.err.contains("(invalid_token)"), "{}", forged.err);
        place.shell = place.shell.with("GRIDKEY_TOKEN", "").with("GRIDKEY_CLIENT_ID", "");
        let nobody = place.run("tenant list", 3);
        assert!(nobody.err.contains("GRIDKEY_CLIENT_ID"), "{}", nobody.err);
        place.shell = place.shell.with("GRIDKEY_URL", "");
        let nowhere = place.run("tenant list", 2);
        assert!(nowhere.err.contains("--server"), "{}", nowhere.err);
        place.shell =
            place.shell.with("GRIDKEY_URL", "http://127.0.0.1:1").with("GRIDKEY_TOKEN", "canary-token");
        let away = place.run("tenant list", 1);
        assert!(away.err.contains("http://127.0.0.1:1 does not answer"), "{}", away.err);
    });
}

#[test]
fn the_variables_of_these_commands_are_no_settings_of_a_server() {
    let shell = Shell::bare()
        .with("GRIDKEY_URL", "https://id.example.com")
        .with("GRIDKEY_TOKEN", "canary")
        .with("GRIDKEY_CLIENT_SECRET_FILE", "x")
        .with("GRIDKEY_SERVER_PUBLIC_URL", "https://id.example.com")
        .with("GRIDKEY_SECURITY_MASTER_KEY", MASTER_KEY);
    shell.run("config check").expect(0);
    let all: Value = shell.run("config show --output json").expect(0).json();
    assert!(!all.to_string().contains("canary"));
}

#[test]
fn an_api_key_is_asked_about_and_exchanged_from_standard_input() {
    on_each(|engine| {
        let place = Managed::start(engine, "");
        let made = place.run("key create --set name=CI --set level=read-only --output json", 0).json();
        let secret = made["key"].as_str().unwrap();
        let with = |line: &str, code| place.shell.run_with(line, secret).expect(code);
        let verdict = with("key verify --permission users:read --output json", 0).json();
        assert_eq!((&verdict["active"], &verdict["credential"]["id"]), (&Value::Bool(true), &made["id"]));
        let refused = with("key verify --permission users:update", 3);
        assert!(refused.err.contains("permission_denied"), "{}", refused.err);
        let token = with("key exchange --scope users:read --quiet", 0).out;
        assert!(token.starts_with("eyJ") && token.lines().count() == 1, "{token}");
        let by_key = Shell::bare().with("GRIDKEY_URL", &place._process.base).with("GRIDKEY_API_KEY", secret);
        assert!(by_key.run("user list --quiet").expect(0).out.lines().count() > 0);
        by_key.run("team create --set slug=x --set display_name=X").expect(3);
        place.run("key revoke CI --yes", 0);
        assert!(with("key verify", 3).err.contains("revoked"));
        with("key exchange", 3);
        place.shell.run("key verify").expect(2);
    });
}

#[test]
fn an_api_key_lives_on_the_command_line() {
    on_each(|engine| {
        let place = Managed::start(engine, "");
        let made =
            place.run("key create --set name=Deployment --set level=read-only --output json", 0).json();
        let (id, secret) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
        assert!(secret.starts_with("gk_") && made["level"] == "read-only");
        for name in ["Deployment", id] {
            let shown = place.run(&format!("key show {name} --output json"), 0);
            assert!(shown.json()["id"] == made["id"] && !shown.out.contains(secret));
        }
        let turned = place.run("key rotate Deployment --grace 1h --quiet", 0).out;
        let lines: Vec<&str> = turned.lines().collect();
        assert!(lines[0] == id && lines[1].starts_with("gk_") && lines[1] != secret, "{turned}");
        assert_eq!(place.run("key disable Deployment --output json", 0).json()["status"], "disabled");
        place.run("key rotate Deployment", 5);
        assert_eq!(place.run("key enable Deployment --output json", 0).json()["status"], "active");
        let table = place.run("key usage Deployment", 0).out;
        assert!(table.starts_with("HOUR  OUTCOME  REQUESTS"), "{table}");
        assert_eq!(
            place.run("key usage Deployment --output json", 0).json()["hours"].as_array().unwrap().len(),
            0
        );
        place.run("key usage Deployment --days 0", 1);
        let other = place.run("key create --set name=Deployment --quiet", 0).out;
        place.run("key show Deployment", 5);
        place.run("key create --service-account looker --set name=Theirs", 0);
        assert_eq!(place.run("key list --quiet", 0).out.lines().count(), 2);
        assert_eq!(place.run("key list --all --quiet --filter q=Their", 0).out.lines().count(), 1);
        let asked = place.run("key revoke Deployment", 5);
        assert!(asked.err.contains("several"), "{}", asked.err);
        let id_of_other = other.lines().next().unwrap();
        let asked = place.run(&format!("key revoke {id_of_other}"), 2);
        assert!(asked.err.contains("--yes"), "{}", asked.err);
        assert_eq!(place.run(&format!("key revoke {id_of_other} --yes"), 0).out, "");
        assert_eq!(
            place.run(&format!("key show {id_of_other} --output json"), 0).json()["status"],
            "revoked"
        );
        place.run("key show Deployment", 0);
        place.run("key show nobody", 4);
        place.run("key show 00000000-0000-7000-8000-000000000000", 4);
        place.run("key create --set name=", 1);
        place.run("key create", 2);
        place.run("key rotate Deployment --grace 31d", 2);
    });
}

#[test]
fn a_webhook_lives_on_the_command_line_from_creation_to_its_end() {
    on_each(|engine| {
        let place = Managed::start(engine, "");
        place.data("hook.json", r#"{"url": "https://127.0.0.1:9/hooks", "events": ["user.*"]}"#);
        let made = place.run("webhook create --data @hook.json --quiet", 0).out;
        let lines: Vec<&str> = made.lines().collect();
        assert!(lines.len() == 2 && lines[1].starts_with("whsec_"), "{made}");
        let id = lines[0].to_owned();
        let url = "https://127.0.0.1:9/hooks";
        assert_eq!(place.run(&format!("webhook get {url} --quiet"), 0).out.trim(), id);
        assert!(!place.run("webhook list --output json", 0).out.contains("whsec_"));
        let turned = place.run(&format!("webhook rotate-secret {id} --output json"), 0).json();
        assert!(turned["secret"].as_str().unwrap() != lines[1]);
        let test = place.run(&format!("webhook test {url} --quiet"), 0).out.trim().to_owned();
        let told = place.run(&format!("webhook deliveries {id} --output json"), 0).json();
        assert_eq!(
            (told[0]["id"].as_str(), told[0]["event_type"].as_str()),
            (Some(test.as_str()), Some("webhook.test"))
        );
        // It is on its way: nobody listens there.
        place.run(&format!("webhook resend {id} {test}"), 5);
        let paused = place.run(&format!("webhook update {id} --set status=paused --output json"), 0).json();
        assert_eq!(paused["status"], "paused");
        place.run(&format!("webhook test {id}"), 5);
        place.run(&format!("webhook delete {id}"), 2);
        place.run(&format!("webhook delete {id} --yes"), 0);
        place.run(&format!("webhook get {url}"), 4);
    });
}
