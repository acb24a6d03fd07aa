-- The directory: teams, service accounts, APIs, invitations, the recycle bin, and the audit log.

-- When an organisation, a person or an application was put into the recycle bin; what a list is searched by. Text that
-- is compared by order is kept in byte order, so that both databases sort alike and a prefix is a range of an index.
ALTER TABLE tenants ADD COLUMN deleted_at timestamptz;
ALTER TABLE tenants ADD COLUMN name_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE tenants SET name_key = lower(display_name);
CREATE INDEX tenants_by_name_key ON tenants (name_key);
CREATE INDEX tenants_by_deleted_at ON tenants (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE users ADD COLUMN deleted_at timestamptz;
ALTER TABLE users ADD COLUMN last_sign_in_at timestamptz;
ALTER TABLE users ADD COLUMN name_key text COLLATE "C" NOT NULL DEFAULT '';
UPDATE users SET name_key = lower(display_name);
CREATE INDEX users_by_tenant_id ON users (tenant_id, id);
CREATE INDEX users_by_name_key ON users (tenant_id, name_key);
CREATE INDEX users_by_status ON users (tenant_id, status, id);
CREATE INDEX users_by_deleted_at ON users (deleted_at) WHERE deleted_at IS NOT NULL;
ALTER TABLE tenants ALTER COLUMN slug TYPE text COLLATE "C";
ALTER TABLE users ALTER COLUMN email_key TYPE text COLLATE "C";
ALTER TABLE roles ALTER COLUMN slug TYPE text COLLATE "C";
ALTER TABLE clients ADD COLUMN service_account_id uuid;
ALTER TABLE clients ADD COLUMN deleted_at timestamptz;
ALTER TABLE clients ALTER COLUMN client_id TYPE text COLLATE "C";
-- Tokens of programs hang on no grant that could be ended: those that were issued until then are over.
ALTER TABLE clients ADD COLUMN tokens_ended_at timestamptz;
ALTER TABLE tenants ADD COLUMN tokens_ended_at timestamptz;
CREATE INDEX clients_by_tenant_id_and_id ON clients (tenant_id, id);
CREATE INDEX clients_by_service_account_id ON clients (service_account_id);
CREATE INDEX clients_by_deleted_at ON clients (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX sessions_by_tenant_id ON sessions (tenant_id, id);
CREATE INDEX role_assignments_by_tenant_id ON role_assignments (tenant_id, role_id);

-- Mail domains that an organisation has shown to be its own.
CREATE TABLE tenant_domains (
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  domain text COLLATE "C" NOT NULL,
  verified_at timestamptz NOT NULL,
  PRIMARY KEY (domain)
);
CREATE INDEX tenant_domains_by_tenant_id ON tenant_domains (tenant_id);

-- People and service accounts of one organisation that get their roles together.
CREATE TABLE teams (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  slug text COLLATE "C" NOT NULL,
  display_name text NOT NULL,
  description text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT teams__tenant_id__slug UNIQUE (tenant_id, slug)
);
CREATE INDEX teams_by_tenant_id ON teams (tenant_id, id);

-- Who belongs to a team.
CREATE TABLE team_members (
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  member_kind text NOT NULL,
  member_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (team_id, member_id)
);
CREATE INDEX team_members_by_member_id ON team_members (member_id);

-- A program's identity. It outlives the person who made it and has several credentials.
CREATE TABLE service_accounts (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  team_id uuid REFERENCES teams ON DELETE RESTRICT,
  slug text COLLATE "C" NOT NULL,
  display_name text NOT NULL,
  description text NOT NULL,
  status text NOT NULL,
  created_by text NOT NULL,
  deleted_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT service_accounts__tenant_id__slug UNIQUE (tenant_id, slug)
);
CREATE INDEX service_accounts_by_tenant_id ON service_accounts (tenant_id, id);
CREATE INDEX service_accounts_by_team_id ON service_accounts (team_id);
CREATE INDEX service_accounts_by_deleted_at ON service_accounts (deleted_at) WHERE deleted_at IS NOT NULL;

-- An API that tokens are for (RFC 8707).
CREATE TABLE resource_servers (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  audience text COLLATE "C" NOT NULL,
  display_name text NOT NULL,
  permissions text[] NOT NULL,
  status text NOT NULL,
  settings jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT resource_servers__tenant_id__audience UNIQUE (tenant_id, audience)
);
CREATE INDEX resource_servers_by_tenant_id ON resource_servers (tenant_id, id);

-- Links that ask somebody to join.
CREATE TABLE invitations (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  digest bytea NOT NULL,
  invited_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  CONSTRAINT invitations__digest UNIQUE (digest)
);
CREATE INDEX invitations_by_tenant_id ON invitations (tenant_id, id);
CREATE INDEX invitations_by_user_id ON invitations (user_id);
CREATE INDEX invitations_by_expires_at ON invitations (expires_at);

-- What happened, written beside the deed in its transaction. A job numbers and chains the rows later. The rows outlive
-- the organisation that they name.
CREATE TABLE audit_events (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL,
  occurred_at timestamptz NOT NULL,
  action text COLLATE "C" NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text COLLATE "C" NOT NULL,
  actor_name text NOT NULL,
  actor_tenant_id uuid,
  target_kind text NOT NULL,
  target_id text COLLATE "C" NOT NULL,
  target_name text NOT NULL,
  changes text NOT NULL,
  client_id text NOT NULL,
  session_id text NOT NULL,
  request_id text NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  sequence bigint,
  hash bytea
);
CREATE INDEX audit_events_by_tenant_id ON audit_events (tenant_id, id);
CREATE INDEX audit_events_by_actor_id ON audit_events (tenant_id, actor_id, id);
CREATE INDEX audit_events_by_target_id ON audit_events (tenant_id, target_id, id);
CREATE INDEX audit_events_by_action ON audit_events (tenant_id, action, id);
CREATE INDEX audit_events_by_occurred_at ON audit_events (occurred_at);
CREATE UNIQUE INDEX audit_events_by_sequence ON audit_events (tenant_id, sequence);
CREATE INDEX audit_events_unsealed ON audit_events (tenant_id, id) WHERE sequence IS NULL;

-- The end of each organisation's chain, and where what is kept of it begins.
CREATE TABLE audit_chains (
  tenant_id uuid NOT NULL PRIMARY KEY,
  sequence bigint NOT NULL,
  hash bytea NOT NULL,
  kept_sequence bigint NOT NULL,
  kept_hash bytea NOT NULL,
  updated_at timestamptz NOT NULL
);

-- Answers of creating calls, kept for callers who have to ask again. The answer is sealed, because it may hold a secret.
CREATE TABLE idempotency_keys (
  digest bytea NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  request_digest bytea NOT NULL,
  status bigint NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX idempotency_keys_by_expires_at ON idempotency_keys (expires_at);
