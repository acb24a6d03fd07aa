//! Queries on `users` and `password_resets`.

use std::time::Duration;

use diesel::prelude::*;

use super::{Email, PasswordHash, Profile, User, UserId, UserStatus};
use crate::clock::Timestamp;
use crate::db::schema::{password_resets, users};
use crate::db::types::{Json, stored_as_text};
use crate::db::{Conn, DbError, kept_update, on};
use crate::secret::Digest;
use crate::tenants::TenantId;

stored_as_text!(UserStatus);

#[derive(Queryable, QueryableByName, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct Row {
    id: UserId,
    tenant_id: TenantId,
    email: String,
    email_verified: bool,
    display_name: String,
    profile: Json<Profile>,
    status: UserStatus,
    password_changed_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    deleted_at: Option<Timestamp>,
    last_sign_in_at: Option<Timestamp>,
}

impl TryFrom<Row> for User {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id,
            tenant_id: row.tenant_id,
            email: Email::parse(&row.email).map_err(|why| DbError::Damaged(why.to_string()))?,
            email_verified: row.email_verified,
            display_name: row.display_name,
            profile: row.profile.0,
            status: row.status,
            password_changed_at: row.password_changed_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: row.deleted_at,
            last_sign_in_at: row.last_sign_in_at,
        })
    }
}

/// A person of this organisation by id.
pub fn find(conn: &mut Conn<'_>, tenant: TenantId, id: UserId) -> Result<Option<User>, DbError> {
    on!(conn, |c| {
        users::table.find(id).filter(users::tenant_id.eq(tenant)).select(Row::as_select()).first(c).optional()
    })?
    .map(User::try_from)
    .transpose()
}

/// A person of this organisation, kept as they are until the transaction ends: what belongs to them is changed by one at
/// a time.
pub fn hold(conn: &mut Conn<'_>, tenant: TenantId, id: UserId) -> Result<Option<User>, DbError> {
    on!(conn, |c| {
        diesel::update(users::table.find(id))
            .filter(users::tenant_id.eq(tenant))
            .set(users::status.eq(users::status))
            .returning(Row::as_returning())
            .get_result(c)
            .optional()
    })?
    .map(User::try_from)
    .transpose()
}

/// Several people of this organisation by id.
pub fn of_ids(conn: &mut Conn<'_>, tenant: TenantId, ids: &[UserId]) -> Result<Vec<User>, DbError> {
    on!(conn, |c| {
        users::table
            .filter(users::id.eq_any(ids).and(users::tenant_id.eq(tenant)))
            .select(Row::as_select())
            .load(c)
    })?
    .into_iter()
    .map(User::try_from)
    .collect()
}

/// A person of this organisation by mail address.
pub fn find_by_email(conn: &mut Conn<'_>, tenant: TenantId, email: &Email) -> Result<Option<User>, DbError> {
    on!(conn, |c| {
        users::table
            .filter(users::tenant_id.eq(tenant).and(users::email_key.eq(email.key())))
            .select(Row::as_select())
            .first(c)
            .optional()
    })?
    .map(User::try_from)
    .transpose()
}

/// The organisations in which somebody who may sign in has this mail address, at most `limit`.
pub fn tenants_of_email(conn: &mut Conn<'_>, email: &Email, limit: i64) -> Result<Vec<TenantId>, DbError> {
    Ok(on!(conn, |c| {
        users::table
            .filter(users::email_key.eq(email.key()).and(users::status.eq(UserStatus::Active)))
            .order(users::tenant_id)
            .limit(limit)
            .select(users::tenant_id)
            .load(c)
    })?)
}

/// Whether the person may sign in and hold tokens right now. They are found by their identifier alone: with the
/// organisation beside it a planner can take the index of an organisation's people by state, where all of it is, and read
/// what there is of a large one.
pub fn is_active(conn: &mut Conn<'_>, tenant: TenantId, id: UserId) -> Result<bool, DbError> {
    let found: Option<(TenantId, UserStatus)> =
        on!(conn, |c| users::table.find(id).select((users::tenant_id, users::status)).first(c).optional())?;
    Ok(found == Some((tenant, UserStatus::Active)))
}

/// The stored password, if the person has one.
pub fn password_hash(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: UserId,
) -> Result<Option<PasswordHash>, DbError> {
    let hash: Option<Option<String>> = on!(conn, |c| {
        users::table
            .find(id)
            .filter(users::tenant_id.eq(tenant))
            .select(users::password_hash)
            .first(c)
            .optional()
    })?;
    hash.flatten()
        .map(|phc| PasswordHash::parse(&phc).map_err(|why| DbError::Damaged(why.to_string())))
        .transpose()
}

/// Adds a person, with or without a password.
pub fn insert(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    user: &User,
    password: Option<&PasswordHash>,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::insert_into(users::table)
            .values((
                users::id.eq(user.id),
                users::tenant_id.eq(tenant),
                users::email.eq(user.email.as_str()),
                users::email_key.eq(user.email.key()),
                users::email_verified.eq(user.email_verified),
                users::display_name.eq(&user.display_name),
                users::profile.eq(Json(user.profile.clone())),
                users::password_hash.eq(password.map(PasswordHash::as_str)),
                users::password_changed_at.eq(password.map(|_| user.updated_at)),
                users::status.eq(user.status),
                users::created_at.eq(user.created_at),
                users::updated_at.eq(user.updated_at),
                users::name_key.eq(user.display_name.to_lowercase()),
                users::deleted_at.eq(user.deleted_at),
            ))
            .execute(c)
    })?;
    Ok(())
}

