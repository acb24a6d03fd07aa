//! What holds for every route of the table, whoever calls it and with whatever: no answer is a 5xx, each failure has the
//! shape of its door, and every answer carries the headers that protect it.

mod hostile;

use std::collections::BTreeSet;

use gridkey::routes;
use gridkey::server::{Method, Route};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method as Verb, RequestBuilder};

use crate::on_both;
use crate::support::{Reply, TestApp};

/// How a door tells a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// RFC 6749 5.2, with the request id.
    Protocol,
    /// RFC 9457.
    Problem,
    /// A page for people.
    Page,
    /// The envelope of `/v1/auth`.
    FirstParty,
}

use Shape::{FirstParty, Page, Problem, Protocol};

/// One route: its shape, what a call without anything gets, and what a call that cannot be read gets.
struct Expected(&'static str, &'static str, Shape, u16, u16);

/// Every route, by hand: a new one fails the tests below until somebody has said what is expected of it.
#[rustfmt::skip]
const EXPECTED: &[Expected] = &[
    Expected("GET", "/health", Problem, 200, 200),
    Expected("GET", "/health/live", Problem, 200, 200),
    Expected("GET", "/health/ready", Problem, 200, 200),
    Expected("GET", "/metrics", Problem, 200, 200),
    Expected("GET", "/.well-known/openid-configuration", Protocol, 200, 200),
    Expected("GET", "/.well-known/oauth-authorization-server", Protocol, 200, 200),
    Expected("GET", "/oauth2/jwks", Protocol, 200, 200),
    Expected("GET", "/oauth2/authorize", Page, 400, 400),
    Expected("POST", "/oauth2/authorize", Page, 415, 400),
    Expected("GET", "/oauth2/authorize/continue", Page, 400, 400),
    Expected("POST", "/oauth2/token", Protocol, 400, 400),
    Expected("GET", "/oauth2/userinfo", Protocol, 401, 400),
    Expected("POST", "/oauth2/userinfo", Protocol, 401, 400),
    Expected("POST", "/oauth2/revoke", Protocol, 400, 400),
    Expected("POST", "/oauth2/introspect", Protocol, 400, 400),
    Expected("POST", "/oauth2/device_authorization", Protocol, 400, 400),
    Expected("GET", "/oauth2/logout", Page, 303, 400),
    Expected("POST", "/oauth2/logout", Page, 415, 400),
    Expected("GET", "/", Page, 200, 400),
    Expected("GET", "/login", Page, 200, 400),
    Expected("GET", "/login/identify", Page, 400, 400),
    Expected("POST", "/login/identify", Page, 400, 400),
    Expected("GET", "/login/organization", Page, 400, 400),
    Expected("POST", "/login/organization", Page, 400, 400),
    Expected("GET", "/login/password", Page, 400, 400),
    Expected("POST", "/login/password", Page, 400, 400),
    Expected("GET", "/login/consent", Page, 400, 400),
    Expected("POST", "/login/consent", Page, 400, 400),
    Expected("GET", "/login/account", Page, 200, 400),
    Expected("POST", "/login/account", Page, 415, 400),
    Expected("GET", "/login/switch", Page, 303, 400),
    Expected("GET", "/login/signed-out", Page, 200, 200),
    Expected("GET", "/login/forgot", Page, 200, 400),
    Expected("POST", "/login/forgot", Page, 415, 400),
    Expected("GET", "/login/reset", Page, 410, 400),
    Expected("POST", "/login/reset", Page, 415, 400),
    Expected("GET", "/login/invitation", Page, 410, 400),
    Expected("POST", "/login/invitation", Page, 415, 400),
    Expected("GET", "/device", Page, 200, 400),
    Expected("POST", "/device", Page, 415, 400),
    Expected("GET", "/device/confirm", Page, 400, 400),
    Expected("POST", "/device/confirm", Page, 400, 400),
    Expected("GET", "/device/done", Page, 303, 400),
    Expected("GET", "/setup", Page, 410, 400),
    Expected("POST", "/setup", Page, 415, 400),
    Expected("GET", "/.well-known/change-password", Page, 302, 302),
    Expected("GET", "/login/arrival", Page, 303, 400),
    Expected("POST", "/preferences", Page, 415, 400),
    Expected("GET", "/console", Page, 303, 400),
    Expected("POST", "/console/notices", Page, 303, 303),
    Expected("GET", "/console/users", Page, 303, 400),
    Expected("GET", "/console/users/new", Page, 303, 400),
    Expected("POST", "/console/users/new", Page, 303, 303),
    Expected("GET", "/console/users/{id}", Page, 303, 400),
    Expected("POST", "/console/users/{id}", Page, 303, 303),
    Expected("GET", "/console/users/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/users/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/users/bulk", Page, 303, 400),
    Expected("POST", "/console/users/bulk", Page, 303, 303),
    Expected("GET", "/console/users/{id}/roles", Page, 303, 400),
    Expected("POST", "/console/users/{id}/roles", Page, 303, 303),
    Expected("GET", "/console/users/{id}/teams", Page, 303, 400),
    Expected("POST", "/console/users/{id}/teams", Page, 303, 303),
    Expected("GET", "/console/users/{id}/sessions", Page, 303, 400),
    Expected("POST", "/console/users/{id}/sessions", Page, 303, 303),
    Expected("GET", "/console/users/{id}/permissions", Page, 303, 400),
    Expected("GET", "/console/users/{id}/activity", Page, 303, 400),
    Expected("GET", "/console/teams", Page, 303, 400),
    Expected("GET", "/console/teams/new", Page, 303, 400),
    Expected("POST", "/console/teams/new", Page, 303, 303),
    Expected("GET", "/console/teams/{id}", Page, 303, 400),
    Expected("POST", "/console/teams/{id}", Page, 303, 303),
    Expected("GET", "/console/teams/{id}/members", Page, 303, 400),
    Expected("POST", "/console/teams/{id}/members", Page, 303, 303),
    Expected("GET", "/console/teams/{id}/roles", Page, 303, 400),
    Expected("POST", "/console/teams/{id}/roles", Page, 303, 303),
    Expected("GET", "/console/teams/{id}/delete", Page, 303, 400),
    Expected("POST", "/console/teams/{id}/delete", Page, 303, 303),
    Expected("GET", "/console/invitations", Page, 303, 400),
    Expected("GET", "/console/invitations/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/invitations/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/settings", Page, 303, 400),
    Expected("POST", "/console/settings", Page, 303, 303),
    Expected("GET", "/console/settings/security", Page, 303, 400),
    Expected("POST", "/console/settings/security", Page, 303, 303),
    Expected("GET", "/console/branding", Page, 303, 400),
    Expected("POST", "/console/branding", Page, 303, 303),
    Expected("POST", "/console/branding/logo", Page, 303, 303),
    Expected("POST", "/console/branding/logo/remove", Page, 303, 303),
    Expected("GET", "/console/settings/domains", Page, 303, 400),
    Expected("POST", "/console/settings/domains", Page, 303, 303),
    Expected("GET", "/console/settings/import-export", Page, 303, 400),
    Expected("POST", "/console/settings/import-export", Page, 303, 303),
    Expected("POST", "/console/settings/import-export/apply", Page, 303, 303),
    Expected("GET", "/console/settings/import-export/download", Page, 303, 400),
    Expected("GET", "/console/settings/recycle-bin", Page, 303, 400),
    Expected("GET", "/console/settings/recycle-bin/{kind}/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/settings/recycle-bin/{kind}/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/system/tenants", Page, 303, 400),
    Expected("GET", "/console/system/tenants/new", Page, 303, 400),
    Expected("POST", "/console/system/tenants/new", Page, 303, 303),
    Expected("GET", "/console/system/tenants/{id}", Page, 303, 400),
    Expected("GET", "/console/system/tenants/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/system/tenants/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/system/token-keys", Page, 303, 400),
    Expected("GET", "/console/system/health", Page, 303, 400),
    Expected("GET", "/console/applications", Page, 303, 400),
    Expected("GET", "/console/applications/new", Page, 303, 400),
    Expected("POST", "/console/applications/new", Page, 303, 303),
    Expected("GET", "/console/applications/{id}", Page, 303, 400),
    Expected("POST", "/console/applications/{id}", Page, 303, 303),
    Expected("GET", "/console/applications/{id}/preview", Page, 303, 400),
    Expected("GET", "/console/applications/{id}/test", Page, 303, 400),
    Expected("GET", "/console/applications/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/applications/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/service-accounts", Page, 303, 400),
    Expected("GET", "/console/service-accounts/new", Page, 303, 400),
    Expected("POST", "/console/service-accounts/new", Page, 303, 303),
    Expected("GET", "/console/service-accounts/{id}", Page, 303, 400),
    Expected("POST", "/console/service-accounts/{id}", Page, 303, 303),
    Expected("GET", "/console/service-accounts/{id}/roles", Page, 303, 400),
    Expected("POST", "/console/service-accounts/{id}/roles", Page, 303, 303),
    Expected("GET", "/console/service-accounts/{id}/new-credential", Page, 303, 400),
    Expected("POST", "/console/service-accounts/{id}/new-credential", Page, 303, 303),
    Expected("GET", "/console/service-accounts/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/service-accounts/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/roles", Page, 303, 400),
    Expected("GET", "/console/roles/new", Page, 303, 400),
    Expected("POST", "/console/roles/new", Page, 303, 303),
    Expected("GET", "/console/roles/{id}", Page, 303, 400),
    Expected("POST", "/console/roles/{id}", Page, 303, 303),
    Expected("GET", "/console/roles/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/roles/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/apis", Page, 303, 400),
    Expected("GET", "/console/apis/new", Page, 303, 400),
    Expected("POST", "/console/apis/new", Page, 303, 303),
    Expected("GET", "/console/apis/{id}", Page, 303, 400),
    Expected("POST", "/console/apis/{id}", Page, 303, 303),
    Expected("GET", "/console/apis/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/apis/{id}/{action}", Page, 303, 303),
    Expected("GET", "/account", Page, 303, 400),
    Expected("GET", "/account/profile", Page, 303, 400),
    Expected("POST", "/account/profile", Page, 303, 303),
    Expected("GET", "/account/security", Page, 303, 400),
    Expected("POST", "/account/security", Page, 303, 303),
    Expected("GET", "/account/security/sign-out", Page, 303, 400),
    Expected("POST", "/account/security/sign-out", Page, 303, 303),
    Expected("GET", "/account/devices", Page, 303, 400),
    Expected("GET", "/account/devices/others/end", Page, 303, 400),
    Expected("POST", "/account/devices/others/end", Page, 303, 303),
    Expected("GET", "/account/devices/{id}/end", Page, 303, 400),
    Expected("POST", "/account/devices/{id}/end", Page, 303, 303),
    Expected("GET", "/account/apps", Page, 303, 400),
    Expected("GET", "/account/apps/{id}/remove", Page, 303, 400),
    Expected("POST", "/account/apps/{id}/remove", Page, 303, 303),
    Expected("GET", "/account/activity", Page, 303, 400),
    Expected("GET", "/account/organisations", Page, 303, 400),
    Expected("GET", "/account/data", Page, 303, 400),
    Expected("POST", "/account/data", Page, 303, 303),
    Expected("GET", "/account/data/delete", Page, 303, 400),
    Expected("POST", "/account/data/delete", Page, 303, 303),
    Expected("GET", "/console/audit-log", Page, 303, 400),
    Expected("GET", "/console/audit-log/download", Page, 303, 400),
    Expected("GET", "/console/audit-log/{id}", Page, 303, 400),
    Expected("GET", "/console/sessions", Page, 303, 400),
    Expected("GET", "/console/sessions/{id}/end", Page, 303, 400),
    Expected("POST", "/console/sessions/{id}/end", Page, 303, 303),
    Expected("GET", "/console/usage", Page, 303, 400),
    Expected("GET", "/console/api-keys", Page, 303, 400),
    Expected("GET", "/console/api-keys/new", Page, 303, 400),
    Expected("POST", "/console/api-keys/new", Page, 303, 303),
    Expected("GET", "/console/api-keys/bulk", Page, 303, 400),
    Expected("POST", "/console/api-keys/bulk", Page, 303, 303),
    Expected("GET", "/console/api-keys/download", Page, 303, 400),
    Expected("GET", "/console/api-keys/{id}/usage.csv", Page, 303, 400),
    Expected("GET", "/console/api-keys/{id}", Page, 303, 400),
    Expected("POST", "/console/api-keys/{id}", Page, 303, 303),
    Expected("GET", "/console/api-keys/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/api-keys/{id}/{action}", Page, 303, 303),
    Expected("GET", "/account/api-keys", Page, 303, 400),
    Expected("GET", "/account/api-keys/new", Page, 303, 400),
    Expected("POST", "/account/api-keys/new", Page, 303, 303),
    Expected("GET", "/account/api-keys/bulk", Page, 303, 400),
    Expected("POST", "/account/api-keys/bulk", Page, 303, 303),
    Expected("GET", "/account/api-keys/download", Page, 303, 400),
    Expected("GET", "/account/api-keys/{id}/usage.csv", Page, 303, 400),
    Expected("GET", "/account/api-keys/{id}", Page, 303, 400),
    Expected("POST", "/account/api-keys/{id}", Page, 303, 303),
    Expected("GET", "/account/api-keys/{id}/{action}", Page, 303, 400),
    Expected("POST", "/account/api-keys/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/webhooks", Page, 303, 400),
    Expected("GET", "/console/webhooks/new", Page, 303, 400),
    Expected("POST", "/console/webhooks/new", Page, 303, 303),
    Expected("GET", "/console/webhooks/{id}", Page, 303, 400),
    Expected("POST", "/console/webhooks/{id}", Page, 303, 303),
    Expected("GET", "/console/webhooks/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/webhooks/{id}/{action}", Page, 303, 303),
    Expected("GET", "/console/webhooks/{id}/deliveries/{delivery}", Page, 303, 400),
    Expected("POST", "/console/webhooks/{id}/deliveries/{delivery}", Page, 303, 303),
    Expected("GET", "/console/signing-keys", Page, 303, 400),
    Expected("GET", "/console/signing-keys/new", Page, 303, 400),
    Expected("POST", "/console/signing-keys/new", Page, 303, 303),
    Expected("GET", "/console/signing-keys/{id}", Page, 303, 400),
    Expected("GET", "/console/signing-keys/{id}/check", Page, 303, 400),
    Expected("POST", "/console/signing-keys/{id}/check", Page, 303, 303),
    Expected("GET", "/console/signing-keys/{id}/{action}", Page, 303, 400),
    Expected("POST", "/console/signing-keys/{id}/{action}", Page, 303, 303),
    Expected("GET", "/account/signing-keys", Page, 303, 400),
    Expected("GET", "/account/signing-keys/new", Page, 303, 400),
    Expected("POST", "/account/signing-keys/new", Page, 303, 303),
    Expected("GET", "/account/signing-keys/{id}", Page, 303, 400),
    Expected("GET", "/account/signing-keys/{id}/check", Page, 303, 400),
    Expected("POST", "/account/signing-keys/{id}/check", Page, 303, 303),
    Expected("GET", "/account/signing-keys/{id}/{action}", Page, 303, 400),
    Expected("POST", "/account/signing-keys/{id}/{action}", Page, 303, 303),
    Expected("POST", "/v1/auth/identify", FirstParty, 415, 422),
    Expected("POST", "/v1/auth/authorize", FirstParty, 415, 422),
    Expected("GET", "/v1/auth/callback", Page, 400, 400),
    Expected("POST", "/v1/auth/token", FirstParty, 415, 422),
    Expected("POST", "/v1/auth/session", FirstParty, 401, 401),
    Expected("POST", "/v1/auth/refresh", FirstParty, 415, 422),
    Expected("POST", "/v1/auth/logout", FirstParty, 401, 401),
    Expected("GET", "/v1/auth/me", FirstParty, 401, 401),
    Expected("GET", "/v1/token-keys", Problem, 401, 401),
    Expected("GET", "/v1/system", Problem, 401, 401),
    Expected("GET", "/v1/tenants", Problem, 401, 401),
    Expected("POST", "/v1/tenants", Problem, 401, 401),
    Expected("GET", "/v1/tenants/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/tenants/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/tenants/{id}", Problem, 401, 401),
    Expected("POST", "/v1/tenants/{id}/restore", Problem, 401, 401),
    Expected("POST", "/v1/verify", Problem, 401, 401),
    Expected("POST", "/v1/verify/batch", Problem, 401, 401),
    Expected("GET", "/v1/forward-auth/nginx", Problem, 403, 403),
    Expected("GET", "/v1/forward-auth/traefik", Problem, 403, 403),
    Expected("GET", "/v1/forward-auth/caddy", Problem, 403, 403),
    Expected("GET", "/v1/forward-auth/envoy/{path:.*}", Problem, 403, 403),
    Expected("POST", "/v1/forward-auth/envoy/{path:.*}", Problem, 403, 403),
    Expected("PUT", "/v1/forward-auth/envoy/{path:.*}", Problem, 403, 403),
    Expected("PATCH", "/v1/forward-auth/envoy/{path:.*}", Problem, 403, 403),
    Expected("DELETE", "/v1/forward-auth/envoy/{path:.*}", Problem, 403, 403),
    Expected("GET", "/v1/events/revocations", Problem, 401, 401),
    Expected("GET", "/openapi.json", Problem, 200, 200),
    Expected("GET", "/docs/api", Page, 200, 200),
    Expected("GET", "/v1/me", Problem, 401, 401),
    Expected("GET", "/v1/me/dismissed-notices", Problem, 401, 401),
    Expected("DELETE", "/v1/me/dismissed-notices", Problem, 401, 401),
    Expected("PUT", "/v1/me/dismissed-notices/{notice}", Problem, 401, 401),
    Expected("GET", "/v1/users", Problem, 401, 401),
    Expected("POST", "/v1/users", Problem, 401, 401),
    Expected("POST", "/v1/users/bulk", Problem, 401, 401),
    Expected("GET", "/v1/users/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/users/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/users/{id}", Problem, 401, 401),
    Expected("POST", "/v1/users/{id}/restore", Problem, 401, 401),
    Expected("GET", "/v1/users/{id}/roles", Problem, 401, 401),
    Expected("PUT", "/v1/users/{id}/roles", Problem, 401, 401),
    Expected("GET", "/v1/users/{id}/permissions", Problem, 401, 401),
    Expected("GET", "/v1/users/{id}/teams", Problem, 401, 401),
    Expected("GET", "/v1/users/{id}/sessions", Problem, 401, 401),
    Expected("DELETE", "/v1/users/{id}/sessions", Problem, 401, 401),
    Expected("POST", "/v1/users/{id}/password-reset", Problem, 401, 401),
    Expected("GET", "/v1/sessions", Problem, 401, 401),
    Expected("GET", "/v1/sessions/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/sessions/{id}", Problem, 401, 401),
    Expected("GET", "/v1/usage", Problem, 401, 401),
    Expected("GET", "/v1/statistics", Problem, 401, 401),
    Expected("GET", "/v1/invitations", Problem, 401, 401),
    Expected("POST", "/v1/invitations", Problem, 401, 401),
    Expected("GET", "/v1/invitations/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/invitations/{id}", Problem, 401, 401),
    Expected("POST", "/v1/invitations/{id}/resend", Problem, 401, 401),
    Expected("GET", "/v1/recycle-bin", Problem, 401, 401),
    Expected("GET", "/v1/recycle-bin/{kind}/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/recycle-bin/{kind}/{id}", Problem, 401, 401),
    Expected("GET", "/v1/tenants/{id}/domains", Problem, 401, 401),
    Expected("PUT", "/v1/tenants/{id}/domains", Problem, 401, 401),
    Expected("GET", "/v1/branding", Problem, 401, 401),
    Expected("PATCH", "/v1/branding", Problem, 401, 401),
    Expected("PUT", "/v1/branding/logo", Problem, 401, 401),
    Expected("DELETE", "/v1/branding/logo", Problem, 401, 401),
    Expected("GET", "/v1/configuration", Problem, 401, 401),
    Expected("POST", "/v1/configuration/plan", Problem, 401, 401),
    Expected("POST", "/v1/configuration/apply", Problem, 401, 401),
    Expected("GET", "/branding/{tenant}/{file}", Problem, 404, 404),
    Expected("GET", "/branding/{file}", Problem, 404, 404),
    Expected("GET", "/v1/applications", Problem, 401, 401),
    Expected("POST", "/v1/applications", Problem, 401, 401),
    Expected("GET", "/v1/applications/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/applications/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/applications/{id}", Problem, 401, 401),
    Expected("POST", "/v1/applications/{id}/restore", Problem, 401, 401),
    Expected("POST", "/v1/applications/{id}/preview", Problem, 401, 401),
    Expected("GET", "/v1/applications/{id}/secrets", Problem, 401, 401),
    Expected("POST", "/v1/applications/{id}/secrets", Problem, 401, 401),
    Expected("DELETE", "/v1/applications/{id}/secrets/{secret}", Problem, 401, 401),
    Expected("GET", "/v1/resource-servers", Problem, 401, 401),
    Expected("POST", "/v1/resource-servers", Problem, 401, 401),
    Expected("GET", "/v1/resource-servers/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/resource-servers/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/resource-servers/{id}", Problem, 401, 401),
    Expected("GET", "/v1/teams", Problem, 401, 401),
    Expected("POST", "/v1/teams", Problem, 401, 401),
    Expected("GET", "/v1/teams/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/teams/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/teams/{id}", Problem, 401, 401),
    Expected("GET", "/v1/teams/{id}/members", Problem, 401, 401),
    Expected("PUT", "/v1/teams/{id}/members", Problem, 401, 401),
    Expected("POST", "/v1/teams/{id}/members/add", Problem, 401, 401),
    Expected("POST", "/v1/teams/{id}/members/remove", Problem, 401, 401),
    Expected("GET", "/v1/teams/{id}/roles", Problem, 401, 401),
    Expected("PUT", "/v1/teams/{id}/roles", Problem, 401, 401),
    Expected("GET", "/v1/roles", Problem, 401, 401),
    Expected("POST", "/v1/roles", Problem, 401, 401),
    Expected("GET", "/v1/roles/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/roles/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/roles/{id}", Problem, 401, 401),
    Expected("GET", "/v1/roles/{id}/holders", Problem, 401, 401),
    Expected("GET", "/v1/permissions", Problem, 401, 401),
    Expected("GET", "/v1/service-accounts", Problem, 401, 401),
    Expected("POST", "/v1/service-accounts", Problem, 401, 401),
    Expected("GET", "/v1/service-accounts/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/service-accounts/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/service-accounts/{id}", Problem, 401, 401),
    Expected("POST", "/v1/service-accounts/{id}/restore", Problem, 401, 401),
    Expected("GET", "/v1/service-accounts/{id}/roles", Problem, 401, 401),
    Expected("PUT", "/v1/service-accounts/{id}/roles", Problem, 401, 401),
    Expected("GET", "/v1/service-accounts/{id}/credentials", Problem, 401, 401),
    Expected("POST", "/v1/service-accounts/{id}/credentials", Problem, 401, 401),
    Expected("GET", "/v1/service-accounts/{id}/credentials/{credential}", Problem, 401, 401),
    Expected("DELETE", "/v1/service-accounts/{id}/credentials/{credential}", Problem, 401, 401),
    Expected("POST", "/v1/service-accounts/{id}/credentials/{credential}/secrets", Problem, 401, 401),
    Expected("GET", "/v1/api-keys", Problem, 401, 401),
    Expected("POST", "/v1/api-keys", Problem, 401, 401),
    Expected("POST", "/v1/api-keys/bulk", Problem, 401, 401),
    Expected("POST", "/v1/api-keys/import", Problem, 401, 401),
    Expected("GET", "/v1/api-keys/export", Problem, 401, 401),
    Expected("GET", "/v1/api-keys/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/api-keys/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/api-keys/{id}", Problem, 401, 401),
    Expected("POST", "/v1/api-keys/{id}/rotate", Problem, 401, 401),
    Expected("POST", "/v1/api-keys/{id}/disable", Problem, 401, 401),
    Expected("POST", "/v1/api-keys/{id}/enable", Problem, 401, 401),
    Expected("GET", "/v1/api-keys/{id}/usage", Problem, 401, 401),
    Expected("GET", "/v1/api-keys/{id}/uses", Problem, 401, 401),
    Expected("GET", "/v1/signing-keys", Problem, 401, 401),
    Expected("POST", "/v1/signing-keys", Problem, 401, 401),
    Expected("GET", "/v1/signing-keys/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/signing-keys/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/signing-keys/{id}", Problem, 401, 401),
    Expected("POST", "/v1/signing-keys/{id}/disable", Problem, 401, 401),
    Expected("POST", "/v1/signing-keys/{id}/enable", Problem, 401, 401),
    Expected("POST", "/v1/signing-keys/{id}/check", Problem, 401, 401),
    Expected("GET", "/v1/webhooks", Problem, 401, 401),
    Expected("POST", "/v1/webhooks", Problem, 401, 401),
    Expected("GET", "/v1/webhooks/{id}", Problem, 401, 401),
    Expected("PATCH", "/v1/webhooks/{id}", Problem, 401, 401),
    Expected("DELETE", "/v1/webhooks/{id}", Problem, 401, 401),
    Expected("POST", "/v1/webhooks/{id}/rotate-secret", Problem, 401, 401),
    Expected("POST", "/v1/webhooks/{id}/test", Problem, 401, 401),
    Expected("GET", "/v1/webhooks/{id}/deliveries", Problem, 401, 401),
    Expected("GET", "/v1/webhooks/{id}/deliveries/{delivery}", Problem, 401, 401),
    Expected("POST", "/v1/webhooks/{id}/deliveries/{delivery}/resend", Problem, 401, 401),
    Expected("GET", "/v1/webhook-events", Problem, 401, 401),
    Expected("GET", "/v1/service-accounts/{id}/api-keys", Problem, 401, 401),
    Expected("POST", "/v1/service-accounts/{id}/api-keys", Problem, 401, 401),
    Expected("POST", "/v1/leak-reports", Problem, 415, 415),
    Expected("GET", "/v1/audit-log", Problem, 401, 401),
    Expected("GET", "/v1/audit-log/export", Problem, 401, 401),
    Expected("GET", "/v1/audit-log/{id}", Problem, 401, 401),
    Expected("GET", "/v1/edge-locations/nearest", Problem, 404, 400),
    Expected("POST", "/v1/room-tokens", Problem, 401, 401),
    Expected("GET", "/static/{file:.*}", Problem, 404, 404),
    Expected("GET", "/dev/mail", Page, 200, 200),
    Expected("GET", "/dev/mail/{id}", Page, 404, 404),
    Expected("GET", "/dev/gallery", Page, 200, 200),
    Expected("GET", "/dev/app", Page, 200, 400),
    Expected("GET", "/dev/app/start", Page, 303, 400),
    Expected("GET", "/dev/app/callback", Page, 400, 400),
    Expected("POST", "/dev/app/refresh", Page, 415, 400),
    Expected("POST", "/dev/app/sign-out", Page, 415, 400),
];

