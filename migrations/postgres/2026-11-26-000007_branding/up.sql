-- How an organisation looks on its sign-in pages. No row: as everybody's.
CREATE TABLE tenant_branding (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  accent text,
  support_url text,
  logo text,
  updated_at timestamptz NOT NULL
);

-- Pictures, apart from what every visit reads.
CREATE TABLE tenant_logos (
  tenant_id uuid NOT NULL PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  name text NOT NULL,
  content bytea NOT NULL CHECK (octet_length(content) <= 65536)
);
