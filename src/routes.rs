//! THE table: every method and path with its handler. What a row can say besides is explained at
//! [`Route`](crate::server::Route). Paths come from [`paths`], from which discovery is built too.

mod behind_sign_in;

use crate::auth_flow as auth;
use crate::dev::{gallery, mail, sample_app};
use crate::docs;
use crate::edge::{events, forward_auth, verify};
use crate::login::{
    account, consent, device, forgot, home, identify, invitation, organization, password, reset, setup,
};
use crate::manage::audit_log;
use crate::manage::signing_keys;
use crate::manage::webhooks;
use crate::manage::{api_keys, leak_reports};
use crate::manage::{application_secrets, applications, domains, resource_servers};
use crate::manage::{edge_locations, room_tokens};
use crate::manage::{invitations, me, recycle_bin, sessions, tenants, users};
use crate::manage::{roles, service_accounts, teams, usage};
use crate::manage::{system, token_keys};
use crate::oauth::{
    authorize, device_authorization, discovery, end_session, introspect, jwks, revoke, token, userinfo,
};
use crate::ops::endpoints as ops;
use crate::server::Method::{Delete, Get, Patch, Post, Put};
use crate::server::Origins::{Anyone, Registered};
use crate::server::Route;
use crate::web::{assets, paths};
use crate::{login, manage};