fn expected(route: &Route) -> &'static Expected {
    let (method, path) = (route.method().as_str(), route.paths().swap_remove(0));
    let row = EXPECTED.iter().find(|row| (row.0, row.1) == (method, path.as_str()));
    row.unwrap_or_else(|| panic!("say in this table what {method} {path} answers"))
}

/// A path that the pattern matches, in the organisation `tenant`.
fn path(pattern: &str, tenant: &str) -> String {
    let filled = pattern.split('/').map(|part| match part {
        "{tenant}" => tenant,
        "{kind}" => "user",
        "{file:.*}" | "{file}" => "nothing.css",
        variable if variable.starts_with('{') => "1",
        fixed => fixed,
    });
    filled.collect::<Vec<_>>().join("/")
}

/// Every path of every route, with what is expected of it.
fn paths() -> impl Iterator<Item = (&'static Expected, Method, String)> {
    routes::table(true).flat_map(|route| {
        let paths = route.paths().into_iter();
        paths.map(move |pattern| (expected(route), route.method(), pattern))
    })
}

/// What one caller of a route does.
struct Caller<'a> {
    app: &'a TestApp,
    problems: Vec<String>,
}

impl Caller<'_> {
    fn request(&self, method: Verb, path: &str) -> RequestBuilder {
        self.app.http().request(method, self.app.url(path))
    }

    /// Sends a request and checks everything that holds for every answer.
    async fn send(&mut self, what: &str, shape: Shape, request: RequestBuilder) -> Reply {
        let reply = Reply::of(request.send().await.unwrap()).await;
        if let Err(why) = check(&reply, shape) {
            self.problems.push(format!("{what}: {why}\n      {} {:.300}", reply.status, reply.body));
        }
        reply
    }

    fn note(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.problems.push(what());
        }
    }
}

