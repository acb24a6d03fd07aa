-- Requests of programs without a browser to sign somebody in on another device (RFC 8628). Both codes are known by digest
-- only; that of the short one is keyed, because a short code could be found by trying them all.
CREATE TABLE device_authorizations (
  id TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk TEXT NOT NULL REFERENCES clients ON DELETE CASCADE,
  issuer_tenant_id TEXT,
  device_digest BLOB NOT NULL,
  user_digest BLOB NOT NULL,
  scopes TEXT NOT NULL,
  audiences TEXT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  state TEXT NOT NULL,
  poll_interval INTEGER NOT NULL,
  polled_at INTEGER,
  user_tenant_id TEXT,
  user_id TEXT REFERENCES users ON DELETE CASCADE,
  session_id TEXT REFERENCES sessions ON DELETE CASCADE,
  family_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  CONSTRAINT device_authorizations__device_digest UNIQUE (device_digest),
  CONSTRAINT device_authorizations__user_digest UNIQUE (user_digest)
) STRICT;
CREATE INDEX device_authorizations_by_expires_at ON device_authorizations (expires_at);
CREATE INDEX device_authorizations_by_user_id ON device_authorizations (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX device_authorizations_by_session_id ON device_authorizations (session_id) WHERE session_id IS NOT NULL;

-- What the interaction is about, where it is no authorization request of a browser.
ALTER TABLE interactions ADD COLUMN device_authorization_id TEXT;
