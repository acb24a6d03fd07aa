-- The newest uses of each key; those that are alike, within one minute, are one row.
CREATE TABLE key_uses (
  credential_id uuid NOT NULL,
  -- From a digest of all that makes uses alike.
  alike uuid NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  minute timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  outcome text NOT NULL,
  door text NOT NULL,
  requests bigint NOT NULL,
  PRIMARY KEY (credential_id, alike)
);
CREATE INDEX key_uses_by_tenant_id ON key_uses (tenant_id);
-- What changes with each use stands in no index.
CREATE INDEX key_uses_by_minute ON key_uses (minute);
