ALTER TABLE token_families RESET (fillfactor);
ALTER TABLE sessions RESET (fillfactor);
ALTER TABLE users RESET (fillfactor);
