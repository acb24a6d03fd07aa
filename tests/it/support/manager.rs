//! Programs that manage: service accounts with a role and a credential, and calls of `/v1` in their name.

use gridkey::clients::{
    self, AuthMethod, Client, ClientKind, ClientSettings, ClientStatus, GrantType, StoredSecret,
};
use gridkey::db::DbError;
use gridkey::roles::{self, PrincipalKind};
use gridkey::secret::Secret;
use gridkey::service_accounts::{self, ServiceAccount, ServiceAccountId, ServiceAccountStatus};
use reqwest::Method;
use serde_json::Value;

use super::tokens::{alter, tenant};
use super::{Reply, TestApp, basic};

/// A service account with its access token.
pub struct Manager<'a> {
    pub app: &'a TestApp,
    pub id: ServiceAccountId,
    pub client_id: String,
    pub secret: String,
    pub token: String,
}

impl TestApp {
    /// A program of an organisation of the fixture that holds this role, or none.
    pub async fn manager(&self, slug: &'static str, role: Option<&'static str>) -> Manager<'_> {
        let (random, now) = (self.app.random.clone(), self.app.now());
        let id: ServiceAccountId = random.id(now);
        let client_id = format!("manager-{}", random.opaque_id());
        let secret = format!("secret-{}", random.text());
        let (named, stored) = (client_id.clone(), Secret::new(secret.clone()));
        alter(self, move |conn| {
            let tenant = tenant(conn, slug)?;
            let account = ServiceAccount {
                id,
                tenant_id: tenant.id,
                team_id: None,
                slug: format!("manager-{id}").parse().unwrap(),
                display_name: "Manager".into(),
                description: String::new(),
                status: ServiceAccountStatus::Active,
                created_by: "system:test".into(),
                deleted_at: None,
                created_at: now,
                updated_at: now,
            };
            service_accounts::store::insert(conn, tenant.id, &account)?;
            if let Some(role) = role {
                let role = roles::store::find_by_slug(conn, tenant.id, role)?.unwrap();
                let principal = (PrincipalKind::ServiceAccount, id);
                roles::store::assign(conn, tenant.id, role.id, principal, now)?;
            }
            let client = credential(&account, &named, random.id(now));
            clients::store::insert(conn, tenant.id, &client)?;
            let secret = StoredSecret {
                id: random.id(now),
                client_pk: client.id,
                digest: stored.digest(),
                created_at: now,
                expires_at: None,
            };
            clients::store::add_secret(conn, tenant.id, &secret)?;
            Ok::<_, DbError>(())
        })
        .await;
        let token = self.manage_token(&client_id, &secret).await.expect(200).text("access_token");
        Manager { app: self, id, client_id, secret, token }
    }

    /// Asks for a token with the scope that managing needs.
    pub async fn manage_token(&self, client_id: &str, secret: &str) -> Reply {
        let form = [("grant_type", "client_credentials"), ("scope", "gridkey:manage")];
        self.token(Some(&basic(client_id, secret)), &form).await
    }
}

fn credential(account: &ServiceAccount, client_id: &str, id: clients::ClientPk) -> Client {
    Client {
        id,
        tenant_id: account.tenant_id,
        client_id: client_id.to_owned(),
        display_name: "Manager".into(),
        kind: ClientKind::Machine,
        status: ClientStatus::Active,
        auth_method: AuthMethod::ClientSecretBasic,
        require_pkce: true,
        first_party: false,
        all_tenants: false,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        response_modes: Vec::new(),
        scopes: vec!["gridkey:manage".into()],
        settings: ClientSettings::default(),
        created_at: account.created_at,
        updated_at: account.created_at,
        service_account_id: Some(account.id),
        deleted_at: None,
    }
}

impl Manager<'_> {
    /// A call without a body.
    pub async fn call(&self, method: Method, path: &str) -> Reply {
        self.call_with(method, path, None, &[]).await
    }

    /// A call with a body and further headers.
    pub async fn call_with(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = self.app.http().request(method, self.app.url(path)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path).await
    }

    /// `POST path`.
    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call_with(Method::POST, path, Some(body), &[]).await
    }

    /// `PATCH path`.
    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.call_with(Method::PATCH, path, Some(body), &[]).await
    }

    /// `PUT path`.
    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.call_with(Method::PUT, path, Some(body), &[]).await
    }

    /// `DELETE path`.
    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path).await
    }
}

impl Reply {
    /// Expects a problem of this code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.text("code"), code, "{}", reply.body);
        assert!(reply.text("request_id").len() >= 8, "{}", reply.body);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        reply
    }
}