fn check(reply: &Reply, shape: Shape) -> Result<(), String> {
    if reply.status >= 500 {
        return Err("the server's own fault".into());
    }
    check_headers(reply)?;
    // An answer to HEAD has no body to look at.
    if reply.status < 400 || reply.body.is_empty() { Ok(()) } else { check_failure(reply, shape) }
}

/// Checklist 55.
fn check_headers(reply: &Reply) -> Result<(), String> {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
    ] {
        if reply.header(name) != value {
            return Err(format!("{name} is {:?}", reply.header(name)));
        }
    }
    let policy = reply.header("content-security-policy");
    let directives: BTreeSet<&str> = policy.split("; ").collect();
    for directive in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
        if !directives.contains(directive) {
            return Err(format!("no {directive} in {policy}"));
        }
    }
    if !policy.contains("form-action") || policy.contains("unsafe") || policy.contains('*') {
        return Err(format!("a weak policy: {policy}"));
    }
    if reply.headers.get_all("content-security-policy").iter().count() != 1 {
        return Err("two policies".into());
    }
    if reply.header("x-request-id").len() < 8 {
        return Err("no request id".into());
    }
    let cached = reply.header("cache-control");
    if cached.is_empty() || (reply.status >= 400 && cached != "no-store") {
        return Err(format!("cache-control is {cached:?}"));
    }
    Ok(())
}

