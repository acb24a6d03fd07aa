//! The tables of webhooks and of what was told to them.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Whom an organisation tells what happened.
    webhooks (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        url -> Text,
        description -> Text,
        events -> SqlStrings,
        status -> Text,
        status_reason -> Text,
        sealed_secret -> Binary,
        previous_sealed_secret -> Nullable<Binary>,
        previous_ends_at -> Nullable<SqlTime>,
        position -> BigInt,
        successes -> BigInt,
        failures -> BigInt,
        failing_since -> Nullable<SqlTime>,
        created_by -> Text,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// One event that is told to one webhook.
    webhook_deliveries (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        webhook_id -> SqlId,
        event_id -> SqlId,
        event_type -> Text,
        body -> Text,
        status -> Text,
        attempts -> BigInt,
        attempts_before -> BigInt,
        due_at -> Nullable<SqlTime>,
        attempted_at -> Nullable<SqlTime>,
        answer_status -> Nullable<BigInt>,
        answer_body -> Text,
        error -> Text,
        duration_ms -> Nullable<BigInt>,
        created_at -> SqlTime,
    }
}
