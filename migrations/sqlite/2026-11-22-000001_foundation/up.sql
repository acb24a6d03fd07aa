-- The foundation: organisations, people, applications, sessions, codes, token families and keys.

-- An organisation: people, applications and keys belong to exactly one.
CREATE TABLE tenants (
  id TEXT NOT NULL PRIMARY KEY,
  slug TEXT NOT NULL,
  display_name TEXT NOT NULL,
  status TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT tenants__slug UNIQUE (slug)
) STRICT;

-- A person in one organisation. The same mail address may exist in several.
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  email_verified INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  profile TEXT NOT NULL,
  password_hash TEXT,
  password_changed_at INTEGER,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT users__tenant_id__email_key UNIQUE (tenant_id, email_key)
) STRICT;
CREATE INDEX users_by_email_key ON users (email_key);

-- A named set of permissions of one organisation.
CREATE TABLE roles (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  slug TEXT NOT NULL,
  display_name TEXT NOT NULL,
  permissions TEXT NOT NULL,
  built_in INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT roles__tenant_id__slug UNIQUE (tenant_id, slug)
) STRICT;

-- Who holds which role.
CREATE TABLE role_assignments (
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  role_id TEXT NOT NULL REFERENCES roles ON DELETE CASCADE,
  principal_kind TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (role_id, principal_id)
) STRICT;
CREATE INDEX role_assignments_by_principal_id ON role_assignments (principal_id);

-- OAuth clients, called applications on pages.
CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_id TEXT NOT NULL,
  display_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  auth_method TEXT NOT NULL,
  require_pkce INTEGER NOT NULL,
  first_party INTEGER NOT NULL,
  all_tenants INTEGER NOT NULL,
  redirect_uris TEXT NOT NULL,
  post_logout_redirect_uris TEXT NOT NULL,
  grant_types TEXT NOT NULL,
  response_modes TEXT NOT NULL,
  scopes TEXT NOT NULL,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CONSTRAINT clients__client_id UNIQUE (client_id)
) STRICT;
CREATE INDEX clients_by_tenant_id ON clients (tenant_id);
CREATE INDEX clients_by_all_tenants ON clients (all_tenants);

-- At most two live secrets of a confidential client; only digests.
CREATE TABLE client_secrets (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
  digest BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
CREATE INDEX client_secrets_by_client_pk ON client_secrets (client_pk);

-- A person signed in in one browser. Several rows may share a browser: the account chooser.
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  browser BLOB NOT NULL,
  authenticated_at INTEGER NOT NULL,
  amr TEXT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX sessions_by_browser ON sessions (browser);
CREATE INDEX sessions_by_user_id ON sessions (user_id);
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);

-- What a person has allowed an application.
CREATE TABLE consents (
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  client_pk TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, client_pk)
) STRICT;

-- An authorization request that waits for a person, bound to the browser that brought it.
CREATE TABLE interactions (
  id BLOB NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
  issuer_tenant_id TEXT,
  browser BLOB NOT NULL,
  request TEXT NOT NULL,
  progress TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE INDEX interactions_by_browser ON interactions (browser);
CREATE INDEX interactions_by_expires_at ON interactions (expires_at);

-- One line of descent of tokens: what a code became, with the counter that refresh tokens are checked against.
CREATE TABLE token_families (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  session_id TEXT REFERENCES sessions ON DELETE CASCADE,
  issuer_tenant_id TEXT,
  facts TEXT NOT NULL,
  refreshable INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  parent_generation INTEGER,
  seed BLOB NOT NULL,
  rotated_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  idle_expires_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
CREATE INDEX token_families_by_user_id ON token_families (user_id);
CREATE INDEX token_families_by_session_id ON token_families (session_id);
CREATE INDEX token_families_by_client_pk ON token_families (client_pk);
CREATE INDEX token_families_by_expires_at ON token_families (expires_at);

-- Codes by digest: redeemed at most once.
CREATE TABLE authorization_codes (
  digest BLOB NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  session_id TEXT REFERENCES sessions ON DELETE CASCADE,
  issuer_tenant_id TEXT,
  redirect_uri TEXT NOT NULL,
  code_challenge TEXT,
  facts TEXT NOT NULL,
  family_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  redeemed_at INTEGER
) STRICT;
CREATE INDEX authorization_codes_by_expires_at ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_by_user_id ON authorization_codes (user_id);
CREATE INDEX authorization_codes_by_session_id ON authorization_codes (session_id);

-- Access tokens that were revoked one by one, until they would have expired.
CREATE TABLE revoked_tokens (
  jti TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX revoked_tokens_by_expires_at ON revoked_tokens (expires_at);

-- Keys that sign tokens. The private half is sealed by the master key.
CREATE TABLE signing_keys (
  kid TEXT NOT NULL PRIMARY KEY,
  algorithm TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  private_sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  active_at INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;

-- Counts of failures by account and by source; keys are keyed digests.
CREATE TABLE throttles (
  bucket BLOB NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  window_started_at INTEGER NOT NULL,
  blocked_until INTEGER,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX throttles_by_updated_at ON throttles (updated_at);

-- One-time links with which the first administrator is made.
CREATE TABLE setup_links (
  digest BLOB NOT NULL PRIMARY KEY,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

-- One-time links for a forgotten password.
CREATE TABLE password_resets (
  digest BLOB NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX password_resets_by_user_id ON password_resets (user_id);
CREATE INDEX password_resets_by_expires_at ON password_resets (expires_at);
