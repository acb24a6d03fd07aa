//! Passwords are compared and hashed before the transaction begins.

use super::super::file::SeedFile;
use super::super::person::{PasswordSpec, UserSpec};
use super::ApplyError;
use crate::db::{Db, DbError};
use crate::random::Random;
use crate::tenants;
use crate::users::{self, PasswordHash, PasswordHasher, Verdict};

/// What to do about a person's password.
pub enum NewPassword {
    /// Nothing.
    Keep,
    /// Store this one.
    Set(PasswordHash),
    /// Store this one if there is none.
    SetIfNone(PasswordHash),
}

/// One entry for each person of the file, in its order.
pub fn plan_passwords(
    db: &Db,
    hasher: &PasswordHasher,
    random: &Random,
    file: &SeedFile,
) -> Result<Vec<NewPassword>, ApplyError> {
    let plan = |user: &UserSpec| -> Result<NewPassword, ApplyError> {
        let password = match &user.password {
            None => return Ok(NewPassword::Keep),
            Some(PasswordSpec::Hash(hash)) => return Ok(NewPassword::SetIfNone(hash.clone())),
            Some(PasswordSpec::Plain(password)) => password,
        };
        if let Some(stored) = stored_password(db, user)?
            && let Verdict::Right { .. } = hasher.verify_blocking(password.clone(), Some(stored))?
        {
            return Ok(NewPassword::Keep);
        }
        Ok(NewPassword::Set(hasher.hash_blocking(random, password.clone())?))
    };
    file.users.iter().map(plan).collect()
}

fn stored_password(db: &Db, user: &UserSpec) -> Result<Option<PasswordHash>, DbError> {
    let (slug, email) = (&user.tenant.value, &user.email);
    db.read_blocking(|conn| {
        let Some(tenant) = tenants::store::find_by_slug(conn, slug.as_str())? else { return Ok(None) };
        let Some(person) = users::store::find_by_email(conn, tenant.id, email)? else { return Ok(None) };
        users::store::password_hash(conn, tenant.id, person.id)
    })
}
