DROP TABLE tenant_logos;
DROP TABLE tenant_branding;
