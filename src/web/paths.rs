//! Every URL path of the server. The route table and the discovery documents are built from the same constants, so
//! they cannot disagree.

mod behind_sign_in;

pub use behind_sign_in::*;

/// Liveness and readiness in one, for people and simple probes.
pub const HEALTH: &str = "/health";
/// The process runs.
pub const LIVE: &str = "/health/live";
/// The process can answer: its database is reachable.
pub const READY: &str = "/health/ready";
/// Prometheus metrics.
pub const METRICS: &str = "/metrics";

/// Authorization endpoint (RFC 6749 3.1).
pub const AUTHORIZE: &str = "/oauth2/authorize";
/// Where a sign-in returns to, so that the pending authorization request goes on.
pub const AUTHORIZE_CONTINUE: &str = "/oauth2/authorize/continue";
/// Token endpoint (RFC 6749 3.2).
pub const TOKEN: &str = "/oauth2/token";
/// Userinfo endpoint (OpenID Connect Core 5.3).
pub const USERINFO: &str = "/oauth2/userinfo";
/// Public signing keys (RFC 7517 5).
pub const JWKS: &str = "/oauth2/jwks";
/// Token introspection (RFC 7662).
pub const INTROSPECT: &str = "/oauth2/introspect";
/// Token revocation (RFC 7009).
pub const REVOKE: &str = "/oauth2/revoke";
/// Device authorization endpoint (RFC 8628 3.1).
pub const DEVICE_AUTHORIZATION: &str = "/oauth2/device_authorization";
/// End-session endpoint (OpenID Connect RP-Initiated Logout 2).
pub const END_SESSION: &str = "/oauth2/logout";
/// OpenID Connect Discovery 4, appended to the issuer.
pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// Authorization server metadata (RFC 8414 3), inserted before the issuer's path.
pub const OAUTH_METADATA: &str = "/.well-known/oauth-authorization-server";
/// Under this prefix a tenant has its own issuer and its own copies of the protocol endpoints.
pub const TENANT_PREFIX: &str = "/t/{tenant}";

/// Entry of the sign-in pages.
pub const LOGIN: &str = "/login";
/// The page that asks who is there.
pub const LOGIN_IDENTIFY: &str = "/login/identify";
/// The page that asks for which organization.
pub const LOGIN_ORGANIZATION: &str = "/login/organization";
/// The page that asks for the password.
pub const LOGIN_PASSWORD: &str = "/login/password";
/// The page that asks for consent.
pub const LOGIN_CONSENT: &str = "/login/consent";
/// Chooses another account for our own pages.
pub const LOGIN_SWITCH: &str = "/login/switch";
/// The page of a person who is signed in and came for nothing else.
pub const LOGIN_ACCOUNT: &str = "/login/account";
/// The page after signing out.
pub const LOGIN_SIGNED_OUT: &str = "/login/signed-out";
/// The page that sends a reset link.
pub const LOGIN_FORGOT: &str = "/login/forgot";
/// The page that a reset link opens.
pub const LOGIN_RESET: &str = "/login/reset";
/// The page that an invitation opens.
pub const LOGIN_INVITATION: &str = "/login/invitation";
/// The page where a device's code is typed: short, because people type its address too.
pub const DEVICE: &str = "/device";
/// The page that asks whether the device shall be let in.
pub const DEVICE_CONFIRM: &str = "/device/confirm";
/// The page after the answer.
pub const DEVICE_DONE: &str = "/device/done";
/// Where the authorization endpoint brings people who want to see a page of ours.
pub const ARRIVAL: &str = "/login/arrival";
/// Takes a choice of language and colours.
pub const PREFERENCES: &str = "/preferences";
/// First-run setup.
pub const SETUP: &str = "/setup";
/// Where password managers look for the page that changes a password (W3C change-password-url).
pub const CHANGE_PASSWORD: &str = "/.well-known/change-password";

/// Style sheets, scripts and images that are part of the program.
pub const STATIC: &str = "/static";
/// The route of one such file.
pub const STATIC_FILE: &str = "/static/{file:.*}";

/// The route of an organisation's logo.
pub const LOGO: &str = "/branding/{tenant}/{file}";
/// The route of the style sheet of an accent colour.
pub const BRAND_STYLE: &str = "/branding/{file}";

