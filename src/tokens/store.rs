//! Queries on `authorization_codes`, `token_families` and `revoked_tokens`.

use diesel::prelude::*;

pub use super::dead_codes::store::{
    kill_codes_between, kill_codes_of_client, kill_codes_of_session, kill_codes_of_tenant,
    kill_codes_of_users,
};
use super::{AuthorizationCode, Facts, FamilyId, Rotation, TokenFamily};
use crate::clients::ClientPk;
use crate::clock::Timestamp;
use crate::db::schema::{
    authorization_codes as codes, clients, revoked_tokens, token_families as families, users as people,
};
use crate::db::types::Json;
use crate::db::{Conn, DbError, kept_update, on};
use crate::secret::Digest;
use crate::sessions::SessionId;
use crate::tenants::TenantId;
use crate::users::UserId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = codes, treat_none_as_default_value = false)]
struct CodeRow {
    digest: Digest,
    tenant_id: TenantId,
    client_pk: ClientPk,
    user_id: UserId,
    session_id: Option<SessionId>,
    issuer_tenant_id: Option<TenantId>,
    redirect_uri: String,
    code_challenge: Option<String>,
    facts: Json<Facts>,
    family_id: Option<FamilyId>,
    created_at: Timestamp,
    expires_at: Timestamp,
    redeemed_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = families, treat_none_as_default_value = false)]
pub(super) struct FamilyRow {
    id: FamilyId,
    pub(super) tenant_id: TenantId,
    client_pk: ClientPk,
    user_id: UserId,
    pub(super) session_id: Option<SessionId>,
    issuer_tenant_id: Option<TenantId>,
    facts: Json<Facts>,
    refreshable: bool,
    generation: i64,
    parent_generation: Option<i64>,
    seed: Vec<u8>,
    rotated_at: Timestamp,
    created_at: Timestamp,
    idle_expires_at: Timestamp,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
}

/// Writes down a new code.
pub fn insert_code(conn: &mut Conn<'_>, tenant: TenantId, code: AuthorizationCode) -> Result<(), DbError> {
    let row = CodeRow {
        digest: code.digest,
        tenant_id: tenant,
        client_pk: code.client_pk,
        user_id: code.user_id,
        session_id: code.session_id,
        issuer_tenant_id: code.issuer_tenant_id,
        redirect_uri: code.redirect_uri,
        code_challenge: code.code_challenge,
        facts: Json(code.facts),
        family_id: code.family_id,
        created_at: code.created_at,
        expires_at: code.expires_at,
        redeemed_at: code.redeemed_at,
    };
    on!(conn, |c| diesel::insert_into(codes::table).values(&row).execute(c))?;
    Ok(())
}

/// A code by digest, used or not.
pub fn find_code(conn: &mut Conn<'_>, digest: &Digest) -> Result<Option<AuthorizationCode>, DbError> {
    let row: Option<CodeRow> =
        on!(conn, |c| codes::table.find(digest).select(CodeRow::as_select()).first(c).optional())?;
    Ok(row.map(|row| AuthorizationCode {
        digest: row.digest,
        tenant_id: row.tenant_id,
        client_pk: row.client_pk,
        user_id: row.user_id,
        session_id: row.session_id,
        issuer_tenant_id: row.issuer_tenant_id,
        redirect_uri: row.redirect_uri,
        code_challenge: row.code_challenge,
        facts: row.facts.0,
        family_id: row.family_id,
        created_at: row.created_at,
        expires_at: row.expires_at,
        redeemed_at: row.redeemed_at,
    }))
}

/// Takes an unused code for a family. Only one caller is ever told `true`.
pub fn take_code(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    digest: &Digest,
    (family, now): (FamilyId, Timestamp),
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        let unused =
            codes::table.find(digest).filter(codes::tenant_id.eq(tenant).and(codes::redeemed_at.is_null()));
        kept_update(unused, (codes::redeemed_at.eq(now), codes::family_id.eq(family))).execute(c)
    })?;
    Ok(rows == 1)
}

/// Writes down a new family.
pub fn insert_family(conn: &mut Conn<'_>, tenant: TenantId, family: &TokenFamily) -> Result<(), DbError> {
    let row = FamilyRow {
        id: family.id,
        tenant_id: tenant,
        client_pk: family.client_pk,
        user_id: family.user_id,
        session_id: family.session_id,
        issuer_tenant_id: family.issuer_tenant_id,
        facts: Json(family.facts.clone()),
        refreshable: family.refreshable,
        generation: family.generation,
        parent_generation: family.parent_generation,
        seed: family.seed.clone(),
        rotated_at: family.rotated_at,
        created_at: family.created_at,
        idle_expires_at: family.idle_expires_at,
        expires_at: family.expires_at,
        revoked_at: family.revoked_at,
    };
    on!(conn, |c| diesel::insert_into(families::table).values(&row).execute(c))?;
    Ok(())
}

