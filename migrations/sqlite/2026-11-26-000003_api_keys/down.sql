DROP TABLE revocations;
DROP TABLE credential_networks;
DROP TABLE credential_usage;
DROP TABLE credential_uses;
DROP TABLE request_replays;
DROP TABLE request_keys;
DROP TABLE key_sessions;
DROP TABLE api_keys;
