-- API keys, request-signing keys, what they were used for, and what every node has to hear of.

-- Keys that programs send as they are. A key belongs to a person or to a service account.
CREATE TABLE api_keys (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id uuid REFERENCES users ON DELETE CASCADE,
  service_account_id uuid REFERENCES service_accounts ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  description text NOT NULL,
  metadata jsonb NOT NULL,
  prefix text NOT NULL,
  hint text NOT NULL,
  digest bytea NOT NULL,
  previous_digest bytea,
  previous_ends_at timestamptz,
  level text,
  scopes text[] NOT NULL,
  allowed_addresses text[] NOT NULL,
  rate_limit bigint,
  status text NOT NULL,
  status_reason text NOT NULL,
  expires_at timestamptz,
  rotated_at timestamptz,
  exposed_at timestamptz,
  expiry_notices bigint NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT api_keys__digest UNIQUE (digest),
  CONSTRAINT api_keys__previous_digest UNIQUE (previous_digest)
);
CREATE INDEX api_keys_by_tenant_id ON api_keys (tenant_id, id);
CREATE INDEX api_keys_by_user_id ON api_keys (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX api_keys_by_service_account_id ON api_keys (service_account_id, id) WHERE service_account_id IS NOT NULL;
CREATE INDEX api_keys_by_expires_at ON api_keys (expires_at) WHERE expires_at IS NOT NULL AND status = 'active';
CREATE INDEX api_keys_by_name ON api_keys (tenant_id, name, id);

-- Sessions that an API key was exchanged for. They end with the key.
CREATE TABLE key_sessions (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  api_key_id uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  sealed_seed bytea NOT NULL,
  generation bigint NOT NULL,
  rotated_at timestamptz NOT NULL,
  user_agent text NOT NULL,
  address text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX key_sessions_by_api_key_id ON key_sessions (api_key_id, id);
CREATE INDEX key_sessions_by_tenant_id ON key_sessions (tenant_id, id);
CREATE INDEX key_sessions_by_expires_at ON key_sessions (expires_at);

-- Public keys that requests are signed with. The private half is never known here.
CREATE TABLE request_keys (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id uuid REFERENCES users ON DELETE CASCADE,
  service_account_id uuid REFERENCES service_accounts ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  description text NOT NULL,
  algorithm text NOT NULL,
  public_key bytea NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  level text,
  scopes text[] NOT NULL,
  allowed_addresses text[] NOT NULL,
  rate_limit bigint,
  status text NOT NULL,
  status_reason text NOT NULL,
  expires_at timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT request_keys__fingerprint UNIQUE (fingerprint)
);
CREATE INDEX request_keys_by_tenant_id ON request_keys (tenant_id, id);
CREATE INDEX request_keys_by_user_id ON request_keys (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX request_keys_by_service_account_id ON request_keys (service_account_id, id) WHERE service_account_id IS NOT NULL;

-- Signed requests that were seen, until they are too old to be taken anyway.
CREATE TABLE request_replays (
  digest bytea NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX request_replays_by_expires_at ON request_replays (expires_at);

-- When and from where a key was last used. Beside the key, so that writing it down changes no key.
CREATE TABLE credential_uses (
  credential_id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  last_used_at timestamptz NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  previous_used_at timestamptz
);
CREATE INDEX credential_uses_by_tenant_id ON credential_uses (tenant_id, last_used_at);

-- How often a key was used in each hour, by outcome.
CREATE TABLE credential_usage (
  credential_id uuid NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  outcome text NOT NULL,
  requests bigint NOT NULL,
  PRIMARY KEY (credential_id, hour, outcome)
);
CREATE INDEX credential_usage_by_tenant_id ON credential_usage (tenant_id, hour);
CREATE INDEX credential_usage_by_hour ON credential_usage (hour);

-- The networks that a key was used from.
CREATE TABLE credential_networks (
  credential_id uuid NOT NULL,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  network text NOT NULL,
  first_seen_at timestamptz NOT NULL,
  PRIMARY KEY (credential_id, network)
);

-- What ended or changed a short while ago: every node and every edge that remembers a verdict hears of it.
CREATE TABLE revocations (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL
);
CREATE INDEX revocations_by_tenant_id ON revocations (tenant_id, id);
CREATE INDEX revocations_by_occurred_at ON revocations (occurred_at);
