-- The foundation: organisations, people, applications, sessions, codes, token families and keys.

-- An organisation: people, applications and keys belong to exactly one.
CREATE TABLE tenants (
  id uuid NOT NULL PRIMARY KEY,
  slug text NOT NULL,
  display_name text NOT NULL,
  status text NOT NULL,
  settings jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT tenants__slug UNIQUE (slug)
);

-- A person in one organisation. The same mail address may exist in several.
CREATE TABLE users (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  email text NOT NULL,
  email_key text NOT NULL,
  email_verified boolean NOT NULL,
  display_name text NOT NULL,
  profile jsonb NOT NULL,
  password_hash text,
  password_changed_at timestamptz,
  status text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT users__tenant_id__email_key UNIQUE (tenant_id, email_key)
);
CREATE INDEX users_by_email_key ON users (email_key);

-- A named set of permissions of one organisation.
CREATE TABLE roles (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  slug text NOT NULL,
  display_name text NOT NULL,
  permissions text[] NOT NULL,
  built_in boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT roles__tenant_id__slug UNIQUE (tenant_id, slug)
);

-- Who holds which role.
CREATE TABLE role_assignments (
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  role_id uuid NOT NULL REFERENCES roles ON DELETE CASCADE,
  principal_kind text NOT NULL,
  principal_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (role_id, principal_id)
);
CREATE INDEX role_assignments_by_principal_id ON role_assignments (principal_id);

-- OAuth clients, called applications on pages.
CREATE TABLE clients (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_id text NOT NULL,
  display_name text NOT NULL,
  kind text NOT NULL,
  status text NOT NULL,
  auth_method text NOT NULL,
  require_pkce boolean NOT NULL,
  first_party boolean NOT NULL,
  all_tenants boolean NOT NULL,
  redirect_uris text[] NOT NULL,
  post_logout_redirect_uris text[] NOT NULL,
  grant_types text[] NOT NULL,
  response_modes text[] NOT NULL,
  scopes text[] NOT NULL,
  settings jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT clients__client_id UNIQUE (client_id)
);
CREATE INDEX clients_by_tenant_id ON clients (tenant_id);
CREATE INDEX clients_by_all_tenants ON clients (all_tenants);

-- At most two live secrets of a confidential client; only digests.
CREATE TABLE client_secrets (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  digest bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz
);
CREATE INDEX client_secrets_by_client_pk ON client_secrets (client_pk);

-- A person signed in in one browser. Several rows may share a browser: the account chooser.
CREATE TABLE sessions (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  browser bytea NOT NULL,
  authenticated_at timestamptz NOT NULL,
  amr text[] NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX sessions_by_browser ON sessions (browser);
CREATE INDEX sessions_by_user_id ON sessions (user_id);
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);

-- What a person has allowed an application.
CREATE TABLE consents (
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_pk uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  scopes text[] NOT NULL,
  granted_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, client_pk)
);

-- An authorization request that waits for a person, bound to the browser that brought it.
CREATE TABLE interactions (
  id bytea NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  issuer_tenant_id uuid,
  browser bytea NOT NULL,
  request jsonb NOT NULL,
  progress jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX interactions_by_browser ON interactions (browser);
CREATE INDEX interactions_by_expires_at ON interactions (expires_at);

-- One line of descent of tokens: what a code became, with the counter that refresh tokens are checked against.
CREATE TABLE token_families (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  session_id uuid REFERENCES sessions ON DELETE CASCADE,
  issuer_tenant_id uuid,
  facts jsonb NOT NULL,
  refreshable boolean NOT NULL,
  generation bigint NOT NULL,
  parent_generation bigint,
  seed bytea NOT NULL,
  rotated_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  idle_expires_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX token_families_by_user_id ON token_families (user_id);
CREATE INDEX token_families_by_session_id ON token_families (session_id);
CREATE INDEX token_families_by_client_pk ON token_families (client_pk);
CREATE INDEX token_families_by_expires_at ON token_families (expires_at);

-- Codes by digest: redeemed at most once.
CREATE TABLE authorization_codes (
  digest bytea NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  session_id uuid REFERENCES sessions ON DELETE CASCADE,
  issuer_tenant_id uuid,
  redirect_uri text NOT NULL,
  code_challenge text,
  facts jsonb NOT NULL,
  family_id uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  redeemed_at timestamptz
);
CREATE INDEX authorization_codes_by_expires_at ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_by_user_id ON authorization_codes (user_id);
CREATE INDEX authorization_codes_by_session_id ON authorization_codes (session_id);

-- Access tokens that were revoked one by one, until they would have expired.
CREATE TABLE revoked_tokens (
  jti text NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  expires_at timestamptz NOT NULL
);
CREATE INDEX revoked_tokens_by_expires_at ON revoked_tokens (expires_at);

-- Keys that sign tokens. The private half is sealed by the master key.
CREATE TABLE signing_keys (
  kid text NOT NULL PRIMARY KEY,
  algorithm text NOT NULL,
  public_jwk jsonb NOT NULL,
  private_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL,
  active_at timestamptz NOT NULL,
  retired_at timestamptz
);

-- Counts of failures by account and by source; keys are keyed digests.
CREATE TABLE throttles (
  bucket bytea NOT NULL PRIMARY KEY,
  failures bigint NOT NULL,
  window_started_at timestamptz NOT NULL,
  blocked_until timestamptz,
  updated_at timestamptz NOT NULL
);
CREATE INDEX throttles_by_updated_at ON throttles (updated_at);

-- One-time links with which the first administrator is made.
CREATE TABLE setup_links (
  digest bytea NOT NULL PRIMARY KEY,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);

-- One-time links for a forgotten password.
CREATE TABLE password_resets (
  digest bytea NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX password_resets_by_user_id ON password_resets (user_id);
CREATE INDEX password_resets_by_expires_at ON password_resets (expires_at);