fn check_failure(reply: &Reply, shape: Shape) -> Result<(), String> {
    let (kind, id) = (reply.header("content-type"), reply.header("x-request-id"));
    let json = || serde_json::from_str::<serde_json::Value>(&reply.body).map_err(|why| why.to_string());
    let holds = match shape {
        Protocol => {
            let body = json()?;
            kind == "application/json"
                && body["error"].as_str().is_some_and(|code| code.len() > 5)
                && body["error_description"].as_str().is_some_and(|text| text.len() > 10)
                && body["request_id"] == id
        }
        Problem => {
            let body = json()?;
            kind == "application/problem+json"
                && body["status"] == reply.status
                && ["type", "title", "detail", "code"].iter().all(|member| body[member].is_string())
                && body["request_id"] == id
        }
        FirstParty => {
            let body = json()?;
            kind == "application/json"
                && body["status"] == "error"
                && body["error"]["code"].is_string()
                && body["error"]["message"].is_string()
                && body["meta"]["request_id"] == id
        }
        // A form that is shown again, or a link that is over, has no request id: nobody is to be asked for help.
        Page => {
            kind == "text/html; charset=utf-8"
                && (reply.body.contains(id) || [410, 422].contains(&reply.status))
        }
    };
    if holds { Ok(()) } else { Err(format!("not of the shape {shape:?} ({kind}, {id})")) }
}

