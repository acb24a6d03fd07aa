-- How an organisation looks on its sign-in pages. No row: as everybody's.
CREATE TABLE tenant_branding (
  tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  accent TEXT,
  support_url TEXT,
  logo TEXT,
  updated_at INTEGER NOT NULL
) STRICT;

-- Pictures, apart from what every visit reads.
CREATE TABLE tenant_logos (
  tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
  name TEXT NOT NULL,
  content BLOB NOT NULL CHECK (length(content) <= 65536)
) STRICT;
