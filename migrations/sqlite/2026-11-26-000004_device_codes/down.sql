ALTER TABLE interactions DROP COLUMN device_authorization_id;
DROP TABLE device_authorizations;
