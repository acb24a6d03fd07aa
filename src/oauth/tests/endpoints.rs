//! The endpoints, called as HTTP calls them.

use actix_web::HttpResponse;
use actix_web::body::to_bytes;
use actix_web::dev::Service;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, Data};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::house::House;
use crate::clients::Client;
use crate::oauth::{discovery, end_session, introspect, jwks, revoke, userinfo};
use crate::secret::Secret;
use crate::web::paths;

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {}", self.body))
    }
}

impl House {
    pub async fn get(&self, uri: &str, headers: &[(&str, &str)]) -> Reply {
        self.call(TestRequest::get().uri(uri), headers).await
    }

    pub async fn post(&self, uri: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        self.call(TestRequest::post().uri(uri).set_form(form), headers).await
    }

    pub async fn post_raw(&self, uri: &str, body: &'static str, headers: &[(&str, &str)]) -> Reply {
        self.call(TestRequest::post().uri(uri).set_payload(body), headers).await
    }

    async fn call(&self, mut request: TestRequest, headers: &[(&str, &str)]) -> Reply {
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        let service = init_service(
            actix_web::App::new()
                .app_data(Data::from(self.app.clone()))
                .app_data(Data::from(self.guard.clone()))
                .app_data(Data::from(self.documents.clone()))
                .configure(routes),
        )
        .await;
        let request = request.peer_addr("192.0.2.1:4711".parse().unwrap()).to_request();
        let answer = match service.call(request).await {
            Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
            Err(error) => HttpResponse::from_error(error),
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = to_bytes(answer.into_body()).await.unwrap();
        Reply { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }
}

fn routes(config: &mut web::ServiceConfig) {
    let metadata = discovery::endpoints::get;
    for path in [paths::OPENID_CONFIGURATION, paths::OAUTH_METADATA] {
        config
            .route(path, web::get().to(metadata))
            .route(&paths::in_tenant("{tenant}", path), web::get().to(metadata));
    }
    config.route(&format!("{}{}", paths::OAUTH_METADATA, paths::TENANT_PREFIX), web::get().to(metadata));
    for prefix in ["", paths::TENANT_PREFIX] {
        let at = |path: &str| format!("{prefix}{path}");
        config
            .route(&at(paths::JWKS), web::get().to(jwks::endpoints::get))
            .route(&at(paths::USERINFO), web::get().to(userinfo::endpoints::get))
            .route(&at(paths::USERINFO), web::post().to(userinfo::endpoints::post))
            .route(&at(paths::INTROSPECT), web::post().to(introspect::endpoints::post))
            .route(&at(paths::REVOKE), web::post().to(revoke::endpoints::post))
            .route(&at(paths::END_SESSION), web::get().to(end_session::endpoints::get))
            .route(&at(paths::END_SESSION), web::post().to(end_session::endpoints::post));
    }
}

/// The `Cookie` header of a browser.
pub fn cookie(browser: &Secret) -> (&'static str, String) {
    ("cookie", format!("__Host-gridkey={}", browser.expose()))
}

/// The `Authorization` header of a client of this house.
pub fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")))
}

/// That of a client that knows its secret.
pub fn basic_of(client: &Client) -> String {
    basic(&client.client_id, &format!("secret-of-{}", client.client_id))
}
