//! Queries on `signing_keys`.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jsonwebtoken::jwk::Jwk;

use super::rotation::KeyRecord;
use super::signing_key::Algorithm;
use crate::clock::Timestamp;
use crate::db::schema::signing_keys;
use crate::db::types::{Json, stored_as_text};
use crate::db::{Conn, DbError, on};

stored_as_text!(Algorithm);

/// A row: the public half in clear, the private half sealed.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, treat_none_as_default_value = false)]
pub struct StoredKey {
    /// Thumbprint of the public half.
    pub kid: String,
    /// What the key signs with.
    pub algorithm: Algorithm,
    /// The public half.
    pub public_jwk: Json<Jwk>,
    /// PKCS#8, sealed under the master key for exactly this `kid`.
    pub private_sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it begins to sign.
    pub active_at: Timestamp,
    /// When it stops.
    pub retired_at: Option<Timestamp>,
}

impl std::fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredKey({} {})", self.algorithm, self.kid)
    }
}

impl StoredKey {
    /// Its name and dates.
    pub fn record(&self) -> KeyRecord {
        KeyRecord {
            kid: self.kid.clone(),
            algorithm: self.algorithm,
            created_at: self.created_at,
            active_at: self.active_at,
            retired_at: self.retired_at,
        }
    }
}

/// Keeps every other node from changing the table until this transaction ends, while all may go on reading: what is
/// planned on the rows that are now read still fits when it is carried out. SQLite has only one writer anyway.
pub fn lock(conn: &mut Conn<'_>) -> Result<(), DbError> {
    match conn {
        Conn::Pg(conn) => Ok(conn.batch_execute("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")?),
        Conn::Lite(_) => Ok(()),
    }
}

/// All keys, oldest first.
pub fn list(conn: &mut Conn<'_>) -> Result<Vec<StoredKey>, DbError> {
    on!(conn, |c| Ok(signing_keys::table
        .order((signing_keys::created_at, signing_keys::kid))
        .select(StoredKey::as_select())
        .load(c)?))
}

/// Adds a key.
pub fn insert(conn: &mut Conn<'_>, key: &StoredKey) -> Result<(), DbError> {
    on!(conn, |c| diesel::insert_into(signing_keys::table).values(key.clone()).execute(c))?;
    Ok(())
}

/// Notes when a key stopped signing; `false` when that was noted before, or there is no such key.
pub fn retire(conn: &mut Conn<'_>, kid: &str, at: Timestamp) -> Result<bool, DbError> {
    let unretired = signing_keys::table.find(kid).filter(signing_keys::retired_at.is_null());
    let rows =
        on!(conn, |c| diesel::update(unretired).set(signing_keys::retired_at.eq(Some(at))).execute(c))?;
    Ok(rows == 1)
}

/// Forgets a retired key; `false` when there is none of that name.
pub fn delete(conn: &mut Conn<'_>, kid: &str) -> Result<bool, DbError> {
    let retired = signing_keys::table.find(kid).filter(signing_keys::retired_at.is_not_null());
    let rows = on!(conn, |c| diesel::delete(retired).execute(c))?;
    Ok(rows == 1)
}
