-- Webhooks: whom an organisation tells what happened, and what was told.

CREATE TABLE webhooks (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT NOT NULL,
  status TEXT NOT NULL,
  status_reason TEXT NOT NULL,
  sealed_secret BLOB NOT NULL,
  previous_sealed_secret BLOB,
  previous_ends_at INTEGER,
  position INTEGER NOT NULL,
  successes INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failing_since INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_by_tenant_id ON webhooks (tenant_id, id);
CREATE INDEX webhooks_by_status ON webhooks (status, id);

-- One row for each event and webhook. `due_at` is when it is sent next, or until when whoever sends it has it to itself;
-- it is absent once nothing more is to be done.
CREATE TABLE webhook_deliveries (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  webhook_id TEXT NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  event_id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  attempts_before INTEGER NOT NULL,
  due_at INTEGER,
  attempted_at INTEGER,
  answer_status INTEGER,
  answer_body TEXT NOT NULL,
  error TEXT NOT NULL,
  duration_ms INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_by_webhook_id ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_by_due_at ON webhook_deliveries (webhook_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_tenant_id ON webhook_deliveries (tenant_id, id);
CREATE INDEX webhook_deliveries_by_created_at ON webhook_deliveries (created_at);

-- Administrators of organisations that are there may do with webhooks what those of new ones may.
UPDATE roles SET permissions = json_insert(permissions, '$[#]', 'webhooks:*')
  WHERE built_in = 1 AND slug = 'tenant_admin'
    AND NOT EXISTS (SELECT 1 FROM json_each(permissions) WHERE value = 'webhooks:*');
