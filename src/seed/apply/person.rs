//! People, their roles and their passwords.

use serde_json::{Value, json};

use super::super::error::did_you_mean;
use super::super::person::UserSpec;
use super::super::report::{Change, ObjectKind, named};
use super::{NewPassword, Work, hidden};
use crate::audit::Changes;
use crate::db::DbError;
use crate::roles::{self, BuiltInRole, PrincipalKind};
use crate::tenants::TenantId;
use crate::tokens;
use crate::users::{self, Profile, User, UserId, UserStatus};

impl Work<'_, '_> {
    pub(super) fn user(&mut self, spec: &UserSpec, password: &NewPassword) -> Result<(), DbError> {
        let Some(tenant) = self.tenant_id(&spec.tenant)? else { return Ok(()) };
        let name = format!("{}/{}", spec.tenant.value, spec.email);
        match users::store::find_by_email(self.conn, tenant, &spec.email)? {
            Some(old) => self.existing_user(old, spec, password, name),
            None => self.new_user(tenant, spec, password, name),
        }
    }

    fn new_user(
        &mut self,
        tenant: TenantId,
        spec: &UserSpec,
        password: &NewPassword,
        name: String,
    ) -> Result<(), DbError> {
        let Some(display_name) = spec.name.clone() else {
            self.refuse(spec.place, format!("person \"{name}\" is new and needs name"));
            return Ok(());
        };
        let mut profile = Profile::default();
        spec.profile.write_into(&mut profile);
        let hash = match password {
            NewPassword::Keep => None,
            NewPassword::Set(hash) | NewPassword::SetIfNone(hash) => Some(hash),
        };
        let user = User {
            id: self.random.id(self.now),
            tenant_id: tenant,
            email: spec.email.clone(),
            email_verified: spec.email_verified.unwrap_or(false),
            display_name,
            profile,
            status: spec.status.unwrap_or(UserStatus::Active),
            password_changed_at: hash.map(|_| self.now),
            created_at: self.now,
            updated_at: self.now,
            deleted_at: None,
            last_sign_in_at: None,
        };
        users::store::insert(self.conn, tenant, &user, hash)?;
        self.assign_roles(tenant, user.id, spec)?;
        let mut changes = Changes::created(&told(&user)).field("roles", &Vec::new(), &names(spec));
        if hash.is_some() {
            changes = hidden(changes, "password");
        }
        self.done((tenant, user.id), Change::created(ObjectKind::User, name), changes)
    }

    fn existing_user(
        &mut self,
        old: User,
        spec: &UserSpec,
        password: &NewPassword,
        name: String,
    ) -> Result<(), DbError> {
        let (tenant, id) = (old.tenant_id, old.id);
        let mut new = old.clone();
        if let Some(name) = &spec.name {
            new.display_name.clone_from(name);
        }
        new.email_verified = spec.email_verified.unwrap_or(old.email_verified);
        new.status = spec.status.unwrap_or(old.status);
        let mut fields = named(&[
            ("name", old.display_name != new.display_name),
            ("email_verified", old.email_verified != new.email_verified),
            ("status", old.status != new.status),
        ]);
        fields.extend(spec.profile.write_into(&mut new.profile));
        if !fields.is_empty() {
            new.updated_at = self.now;
            users::store::update(self.conn, tenant, &new)?;
        }
        if old.is_active() && !new.is_active() {
            tokens::end_user_tokens(self.conn, tenant, id, None, self.now)?;
        }
        let mut changes = Changes::between(&told(&old), &told(&new));
        let held = roles::store::held_by(self.conn, tenant, id)?;
        if self.assign_roles(tenant, id, spec)? {
            fields.push("roles".into());
            changes = changes.field("roles", &held, &roles::store::held_by(self.conn, tenant, id)?);
        }
        if self.set_password(tenant, id, password)? {
            let key =
                if matches!(password, NewPassword::SetIfNone(_)) { "password_hash" } else { "password" };
            fields.push(key.into());
            changes = hidden(changes, "password");
        }
        self.done((tenant, id), Change::existing(ObjectKind::User, name, fields), changes)
    }

    /// Sets the password; whoever signed in with the one before has to sign in again.
    fn set_password(
        &mut self,
        tenant: TenantId,
        id: UserId,
        password: &NewPassword,
    ) -> Result<bool, DbError> {
        let had_one = users::store::password_hash(self.conn, tenant, id)?.is_some();
        let hash = match password {
            NewPassword::Set(hash) => hash,
            NewPassword::SetIfNone(hash) if !had_one => hash,
            _ => return Ok(false),
        };
        users::store::set_password(self.conn, tenant, id, hash, self.now)?;
        if had_one {
            tokens::end_user_tokens(self.conn, tenant, id, None, self.now)?;
        }
        Ok(true)
    }

    /// Gives the roles that the file names. Those that it does not name stay with the person.
    fn assign_roles(&mut self, tenant: TenantId, id: UserId, spec: &UserSpec) -> Result<bool, DbError> {
        let mut is_new = false;
        for slug in &spec.roles {
            if let Some(role) = roles::store::find_by_slug(self.conn, tenant, &slug.value)? {
                is_new |=
                    roles::store::assign(self.conn, tenant, role.id, (PrincipalKind::User, id), self.now)?;
                continue;
            }
            let file = self.file;
            let own = file.roles.iter().filter(|role| role.tenant.value == spec.tenant.value);
            let built_in = BuiltInRole::ALL.iter().map(|role| role.as_str());
            let meant = did_you_mean(&slug.value, own.map(|role| role.slug.as_str()).chain(built_in));
            let problem =
                format!("role \"{}\" does not exist in \"{}\"{meant}", slug.value, spec.tenant.value);
            self.refuse(slug.place, problem);
        }
        Ok(is_new)
    }
}

/// A person as the audit log tells them.
fn told(user: &User) -> Value {
    json!({
        "email": user.email.as_str(),
        "email_verified": user.email_verified,
        "name": user.display_name,
        "profile": user.profile,
        "status": user.status.as_str(),
    })
}

fn names(spec: &UserSpec) -> Vec<&str> {
    spec.roles.iter().map(|role| role.value.as_str()).collect()
}
