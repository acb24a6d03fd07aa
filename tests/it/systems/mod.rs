//! Published interfaces in front of ours: the profiles, and one file for each system that they stand in for.

mod leaks;
mod partners;
mod polargrid;
mod poolside;
mod profiles;
mod scaigrid;
mod scaigrid_codes;
mod table;
mod thegrid;

use gridkey::tenants;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::manager::Manager;
use crate::support::tokens::{alter, tenant};
use crate::support::{Reply, TestApp};

/// A program of a published interface: it comes to one host, with a credential or without.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    pub app: &'a TestApp,
    pub host: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
}

impl<'a> Program<'a> {
    pub fn at(app: &'a TestApp, host: &'a str) -> Self {
        Self { app, host, headers: &[] }
    }

    pub fn with(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self { headers, ..self }
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        bearer: Option<&str>,
        body: Option<&Value>,
    ) -> Reply {
        let mut request = self.app.http().request(method, self.app.url(path));
        if !self.host.is_empty() {
            request = request.header("host", self.host);
        }
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str, bearer: Option<&str>) -> Reply {
        self.send(Method::GET, path, bearer, None).await
    }

    pub async fn post(&self, path: &str, bearer: Option<&str>, body: Value) -> Reply {
        self.send(Method::POST, path, bearer, Some(&body)).await
    }

    /// A `POST` without a body.
    pub async fn poke(&self, path: &str, bearer: Option<&str>) -> Reply {
        self.send(Method::POST, path, bearer, None).await
    }
}

/// Has an organisation of the fixture follow this profile.
pub async fn choose(app: &TestApp, slug: &'static str, profile: &'static str) {
    alter(app, move |conn| {
        let mut changed = tenant(conn, slug)?;
        changed.settings.profile = profile.parse().unwrap();
        tenants::store::update(conn, &changed).map(|_| ())
    })
    .await;
    app.app.forget();
}

/// A key of the manager's own, made through the management API in our own words.
pub async fn new_key(manager: &Manager<'_>, level: &str) -> String {
    let body = json!({ "name": "CI", "level": level });
    let answer = manager.post("/v1/api-keys", &body).await.expect(201).json();
    let key = answer["key"].as_str().or_else(|| answer["data"]["key"].as_str());
    key.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Starts a server with these settings on each database.
#[macro_export]
macro_rules! on_both_with {
    ($settings:expr, $name:ident, |$app:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn body($app: $crate::support::TestApp) $body

            fn run(engine: $crate::support::Engine) {
                $crate::support::runtime().block_on(async {
                    body($crate::support::TestApp::start_with(engine, &$settings).await).await
                });
            }

            #[test]
            fn sqlite() {
                run($crate::support::Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                run($crate::support::Engine::Postgres);
            }
        }
    };
}

/// Changes what an organisation of the fixture decides.
pub async fn settle(
    app: &TestApp,
    slug: &'static str,
    change: impl Fn(&mut tenants::TenantSettings) + Send + 'static,
) {
    alter(app, move |conn| {
        let mut changed = tenant(conn, slug)?;
        change(&mut changed.settings);
        tenants::store::update(conn, &changed).map(|_| ())
    })
    .await;
    app.app.forget();
}

/// What the edge is told of a key or a token: whether it may, and why not.
pub async fn verdict(edge: &Manager<'_>, credential: &str, permission: &str) -> (bool, String) {
    let asked = json!({ "credential": credential, "permission": permission });
    let said = edge.post("/v1/verify", &asked).await.expect(200).json();
    (said["active"] == true, said["reason"].as_str().unwrap_or_default().to_owned())
}
