DROP TABLE dismissed_notices;