/// Every route of a server, but for the pages behind the sign-in.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    // operators
    Route::new(Get, paths::HEALTH, |at| at.to(ops::health)),
    Route::new(Get, paths::LIVE, |at| at.to(ops::live)),
    Route::new(Get, paths::READY, |at| at.to(ops::ready)),
    Route::new(Get, paths::METRICS, |at| at.to(ops::metrics)),

    // the protocol, for the instance and for each organisation
    Route::new(Get, paths::OPENID_CONFIGURATION, |at| at.to(discovery::endpoints::get)).protocol().each_issuer().origins(Anyone),
    Route::new(Get, paths::OAUTH_METADATA, |at| at.to(discovery::endpoints::get)).protocol().each_issuer_behind().origins(Anyone),
    Route::new(Get, paths::JWKS, |at| at.to(jwks::endpoints::get)).protocol().each_issuer().origins(Anyone),
    Route::new(Get, paths::AUTHORIZE, |at| at.to(authorize::endpoints::get)).page().each_issuer(),
    Route::new(Post, paths::AUTHORIZE, |at| at.to(authorize::endpoints::post)).page().each_issuer(),
    Route::new(Get, paths::AUTHORIZE_CONTINUE, |at| at.to(authorize::endpoints::resume)).page().each_issuer(),
    Route::new(Post, paths::TOKEN, |at| at.to(token::endpoints::post)).protocol().each_issuer().origins(Registered),
    Route::new(Get, paths::USERINFO, |at| at.to(userinfo::endpoints::get)).protocol().each_issuer().origins(Registered),
    Route::new(Post, paths::USERINFO, |at| at.to(userinfo::endpoints::post)).protocol().each_issuer().origins(Registered),
    Route::new(Post, paths::REVOKE, |at| at.to(revoke::endpoints::post)).protocol().each_issuer().origins(Registered),
    Route::new(Post, paths::INTROSPECT, |at| at.to(introspect::endpoints::post)).protocol().each_issuer(),
    Route::new(Post, paths::DEVICE_AUTHORIZATION, |at| at.to(device_authorization::endpoints::post)).protocol().each_issuer().origins(Registered),
    Route::new(Get, paths::END_SESSION, |at| at.to(end_session::endpoints::get)).page().each_issuer(),
    Route::new(Post, paths::END_SESSION, |at| at.to(end_session::endpoints::post)).page().each_issuer(),

    // the edge: verdicts, and what ends; early, because the router tries one path after the other
    Route::new(Post, paths::VERIFY, |at| at.to(verify::endpoints::post)),
    Route::new(Post, paths::VERIFY_BATCH, |at| at.to(verify::endpoints::post_batch)),
    Route::new(Get, paths::FORWARD_AUTH_NGINX, |at| at.to(forward_auth::endpoints::nginx)),
    Route::new(Get, paths::FORWARD_AUTH_TRAEFIK, |at| at.to(forward_auth::endpoints::traefik)),
    Route::new(Get, paths::FORWARD_AUTH_CADDY, |at| at.to(forward_auth::endpoints::caddy)),
    Route::new(Get, paths::FORWARD_AUTH_ENVOY, |at| at.to(forward_auth::endpoints::envoy)),
    Route::new(Post, paths::FORWARD_AUTH_ENVOY, |at| at.to(forward_auth::endpoints::envoy)),
    Route::new(Put, paths::FORWARD_AUTH_ENVOY, |at| at.to(forward_auth::endpoints::envoy)),
    Route::new(Patch, paths::FORWARD_AUTH_ENVOY, |at| at.to(forward_auth::endpoints::envoy)),
    Route::new(Delete, paths::FORWARD_AUTH_ENVOY, |at| at.to(forward_auth::endpoints::envoy)),
    Route::new(Get, paths::REVOCATION_EVENTS, |at| at.to(events::endpoints::get)),

    // signing in; the bare address is where people end up who type it
    Route::new(Get, "/", |at| at.to(home::pages::show)).page(),
    Route::new(Get, paths::LOGIN, |at| at.to(home::pages::show)).page(),
    Route::new(Get, paths::LOGIN_IDENTIFY, |at| at.to(identify::pages::show)).page(),
    Route::new(Post, paths::LOGIN_IDENTIFY, |at| at.to(identify::pages::submit)).page(),
    Route::new(Get, paths::LOGIN_ORGANIZATION, |at| at.to(organization::pages::show)).page(),
    Route::new(Post, paths::LOGIN_ORGANIZATION, |at| at.to(organization::pages::submit)).page(),
    Route::new(Get, paths::LOGIN_PASSWORD, |at| at.to(password::pages::show)).page(),
    Route::new(Post, paths::LOGIN_PASSWORD, |at| at.to(password::pages::submit)).page(),
    Route::new(Get, paths::LOGIN_CONSENT, |at| at.to(consent::pages::show)).page(),
    Route::new(Post, paths::LOGIN_CONSENT, |at| at.to(consent::pages::submit)).page(),
    Route::new(Get, paths::LOGIN_ACCOUNT, |at| at.to(account::pages::show)).page(),
    Route::new(Post, paths::LOGIN_ACCOUNT, |at| at.to(account::pages::submit)).page(),
    Route::new(Get, paths::LOGIN_SWITCH, |at| at.to(home::pages::switch)).page(),
    Route::new(Get, paths::LOGIN_SIGNED_OUT, |at| at.to(home::pages::signed_out)).page(),
    Route::new(Get, paths::LOGIN_FORGOT, |at| at.to(forgot::pages::show)).page(),
    Route::new(Post, paths::LOGIN_FORGOT, |at| at.to(forgot::pages::submit)).page(),
    Route::new(Get, paths::LOGIN_RESET, |at| at.to(reset::pages::show)).page(),
    Route::new(Post, paths::LOGIN_RESET, |at| at.to(reset::pages::submit)).page(),
    Route::new(Get, paths::LOGIN_INVITATION, |at| at.to(invitation::pages::show)).page(),
    Route::new(Post, paths::LOGIN_INVITATION, |at| at.to(invitation::pages::submit)).page(),
    // letting a device in
    Route::new(Get, paths::DEVICE, |at| at.to(device::pages::show)).page(),
    Route::new(Post, paths::DEVICE, |at| at.to(device::pages::submit)).page(),
    Route::new(Get, paths::DEVICE_CONFIRM, |at| at.to(device::confirm::pages::show)).page(),
    Route::new(Post, paths::DEVICE_CONFIRM, |at| at.to(device::confirm::pages::submit)).page(),
    Route::new(Get, paths::DEVICE_DONE, |at| at.to(device::pages::done)).page(),
    Route::new(Get, paths::SETUP, |at| at.to(setup::pages::show)).page(),
    Route::new(Post, paths::SETUP, |at| at.to(setup::pages::submit)).page(),
    Route::new(Get, paths::CHANGE_PASSWORD, |at| at.to(home::pages::change_password)).page(),

    // the first-party flow
    Route::new(Post, paths::AUTH_IDENTIFY, |at| at.to(auth::endpoints::identify)).first_party().origins(Registered),
    Route::new(Post, paths::AUTH_AUTHORIZE, |at| at.to(auth::endpoints::authorize)).first_party().origins(Registered),
    Route::new(Get, paths::AUTH_CALLBACK, |at| at.to(auth::pages::callback)).page(),
    Route::new(Post, paths::AUTH_TOKEN, |at| at.to(auth::endpoints::token)).first_party().origins(Registered),
    Route::new(Post, paths::AUTH_SESSION, |at| at.to(auth::endpoints::session)).first_party().origins(Registered),
    Route::new(Post, paths::AUTH_REFRESH, |at| at.to(auth::endpoints::refresh)).first_party().origins(Registered),
    Route::new(Post, paths::AUTH_LOGOUT, |at| at.to(auth::endpoints::logout)).first_party().origins(Registered),
    Route::new(Get, paths::AUTH_ME, |at| at.to(auth::endpoints::me)).first_party().origins(Registered),

    // the management API
    Route::new(Get, paths::TENANTS, |at| at.to(tenants::endpoints::list)),
    Route::new(Post, paths::TENANTS, |at| at.to(tenants::endpoints::post)),
    Route::new(Get, paths::TENANT, |at| at.to(tenants::endpoints::get)),
    Route::new(Patch, paths::TENANT, |at| at.to(tenants::endpoints::patch)),
    Route::new(Delete, paths::TENANT, |at| at.to(tenants::endpoints::delete)),
    Route::new(Post, paths::TENANT_RESTORE, |at| at.to(tenants::endpoints::restore)),
    // how organisations look
    Route::new(Get, paths::BRANDING, |at| at.to(manage::branding::endpoints::get)),
    Route::new(Patch, paths::BRANDING, |at| at.to(manage::branding::endpoints::patch)),
    Route::new(Put, paths::BRANDING_LOGO, |at| at.to(manage::branding::endpoints::put_logo)),
    Route::new(Delete, paths::BRANDING_LOGO, |at| at.to(manage::branding::endpoints::delete_logo)),
    Route::new(Get, paths::LOGO, |at| at.to(login::branding::pages::logo)),
    Route::new(Get, paths::BRAND_STYLE, |at| at.to(login::branding::pages::style_sheet)),
    // organisations as files
    Route::new(Get, paths::CONFIGURATION, |at| at.to(manage::configuration::endpoints::get)),
    Route::new(Post, paths::CONFIGURATION_PLAN, |at| at.to(manage::configuration::endpoints::plan)),
    Route::new(Post, paths::CONFIGURATION_APPLY, |at| at.to(manage::configuration::endpoints::apply)),
    // the instance
    Route::new(Get, paths::TOKEN_KEYS, |at| at.to(token_keys::endpoints::list)),
    Route::new(Get, paths::SYSTEM, |at| at.to(system::endpoints::get)),
    // domains, applications and APIs
    Route::new(Get, paths::TENANT_DOMAINS, |at| at.to(domains::endpoints::get)),
    Route::new(Put, paths::TENANT_DOMAINS, |at| at.to(domains::endpoints::put)),
    Route::new(Get, paths::APPLICATIONS, |at| at.to(applications::endpoints::list)),
    Route::new(Post, paths::APPLICATIONS, |at| at.to(applications::endpoints::post)),
    Route::new(Get, paths::APPLICATION, |at| at.to(applications::endpoints::get)),
    Route::new(Patch, paths::APPLICATION, |at| at.to(applications::endpoints::patch)),
    Route::new(Delete, paths::APPLICATION, |at| at.to(applications::endpoints::delete)),
    Route::new(Post, paths::APPLICATION_RESTORE, |at| at.to(applications::endpoints::restore)),
    Route::new(Post, paths::APPLICATION_PREVIEW, |at| at.to(applications::preview::endpoints::post)),
    Route::new(Get, paths::APPLICATION_SECRETS, |at| at.to(application_secrets::endpoints::list)),
    Route::new(Post, paths::APPLICATION_SECRETS, |at| at.to(application_secrets::endpoints::post)),
    Route::new(Delete, paths::APPLICATION_SECRET, |at| at.to(application_secrets::endpoints::delete)),
    Route::new(Get, paths::RESOURCE_SERVERS, |at| at.to(resource_servers::endpoints::list)),
    Route::new(Post, paths::RESOURCE_SERVERS, |at| at.to(resource_servers::endpoints::post)),
    Route::new(Get, paths::RESOURCE_SERVER, |at| at.to(resource_servers::endpoints::get)),
    Route::new(Patch, paths::RESOURCE_SERVER, |at| at.to(resource_servers::endpoints::patch)),
    Route::new(Delete, paths::RESOURCE_SERVER, |at| at.to(resource_servers::endpoints::delete)),

    // documents
    Route::new(Get, paths::OPENAPI, |at| at.to(docs::endpoints::openapi)).compressed(),
    Route::new(Get, paths::API_EXPLORER, |at| at.to(docs::pages::explorer)).page(),
    // people; what is named stands before what any identifier may be
    Route::new(Get, paths::ME, |at| at.to(me::endpoints::get)),
    Route::new(Get, paths::DISMISSED_NOTICES, |at| at.to(me::dismissed::endpoints::list)),
    Route::new(Delete, paths::DISMISSED_NOTICES, |at| at.to(me::dismissed::endpoints::delete)),
    Route::new(Put, paths::DISMISSED_NOTICE, |at| at.to(me::dismissed::endpoints::put)),
    Route::new(Get, paths::USERS, |at| at.to(users::endpoints::list)),
    Route::new(Post, paths::USERS, |at| at.to(users::endpoints::post)),
    Route::new(Post, paths::USERS_BULK, |at| at.to(users::bulk::endpoints::post)),
    Route::new(Get, paths::USER, |at| at.to(users::endpoints::get)),
    Route::new(Patch, paths::USER, |at| at.to(users::endpoints::patch)),
    Route::new(Delete, paths::USER, |at| at.to(users::endpoints::delete)),
    Route::new(Post, paths::USER_RESTORE, |at| at.to(users::endpoints::restore)),
    Route::new(Get, paths::USER_ROLES, |at| at.to(users::roles::endpoints::get)),
    Route::new(Put, paths::USER_ROLES, |at| at.to(users::roles::endpoints::put)),
    Route::new(Get, paths::USER_PERMISSIONS, |at| at.to(users::roles::endpoints::get_permissions)),
    Route::new(Get, paths::USER_TEAMS, |at| at.to(users::teams::endpoints::get)),
    Route::new(Get, paths::USER_SESSIONS, |at| at.to(sessions::endpoints::list_of_user)),
    Route::new(Delete, paths::USER_SESSIONS, |at| at.to(sessions::endpoints::delete_of_user)),
    Route::new(Post, paths::USER_PASSWORD_RESET, |at| at.to(users::password::endpoints::post)),
    Route::new(Get, paths::SESSIONS, |at| at.to(sessions::endpoints::list)),
    Route::new(Get, paths::SESSION, |at| at.to(sessions::endpoints::get)),
    Route::new(Delete, paths::SESSION, |at| at.to(sessions::endpoints::delete)),
    Route::new(Get, paths::INVITATIONS, |at| at.to(invitations::endpoints::list)),
    Route::new(Post, paths::INVITATIONS, |at| at.to(invitations::endpoints::post)),
    Route::new(Get, paths::INVITATION, |at| at.to(invitations::endpoints::get)),
    Route::new(Delete, paths::INVITATION, |at| at.to(invitations::endpoints::delete)),
    Route::new(Post, paths::INVITATION_RESEND, |at| at.to(invitations::endpoints::resend)),
    Route::new(Get, paths::RECYCLE_BIN, |at| at.to(recycle_bin::endpoints::list)),
    Route::new(Get, paths::RECYCLE_BIN_ENTRY, |at| at.to(recycle_bin::endpoints::get)),
    Route::new(Delete, paths::RECYCLE_BIN_ENTRY, |at| at.to(recycle_bin::endpoints::delete)),

    // teams, roles and service accounts
    Route::new(Get, paths::TEAMS, |at| at.to(teams::endpoints::list)),
    Route::new(Post, paths::TEAMS, |at| at.to(teams::endpoints::post)),
    Route::new(Get, paths::TEAM, |at| at.to(teams::endpoints::get)),
    Route::new(Patch, paths::TEAM, |at| at.to(teams::endpoints::patch)),
    Route::new(Delete, paths::TEAM, |at| at.to(teams::endpoints::delete)),
    Route::new(Get, paths::TEAM_MEMBERS, |at| at.to(teams::members::endpoints::list)),
    Route::new(Put, paths::TEAM_MEMBERS, |at| at.to(teams::members::endpoints::put)),
    Route::new(Post, paths::TEAM_MEMBERS_ADD, |at| at.to(teams::members::endpoints::add)),
    Route::new(Post, paths::TEAM_MEMBERS_REMOVE, |at| at.to(teams::members::endpoints::remove)),
    Route::new(Get, paths::TEAM_ROLES, |at| at.to(teams::roles::endpoints::get)),
    Route::new(Put, paths::TEAM_ROLES, |at| at.to(teams::roles::endpoints::put)),
    Route::new(Get, paths::ROLES, |at| at.to(roles::endpoints::list)),
    Route::new(Post, paths::ROLES, |at| at.to(roles::endpoints::post)),
    Route::new(Get, paths::ROLE, |at| at.to(roles::endpoints::get)),
    Route::new(Patch, paths::ROLE, |at| at.to(roles::endpoints::patch)),
    Route::new(Delete, paths::ROLE, |at| at.to(roles::endpoints::delete)),
    Route::new(Get, paths::ROLE_HOLDERS, |at| at.to(roles::endpoints::holders)),
    Route::new(Get, paths::PERMISSIONS, |at| at.to(roles::permissions::endpoints::list)),
    Route::new(Get, paths::SERVICE_ACCOUNTS, |at| at.to(service_accounts::endpoints::list)),
    Route::new(Post, paths::SERVICE_ACCOUNTS, |at| at.to(service_accounts::endpoints::post)),
    Route::new(Get, paths::SERVICE_ACCOUNT, |at| at.to(service_accounts::endpoints::get)),
    Route::new(Patch, paths::SERVICE_ACCOUNT, |at| at.to(service_accounts::endpoints::patch)),
    Route::new(Delete, paths::SERVICE_ACCOUNT, |at| at.to(service_accounts::endpoints::delete)),
    Route::new(Post, paths::SERVICE_ACCOUNT_RESTORE, |at| at.to(service_accounts::endpoints::restore)),
    Route::new(Get, paths::SERVICE_ACCOUNT_ROLES, |at| at.to(service_accounts::roles::endpoints::get)),
    Route::new(Put, paths::SERVICE_ACCOUNT_ROLES, |at| at.to(service_accounts::roles::endpoints::put)),
    Route::new(Get, paths::CREDENTIALS, |at| at.to(service_accounts::credentials::endpoints::list)),
    Route::new(Post, paths::CREDENTIALS, |at| at.to(service_accounts::credentials::endpoints::post)),
    Route::new(Get, paths::CREDENTIAL, |at| at.to(service_accounts::credentials::endpoints::get)),
    Route::new(Delete, paths::CREDENTIAL, |at| at.to(service_accounts::credentials::endpoints::delete)),
    Route::new(Post, paths::CREDENTIAL_SECRETS, |at| at.to(service_accounts::credentials::endpoints::add_secret)),

    // API keys; what is named stands before what any identifier may be
    Route::new(Get, paths::API_KEYS, |at| at.to(api_keys::endpoints::list)),
    Route::new(Post, paths::API_KEYS, |at| at.to(api_keys::endpoints::post)),
    Route::new(Post, paths::API_KEYS_BULK, |at| at.to(api_keys::bulk::endpoints::post)),
    Route::new(Post, paths::API_KEYS_IMPORT, |at| at.to(api_keys::import::endpoints::post)),
    Route::new(Get, paths::API_KEYS_EXPORT, |at| at.to(api_keys::export::endpoints::get)),
    Route::new(Get, paths::API_KEY, |at| at.to(api_keys::endpoints::get)),
    Route::new(Patch, paths::API_KEY, |at| at.to(api_keys::endpoints::patch)),
    Route::new(Delete, paths::API_KEY, |at| at.to(api_keys::endpoints::delete)),
    Route::new(Post, paths::API_KEY_ROTATE, |at| at.to(api_keys::state::endpoints::rotate)),
    Route::new(Post, paths::API_KEY_DISABLE, |at| at.to(api_keys::state::endpoints::disable)),
    Route::new(Post, paths::API_KEY_ENABLE, |at| at.to(api_keys::state::endpoints::enable)),
    Route::new(Get, paths::API_KEY_USAGE, |at| at.to(api_keys::usage::endpoints::get)),
    Route::new(Get, paths::API_KEY_USES, |at| at.to(api_keys::uses::endpoints::get)),
    Route::new(Get, paths::USAGE, |at| at.to(usage::endpoints::get)),
    Route::new(Get, paths::STATISTICS, |at| at.to(manage::statistics::endpoints::get)),
    Route::new(Get, paths::SERVICE_ACCOUNT_API_KEYS, |at| at.to(service_accounts::api_keys::endpoints::list)),
    Route::new(Post, paths::SERVICE_ACCOUNT_API_KEYS, |at| at.to(service_accounts::api_keys::endpoints::post)),
    Route::new(Post, paths::LEAK_REPORTS, |at| at.to(leak_reports::endpoints::post)),

    // public keys that requests are signed with
    Route::new(Get, paths::SIGNING_KEYS, |at| at.to(signing_keys::endpoints::list)),
    Route::new(Post, paths::SIGNING_KEYS, |at| at.to(signing_keys::endpoints::post)),
    Route::new(Get, paths::SIGNING_KEY, |at| at.to(signing_keys::endpoints::get)),
    Route::new(Patch, paths::SIGNING_KEY, |at| at.to(signing_keys::endpoints::patch)),
    Route::new(Delete, paths::SIGNING_KEY, |at| at.to(signing_keys::endpoints::delete)),
    Route::new(Post, paths::SIGNING_KEY_DISABLE, |at| at.to(signing_keys::state::endpoints::disable)),
    Route::new(Post, paths::SIGNING_KEY_ENABLE, |at| at.to(signing_keys::state::endpoints::enable)),
    Route::new(Post, paths::SIGNING_KEY_CHECK, |at| at.to(signing_keys::check::endpoints::post)),

    // webhooks
    Route::new(Get, paths::WEBHOOKS, |at| at.to(webhooks::endpoints::list)),
    Route::new(Post, paths::WEBHOOKS, |at| at.to(webhooks::endpoints::post)),
    Route::new(Get, paths::WEBHOOK, |at| at.to(webhooks::endpoints::get)),
    Route::new(Patch, paths::WEBHOOK, |at| at.to(webhooks::endpoints::patch)),
    Route::new(Delete, paths::WEBHOOK, |at| at.to(webhooks::endpoints::delete)),
    Route::new(Post, paths::WEBHOOK_ROTATE_SECRET, |at| at.to(webhooks::deeds::endpoints::rotate_secret)),
    Route::new(Post, paths::WEBHOOK_TEST, |at| at.to(webhooks::deeds::endpoints::test)),
    Route::new(Get, paths::WEBHOOK_DELIVERIES, |at| at.to(webhooks::deliveries::endpoints::list)),
    Route::new(Get, paths::WEBHOOK_DELIVERY, |at| at.to(webhooks::deliveries::endpoints::get)),
    Route::new(Post, paths::WEBHOOK_DELIVERY_RESEND, |at| at.to(webhooks::deliveries::endpoints::resend)),
    Route::new(Get, paths::WEBHOOK_EVENTS, |at| at.to(webhooks::events::endpoints::list)),

    // the audit log; an export is long, and its address before that of one event
    Route::new(Get, paths::AUDIT_LOG, |at| at.to(audit_log::endpoints::list)),
    Route::new(Get, paths::AUDIT_LOG_EXPORT, |at| at.to(audit_log::endpoints::export)),
    Route::new(Get, paths::AUDIT_EVENT, |at| at.to(audit_log::endpoints::get)),

    // edges and rooms
    Route::new(Get, paths::NEAREST_EDGE, |at| at.to(edge_locations::endpoints::get)),
    Route::new(Post, paths::ROOM_TOKENS, |at| at.to(room_tokens::endpoints::post)),

    // files
    Route::new(Get, paths::STATIC_FILE, |at| at.to(assets::serve)),
];

