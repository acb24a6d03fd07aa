//! People, their roles and their passwords.

use super::super::describe;
use super::super::person::UserSpec;
use super::super::report::{ObjectKind, named};
use super::note::Object;
use super::{NewPassword, Work};
use crate::db::DbError;
use crate::roles::PrincipalKind;
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
        let slug = &spec.tenant.value;
        let holder = (PrincipalKind::User, user.id);
        let roles = self.assign_roles((slug, tenant), holder, spec.roles.as_deref())?;
        let object = Object::new(tenant, ObjectKind::User, user.id, name);
        self.created(object, &describe::user(slug, &user, &roles.after, None))
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
        // Whatever a file describes is there: it comes back from the recycle bin.
        let back = (old.status != UserStatus::Deleted).then_some(old.status);
        new.status = spec.status.or(back).unwrap_or(UserStatus::Active);
        new.deleted_at = None;
        let mut fields = named(&[
            ("name", old.display_name != new.display_name),
            ("email_verified", old.email_verified != new.email_verified),
            ("status", old.status != new.status),
        ]);
        fields.extend(spec.profile.write_into(&mut new.profile));
        if !fields.is_empty() {
            new.updated_at = self.next_version(old.updated_at);
            users::store::update(self.conn, tenant, &new)?;
        }
        if old.is_active() && !new.is_active() {
            tokens::end_user_tokens(self.conn, tenant, id, None, self.now)?;
        }
        let slug = &spec.tenant.value;
        let roles = self.assign_roles((slug, tenant), (PrincipalKind::User, id), spec.roles.as_deref())?;
        if roles.differ() {
            fields.push("roles".into());
        }
        if self.set_password(tenant, id, password)? {
            let key =
                if matches!(password, NewPassword::SetIfNone(_)) { "password_hash" } else { "password" };
            fields.push(key.into());
        }
        let before = describe::user(slug, &old, &roles.before, None);
        let after = describe::user(slug, &new, &roles.after, None);
        self.existing(Object::new(tenant, ObjectKind::User, id, name), fields, (&before, &after))
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
}