/// Mails that a development server kept instead of sending.
pub const DEV_MAIL: &str = "/dev/mail";
/// Every part of pages, on a development server.
pub const DEV_GALLERY: &str = "/dev/gallery";
/// The example application of a development server.
pub const DEV_APP: &str = "/dev/app";
/// Starts a sign-in from the example application.
pub const DEV_APP_START: &str = "/dev/app/start";
/// The example application's redirect URI.
pub const DEV_APP_CALLBACK: &str = "/dev/app/callback";
/// Signs out of the example application.
pub const DEV_APP_SIGN_OUT: &str = "/dev/app/sign-out";

/// Which organizations and methods a person can sign in with.
pub const AUTH_IDENTIFY: &str = "/v1/auth/identify";
/// Starts a sign-in for a single-page application.
pub const AUTH_AUTHORIZE: &str = "/v1/auth/authorize";
/// Finishes a sign-in for a single-page application.
pub const AUTH_CALLBACK: &str = "/v1/auth/callback";
/// Exchanges a code for tokens.
pub const AUTH_TOKEN: &str = "/v1/auth/token";
/// An API key into a session.
pub const AUTH_SESSION: &str = "/v1/auth/session";
/// Exchanges a refresh token for the next tokens.
pub const AUTH_REFRESH: &str = "/v1/auth/refresh";
/// Ends the session behind a token.
pub const AUTH_LOGOUT: &str = "/v1/auth/logout";
/// Who the caller is.
pub const AUTH_ME: &str = "/v1/auth/me";

/// The OpenAPI description.
pub const OPENAPI: &str = "/openapi.json";
/// The page that explores it.
pub const API_EXPLORER: &str = "/docs/api";

/// Organisations.
pub const TENANTS: &str = "/v1/tenants";
/// One organisation.
pub const TENANT: &str = "/v1/tenants/{id}";
/// Brings an organisation back.
pub const TENANT_RESTORE: &str = "/v1/tenants/{id}/restore";

/// The keys that sign tokens.
pub const TOKEN_KEYS: &str = "/v1/token-keys";
/// The process that answers.
pub const SYSTEM: &str = "/v1/system";

