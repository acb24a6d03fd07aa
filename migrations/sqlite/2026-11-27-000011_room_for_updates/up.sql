-- SQLite changes a row where it lies; PostgreSQL is told to leave room for that.
SELECT 1;
