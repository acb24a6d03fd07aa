//! Applications and their secrets.

use std::time::Duration;

use super::super::client::{ClientSpec, rules};
use super::super::describe;
use super::super::report::ObjectKind;
use super::super::store;
use super::Work;
use super::note::Object;
use crate::clients::{self, Client, ClientStatus, StoredSecret, new_client, rules_of_a_whole_client};
use crate::db::DbError;
use crate::service_accounts::{self, ServiceAccountId};
use crate::tenants::TenantId;
use crate::tokens;

impl Work<'_, '_> {
    pub(super) fn client(&mut self, spec: &ClientSpec) -> Result<(), DbError> {
        let Some(tenant) = self.tenant_id(&spec.tenant)? else { return Ok(()) };
        match clients::store::find_by_client_id(self.conn, &spec.client_id)? {
            Some(old) if old.tenant_id != tenant => {
                let problem = format!(
                    "clients.client_id: \"{}\" belongs to another organisation already",
                    spec.client_id
                );
                self.refuse(spec.place_of("client_id"), problem);
                Ok(())
            }
            Some(old) => self.existing_client(old, spec),
            None => self.application_from_scratch(tenant, spec),
        }
    }

    fn application_from_scratch(&mut self, tenant: TenantId, spec: &ClientSpec) -> Result<(), DbError> {
        let (Some(kind), Some(_)) = (spec.kind, spec.display_name()) else {
            let problem =
                format!("application \"{}\" is new and needs display_name and kind", spec.client_id);
            self.refuse(spec.place, problem);
            return Ok(());
        };
        let mut client = spec.written_over(new_client(kind));
        client.id = self.random.id(self.now);
        client.tenant_id = tenant;
        client.client_id.clone_from(&spec.client_id);
        client.created_at = self.now;
        client.updated_at = self.now;
        client.service_account_id = self.account_of(tenant, spec)?;
        if !self.is_sound(&client, spec, false) {
            return Ok(());
        }
        self.keep_client_within(None, &client);
        clients::store::insert(self.conn, tenant, &client)?;
        self.add_secrets(&client, spec, &[])?;
        let account = spec.service_account.as_ref().map(|slug| slug.value.as_str());
        let object = Object::new(tenant, ObjectKind::Client, client.id, spec.client_id.as_str());
        self.created(object, &describe::client(&spec.tenant.value, &client, account, None))
    }

    fn existing_client(&mut self, old: Client, spec: &ClientSpec) -> Result<(), DbError> {
        let tenant = old.tenant_id;
        let mut new = spec.written_over(old.clone());
        new.service_account_id = self.account_of(tenant, spec)?.or(old.service_account_id);
        if new.status == ClientStatus::Deleted {
            // Whatever a file describes is there: it comes back from the recycle bin.
            new.status = ClientStatus::Active;
        }
        new.deleted_at = None;
        let stored = clients::store::secrets_of(self.conn, tenant, old.id)?;
        if !self.is_sound(&new, spec, stored.iter().any(|secret| secret.is_live(self.now))) {
            return Ok(());
        }
        if new != old {
            self.keep_client_within(Some(&old), &new);
            new.updated_at = self.next_version(old.updated_at);
            clients::store::update(self.conn, tenant, &new)?;
            if old.status != new.status && new.status == ClientStatus::Disabled {
                tokens::end_client_tokens(self.conn, tenant, new.id, self.now)?;
            }
        }
        let accounts = (self.account_slug(&old)?, self.account_slug(&new)?);
        let before = describe::client(&spec.tenant.value, &old, accounts.0.as_deref(), None);
        let after = describe::client(&spec.tenant.value, &new, accounts.1.as_deref(), None);
        let mut fields = after.differences(&before);
        if self.add_secrets(&new, spec, &stored)? | self.prune_secrets(&new, spec, &stored)? {
            self.may_speak_for(new.service_account_id, &new.client_id);
            fields.push("secrets".into());
        }
        let object = Object::new(tenant, ObjectKind::Client, new.id, spec.client_id.as_str());
        self.existing(object, fields, (&before, &after))
    }

    /// The service account that the file makes it a credential of.
    fn account_of(
        &mut self,
        tenant: TenantId,
        spec: &ClientSpec,
    ) -> Result<Option<ServiceAccountId>, DbError> {
        let Some(slug) = &spec.service_account else { return Ok(None) };
        let account = service_accounts::store::find_by_slug(self.conn, tenant, slug.value.as_str())?;
        if account.is_none() {
            let problem = self.no_service_account(&slug.value);
            self.refuse(slug.place, problem);
        }
        Ok(account.map(|account| account.id))
    }

    pub(super) fn account_slug(&mut self, client: &Client) -> Result<Option<String>, DbError> {
        let Some(id) = client.service_account_id else { return Ok(None) };
        let account = service_accounts::store::find(self.conn, client.tenant_id, id)?;
        Ok(account.map(|account| account.slug.to_string()))
    }

    /// Takes away the secrets that the file does not name, if it names any and is to be the whole truth.
    fn prune_secrets(
        &mut self,
        client: &Client,
        spec: &ClientSpec,
        stored: &[StoredSecret],
    ) -> Result<bool, DbError> {
        if !self.prune || !spec.names_secrets() {
            return Ok(false);
        }
        let gone: Vec<_> =
            stored.iter().filter(|one| !spec.secrets.contains(&one.digest)).map(|one| one.id).collect();
        store::remove_secrets(self.conn, client.tenant_id, client.id, &gone)?;
        Ok(!gone.is_empty())
    }

    /// Whether the application fits together with what the file leaves out.
    fn is_sound(&mut self, client: &Client, spec: &ClientSpec, has_live_secret: bool) -> bool {
        // A list without an entry says that it has none, and that this is no slip.
        let has_secret = has_live_secret || !spec.secrets.is_empty() || spec.names_secrets();
        let findings = [rules(client, spec), rules_of_a_whole_client(client, has_secret)].concat();
        for (key, problem) in &findings {
            self.refuse(spec.place_of(key), format!("clients.{key}: {problem}"));
        }
        findings.is_empty()
    }

    /// Makes every secret of the file live. A new one pushes out the older of two, which may be another of the file's:
    /// that one comes back in a second round, when only strangers are older.
    fn add_secrets(
        &mut self,
        client: &Client,
        spec: &ClientSpec,
        stored: &[StoredSecret],
    ) -> Result<bool, DbError> {
        let mut live = stored.to_vec();
        let mut added = 0;
        for _ in 0..StoredSecret::LIVE_AT_ONCE {
            for digest in &spec.secrets {
                if live.iter().any(|secret| secret.digest == *digest && secret.is_live(self.now)) {
                    continue;
                }
                let secret = StoredSecret {
                    id: self.random.id(self.now),
                    client_pk: client.id,
                    digest: *digest,
                    // Apart, so that "the newest" is never a matter of chance.
                    created_at: self.now + Duration::from_micros(added),
                    expires_at: None,
                };
                clients::store::add_secret(self.conn, client.tenant_id, &secret)?;
                added += 1;
                live = clients::store::secrets_of(self.conn, client.tenant_id, client.id)?;
            }
        }
        Ok(added > 0)
    }
}