/// Writes a person's changed fields, but not the password; `false` when the person is gone.
pub fn update(conn: &mut Conn<'_>, tenant: TenantId, user: &User) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(users::table.find(user.id))
            .filter(users::tenant_id.eq(tenant))
            .set((
                users::email.eq(user.email.as_str()),
                users::email_key.eq(user.email.key()),
                users::email_verified.eq(user.email_verified),
                users::display_name.eq(&user.display_name),
                users::profile.eq(Json(user.profile.clone())),
                users::status.eq(user.status),
                users::updated_at.eq(user.updated_at),
                users::name_key.eq(user.display_name.to_lowercase()),
                users::deleted_at.eq(user.deleted_at),
            ))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Writes a person's changed fields, but not the password, if they are still as `seen` saw them; `false` when somebody was
/// faster.
pub fn update_seen(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    user: &User,
    seen: Timestamp,
) -> Result<bool, DbError> {
    // The condition takes the row's lock, so that the update that follows finds it unchanged.
    let rows = on!(conn, |c| {
        diesel::update(users::table.find(user.id))
            .filter(users::tenant_id.eq(tenant).and(users::updated_at.eq(seen)))
            .set(users::updated_at.eq(user.updated_at))
            .execute(c)
    })?;
    Ok(rows == 1 && update(conn, tenant, user)?)
}

/// Sets a password.
pub fn set_password(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: UserId,
    hash: &PasswordHash,
    now: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(conn, |c| {
        diesel::update(users::table.find(id))
            .filter(users::tenant_id.eq(tenant))
            .set((
                users::password_hash.eq(hash.as_str()),
                users::password_changed_at.eq(now),
                users::updated_at.eq(now),
            ))
            .execute(c)
    })?;
    Ok(rows == 1)
}

/// Stores the same password under newer parameters, unless it was changed meanwhile.
pub fn rehash_password(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: UserId,
    (old, new): (&PasswordHash, &PasswordHash),
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(users::table.find(id))
            .filter(users::tenant_id.eq(tenant).and(users::password_hash.eq(old.as_str())))
            .set(users::password_hash.eq(new.as_str()))
            .execute(c)
    })?;
    Ok(())
}

/// Notes that the person has just signed in. That is no change of the person, so their version stays.
pub fn note_sign_in(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    id: UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        let person = users::table.find(id).filter(users::tenant_id.eq(tenant));
        kept_update(person, users::last_sign_in_at.eq(now)).execute(c)
    })?;
    Ok(())
}

/// Writes down a one-time link for a forgotten password.
pub fn insert_reset(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    user: UserId,
    digest: &Digest,
    (now, lifetime): (Timestamp, Duration),
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::insert_into(password_resets::table)
            .values((
                password_resets::digest.eq(digest),
                password_resets::tenant_id.eq(tenant),
                password_resets::user_id.eq(user),
                password_resets::created_at.eq(now),
                password_resets::expires_at.eq(now + lifetime),
            ))
            .execute(c)
    })?;
    Ok(())
}

/// Whom a live link belongs to. Looking does not use it up.
pub fn find_reset(
    conn: &mut Conn<'_>,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<(TenantId, UserId)>, DbError> {
    Ok(on!(conn, |c| {
        password_resets::table
            .find(digest)
            .filter(password_resets::used_at.is_null().and(password_resets::expires_at.gt(now)))
            .select((password_resets::tenant_id, password_resets::user_id))
            .first(c)
            .optional()
    })?)
}

/// Uses a link up, and with it every other link of the same person. `None` when it was used or is too old.
pub fn use_reset(
    conn: &mut Conn<'_>,
    digest: &Digest,
    now: Timestamp,
) -> Result<Option<(TenantId, UserId)>, DbError> {
    let used: Option<(TenantId, UserId)> = on!(conn, |c| {
        diesel::update(password_resets::table.find(digest))
            .filter(password_resets::used_at.is_null().and(password_resets::expires_at.gt(now)))
            .set(password_resets::used_at.eq(now))
            .returning((password_resets::tenant_id, password_resets::user_id))
            .get_result(c)
            .optional()
    })?;
    if let Some((tenant, user)) = used {
        on!(conn, |c| {
            diesel::update(password_resets::table)
                .filter(password_resets::tenant_id.eq(tenant).and(password_resets::user_id.eq(user)))
                .filter(password_resets::used_at.is_null())
                .set(password_resets::used_at.eq(now))
                .execute(c)
        })?;
    }
    Ok(used)
}

/// Makes the unused links of these people useless.
pub fn end_resets(
    conn: &mut Conn<'_>,
    tenant: TenantId,
    people: &[UserId],
    now: Timestamp,
) -> Result<(), DbError> {
    on!(conn, |c| {
        diesel::update(password_resets::table)
            .filter(password_resets::user_id.eq_any(people).and(password_resets::tenant_id.eq(tenant)))
            .filter(password_resets::used_at.is_null())
            .set(password_resets::used_at.eq(now))
            .execute(c)
    })?;
    Ok(())
}

/// Deletes links that are past their time.
pub fn sweep_resets(conn: &mut Conn<'_>, now: Timestamp) -> Result<usize, DbError> {
    Ok(on!(conn, |c| {
        diesel::delete(password_resets::table.filter(password_resets::expires_at.lt(now))).execute(c)
    })?)
}