/// People.
pub const USERS: &str = "/v1/users";
/// Many people at once.
pub const USERS_BULK: &str = "/v1/users/bulk";
/// One person.
pub const USER: &str = "/v1/users/{id}";
/// Brings a person back.
pub const USER_RESTORE: &str = "/v1/users/{id}/restore";
/// The roles of a person.
pub const USER_ROLES: &str = "/v1/users/{id}/roles";
/// What a person may do.
pub const USER_PERMISSIONS: &str = "/v1/users/{id}/permissions";
/// The teams of a person.
pub const USER_TEAMS: &str = "/v1/users/{id}/teams";
/// Where a person is signed in.
pub const USER_SESSIONS: &str = "/v1/users/{id}/sessions";
/// A link with which a person chooses a password.
pub const USER_PASSWORD_RESET: &str = "/v1/users/{id}/password-reset";
/// Who calls.
pub const ME: &str = "/v1/me";
/// What the caller does not want to be told of again.
pub const DISMISSED_NOTICES: &str = "/v1/me/dismissed-notices";
/// One thing of that.
pub const DISMISSED_NOTICE: &str = "/v1/me/dismissed-notices/{notice}";
/// Who is signed in.
pub const SESSIONS: &str = "/v1/sessions";
/// One session.
pub const SESSION: &str = "/v1/sessions/{id}";
/// Invitations.
pub const INVITATIONS: &str = "/v1/invitations";
/// One invitation.
pub const INVITATION: &str = "/v1/invitations/{id}";
/// Sends an invitation again.
pub const INVITATION_RESEND: &str = "/v1/invitations/{id}/resend";
/// What was deleted and can come back.
pub const RECYCLE_BIN: &str = "/v1/recycle-bin";
/// One thing of it.
pub const RECYCLE_BIN_ENTRY: &str = "/v1/recycle-bin/{kind}/{id}";
/// Mail domains of an organisation.
pub const TENANT_DOMAINS: &str = "/v1/tenants/{id}/domains";
/// Applications.
pub const APPLICATIONS: &str = "/v1/applications";
/// One application.
pub const APPLICATION: &str = "/v1/applications/{id}";
/// Brings an application back.
pub const APPLICATION_RESTORE: &str = "/v1/applications/{id}/restore";
/// What a sign-in to an application would give.
pub const APPLICATION_PREVIEW: &str = "/v1/applications/{id}/preview";
/// Secrets of an application.
pub const APPLICATION_SECRETS: &str = "/v1/applications/{id}/secrets";
/// One secret of an application.
pub const APPLICATION_SECRET: &str = "/v1/applications/{id}/secrets/{secret}";
/// APIs.
pub const RESOURCE_SERVERS: &str = "/v1/resource-servers";
/// One API.
pub const RESOURCE_SERVER: &str = "/v1/resource-servers/{id}";
/// Teams.
pub const TEAMS: &str = "/v1/teams";
/// One team.
pub const TEAM: &str = "/v1/teams/{id}";
/// Who belongs to a team.
pub const TEAM_MEMBERS: &str = "/v1/teams/{id}/members";
/// Adds members to a team.
pub const TEAM_MEMBERS_ADD: &str = "/v1/teams/{id}/members/add";
/// Takes members out of a team.
pub const TEAM_MEMBERS_REMOVE: &str = "/v1/teams/{id}/members/remove";
/// The roles of a team.
pub const TEAM_ROLES: &str = "/v1/teams/{id}/roles";
/// Roles.
pub const ROLES: &str = "/v1/roles";
/// One role.
pub const ROLE: &str = "/v1/roles/{id}";
/// Who holds a role.
pub const ROLE_HOLDERS: &str = "/v1/roles/{id}/holders";
/// Everything that a role can be made of.
pub const PERMISSIONS: &str = "/v1/permissions";
/// Service accounts.
pub const SERVICE_ACCOUNTS: &str = "/v1/service-accounts";
/// One service account.
pub const SERVICE_ACCOUNT: &str = "/v1/service-accounts/{id}";
/// Brings a service account back.
pub const SERVICE_ACCOUNT_RESTORE: &str = "/v1/service-accounts/{id}/restore";
/// The roles of a service account.
pub const SERVICE_ACCOUNT_ROLES: &str = "/v1/service-accounts/{id}/roles";
/// The credentials of a service account.
pub const CREDENTIALS: &str = "/v1/service-accounts/{id}/credentials";
/// One credential.
pub const CREDENTIAL: &str = "/v1/service-accounts/{id}/credentials/{credential}";
/// The secrets of a credential.
pub const CREDENTIAL_SECRETS: &str = "/v1/service-accounts/{id}/credentials/{credential}/secrets";
/// API keys.
pub const API_KEYS: &str = "/v1/api-keys";
/// Many keys at once.
pub const API_KEYS_BULK: &str = "/v1/api-keys/bulk";
/// Keys that come from elsewhere.
pub const API_KEYS_IMPORT: &str = "/v1/api-keys/import";
/// A list of keys as a file.
pub const API_KEYS_EXPORT: &str = "/v1/api-keys/export";
/// One key.
pub const API_KEY: &str = "/v1/api-keys/{id}";
/// Replaces the secret of a key.
pub const API_KEY_ROTATE: &str = "/v1/api-keys/{id}/rotate";
/// Keeps a key from working.
pub const API_KEY_DISABLE: &str = "/v1/api-keys/{id}/disable";
/// Lets a key work again.
pub const API_KEY_ENABLE: &str = "/v1/api-keys/{id}/enable";
/// How a key was used.
pub const API_KEY_USAGE: &str = "/v1/api-keys/{id}/usage";
/// Its newest uses, one by one.
pub const API_KEY_USES: &str = "/v1/api-keys/{id}/uses";
/// The use of all keys of an organisation.
pub const USAGE: &str = "/v1/usage";
/// What an organisation comes to.
pub const STATISTICS: &str = "/v1/statistics";
/// The keys of a service account.
pub const SERVICE_ACCOUNT_API_KEYS: &str = "/v1/service-accounts/{id}/api-keys";
/// Where keys are reported that were found where no key should be.
pub const LEAK_REPORTS: &str = "/v1/leak-reports";
/// Public keys that requests are signed with.
pub const SIGNING_KEYS: &str = "/v1/signing-keys";
/// One signing key.
pub const SIGNING_KEY: &str = "/v1/signing-keys/{id}";
/// Keeps a signing key from counting.
pub const SIGNING_KEY_DISABLE: &str = "/v1/signing-keys/{id}/disable";
/// Lets a signing key count again.
pub const SIGNING_KEY_ENABLE: &str = "/v1/signing-keys/{id}/enable";
/// What the edge would say of a signed request.
pub const SIGNING_KEY_CHECK: &str = "/v1/signing-keys/{id}/check";
/// Addresses that are told what happens.
pub const WEBHOOKS: &str = "/v1/webhooks";
/// One webhook.
pub const WEBHOOK: &str = "/v1/webhooks/{id}";
/// Gives a webhook another secret.
pub const WEBHOOK_ROTATE_SECRET: &str = "/v1/webhooks/{id}/rotate-secret";
/// Sends a webhook a test.
pub const WEBHOOK_TEST: &str = "/v1/webhooks/{id}/test";
/// What a webhook was told.
pub const WEBHOOK_DELIVERIES: &str = "/v1/webhooks/{id}/deliveries";
/// One event that a webhook was told.
pub const WEBHOOK_DELIVERY: &str = "/v1/webhooks/{id}/deliveries/{delivery}";
/// Tells it again.
pub const WEBHOOK_DELIVERY_RESEND: &str = "/v1/webhooks/{id}/deliveries/{delivery}/resend";
/// The types of events.
pub const WEBHOOK_EVENTS: &str = "/v1/webhook-events";
/// What happened.
pub const AUDIT_LOG: &str = "/v1/audit-log";
/// The same as a file.
pub const AUDIT_LOG_EXPORT: &str = "/v1/audit-log/export";
/// One thing that happened.
pub const AUDIT_EVENT: &str = "/v1/audit-log/{id}";

