//! The tables of API keys, request-signing keys, their use, and what ended or changed.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Keys that programs send as they are. A key belongs to a person or to a service account.
    api_keys (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        user_id -> Nullable<SqlId>,
        service_account_id -> Nullable<SqlId>,
        name -> Text,
        description -> Text,
        metadata -> SqlJson,
        prefix -> Text,
        hint -> Text,
        digest -> Binary,
        previous_digest -> Nullable<Binary>,
        previous_ends_at -> Nullable<SqlTime>,
        level -> Nullable<Text>,
        scopes -> SqlStrings,
        allowed_addresses -> SqlStrings,
        rate_limit -> Nullable<BigInt>,
        status -> Text,
        status_reason -> Text,
        expires_at -> Nullable<SqlTime>,
        rotated_at -> Nullable<SqlTime>,
        exposed_at -> Nullable<SqlTime>,
        expiry_notices -> BigInt,
        created_by -> Text,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Sessions that an API key was exchanged for. They end with the key.
    key_sessions (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        api_key_id -> SqlId,
        sealed_seed -> Binary,
        generation -> BigInt,
        rotated_at -> SqlTime,
        user_agent -> Text,
        address -> Text,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        ended_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Public keys that requests are signed with. The private half is never known here.
    request_keys (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        user_id -> Nullable<SqlId>,
        service_account_id -> Nullable<SqlId>,
        name -> Text,
        description -> Text,
        algorithm -> Text,
        public_key -> Binary,
        fingerprint -> Text,
        level -> Nullable<Text>,
        scopes -> SqlStrings,
        allowed_addresses -> SqlStrings,
        rate_limit -> Nullable<BigInt>,
        status -> Text,
        status_reason -> Text,
        expires_at -> Nullable<SqlTime>,
        created_by -> Text,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Signed requests that were seen, until they are too old to be taken anyway.
    request_replays (digest) {
        digest -> Binary,
        tenant_id -> SqlId,
        expires_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// When and from where a key was last used. Beside the key, so that writing it down changes no key.
    credential_uses (credential_id) {
        credential_id -> SqlId,
        tenant_id -> SqlId,
        last_used_at -> SqlTime,
        address -> Text,
        user_agent -> Text,
        previous_used_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// How often a key was used in each hour, by outcome.
    credential_usage (credential_id, hour, outcome) {
        credential_id -> SqlId,
        tenant_id -> SqlId,
        hour -> SqlTime,
        outcome -> Text,
        requests -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// The networks that a key was used from.
    credential_networks (credential_id, network) {
        credential_id -> SqlId,
        tenant_id -> SqlId,
        network -> Text,
        first_seen_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// The newest uses of each key; those that are alike, within one minute, are one row.
    key_uses (credential_id, alike) {
        credential_id -> SqlId,
        alike -> SqlId,
        tenant_id -> SqlId,
        minute -> SqlTime,
        last_at -> SqlTime,
        address -> Text,
        user_agent -> Text,
        outcome -> Text,
        door -> Text,
        requests -> BigInt,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// What ended or changed a short while ago: every node and every edge that remembers a verdict hears of it.
    revocations (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        occurred_at -> SqlTime,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Text,
    }
}
