-- The newest uses of each key; those that are alike, within one minute, are one row.
CREATE TABLE key_uses (
  credential_id TEXT NOT NULL,
  -- From a digest of all that makes uses alike.
  alike TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  minute INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  outcome TEXT NOT NULL,
  door TEXT NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (credential_id, alike)
) STRICT;
CREATE INDEX key_uses_by_tenant_id ON key_uses (tenant_id);
-- What changes with each use stands in no index.
CREATE INDEX key_uses_by_minute ON key_uses (minute);
