-- Webhooks: whom an organisation tells what happened, and what was told.

CREATE TABLE webhooks (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  url text NOT NULL,
  description text NOT NULL,
  events text[] NOT NULL,
  status text NOT NULL,
  status_reason text NOT NULL,
  sealed_secret bytea NOT NULL,
  previous_sealed_secret bytea,
  previous_ends_at timestamptz,
  position bigint NOT NULL,
  successes bigint NOT NULL,
  failures bigint NOT NULL,
  failing_since timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX webhooks_by_tenant_id ON webhooks (tenant_id, id);
CREATE INDEX webhooks_by_status ON webhooks (status, id);

-- One row for each event and webhook. `due_at` is when it is sent next, or until when whoever sends it has it to itself;
-- it is absent once nothing more is to be done.
CREATE TABLE webhook_deliveries (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  webhook_id uuid NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  event_id uuid NOT NULL,
  event_type text NOT NULL,
  body text NOT NULL,
  status text NOT NULL,
  attempts bigint NOT NULL,
  attempts_before bigint NOT NULL,
  due_at timestamptz,
  attempted_at timestamptz,
  answer_status bigint,
  answer_body text NOT NULL,
  error text NOT NULL,
  duration_ms bigint,
  created_at timestamptz NOT NULL
);
CREATE INDEX webhook_deliveries_by_webhook_id ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_by_due_at ON webhook_deliveries (webhook_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_deliveries_by_tenant_id ON webhook_deliveries (tenant_id, id);
CREATE INDEX webhook_deliveries_by_created_at ON webhook_deliveries (created_at);

-- Administrators of organisations that are there may do with webhooks what those of new ones may.
UPDATE roles SET permissions = array_append(permissions, 'webhooks:*')
  WHERE built_in AND slug = 'tenant_admin' AND NOT ('webhooks:*' = ANY (permissions));
