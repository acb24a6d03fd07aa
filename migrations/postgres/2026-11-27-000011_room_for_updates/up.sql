-- Rows that change in columns no index has: with room left in their page the new version stays there, and no index has to
-- be touched. It holds for pages that are written from now on.
ALTER TABLE users SET (fillfactor = 90);
ALTER TABLE sessions SET (fillfactor = 90);
ALTER TABLE token_families SET (fillfactor = 90);
