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
-- Sees how many sessions are at work: a data migration holds back while there are many.
GRANT pg_read_all_stats TO holdfast_owner;
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

-- Looks into indexes for the job integrity. It is no trusted extension: only a superuser makes it, and only roles that are
-- named may use it. A server without PostgreSQL's contrib modules does without.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'amcheck') THEN
        CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public;
        GRANT EXECUTE ON FUNCTION public.bt_index_check(regclass) TO holdfast_owner, holdfast_app;
    END IF;
END
$$;
-- Counts statements, without their values, where the server has it in its shared_preload_libraries as well.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') THEN
        CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;
    END IF;
END
$$;
-- The job integrity makes rows of a standby as the writer's: there, no trigger and no foreign key is to fire, as for the apply
-- worker.
GRANT SET ON PARAMETER session_replication_role TO holdfast_owner;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- For the type vector and its operators, amcheck and the counted statements; nobody but a superuser creates anything in this
-- schema.
GRANT USAGE ON SCHEMA public TO holdfast_owner, holdfast_app, holdfast_probe;

-- How far this cluster has applied the other one's log.
GRANT EXECUTE ON FUNCTION pg_show_replication_origin_status() TO holdfast_owner, holdfast_probe;

-- What a switch of the writer needs and PostgreSQL keeps for superusers and replication roles: each function does one
-- thing to the one slot, subscription or role that is Holdfast's.
CREATE SCHEMA IF NOT EXISTS cluster;
REVOKE ALL ON SCHEMA cluster FROM PUBLIC;
GRANT USAGE ON SCHEMA cluster TO holdfast_owner;

-- Makes this cluster follow another one. PostgreSQL 15 lets only superusers create a subscription and own one, so the
-- owner is one for the length of this transaction, which no other session can see. With synchronous_commit on, the apply
-- worker would wait for this cluster's own replicas; off, it would acknowledge what is not on disk.
CREATE OR REPLACE FUNCTION cluster.subscribe(target text, with_rows boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        EXECUTE format('CREATE SUBSCRIPTION holdfast CONNECTION %L PUBLICATION holdfast WITH (create_slot = false,'
                       ' slot_name = ''holdfast'', enabled = true, copy_data = %s, synchronous_commit = ''local'')',
                       target, CASE WHEN with_rows THEN 'true' ELSE 'false' END);
        ALTER ROLE holdfast_owner SUPERUSER;
        ALTER SUBSCRIPTION holdfast OWNER TO holdfast_owner;
        ALTER ROLE holdfast_owner NOSUPERUSER;
    EXCEPTION WHEN OTHERS THEN
        -- Told anew: the error's own context would carry the statement, and with it the password.
        RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
    END
    $$;

-- The slot from which the other cluster is fed: made unless it is there; tells whether it was made.
CREATE OR REPLACE FUNCTION cluster.create_slot() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        IF EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'holdfast') THEN
            RETURN false;
        END IF;
        PERFORM pg_create_logical_replication_slot('holdfast', 'pgoutput');
        RETURN true;
    END
    $$;

-- Ends whoever reads from the slots that feed the other cluster (its own and those of first copies), and drops them
-- where they are idle; false while some is still in use: call again.
CREATE OR REPLACE FUNCTION cluster.drop_slot() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        PERFORM pg_terminate_backend(active_pid) FROM pg_replication_slots
        WHERE active_pid IS NOT NULL AND slot_type = 'logical' AND database = current_database()
          AND (slot_name = 'holdfast' OR slot_name LIKE 'pg\_%\_sync\_%');
        PERFORM pg_drop_replication_slot(slot_name) FROM pg_replication_slots
        WHERE active_pid IS NULL AND slot_type = 'logical' AND database = current_database()
          AND (slot_name = 'holdfast' OR slot_name LIKE 'pg\_%\_sync\_%');
        RETURN NOT EXISTS (SELECT FROM pg_replication_slots
                           WHERE slot_type = 'logical' AND database = current_database()
                             AND (slot_name = 'holdfast' OR slot_name LIKE 'pg\_%\_sync\_%'));
    END
    $$;

-- Ends sessions here that may still write: the application's, and those of anybody that have changed something already. With
-- a moment only those whose transaction began before it; with infinity idle ones too. Tells how many.
CREATE OR REPLACE FUNCTION cluster.end_sessions(begun_before timestamptz) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
          AND (usename = 'holdfast_app' OR backend_xid IS NOT NULL)
          AND (begun_before = 'infinity' OR xact_start < begun_before)
    $$;

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

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cluster FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cluster.subscribe(text, boolean), cluster.create_slot(), cluster.drop_slot(),
    cluster.end_sessions(timestamptz), cluster.peek_slot(pg_lsn, int) TO holdfast_owner;
