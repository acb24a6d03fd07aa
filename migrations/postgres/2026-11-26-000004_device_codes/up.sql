-- Requests of programs without a browser to sign somebody in on another device (RFC 8628). Both codes are known by digest
-- only; that of the short one is keyed, because a short code could be found by trying them all.
CREATE TABLE device_authorizations (
  id uuid NOT NULL PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
  client_pk uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
  issuer_tenant_id uuid,
  device_digest bytea NOT NULL,
  user_digest bytea NOT NULL,
  scopes text[] NOT NULL,
  audiences text[] NOT NULL,
  address text NOT NULL,
  user_agent text NOT NULL,
  state text NOT NULL,
  poll_interval bigint NOT NULL,
  polled_at timestamptz,
  user_tenant_id uuid,
  user_id uuid REFERENCES users ON DELETE CASCADE,
  session_id uuid REFERENCES sessions ON DELETE CASCADE,
  family_id uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT device_authorizations__device_digest UNIQUE (device_digest),
  CONSTRAINT device_authorizations__user_digest UNIQUE (user_digest)
);
CREATE INDEX device_authorizations_by_expires_at ON device_authorizations (expires_at);
CREATE INDEX device_authorizations_by_user_id ON device_authorizations (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX device_authorizations_by_session_id ON device_authorizations (session_id) WHERE session_id IS NOT NULL;

-- What the interaction is about, where it is no authorization request of a browser.
ALTER TABLE interactions ADD COLUMN device_authorization_id uuid;
