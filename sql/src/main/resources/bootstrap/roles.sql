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

-- ------------------------------------------------------------------------------------------------------- salvage
-- Only superusers and REPLICATION roles may look into a slot. The owner may look into this one through this function.

CREATE SCHEMA IF NOT EXISTS cluster;
GRANT USAGE ON SCHEMA cluster TO holdfast_owner;

-- What the subscriber of the slot has not confirmed, as messages of pgoutput, protocol version 1; the slot stays as it is.
-- Begins after the transaction whose commit record ends at p_after, and ends with the transaction in which p_rows_max
-- messages are reached: pages are whole transactions. The lsn of a transaction's last message is where its commit record
-- ends. Messages of concurrent transactions overlap in lsn, so only their order tells where a page begins. The server
-- describes a table (R) and its types (Y) once, where they are first used; these come again with every page.
-- Every call decodes all that the slot holds.
CREATE OR REPLACE FUNCTION cluster.peek_slot(p_after pg_lsn, p_rows_max int)
    RETURNS TABLE (lsn pg_lsn, xid xid, data bytea) LANGUAGE sql VOLATILE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        WITH message AS MATERIALIZED (
            SELECT m.lsn, m.xid, m.data, m.position, pg_catalog.chr(pg_catalog.get_byte(m.data, 0)) AS kind
            FROM pg_catalog.pg_logical_slot_peek_binary_changes(
                     'holdfast', NULL, NULL, 'proto_version', '1', 'publication_names', 'holdfast')
                 WITH ORDINALITY AS m (lsn, xid, data, position)),
        begins AS MATERIALIZED (
            SELECT coalesce(max(m.position), 0) AS after FROM message m WHERE m.kind = 'C' AND m.lsn <= p_after),
        ends AS MATERIALIZED (
            SELECT min(m.position) AS at FROM message m, begins
            WHERE m.kind = 'C' AND m.position >= begins.after + p_rows_max)
        SELECT m.lsn, m.xid, m.data FROM message m, begins, ends
        WHERE (m.position > begins.after OR m.kind IN ('R', 'Y')) AND (ends.at IS NULL OR m.position <= ends.at)
        ORDER BY m.position
    $$;
REVOKE ALL ON FUNCTION cluster.peek_slot(pg_lsn, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cluster.peek_slot(pg_lsn, int) TO holdfast_owner;