/// The routes that only a server in development has.
#[rustfmt::skip]
pub const DEVELOPMENT: &[Route] = &[
    Route::new(Get, paths::DEV_MAIL, |at| at.to(mail::pages::inbox)).page(),
    Route::new(Get, mail::MESSAGE_PATH, |at| at.to(mail::pages::message)).page(),
    Route::new(Get, paths::DEV_GALLERY, |at| at.to(gallery::pages::show)).page(),
    Route::new(Get, paths::DEV_APP, |at| at.to(sample_app::pages::home)).page(),
    Route::new(Get, paths::DEV_APP_START, |at| at.to(sample_app::pages::start)).page(),
    Route::new(Get, paths::DEV_APP_CALLBACK, |at| at.to(sample_app::pages::callback)).page(),
    Route::new(Post, sample_app::REFRESH_PATH, |at| at.to(sample_app::pages::refresh)).page(),
    Route::new(Post, paths::DEV_APP_SIGN_OUT, |at| at.to(sample_app::pages::sign_out)).page(),
];

/// The routes of a server, in development or not.
pub fn table(development: bool) -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().chain(behind_sign_in::ROUTES).chain(DEVELOPMENT.iter().filter(move |_| development))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_method_and_path_stands_twice() {
        let mut seen = HashSet::new();
        for route in table(true) {
            for path in route.paths() {
                assert!(seen.insert((route.method().as_str(), path.clone())), "{path}");
            }
        }
    }

    #[test]
    fn organisations_have_their_own_copy_of_the_protocol_and_of_nothing_else() {
        let all: HashSet<String> = table(true).flat_map(Route::paths).collect();
        for path in ["/t/{tenant}/oauth2/token", "/t/{tenant}/.well-known/openid-configuration"] {
            assert!(all.contains(path), "{path}");
        }
        assert!(all.contains("/.well-known/oauth-authorization-server/t/{tenant}"));
        assert!(!all.iter().any(|path| path.starts_with("/t/{tenant}/login")));
    }
}
