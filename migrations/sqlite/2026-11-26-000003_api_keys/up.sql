-- API keys, request-signing keys, what they were used for, and what every node has to hear of.

-- Keys that programs send as they are. A key belongs to a person or to a service account.
CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id TEXT REFERENCES users ON DELETE CASCADE,
  service_account_id TEXT REFERENCES service_accounts ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  metadata TEXT NOT NULL,
  prefix TEXT NOT NULL,
  hint TEXT NOT NULL,
  digest BLOB NOT NULL,
  previous_digest BLOB,
  previous_ends_at INTEGER,
  level TEXT,
  scopes TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,
  rate_limit INTEGER,
  status TEXT NOT NULL,
  status_reason TEXT NOT NULL,
  expires_at INTEGER,
  rotated_at INTEGER,
  exposed_at INTEGER,
  expiry_notices INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT api_keys__digest UNIQUE (digest),
  CONSTRAINT api_keys__previous_digest UNIQUE (previous_digest)
) STRICT;
CREATE INDEX api_keys_by_tenant_id ON api_keys (tenant_id, id);
CREATE INDEX api_keys_by_user_id ON api_keys (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX api_keys_by_service_account_id ON api_keys (service_account_id, id) WHERE service_account_id IS NOT NULL;
CREATE INDEX api_keys_by_expires_at ON api_keys (expires_at) WHERE expires_at IS NOT NULL AND status = 'active';
CREATE INDEX api_keys_by_name ON api_keys (tenant_id, name, id);

-- Sessions that an API key was exchanged for. They end with the key.
CREATE TABLE key_sessions (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  api_key_id TEXT NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  sealed_seed BLOB NOT NULL,
  generation INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  user_agent TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX key_sessions_by_api_key_id ON key_sessions (api_key_id, id);
CREATE INDEX key_sessions_by_tenant_id ON key_sessions (tenant_id, id);
CREATE INDEX key_sessions_by_expires_at ON key_sessions (expires_at);

-- Public keys that requests are signed with. The private half is never known here.
CREATE TABLE request_keys (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id TEXT REFERENCES users ON DELETE CASCADE,
  service_account_id TEXT REFERENCES service_accounts ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  public_key BLOB NOT NULL,
  fingerprint TEXT NOT NULL,
  level TEXT,
  scopes TEXT NOT NULL,
  allowed_addresses TEXT NOT NULL,
  rate_limit INTEGER,
  status TEXT NOT NULL,
  status_reason TEXT NOT NULL,
  expires_at INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT request_keys__fingerprint UNIQUE (fingerprint)
) STRICT;
CREATE INDEX request_keys_by_tenant_id ON request_keys (tenant_id, id);
CREATE INDEX request_keys_by_user_id ON request_keys (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX request_keys_by_service_account_id ON request_keys (service_account_id, id) WHERE service_account_id IS NOT NULL;

-- Signed requests that were seen, until they are too old to be taken anyway.
CREATE TABLE request_replays (
  digest BLOB NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX request_replays_by_expires_at ON request_replays (expires_at);

-- When and from where a key was last used. Beside the key, so that writing it down changes no key.
CREATE TABLE credential_uses (
  credential_id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  last_used_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  previous_used_at INTEGER
) STRICT;
CREATE INDEX credential_uses_by_tenant_id ON credential_uses (tenant_id, last_used_at);

-- How often a key was used in each hour, by outcome.
CREATE TABLE credential_usage (
  credential_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  hour INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (credential_id, hour, outcome)
) STRICT;
CREATE INDEX credential_usage_by_tenant_id ON credential_usage (tenant_id, hour);
CREATE INDEX credential_usage_by_hour ON credential_usage (hour);

-- The networks that a key was used from.
CREATE TABLE credential_networks (
  credential_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  network TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  PRIMARY KEY (credential_id, network)
) STRICT;

-- What ended or changed a short while ago: every node and every edge that remembers a verdict hears of it.
CREATE TABLE revocations (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  action TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL
) STRICT;
CREATE INDEX revocations_by_tenant_id ON revocations (tenant_id, id);
CREATE INDEX revocations_by_occurred_at ON revocations (occurred_at);