/// The path at which `tenant` has its own copy of `path`: `/t/acme/oauth2/token`.
pub fn in_tenant(tenant: &str, path: &str) -> String {
    format!("{}{path}", TENANT_PREFIX.replace("{tenant}", tenant))
}

/// Where the logo of that name is served.
pub fn logo(tenant: &str, name: &str) -> String {
    LOGO.replace("{tenant}", tenant).replace("{file}", name)
}

/// Where the style sheet of that name is served.
pub fn brand_style(name: &str) -> String {
    BRAND_STYLE.replace("{file}", name)
}

/// Says what a credential is worth.
pub const VERIFY: &str = "/v1/verify";
/// The same for several at once.
pub const VERIFY_BATCH: &str = "/v1/verify/batch";
/// What nginx asks.
pub const FORWARD_AUTH_NGINX: &str = "/v1/forward-auth/nginx";
/// What Traefik asks.
pub const FORWARD_AUTH_TRAEFIK: &str = "/v1/forward-auth/traefik";
/// What Caddy asks.
pub const FORWARD_AUTH_CADDY: &str = "/v1/forward-auth/caddy";
/// What Envoy asks: the request's own address stands behind it.
pub const FORWARD_AUTH_ENVOY: &str = "/v1/forward-auth/envoy/{path:.*}";
/// The stream of what ends.
pub const REVOCATION_EVENTS: &str = "/v1/events/revocations";

/// How an organisation looks on its sign-in pages.
pub const BRANDING: &str = "/v1/branding";
/// Its logo.
pub const BRANDING_LOGO: &str = "/v1/branding/logo";
/// An organisation as a file.
pub const CONFIGURATION: &str = "/v1/configuration";
/// What such a file would do.
pub const CONFIGURATION_PLAN: &str = "/v1/configuration/plan";
/// Doing it.
pub const CONFIGURATION_APPLY: &str = "/v1/configuration/apply";

/// The nearest edge of an organisation.
pub const NEAREST_EDGE: &str = "/v1/edge-locations/nearest";
/// Tokens for rooms of a media server.
pub const ROOM_TOKENS: &str = "/v1/room-tokens";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_has_its_own_copy_of_a_path() {
        assert_eq!(in_tenant("acme", TOKEN), "/t/acme/oauth2/token");
        assert_eq!(in_tenant("acme", ""), "/t/acme");
    }
}
