//! `/v1/configuration`: an organisation as a file.

mod attacks;
mod files;
mod webhooks;

use crate::support::manager::Manager;
use crate::support::tokens::{count, lines};
use crate::support::{Reply, TestApp};

pub const EXPORT: &str = "/v1/configuration";
pub const PLAN: &str = "/v1/configuration/plan";
pub const APPLY: &str = "/v1/configuration/apply";
const TOML: &str = "application/toml";

/// Sends a file with further headers; `content-type` among them goes before the right one.
pub async fn send_with(
    manager: &Manager<'_>,
    path: &str,
    file: impl Into<reqwest::Body>,
    headers: &[(&str, &str)],
) -> Reply {
    let mut request = manager.app.http().post(manager.app.url(path)).bearer_auth(&manager.token);
    if headers.iter().all(|(name, _)| *name != "content-type") {
        request = request.header("content-type", TOML);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Reply::of(request.body(file).send().await.unwrap()).await
}

/// Sends a file.
pub async fn send(manager: &Manager<'_>, path: &str, file: &str) -> Reply {
    send_with(manager, path, file.to_owned(), &[]).await
}

/// What was done so far, by action, but for refusals.
pub async fn deeds(app: &TestApp) -> Vec<String> {
    lines(
        app,
        "SELECT action || ' ' || actor_kind || ' ' || actor_id AS line FROM audit_events \
         WHERE outcome = 'success' AND action NOT LIKE 'token.%' ORDER BY occurred_at, action",
    )
    .await
}

/// How often somebody was refused for want of a permission.
pub async fn refusals(app: &TestApp) -> i64 {
    count(app, "SELECT count(*) AS n FROM audit_events WHERE action = 'authorization.deny'").await
}
