//! The pages behind the sign-in.

/// The admin console.
pub const CONSOLE: &str = "/console";
/// Dismisses what needs somebody.
pub const CONSOLE_NOTICES: &str = "/console/notices";
/// People, in the console.
pub const CONSOLE_USERS: &str = "/console/users";
/// The form that makes somebody new.
pub const CONSOLE_USER_NEW: &str = "/console/users/new";
/// One person.
pub const CONSOLE_USER: &str = "/console/users/{id}";
/// What is done to a person.
pub const CONSOLE_USER_ACTION: &str = "/console/users/{id}/{action}";
/// What is done to many people.
pub const CONSOLE_USERS_BULK: &str = "/console/users/bulk";
/// The roles of a person.
pub const CONSOLE_USER_ROLES: &str = "/console/users/{id}/roles";
/// The teams of a person.
pub const CONSOLE_USER_TEAMS: &str = "/console/users/{id}/teams";
/// Where a person is signed in.
pub const CONSOLE_USER_SESSIONS: &str = "/console/users/{id}/sessions";
/// What a person may do.
pub const CONSOLE_USER_PERMISSIONS: &str = "/console/users/{id}/permissions";
/// What a person did and what was done to them.
pub const CONSOLE_USER_ACTIVITY: &str = "/console/users/{id}/activity";
/// Teams, in the console.
pub const CONSOLE_TEAMS: &str = "/console/teams";
/// The form that makes a team.
pub const CONSOLE_TEAM_NEW: &str = "/console/teams/new";
/// One team.
pub const CONSOLE_TEAM: &str = "/console/teams/{id}";
/// Who belongs to a team.
pub const CONSOLE_TEAM_MEMBERS: &str = "/console/teams/{id}/members";
/// What the members of a team may do by it.
pub const CONSOLE_TEAM_ROLES: &str = "/console/teams/{id}/roles";
/// Deletes a team.
pub const CONSOLE_TEAM_DELETE: &str = "/console/teams/{id}/delete";
/// Invitations, in the console.
pub const CONSOLE_INVITATIONS: &str = "/console/invitations";
/// What is done with an invitation.
pub const CONSOLE_INVITATION_ACTION: &str = "/console/invitations/{id}/{action}";
/// What the organisation is called.
pub const CONSOLE_SETTINGS: &str = "/console/settings";
/// What it decides about sign-ins, tokens and keys.
pub const CONSOLE_SECURITY: &str = "/console/settings/security";
/// How it looks on its sign-in pages.
pub const CONSOLE_BRANDING: &str = "/console/branding";
/// Takes a logo.
pub const CONSOLE_BRANDING_LOGO: &str = "/console/branding/logo";
/// Takes the logo away.
pub const CONSOLE_BRANDING_LOGO_REMOVE: &str = "/console/branding/logo/remove";
/// Its mail domains.
pub const CONSOLE_DOMAINS: &str = "/console/settings/domains";
/// An organisation as a file, and what such a file would do.
pub const CONSOLE_IMPORT_EXPORT: &str = "/console/settings/import-export";
/// The file.
pub const CONSOLE_IMPORT_EXPORT_FILE: &str = "/console/settings/import-export/download";
/// Doing what such a file says.
pub const CONSOLE_IMPORT_EXPORT_APPLY: &str = "/console/settings/import-export/apply";
/// What was deleted, in the console.
pub const CONSOLE_RECYCLE_BIN: &str = "/console/settings/recycle-bin";
/// Its way back, or its end.
pub const CONSOLE_RECYCLE_BIN_ACTION: &str = "/console/settings/recycle-bin/{kind}/{id}/{action}";
/// Organisations, in the console.
pub const CONSOLE_TENANTS: &str = "/console/system/tenants";
/// The form that makes an organisation.
pub const CONSOLE_TENANT_NEW: &str = "/console/system/tenants/new";
/// One organisation.
pub const CONSOLE_TENANT: &str = "/console/system/tenants/{id}";
/// What is done to an organisation.
pub const CONSOLE_TENANT_ACTION: &str = "/console/system/tenants/{id}/{action}";
/// The keys that sign tokens, in the console.
pub const CONSOLE_TOKEN_KEYS: &str = "/console/system/token-keys";
/// How the server is.
pub const CONSOLE_HEALTH: &str = "/console/system/health";
/// Applications, in the console.
pub const CONSOLE_APPLICATIONS: &str = "/console/applications";
/// The form that registers an application.
pub const CONSOLE_APPLICATION_NEW: &str = "/console/applications/new";
/// One application.
pub const CONSOLE_APPLICATION: &str = "/console/applications/{id}";
/// What a sign-in to an application would give.
pub const CONSOLE_APPLICATION_PREVIEW: &str = "/console/applications/{id}/preview";
/// A real sign-in to an application.
pub const CONSOLE_APPLICATION_TEST: &str = "/console/applications/{id}/test";
/// What is done to an application.
pub const CONSOLE_APPLICATION_ACTION: &str = "/console/applications/{id}/{action}";
/// Service accounts, in the console.
pub const CONSOLE_SERVICE_ACCOUNTS: &str = "/console/service-accounts";
/// The form that makes a service account.
pub const CONSOLE_SERVICE_ACCOUNT_NEW: &str = "/console/service-accounts/new";
/// One service account.
pub const CONSOLE_SERVICE_ACCOUNT: &str = "/console/service-accounts/{id}";
/// The roles that a service account holds itself.
pub const CONSOLE_SERVICE_ACCOUNT_ROLES: &str = "/console/service-accounts/{id}/roles";
/// The form that makes a credential of a service account.
pub const CONSOLE_CREDENTIAL_NEW: &str = "/console/service-accounts/{id}/new-credential";
/// What is done to a service account.
pub const CONSOLE_SERVICE_ACCOUNT_ACTION: &str = "/console/service-accounts/{id}/{action}";
/// Roles, in the console.
pub const CONSOLE_ROLES: &str = "/console/roles";
/// The form that makes a role.
pub const CONSOLE_ROLE_NEW: &str = "/console/roles/new";
/// One role.
pub const CONSOLE_ROLE: &str = "/console/roles/{id}";
/// What is done to a role.
pub const CONSOLE_ROLE_ACTION: &str = "/console/roles/{id}/{action}";
/// APIs, in the console.
pub const CONSOLE_APIS: &str = "/console/apis";
/// The form that registers an API.
pub const CONSOLE_API_NEW: &str = "/console/apis/new";
/// One API.
pub const CONSOLE_API: &str = "/console/apis/{id}";
/// What is done to an API.
pub const CONSOLE_API_ACTION: &str = "/console/apis/{id}/{action}";
/// What happened, in the console.
pub const CONSOLE_AUDIT_LOG: &str = "/console/audit-log";
/// What happened, as a file.
pub const CONSOLE_AUDIT_LOG_FILE: &str = "/console/audit-log/download";
/// One event.
pub const CONSOLE_AUDIT_EVENT: &str = "/console/audit-log/{id}";
/// Who is signed in, in the console.
pub const CONSOLE_SESSIONS: &str = "/console/sessions";
/// The question before a session is ended.
pub const CONSOLE_SESSION_END: &str = "/console/sessions/{id}/end";
/// How keys are used, in the console.
pub const CONSOLE_USAGE: &str = "/console/usage";
/// Who is told what happens, in the console.
pub const CONSOLE_WEBHOOKS: &str = "/console/webhooks";
/// The form that makes a webhook.
pub const CONSOLE_WEBHOOK_NEW: &str = "/console/webhooks/new";
/// One webhook.
pub const CONSOLE_WEBHOOK: &str = "/console/webhooks/{id}";
/// The question before something is done to it.
pub const CONSOLE_WEBHOOK_ACTION: &str = "/console/webhooks/{id}/{action}";
/// What it was told.
pub const CONSOLE_WEBHOOK_DELIVERY: &str = "/console/webhooks/{id}/deliveries/{delivery}";
/// Everybody's API keys, in the console.
pub const CONSOLE_API_KEYS: &str = "/console/api-keys";
/// The form that makes one.
pub const CONSOLE_API_KEY_NEW: &str = "/console/api-keys/new";
/// One change to many of them.
pub const CONSOLE_API_KEYS_BULK: &str = "/console/api-keys/bulk";
/// All of them as a file.
pub const CONSOLE_API_KEYS_FILE: &str = "/console/api-keys/download";
/// How one is used, as a file.
pub const CONSOLE_API_KEY_USAGE_FILE: &str = "/console/api-keys/{id}/usage.csv";
/// One of them.
pub const CONSOLE_API_KEY: &str = "/console/api-keys/{id}";
/// What is done to it.
pub const CONSOLE_API_KEY_ACTION: &str = "/console/api-keys/{id}/{action}";
/// A person's own API keys.
pub const ACCOUNT_API_KEYS: &str = "/account/api-keys";
/// The form that makes one.
pub const ACCOUNT_API_KEY_NEW: &str = "/account/api-keys/new";
/// One change to many of them.
pub const ACCOUNT_API_KEYS_BULK: &str = "/account/api-keys/bulk";
/// All of them as a file.
pub const ACCOUNT_API_KEYS_FILE: &str = "/account/api-keys/download";
/// How one is used, as a file.
pub const ACCOUNT_API_KEY_USAGE_FILE: &str = "/account/api-keys/{id}/usage.csv";
/// One of them.
pub const ACCOUNT_API_KEY: &str = "/account/api-keys/{id}";
/// What is done to it.
pub const ACCOUNT_API_KEY_ACTION: &str = "/account/api-keys/{id}/{action}";
/// Everybody's signing keys, in the console.
pub const CONSOLE_SIGNING_KEYS: &str = "/console/signing-keys";
/// The form that registers one.
pub const CONSOLE_SIGNING_KEY_NEW: &str = "/console/signing-keys/new";
/// One of them.
pub const CONSOLE_SIGNING_KEY: &str = "/console/signing-keys/{id}";
/// Checks a signature.
pub const CONSOLE_SIGNING_KEY_CHECK: &str = "/console/signing-keys/{id}/check";
/// What is done to it.
pub const CONSOLE_SIGNING_KEY_ACTION: &str = "/console/signing-keys/{id}/{action}";
/// A person's own signing keys.
pub const ACCOUNT_SIGNING_KEYS: &str = "/account/signing-keys";
/// The form that registers one.
pub const ACCOUNT_SIGNING_KEY_NEW: &str = "/account/signing-keys/new";
/// One of them.
pub const ACCOUNT_SIGNING_KEY: &str = "/account/signing-keys/{id}";
/// Checks a signature.
pub const ACCOUNT_SIGNING_KEY_CHECK: &str = "/account/signing-keys/{id}/check";
/// What is done to it.
pub const ACCOUNT_SIGNING_KEY_ACTION: &str = "/account/signing-keys/{id}/{action}";
/// What people see and change of themselves.
pub const ACCOUNT: &str = "/account";
/// Name and languages.
pub const ACCOUNT_PROFILE: &str = "/account/profile";
/// The password.
pub const ACCOUNT_SECURITY: &str = "/account/security";
/// Signs out everywhere.
pub const ACCOUNT_SIGN_OUT: &str = "/account/security/sign-out";
/// Where somebody is signed in.
pub const ACCOUNT_DEVICES: &str = "/account/devices";
/// Signs out everywhere else.
pub const ACCOUNT_OTHER_DEVICES: &str = "/account/devices/others/end";
/// Signs one device out.
pub const ACCOUNT_DEVICE: &str = "/account/devices/{id}/end";
/// What may use an account.
pub const ACCOUNT_APPS: &str = "/account/apps";
/// Takes that back.
pub const ACCOUNT_APP: &str = "/account/apps/{id}/remove";
/// What happened.
pub const ACCOUNT_ACTIVITY: &str = "/account/activity";
/// Other accounts of the same person.
pub const ACCOUNT_ORGANISATIONS: &str = "/account/organisations";
/// Everything about somebody as a file.
pub const ACCOUNT_DATA: &str = "/account/data";
/// Closes an account.
pub const ACCOUNT_DELETE: &str = "/account/data/delete";