/// Runs `walk` over every path of every route and tells everything that was wrong at once.
async fn walk(app: &TestApp, walk: impl AsyncFn(&mut Caller<'_>, &Expected, Method, &str)) {
    let mut caller = Caller { app, problems: Vec::new() };
    for (row, method, pattern) in paths() {
        walk(&mut caller, row, method, &pattern).await;
    }
    assert!(caller.problems.is_empty(), "{}\n{}", caller.problems.len(), caller.problems.join("\n"));
}

fn verb(method: Method) -> Verb {
    method.as_str().parse().unwrap()
}

#[test]
fn the_table_of_expectations_names_every_route_and_no_other() {
    let known: BTreeSet<(&str, String)> =
        routes::table(true).map(|route| (route.method().as_str(), route.paths().swap_remove(0))).collect();
    let here: BTreeSet<(&str, String)> = EXPECTED.iter().map(|row| (row.0, row.1.to_owned())).collect();
    assert_eq!(known, here);
    assert_eq!(here.len(), EXPECTED.len());
}

on_both!(
    /// Checklist 55, 85.
    an_anonymous_call_gets_what_the_table_says_in_the_doors_shape,
    |app| {
        walk(&app, async |caller, row, method, pattern| {
            let at = path(pattern, "acme");
            let what = format!("{} {at}", method.as_str());
            let reply = caller.send(&what, row.2, caller.request(verb(method), &at)).await;
            caller.note(reply.status == row.3, || format!("{what}: {} instead of {}\n      {:.300}", reply.status, row.3, reply.body));
        })
        .await;
    }
);

on_both!(
    /// Checklist 85.
    a_call_that_cannot_be_read_is_the_callers_fault,
    |app| {
        walk(&app, async |caller, row, method, pattern| {
            let at = path(pattern, "acme");
            let request = match (method, row.2) {
                (Method::Get, _) => caller.request(Verb::GET, &format!("{at}?client_id=%FF&interaction=%FF&token=%FF")),
                (other @ (Method::Put | Method::Patch | Method::Delete), _) => {
                    caller.request(verb(other), &at).header(CONTENT_TYPE, "application/json").body("{\"a\":")
                }
                (Method::Post, FirstParty) => caller.request(Verb::POST, &at).header(CONTENT_TYPE, "application/json").body("{\"a\":"),
                (other, _) => {
                    let request = caller.request(verb(other), &at);
                    request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body("client_id=%FF&token=%FF")
                }
            };
            let what = format!("{} {at}", method.as_str());
            let reply = caller.send(&what, row.2, request).await;
            caller.note(reply.status == row.4, || format!("{what}: {} instead of {}\n      {:.300}", reply.status, row.4, reply.body));
        })
        .await;
    }
);

on_both!(
    /// Checklist 75.
    an_unknown_organisation_is_not_found_whatever_is_asked,
    |app| {
        walk(&app, async |caller, row, method, pattern| {
            // What goes on here is known by its interaction, whatever the path says: without one it is over.
            if !pattern.contains("{tenant}") || row.1 == "/oauth2/authorize/continue" {
                return;
            }
            let mut answers = BTreeSet::new();
            for tenant in ["nobody", "ACME", "%00", "acme%2F", "..%2F..", "' OR 1=1 --", &"x".repeat(2_000)] {
                let at = path(pattern, tenant);
                let mut request = caller.request(verb(method), &at).header("authorization", caller.app.web());
                if method == Method::Post {
                    request = request.form(&[("token", "x"), ("grant_type", "client_credentials")]);
                }
                let mut reply = caller.send(&at, row.2, request).await;
                if row.1 == "/oauth2/authorize" && method == Method::Post {
                    // A form is asked again by GET, at the same place.
                    let again = reply.header("location").to_owned();
                    caller.note(again.starts_with("/t/"), || format!("{at}: sent to {again}"));
                    reply = caller.send(&at, row.2, caller.request(Verb::GET, &again)).await;
                }
                caller.note(reply.status == 404, || format!("{at}: {}", reply.status));
                answers.insert(reply.body.replace(reply.header("x-request-id"), ""));
            }
            caller.note(answers.len() == 1, || format!("{pattern}: the answers differ: {answers:?}"));
        })
        .await;
    }
);

on_both!(head_is_answered_as_get_without_the_body, |app| {
    walk(&app, async |caller, row, method, pattern| {
        let at = path(pattern, "acme");
        if method != Method::Get {
            return;
        }
        let get = caller.send(&at, row.2, caller.request(Verb::GET, &at)).await;
        let head = caller.send(&at, row.2, caller.request(Verb::HEAD, &at)).await;
        caller.note(head.status == get.status && head.body.is_empty(), || {
            format!("HEAD {at}: {} {}", head.status, head.body)
        });
        let kinds = (head.header("content-type"), get.header("content-type"));
        caller.note(kinds.0 == kinds.1, || format!("HEAD {at}: {kinds:?}"));
    })
    .await;
});

on_both!(
    /// Checklist 25, 55.
    another_method_is_told_which_ones_there_are,
    |app| {
        walk(&app, async |caller, row, _, pattern| {
            let at = path(pattern, "acme");
            let known: BTreeSet<&str> = paths().filter(|(_, _, other)| other == pattern).map(|(_, method, _)| method.as_str()).collect();
            let mut allowed = known.clone();
            if known.contains("GET") {
                allowed.insert("HEAD");
            }
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
                if known.contains(method) {
                    continue;
                }
                let what = format!("{method} {at}");
                let reply = caller.send(&what, row.2, caller.request(method.parse().unwrap(), &at)).await;
                let told: BTreeSet<&str> = reply.header("allow").split(", ").collect();
                caller.note(reply.status == 405 && told == allowed, || format!("{what}: {} {told:?}", reply.status));
            }
        })
        .await;
    }
);

