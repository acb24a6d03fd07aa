//! The tables as diesel sees them: one description for both databases. A test compares it with each of them.

#![expect(missing_docs, reason = "columns are named for what they hold; the migrations describe the tables")]

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

mod branding;
mod device;
mod directory;
mod keys;
mod told;

pub use branding::*;
pub use device::*;
pub use directory::*;
pub use keys::*;
pub use told::*;

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// An organisation: people, applications and keys belong to exactly one.
    tenants (id) {
        id -> SqlId,
        slug -> Text,
        display_name -> Text,
        status -> Text,
        settings -> SqlJson,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        deleted_at -> Nullable<SqlTime>,
        name_key -> Text,
        tokens_ended_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// A person in one organisation. The same mail address may exist in several.
    users (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        email -> Text,
        email_key -> Text,
        email_verified -> Bool,
        display_name -> Text,
        profile -> SqlJson,
        password_hash -> Nullable<Text>,
        password_changed_at -> Nullable<SqlTime>,
        status -> Text,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        deleted_at -> Nullable<SqlTime>,
        last_sign_in_at -> Nullable<SqlTime>,
        name_key -> Text,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// A named set of permissions of one organisation.
    roles (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        slug -> Text,
        display_name -> Text,
        permissions -> SqlStrings,
        built_in -> Bool,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Who holds which role.
    role_assignments (role_id, principal_id) {
        tenant_id -> SqlId,
        role_id -> SqlId,
        principal_kind -> Text,
        principal_id -> SqlId,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// OAuth clients, called applications on pages.
    clients (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        client_id -> Text,
        display_name -> Text,
        kind -> Text,
        status -> Text,
        auth_method -> Text,
        require_pkce -> Bool,
        first_party -> Bool,
        all_tenants -> Bool,
        redirect_uris -> SqlStrings,
        post_logout_redirect_uris -> SqlStrings,
        grant_types -> SqlStrings,
        response_modes -> SqlStrings,
        scopes -> SqlStrings,
        settings -> SqlJson,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        service_account_id -> Nullable<SqlId>,
        deleted_at -> Nullable<SqlTime>,
        tokens_ended_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// At most two live secrets of a confidential client; only digests.
    client_secrets (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        client_pk -> SqlId,
        digest -> Binary,
        created_at -> SqlTime,
        expires_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// A person signed in in one browser. Several rows may share a browser: the account chooser.
    sessions (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        user_id -> SqlId,
        browser -> Binary,
        authenticated_at -> SqlTime,
        amr -> SqlStrings,
        address -> Text,
        user_agent -> Text,
        created_at -> SqlTime,
        last_seen_at -> SqlTime,
        expires_at -> SqlTime,
        ended_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// What a person has allowed an application.
    consents (user_id, client_pk) {
        tenant_id -> SqlId,
        user_id -> SqlId,
        client_pk -> SqlId,
        scopes -> SqlStrings,
        granted_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// An authorization request that waits for a person, bound to the browser that brought it.
    interactions (id) {
        id -> Binary,
        tenant_id -> SqlId,
        client_pk -> SqlId,
        issuer_tenant_id -> Nullable<SqlId>,
        browser -> Binary,
        request -> SqlJson,
        progress -> SqlJson,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        finished_at -> Nullable<SqlTime>,
        device_authorization_id -> Nullable<SqlId>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// One line of descent of tokens: what a code became, with the counter that refresh tokens are checked against.
    token_families (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        client_pk -> SqlId,
        user_id -> SqlId,
        session_id -> Nullable<SqlId>,
        issuer_tenant_id -> Nullable<SqlId>,
        facts -> SqlJson,
        refreshable -> Bool,
        generation -> BigInt,
        parent_generation -> Nullable<BigInt>,
        seed -> Binary,
        rotated_at -> SqlTime,
        created_at -> SqlTime,
        idle_expires_at -> SqlTime,
        expires_at -> SqlTime,
        revoked_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Codes by digest: redeemed at most once.
    authorization_codes (digest) {
        digest -> Binary,
        tenant_id -> SqlId,
        client_pk -> SqlId,
        user_id -> SqlId,
        session_id -> Nullable<SqlId>,
        issuer_tenant_id -> Nullable<SqlId>,
        redirect_uri -> Text,
        code_challenge -> Nullable<Text>,
        facts -> SqlJson,
        family_id -> Nullable<SqlId>,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        redeemed_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Access tokens that were revoked one by one, until they would have expired.
    revoked_tokens (jti) {
        jti -> Text,
        tenant_id -> SqlId,
        expires_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Keys that sign tokens. The private half is sealed by the master key.
    signing_keys (kid) {
        kid -> Text,
        algorithm -> Text,
        public_jwk -> SqlJson,
        private_sealed -> Binary,
        created_at -> SqlTime,
        active_at -> SqlTime,
        retired_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Counts of failures by account and by source; keys are keyed digests.
    throttles (bucket) {
        bucket -> Binary,
        failures -> BigInt,
        window_started_at -> SqlTime,
        blocked_until -> Nullable<SqlTime>,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// One-time links with which the first administrator is made.
    setup_links (digest) {
        digest -> Binary,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        used_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// One-time links for a forgotten password.
    password_resets (digest) {
        digest -> Binary,
        tenant_id -> SqlId,
        user_id -> SqlId,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        used_at -> Nullable<SqlTime>,
    }
}

joinable!(users -> tenants (tenant_id));
joinable!(roles -> tenants (tenant_id));
joinable!(role_assignments -> tenants (tenant_id));
joinable!(role_assignments -> roles (role_id));
joinable!(clients -> tenants (tenant_id));
joinable!(client_secrets -> tenants (tenant_id));
joinable!(client_secrets -> clients (client_pk));
joinable!(sessions -> tenants (tenant_id));
joinable!(sessions -> users (user_id));
joinable!(consents -> tenants (tenant_id));
joinable!(consents -> users (user_id));
joinable!(consents -> clients (client_pk));
joinable!(interactions -> tenants (tenant_id));
joinable!(interactions -> clients (client_pk));
joinable!(token_families -> tenants (tenant_id));
joinable!(token_families -> clients (client_pk));
joinable!(token_families -> users (user_id));
joinable!(token_families -> sessions (session_id));
joinable!(authorization_codes -> tenants (tenant_id));
joinable!(authorization_codes -> clients (client_pk));
joinable!(authorization_codes -> users (user_id));
joinable!(authorization_codes -> sessions (session_id));
joinable!(revoked_tokens -> tenants (tenant_id));
joinable!(password_resets -> tenants (tenant_id));
joinable!(password_resets -> users (user_id));

joinable!(team_members -> teams (team_id));
joinable!(service_accounts -> teams (team_id));
joinable!(invitations -> users (user_id));
joinable!(key_sessions -> api_keys (api_key_id));

allow_tables_to_appear_in_same_query!(
    tenants,
    users,
    roles,
    role_assignments,
    clients,
    client_secrets,
    sessions,
    consents,
    interactions,
    token_families,
    authorization_codes,
    revoked_tokens,
    signing_keys,
    throttles,
    setup_links,
    password_resets,
    tenant_domains,
    teams,
    team_members,
    service_accounts,
    resource_servers,
    invitations,
    audit_events,
    audit_chains,
    idempotency_keys,
    api_keys,
    key_sessions,
    request_keys,
    request_replays,
    credential_uses,
    credential_usage,
    credential_networks,
    key_uses,
    revocations,
    tenant_branding,
    tenant_logos,
    device_authorizations,
    webhooks,
    webhook_deliveries,
);
