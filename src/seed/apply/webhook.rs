//! Webhooks, which are known by their addresses. What signs is given by the file or made here, and shown by nobody.

use super::super::describe;
use super::super::report::ObjectKind;
use super::super::webhook::WebhookSpec;
use super::note::Object;
use super::{Work, won};
use crate::audit;
use crate::db::DbError;
use crate::id::Id;
use crate::tenants::{self, TenantId};
use crate::webhooks::{
    GRACE, MOST_WEBHOOKS, Pattern, Sealing, Webhook, WebhookId, WebhookSecret, WebhookStatus, store,
};

impl Work<'_, '_> {
    pub(super) fn webhook(&mut self, spec: &WebhookSpec) -> Result<(), DbError> {
        let Some(tenant) = self.tenant_id(&spec.tenant)? else { return Ok(()) };
        let url = match self.ground.wall.url(&spec.url.value) {
            Ok(url) => String::from(url),
            Err(why) => {
                self.refuse(spec.url.place, format!("webhooks.url: {why}"));
                return Ok(());
            }
        };
        if !self.knows_events(tenant, spec)? {
            return Ok(());
        }
        let all = super::super::store::webhooks(self.conn, tenant)?;
        match all.iter().find(|(_, known)| *known == url) {
            Some((id, _)) => match store::find(self.conn, tenant, *id)? {
                Some(old) => self.existing_webhook(old, spec),
                None => Err(DbError::Retry),
            },
            None if i64::try_from(all.len()).unwrap_or(i64::MAX) >= MOST_WEBHOOKS => {
                let problem = format!("an organisation has at most {MOST_WEBHOOKS} webhooks");
                self.refuse(spec.place, problem);
                Ok(())
            }
            None => self.new_webhook(tenant, url, spec),
        }
    }

    /// Whether all events are such as the organisation's profile knows.
    fn knows_events(&mut self, tenant: TenantId, spec: &WebhookSpec) -> Result<bool, DbError> {
        let Some(found) = tenants::store::find(self.conn, tenant)? else { return Ok(false) };
        // A profile that this server does not know is refused where the organisation is described.
        let Ok(profile) = self.ground.profiles.find(&found.settings.profile) else { return Ok(false) };
        let unknown =
            |text: &&super::Placed<String>| Pattern::parse(&text.value, &profile.webhooks).is_none();
        let wrong: Vec<_> = spec.events.iter().flatten().filter(unknown).collect();
        for one in &wrong {
            let shown: String = one.value.chars().take(80).collect();
            self.refuse(one.place, format!("webhooks.events: no event is called {shown:?}"));
        }
        Ok(wrong.is_empty())
    }

    fn new_webhook(&mut self, tenant: TenantId, url: String, spec: &WebhookSpec) -> Result<(), DbError> {
        let name = format!("{}/{url}", spec.tenant.value);
        let Some(events) = &spec.events else {
            self.refuse(spec.place, format!("webhook \"{name}\" is new and needs events"));
            return Ok(());
        };
        let id = self.random.id(self.now);
        let secret = spec.secret.clone().unwrap_or_else(|| WebhookSecret::generate(self.random));
        let webhook = Webhook {
            id,
            tenant_id: tenant,
            url,
            description: spec.description.clone().unwrap_or_default(),
            events: events.iter().map(|event| event.value.clone()).collect(),
            status: spec.status.unwrap_or(WebhookStatus::Active),
            status_reason: String::new(),
            sealed_secret: self.sealed(id, &secret)?,
            previous: None,
            position: audit::head(self.conn, tenant)?,
            successes: 0,
            failures: 0,
            failing_since: None,
            created_by: "system:config".into(),
            created_at: self.now,
            updated_at: self.now,
        };
        store::insert(self.conn, tenant, &webhook)?;
        let object = Object::new(tenant, ObjectKind::Webhook, id, name);
        self.created(object, &describe::webhook(&spec.tenant.value, &webhook))
    }

    fn existing_webhook(&mut self, old: Webhook, spec: &WebhookSpec) -> Result<(), DbError> {
        let tenant = old.tenant_id;
        let mut new = old.clone();
        if let Some(events) = &spec.events {
            new.events = events.iter().map(|event| event.value.clone()).collect();
        }
        if let Some(description) = &spec.description {
            new.description.clone_from(description);
        }
        if let Some(status) = spec.status.filter(|status| *status != old.status) {
            new.status = status;
            new.status_reason.clear();
        }
        let slug = &spec.tenant.value;
        let (before, after) = (describe::webhook(slug, &old), describe::webhook(slug, &new));
        let mut fields = after.differences(&before);
        if let Some(secret) = &spec.secret
            && !self.signs_with(&old, secret)
        {
            // Receivers have a day to learn the new one.
            new.previous = Some((old.sealed_secret.clone(), self.now + GRACE));
            new.sealed_secret = self.sealed(old.id, secret)?;
            fields.push("secret".into());
        }
        if new != old {
            new.updated_at = self.next_version(old.updated_at);
            won(store::update(self.conn, tenant, &new, old.updated_at)?)?;
        }
        if old.status == WebhookStatus::Paused && new.status == WebhookStatus::Active {
            let position = audit::head(self.conn, tenant)?;
            store::begin_at(self.conn, tenant, new.id, position)?;
        }
        let name = format!("{slug}/{}", new.url);
        let object = Object::new(tenant, ObjectKind::Webhook, new.id, name);
        self.existing(object, fields, (&before, &after))
    }

    fn signs_with(&self, webhook: &Webhook, secret: &WebhookSecret) -> bool {
        let sealing = Sealing(&self.ground.master);
        sealing.open(webhook.id, &webhook.sealed_secret).is_ok_and(|known| known.is(secret))
    }

    fn sealed(&self, id: WebhookId, secret: &WebhookSecret) -> Result<Vec<u8>, DbError> {
        let sealed = Sealing(&self.ground.master).seal(self.random, id, secret);
        sealed.map_err(|why| DbError::Damaged(why.to_string()))
    }

    /// Deletes the webhooks that the file does not name.
    pub(super) fn prune_webhooks(
        &mut self,
        (tenant, slug): (TenantId, &tenants::Slug),
        named: impl Fn(&str) -> bool,
    ) -> Result<(), DbError> {
        for (id, url) in super::super::store::webhooks(self.conn, tenant)? {
            if named(&url) {
                continue;
            }
            let Some(webhook) = store::find(self.conn, tenant, Id::new(id.uuid()))? else { continue };
            won(store::delete(self.conn, tenant, id, webhook.updated_at)?)?;
            let object = Object::new(tenant, ObjectKind::Webhook, id, format!("{slug}/{url}"));
            self.deleted(object, &describe::webhook(slug, &webhook))?;
        }
        Ok(())
    }
}
