//! The tables of the directory: teams, service accounts, APIs, invitations, and the audit log.

use diesel::table;

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Mail domains that an organisation has shown to be its own.
    tenant_domains (domain) {
        tenant_id -> SqlId,
        domain -> Text,
        verified_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// People and service accounts of one organisation that get their roles together.
    teams (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        slug -> Text,
        display_name -> Text,
        description -> Text,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Who belongs to a team.
    team_members (team_id, member_id) {
        tenant_id -> SqlId,
        team_id -> SqlId,
        member_kind -> Text,
        member_id -> SqlId,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// A program's identity. It outlives the person who made it and has several credentials.
    service_accounts (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        team_id -> Nullable<SqlId>,
        slug -> Text,
        display_name -> Text,
        description -> Text,
        status -> Text,
        created_by -> Text,
        deleted_at -> Nullable<SqlTime>,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// An API that tokens are for (RFC 8707).
    resource_servers (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        audience -> Text,
        display_name -> Text,
        permissions -> SqlStrings,
        status -> Text,
        settings -> SqlJson,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Links that ask somebody to join.
    invitations (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        user_id -> SqlId,
        digest -> Binary,
        invited_by -> Text,
        created_at -> SqlTime,
        expires_at -> SqlTime,
        accepted_at -> Nullable<SqlTime>,
        revoked_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// What happened, written beside the deed in its transaction. A job numbers and chains the rows later. The rows outlive
    /// the organisation that they name.
    audit_events (id) {
        id -> SqlId,
        tenant_id -> SqlId,
        occurred_at -> SqlTime,
        action -> Text,
        outcome -> Text,
        reason -> Text,
        actor_kind -> Text,
        actor_id -> Text,
        actor_name -> Text,
        actor_tenant_id -> Nullable<SqlId>,
        target_kind -> Text,
        target_id -> Text,
        target_name -> Text,
        changes -> Text,
        client_id -> Text,
        session_id -> Text,
        request_id -> Text,
        address -> Text,
        user_agent -> Text,
        sequence -> Nullable<BigInt>,
        hash -> Nullable<Binary>,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// The end of each organisation's chain, and where what is kept of it begins.
    audit_chains (tenant_id) {
        tenant_id -> SqlId,
        sequence -> BigInt,
        hash -> Binary,
        kept_sequence -> BigInt,
        kept_hash -> Binary,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// Answers of creating calls, kept for callers who have to ask again. The answer is sealed, because it may hold a secret.
    idempotency_keys (digest) {
        digest -> Binary,
        tenant_id -> SqlId,
        request_digest -> Binary,
        status -> BigInt,
        sealed -> Binary,
        created_at -> SqlTime,
        expires_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::*;
    use crate::db::types::*;

    /// What somebody does not want to be told of again, as long as what it tells stays the same.
    dismissed_notices (user_id, tenant_id, notice) {
        user_id -> SqlId,
        tenant_id -> SqlId,
        notice -> Text,
        digest -> Binary,
        expires_at -> SqlTime,
    }
}
