-- The directory: teams, service accounts, APIs, invitations, the recycle bin, and the audit log.

-- When an organisation, a person or an application was put into the recycle bin; what a list is searched by. Text that
-- is compared by order is kept in byte order, so that both databases sort alike and a prefix is a range of an index.
ALTER TABLE tenants ADD COLUMN deleted_at INTEGER;
ALTER TABLE tenants ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE tenants SET name_key = lower(display_name);
CREATE INDEX tenants_by_name_key ON tenants (name_key);
CREATE INDEX tenants_by_deleted_at ON tenants (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE users ADD COLUMN deleted_at INTEGER;
ALTER TABLE users ADD COLUMN last_sign_in_at INTEGER;
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE users SET name_key = lower(display_name);
CREATE INDEX users_by_tenant_id ON users (tenant_id, id);
CREATE INDEX users_by_name_key ON users (tenant_id, name_key);
CREATE INDEX users_by_status ON users (tenant_id, status, id);
CREATE INDEX users_by_deleted_at ON users (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE clients ADD COLUMN service_account_id TEXT;
ALTER TABLE clients ADD COLUMN deleted_at INTEGER;
-- Tokens of programs hang on no grant that could be ended: those that were issued until then are over.
ALTER TABLE clients ADD COLUMN tokens_ended_at INTEGER;
ALTER TABLE tenants ADD COLUMN tokens_ended_at INTEGER;
CREATE INDEX clients_by_tenant_id_and_id ON clients (tenant_id, id);
CREATE INDEX clients_by_service_account_id ON clients (service_account_id);
CREATE INDEX clients_by_deleted_at ON clients (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX sessions_by_tenant_id ON sessions (tenant_id, id);
CREATE INDEX role_assignments_by_tenant_id ON role_assignments (tenant_id, role_id);

-- Mail domains that an organisation has shown to be its own.
CREATE TABLE tenant_domains (
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  domain TEXT NOT NULL,
  verified_at INTEGER NOT NULL,
  PRIMARY KEY (domain)
) STRICT;
CREATE INDEX tenant_domains_by_tenant_id ON tenant_domains (tenant_id);

-- People and service accounts of one organisation that get their roles together.
CREATE TABLE teams (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  slug TEXT NOT NULL,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT teams__tenant_id__slug UNIQUE (tenant_id, slug)
) STRICT;
CREATE INDEX teams_by_tenant_id ON teams (tenant_id, id);

-- Who belongs to a team.
CREATE TABLE team_members (
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  team_id TEXT NOT NULL REFERENCES teams ON DELETE CASCADE,
  member_kind TEXT NOT NULL,
  member_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (team_id, member_id)
) STRICT;
CREATE INDEX team_members_by_member_id ON team_members (member_id);

-- A program's identity. It outlives the person who made it and has several credentials.
CREATE TABLE service_accounts (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  team_id TEXT REFERENCES teams ON DELETE RESTRICT,
  slug TEXT NOT NULL,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  status TEXT NOT NULL,
  created_by TEXT NOT NULL,
  deleted_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT service_accounts__tenant_id__slug UNIQUE (tenant_id, slug)
) STRICT;
CREATE INDEX service_accounts_by_tenant_id ON service_accounts (tenant_id, id);
CREATE INDEX service_accounts_by_team_id ON service_accounts (team_id);
CREATE INDEX service_accounts_by_deleted_at ON service_accounts (deleted_at) WHERE deleted_at IS NOT NULL;

-- An API that tokens are for (RFC 8707).
CREATE TABLE resource_servers (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  audience TEXT NOT NULL,
  display_name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  status TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT resource_servers__tenant_id__audience UNIQUE (tenant_id, audience)
) STRICT;
CREATE INDEX resource_servers_by_tenant_id ON resource_servers (tenant_id, id);

-- Links that ask somebody to join.
CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  digest BLOB NOT NULL,
  invited_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  accepted_at INTEGER,
  revoked_at INTEGER,
  CONSTRAINT invitations__digest UNIQUE (digest)
) STRICT;
CREATE INDEX invitations_by_tenant_id ON invitations (tenant_id, id);
CREATE INDEX invitations_by_user_id ON invitations (user_id);
CREATE INDEX invitations_by_expires_at ON invitations (expires_at);

-- What happened, written beside the deed in its transaction. A job numbers and chains the rows later. The rows outlive
-- the organisation that they name.
CREATE TABLE audit_events (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  actor_tenant_id TEXT,
  target_kind TEXT NOT NULL,
  target_id TEXT NOT NULL,
  target_name TEXT NOT NULL,
  changes TEXT NOT NULL,
  client_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  request_id TEXT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  sequence INTEGER,
  hash BLOB
) STRICT;
CREATE INDEX audit_events_by_tenant_id ON audit_events (tenant_id, id);
CREATE INDEX audit_events_by_actor_id ON audit_events (tenant_id, actor_id, id);
CREATE INDEX audit_events_by_target_id ON audit_events (tenant_id, target_id, id);
CREATE INDEX audit_events_by_action ON audit_events (tenant_id, action, id);
CREATE INDEX audit_events_by_occurred_at ON audit_events (occurred_at);
CREATE UNIQUE INDEX audit_events_by_sequence ON audit_events (tenant_id, sequence);
CREATE INDEX audit_events_unsealed ON audit_events (tenant_id, id) WHERE sequence IS NULL;

-- The end of each organisation's chain, and where what is kept of it begins.
CREATE TABLE audit_chains (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL,
  kept_sequence INTEGER NOT NULL,
  kept_hash BLOB NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Answers of creating calls, kept for callers who have to ask again. The answer is sealed, because it may hold a secret.
CREATE TABLE idempotency_keys (
  digest BLOB NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  request_digest BLOB NOT NULL,
  status INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_keys_by_expires_at ON idempotency_keys (expires_at);
