-- What somebody does not want to be told of again: a notice of an organisation, as long as what it tells stays the same.
CREATE TABLE dismissed_notices (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  notice text NOT NULL,
  -- Of what the notice told.
  digest bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, tenant_id, notice)
);
CREATE INDEX dismissed_notices_by_tenant_id ON dismissed_notices (tenant_id);
CREATE INDEX dismissed_notices_by_expires_at ON dismissed_notices (expires_at);
