//! The table of programs that sign somebody in on another device.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Requests of programs without a browser (RFC 8628), by digest of their codes.
    device_authorizations (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        client_pk -> SqlId,
        issuer_tenant_id -> Nullable<SqlId>,
        device_digest -> Binary,
        user_digest -> Binary,
        scopes -> SqlStrings,
        audiences -> SqlStrings,
        address -> Text,
        user_agent -> Text,
        state -> Text,
        poll_interval -> BigInt,
        polled_at -> Nullable<SqlTime>,
        user_tenant_id -> Nullable<SqlId>,
        user_id -> Nullable<SqlId>,
        session_id -> Nullable<SqlId>,
        family_id -> Nullable<SqlId>,
        created_at -> SqlTime,
        expires_at -> SqlTime,
    }
}