on_both!(
    /// Checklist 55.
    what_is_not_there_is_told_in_the_shape_of_its_surroundings,
    |app| {
        let mut caller = Caller { app: &app, problems: Vec::new() };
        for (at, shape) in [
            ("/login/nothing", Page), ("/login/", Page), ("/setup/x", Page), ("/dev/x", Page),
            ("/nothing", Problem), ("/oauth2", Problem), ("/oauth2/nothing", Problem), ("/t/acme", Problem),
            ("/t/acme/login", Problem), ("/v1", Problem), ("/v1/auth/nothing", FirstParty), ("/v1/auth/", FirstParty),
            ("/%00", Problem), ("/%FF%FE", Problem), ("/..%2f..%2fetc%2fpasswd", Problem), ("//evil.example/x", Problem),
            ("/static/../Cargo.toml", Problem), ("/static/..%2fCargo.toml", Problem), ("/static/%00", Problem),
        ] {
            for method in [Verb::GET, Verb::POST, Verb::DELETE] {
                let request = caller.request(method.clone(), at);
                let reply = caller.send(&format!("{method} {at}"), shape, request).await;
                let right = reply.status == 404 || (reply.status == 405 && at.starts_with("/static"));
                caller.note(right, || format!("{method} {at}: {}", reply.status));
            }
        }
        assert!(caller.problems.is_empty(), "{}", caller.problems.join("\n"));
    }
);