impl From<FamilyRow> for TokenFamily {
    fn from(row: FamilyRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            client_pk: row.client_pk,
            user_id: row.user_id,
            session_id: row.session_id,
            issuer_tenant_id: row.issuer_tenant_id,
            facts: row.facts.0,
            refreshable: row.refreshable,
            generation: row.generation,
            parent_generation: row.parent_generation,
            seed: row.seed,
            rotated_at: row.rotated_at,
            created_at: row.created_at,
            idle_expires_at: row.idle_expires_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// A family, dead or alive.
pub fn find_family(conn: &mut Conn<'_>, id: FamilyId) -> Result<Option<TokenFamily>, DbError> {
    let row: Option<FamilyRow> =
        on!(conn, |c| families::table.find(id).select(FamilyRow::as_select()).first(c).optional())?;
    Ok(row.map(TokenFamily::from))
}

/// Moves a family to its next generation, if it still stands where it was seen and was not revoked meanwhile. It is told as
/// a commit is, because it may stand alone.
pub fn rotate_family(conn: &mut Conn<'_>, rotation: &Rotation) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        let as_seen = families::table
            .find(rotation.family)
            .filter(families::generation.eq(rotation.seen).and(families::revoked_at.is_null()));
        let next = (
            families::generation.eq(rotation.generation),
            families::parent_generation.eq(rotation.parent),
            families::rotated_at.eq(rotation.at),
            families::idle_expires_at.eq(rotation.idle_expires_at),
        );
        kept_update(as_seen, next).execute(c)
    });
    rows.map(|rows| rows == 1).map_err(|why| DbError::from(why).of_commit())
}

/// Ends a family. `false` when it was over already.
pub fn revoke_family(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: FamilyId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(families::table.find(id))
            .filter(families::tenant_id.eq(tenant).and(families::revoked_at.is_null()))
            .set(families::revoked_at.eq(now))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Ends the families that hang on a session.
pub fn revoke_families_of_session(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    session: SessionId,
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(families::table)
            .filter(families::session_id.eq(session).and(families::tenant_id.eq(tenant)))
            .filter(families::revoked_at.is_null())
            .set(families::revoked_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Ends the families of these people, but for those of one session, and tells how many that were.
pub fn revoke_families_of_users(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    people: &[UserId],
    except: Option<SessionId>,
    now: Timestamp,
) -> Result<usize, DbError> {
    let live = families::user_id
        .eq_any(people)
        .and(families::tenant_id.eq(tenant))
        .and(families::revoked_at.is_null());
    Ok(match except {
        Some(kept) => on!(conn, |c| {
            diesel::update(families::table)
                .filter(live)
                .filter(families::session_id.is_null().or(families::session_id.ne(kept)))
                .set(families::revoked_at.eq(now))
                .execute(c)
        })?,
        None => on!(conn, |c| {
            diesel::update(families::table).filter(live).set(families::revoked_at.eq(now)).execute(c)
        })?,
    })
}

/// Ends the families that a person has with a client.
pub fn revoke_families_between(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    (user, client): (UserId, ClientPk),
    now: Timestamp,
) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::update(families::table)
            .filter(families::user_id.eq(user).and(families::tenant_id.eq(tenant)))
            .filter(families::client_pk.eq(client).and(families::revoked_at.is_null()))
            .set(families::revoked_at.eq(now))
            .execute(c)
    })?)
}

/// Ends every family of a client, whichever organisations its people belong to: the client was disabled.
pub fn revoke_families_of_client(
    conn: &mut Conn<'_>,
    client: ClientPk,
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(families::table)
            .filter(families::client_pk.eq(client).and(families::revoked_at.is_null()))
            .set(families::revoked_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Ends the families of an organisation: those of its people, and those of its clients, whoever's people they serve.
pub fn revoke_families_of_tenant(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    now: Timestamp,
) -> Result<(), DbError> {
    let people = people::table.filter(people::tenant_id.eq(tenant)).select(people::id);
    on!(conn, |c| {
        diesel::update(families::table.filter(families::user_id.eq_any(people)))
            .filter(families::revoked_at.is_null())
            .set(families::revoked_at.eq(now))
            .execute(c)
    })?;
    let own = clients::table.filter(clients::tenant_id.eq(tenant)).select(clients::id);
    on!(conn, |c| {
        diesel::update(families::table.filter(families::client_pk.eq_any(own)))
            .filter(families::revoked_at.is_null())
            .set(families::revoked_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Revokes one access token until it would have expired; `false` when it was revoked before.
pub fn revoke_access_token(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    jti: &str,
    expires_at: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::insert_into(revoked_tokens::table)
            .values((
                revoked_tokens::jti.eq(jti),
                revoked_tokens::tenant_id.eq(tenant),
                revoked_tokens::expires_at.eq(expires_at),
            ))
            .on_conflict_do_nothing()
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Whether one access token was revoked.
pub fn is_revoked(conn: &mut Conn<'_>, tenant: TenantId, jti: &str) -> Result<bool, DbError> {
    let rows: i64 = on!(conn, |c| {
        revoked_tokens::table
            .filter(revoked_tokens::jti.eq(jti).and(revoked_tokens::tenant_id.eq(tenant)))
            .count()
            .get_result(c)
    })?;
    Ok(rows > 0)
}

/// Deletes what is past its time by more than `before`: codes, families, revocations.
pub fn sweep(conn: &mut Conn<'_>, before: Timestamp) -> Result<usize, DbError> {
    let codes = on!(conn, |c| diesel::delete(codes::table.filter(codes::expires_at.lt(before))).execute(c))?;
    let families =
        on!(conn, |c| diesel::delete(families::table.filter(families::expires_at.lt(before))).execute(c))?;
    let revoked = on!(conn, |c| {
        diesel::delete(revoked_tokens::table.filter(revoked_tokens::expires_at.lt(before))).execute(c)
    })?;
    Ok(codes + families + revoked)
}
