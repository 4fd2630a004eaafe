-- Prepares one PostgreSQL cluster (15 or newer, with pgvector) for Holdfast: database, extension, roles.
-- Run once on the cluster of the primary and once on the cluster of the failover, by a superuser:
--   psql -v ON_ERROR_STOP=1 -d postgres -f roles.sql
-- Running it again changes nothing. Passwords are set apart from this file (\password ROLE): it holds no secret.

SET client_min_messages = warning;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_owner') THEN
        CREATE ROLE holdfast_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_app') THEN
        CREATE ROLE holdfast_app;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_probe') THEN
        CREATE ROLE holdfast_probe;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'holdfast_replication') THEN
        CREATE ROLE holdfast_replication;
    END IF;
END
$$;

-- Owns the schema, the publication and the subscription; runs the migrations. Never used for a business call.
ALTER ROLE holdfast_owner WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- Business calls: rows only, and only those that row level security lets through.
ALTER ROLE holdfast_app WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
-- Health probes: server statistics, no rows.
ALTER ROLE holdfast_probe WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
GRANT pg_monitor TO holdfast_probe;
-- Physical and logical replication. A table's first copy is an ordinary read of every row, so the role needs to read
-- all tables, past row level security; without that the copy of each new table fails for ever.
ALTER ROLE holdfast_replication WITH LOGIN REPLICATION BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE;
GRANT pg_read_all_data TO holdfast_replication;

SELECT 'CREATE DATABASE holdfast ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'holdfast')
\gexec

REVOKE ALL ON DATABASE holdfast FROM PUBLIC;
GRANT CONNECT ON DATABASE holdfast TO holdfast_owner, holdfast_app, holdfast_probe, holdfast_replication;
-- CREATE makes schemas and publications.
GRANT CREATE, TEMPORARY ON DATABASE holdfast TO holdfast_owner;

\connect holdfast

SET client_min_messages = warning;

CREATE EXTENSION IF NOT EXISTS vector;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- For the type vector and its operators; nobody but a superuser creates anything in this schema.
GRANT USAGE ON SCHEMA public TO holdfast_owner, holdfast_app;
