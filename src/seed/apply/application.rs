//! Applications and their secrets.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::client::{ClientSpec, differences, rules};
use super::super::report::{Change, ObjectKind};
use super::{Work, hidden};
use crate::audit::Changes;
use crate::clients::{self, Client, ClientStatus, StoredSecret, new_client, rules_of_a_whole_client};
use crate::db::DbError;
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
        if self.is_sound(&client, spec, false) {
            clients::store::insert(self.conn, tenant, &client)?;
            self.add_secrets(&client, spec, &[])?;
            let mut changes = Changes::created(&told(&client));
            if !spec.secrets.is_empty() {
                changes = hidden(changes, "secrets");
            }
            let change = Change::created(ObjectKind::Client, spec.client_id.clone());
            self.done((tenant, client.id), change, changes)?;
        }
        Ok(())
    }

    fn existing_client(&mut self, old: Client, spec: &ClientSpec) -> Result<(), DbError> {
        let tenant = old.tenant_id;
        let mut new = spec.written_over(old.clone());
        let stored = clients::store::secrets_of(self.conn, tenant, old.id)?;
        if !self.is_sound(&new, spec, stored.iter().any(|secret| secret.is_live(self.now))) {
            return Ok(());
        }
        let mut fields = differences(&old, &new);
        if !fields.is_empty() {
            new.updated_at = self.now;
            clients::store::update(self.conn, tenant, &new)?;
            if old.status != new.status && new.status == ClientStatus::Disabled {
                tokens::end_client_tokens(self.conn, tenant, new.id, self.now)?;
            }
        }
        let mut changes = Changes::between(&told(&old), &told(&new));
        if self.add_secrets(&new, spec, &stored)? {
            fields.push("secrets".into());
            changes = hidden(changes, "secrets");
        }
        self.done(
            (tenant, new.id),
            Change::existing(ObjectKind::Client, spec.client_id.clone(), fields),
            changes,
        )
    }

    /// Whether the application fits together with what the file leaves out.
    fn is_sound(&mut self, client: &Client, spec: &ClientSpec, has_live_secret: bool) -> bool {
        let has_secret = has_live_secret || !spec.secrets.is_empty();
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

/// An application as the audit log tells it, under the keys of the file.
fn told(client: &Client) -> Value {
    json!({
        "client_id": client.client_id,
        "display_name": client.display_name,
        "kind": client.kind.as_str(),
        "status": client.status.as_str(),
        "auth_method": client.auth_method.as_str(),
        "require_pkce": client.require_pkce,
        "first_party": client.first_party,
        "all_tenants": client.all_tenants,
        "redirect_uris": client.redirect_uris,
        "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "grant_types": client.grant_types.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        "response_modes": client.response_modes.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        "scopes": client.scopes,
        "settings": client.settings,
    })
}
