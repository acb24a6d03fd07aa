//! The example with curl does what it says, on a real server.

use std::process::Command;

use crate::on_both;
use crate::support::TestApp;

/// Runs the example against this server: what it said.
pub async fn build(app: &TestApp) -> String {
    let root = app.manager("acme", Some("super_admin")).await;
    let (url, id, secret) = (app.base.clone(), root.client_id.clone(), root.secret.clone());
    let run = move || {
        Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/directory/run.sh"))
            .arg("1")
            .env("GRIDKEY_URL", url)
            .env("GRIDKEY_CLIENT_ID", id)
            .env("GRIDKEY_CLIENT_SECRET", secret)
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

on_both!(two_organisations_are_built_with_curl_and_their_walls_hold, |app| {
    let said = build(&app).await;
    assert!(said.trim_end().ends_with("All walls hold."), "{said}");
});
