-- What somebody does not want to be told of again: a notice of an organisation, as long as what it tells stays the same.
CREATE TABLE dismissed_notices (
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  notice TEXT NOT NULL,
  -- Of what the notice told.
  digest BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, tenant_id, notice)
) STRICT;
CREATE INDEX dismissed_notices_by_tenant_id ON dismissed_notices (tenant_id);
CREATE INDEX dismissed_notices_by_expires_at ON dismissed_notices (expires_at);
