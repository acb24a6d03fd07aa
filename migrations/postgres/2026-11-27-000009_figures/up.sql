-- The keys of an organisation that work, by when they end: counted, and those that end soon found, without a look at the
-- ones that are gone.
CREATE INDEX api_keys_active ON api_keys (tenant_id, expires_at) WHERE status = 'active';
